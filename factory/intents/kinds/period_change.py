"""From period to period: "How did the number of orders change from one month to the next?"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import capped, sentence
from factory.intents.grouping import Aggregate
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.intents.timespan import Unit, first_day, stretch, times
from factory.records import Column, Database

Change = Literal["difference", "percent", "rise", "fall"]
Layout = Literal["direct", "cte", "derived"]
_DAYS = {"week": 7, "month": 30, "quarter": 91, "year": 365}


@dataclass(frozen=True, kw_only=True)
class Series(Intent):
    """One value per stretch of time; rows without the time are left out."""

    subject: Subject
    time: Column
    unit: Unit
    aggregate: Aggregate

    def scope(self) -> Scope:
        return Scope(self.subject.table, self.subject.joins(), self.aliases)

    def period(self, scope: Scope) -> exp.Expr:
        return stretch(self.unit, scope.column(self.subject.table.name, self.time.name))

    def per_period(self, scope: Scope, *more: exp.Expr) -> exp.Select:
        """Period and value, grouped by period, with the columns `more` behind them."""
        value = sql.alias(self.aggregate.expression(scope), self.aggregate.name())
        query = scope.select(sql.alias(self.period(scope), self.unit), value, *more)
        conditions = self.subject.conditions(scope)
        if self.time.nulls:
            conditions.append(sql.not_null(scope.column(self.subject.table.name, self.time.name)))
        if conditions:
            query = query.where(sql.both(*conditions), copy=False)
        return query.group_by(self.period(scope), copy=False)

    def over_periods(self, outer: exp.Select, layout: Layout) -> exp.Select:
        """`outer` over the values per period."""
        inner, name = self.per_period(self.scope()), f"per_{self.unit}"
        if layout == "derived":
            return outer.from_(exp.Subquery(this=inner, alias=sql.called(name)), copy=False)
        return outer.from_(sql.table(name), copy=False).with_(sql.called(name), as_=inner, copy=False)

    @property
    def by(self) -> str:
        return f"{self.unit} (by {self.time.label})"


@dataclass(frozen=True, kw_only=True)
class PeriodChange(Series):
    """Against the period before it in the list, however far back; `rise` and `fall` keep such periods only."""

    kind = "period_change"
    change: Change
    layout: Layout
    qualify: bool

    def tree(self) -> exp.Expr:
        name = self.aggregate.name()
        if self.layout == "direct":
            scope = self.scope()
            value, order = self.aggregate.expression(scope), self.period(scope)
            if self.change in ("rise", "fall"):
                kept = self._compared(value, _lag(value.copy(), order))
                query = self.per_period(scope)
                query.set("qualify", exp.Qualify(this=kept))
            else:
                query = self.per_period(scope, self._changed(value, _lag(value.copy(), order)))
            return query.order_by(sql.ordered(self.period(scope)), copy=False)
        unit, value = sql.column(self.unit), sql.column(name)
        before = _lag(value.copy(), unit)
        outer = exp.Select(expressions=[unit, value])
        if self.change not in ("rise", "fall"):
            outer = self.over_periods(outer.select(self._changed(value, before), copy=False), self.layout)
        elif self.qualify:
            outer = self.over_periods(outer, self.layout)
            outer.set("qualify", exp.Qualify(this=self._compared(value, before)))
        else:
            inner = exp.Select(expressions=[unit.copy(), value.copy(), sql.alias(before, "previous")])
            outer = outer.where(self._compared(value, sql.column("previous")), copy=False)
            if self.layout == "cte":
                inner = inner.from_(sql.table(f"per_{self.unit}"), copy=False)
                outer = outer.from_(sql.table("compared"), copy=False)
                outer = outer.with_(sql.called(f"per_{self.unit}"), as_=self.per_period(self.scope()), copy=False)
                outer = outer.with_(sql.called("compared"), as_=inner, copy=False)
            else:
                inner = self.over_periods(inner, self.layout)
                outer = outer.from_(exp.Subquery(this=inner, alias=sql.called("compared")), copy=False)
        return outer.order_by(sql.ordered(unit.copy()), copy=False)

    def _changed(self, value: exp.Expr, before: exp.Expr) -> exp.Expr:
        difference = exp.Sub(this=value.copy(), expression=before)
        if self.change == "difference":
            return sql.alias(difference, "change")
        hundredfold = exp.Mul(this=exp.Literal.number("100.0"), expression=exp.Paren(this=difference))
        return sql.alias(exp.Div(this=hundredfold, expression=before.copy()), "change_pct")

    def _compared(self, value: exp.Expr, before: exp.Expr) -> exp.Expr:
        kind = exp.GT if self.change == "rise" else exp.LT
        return kind(this=value.copy(), expression=before)

    def question(self) -> str:
        of, unit, by = self.aggregate.of(self.subject.said()), self.unit, self.by
        before = self.aside(f"the previous {unit} that has any", f"the {unit} listed before it")
        if self.change in ("rise", "fall"):
            before = self.aside(f"the previous {unit} that has any", f"the last {unit} before it that has any")
            verb, than = ("rise", "higher") if self.change == "rise" else ("fall", "lower")
            value = "count" if self.aggregate.column is None else "value"
            options = [
                f"In which {by} was the {of} {than} than in {before}? Show the {unit} and the {value}, oldest first.",
                f"List each {by} in which the {of} is {than} than in {before}, with its {value}, in order of time.",
                f"{unit}s with {than} {of} than {before}, by {self.time.label}: {unit} and {value}, oldest first."
                if self.aggregate.column is not None
                else f"{unit}s whose {of} is {than} than that of {before}, by {self.time.label}: {unit} and count, "
                f"oldest first.",
                f"When did the {of} {verb}? Compare each {by} with {before}, keep those {than} than it, and show "
                f"their {value}s, oldest first.",
                f"Find every {by} whose {of} was {'above' if than == 'higher' else 'below'} that of {before}. Give "
                f"the {unit} and its {value}, in order.",
                f"I only want the {unit}s, by {self.time.label}, where the {of} came out {than} than in {before}. "
                f"Show the {value} too, oldest first.",
            ]
        else:
            change = "change" if self.change == "difference" else "percentage change"
            first = self.aside(
                f" The first {unit} has none.",
                f" Leave it empty for the first {unit}.",
                f" Keep the first {unit} too.",
            )
            options = [
                f"Show the {of} per {by} and its {change} against {before}, oldest first.{first}",
                f"How did the {of} develop from {unit} to {unit}, going by {self.time.label}? Give each {unit}'s value "
                f"and its {change} from {before}, in order.{first}",
                f"For each {by}, give me the {of} and the {change} compared with {before}, in chronological "
                f"order.{first}",
                f"{capped(change)} in the {of} against {before}, next to the value itself: one row per {by}, oldest "
                f"first.{first}",
                f"I need the {of} per {by}, and beside it the {change} since {before}. Sort by {unit}.{first}",
                f"Compare each {by} with {before}: list the {of} and the {change}, in order of time.{first}",
                f"What was the {of} in each {by}, and what was the {change} since {before}? Oldest first.{first}",
            ]
        return sentence(self.choose(*options)) + first_day(self, unit)


def _lag(value: exp.Expr, order: exp.Expr) -> exp.Expr:
    return exp.Window(this=exp.Lag(this=value), order=exp.Order(expressions=[sql.ordered(order.copy())]))


def days_between(low: Any, high: Any) -> int:
    """Whole days from one date or timestamp to another."""
    first, last = (v.date() if isinstance(v, datetime) else v for v in (low, high))
    days: int = (last - first).days
    return days


def draw_series(
    database: Database,
    rng: Random,
    *,
    units: tuple[Unit, ...],
    additive: bool = True,
    positive: bool = False,
    least: int = 5,
) -> dict[str, Any] | None:
    """The fields of a Series whose periods, `least` at least, mostly hold several rows.

    `additive`: a count or a sum; `positive`: never zero. Measures have no NULLs, so that no period is without a value.
    """
    tables = [t for t in facts(database) if t.with_role("timestamp")]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.15, most=1, floor=60)
    moments = [c for c in times(subject) if c.values]
    if not moments:
        return None
    time = rng.choice(moments)
    span = days_between(time.values[0], time.values[-1])
    known = subject.rows() * (1 - time.nulls / max(table.row_count, 1))
    fitting = [u for u in units if least * _DAYS[u] <= span and known * _DAYS[u] / max(span, 1) >= 3]
    if not fitting:
        return None
    aggregate = Aggregate("count", table)
    measures = [
        c
        for c in table.with_role("measure")
        if c.distinct > 1 and not c.nulls and c.name not in subject.used and (not positive or c.values[0] > 0)
    ]
    if measures and rng.random() < 0.5:
        column = rng.choice(measures)
        if column.additive:
            aggregate = Aggregate("sum", table, column)
        elif not additive:
            aggregate = Aggregate("avg", table, column)
    return {
        "voice": voice(rng),
        "aliases": alias_style(rng),
        "subject": subject,
        "time": time,
        "unit": rng.choice(fitting),
        "aggregate": aggregate,
    }


def draw(database: Database, rng: Random) -> Intent | None:
    fields = draw_series(
        database, rng, units=("month", "month", "quarter", "year", "week"), additive=False, positive=True, least=4
    )
    if fields is None:
        return None
    changes: tuple[Change, ...] = ("difference", "difference", "percent", "percent")
    if fields["aggregate"].function != "avg":
        changes += ("rise", "fall")
    return PeriodChange(
        **fields,
        change=rng.choice(changes),
        layout=rng.choice(("direct", "cte", "cte", "derived")),
        qualify=rng.random() < 0.5,
    )
