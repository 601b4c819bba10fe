"""From period to period: "How did the number of orders change from one month to the next?"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import capped, sentences, worded
from factory.intents.grouping import Aggregate
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.intents.timespan import Unit, adverb, first_day, of_time, oldest_first, stretch, times
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
        return of_time(self, self.unit, self.time)


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

    def _rises_or_falls(self, parts: dict[str, str]) -> str:
        up = self.change == "rise"
        parts |= {
            "before": worded(
                self.voice,
                f"the [previous|last] {self.unit} with any",
                f"the {self.unit} before it that has any",
                f"the nearest earlier {self.unit} with any",
            ),
            "than": "higher" if up else "lower",
            "over": "above" if up else "below",
            "rise": "rise" if up else "fall",
            "value": "count" if self.aggregate.column is None else "value",
        }
        return worded(
            self.voice,
            "In which {by} was the {of} {than} than in {before}? [Show|Give] {unit} and {value}, {time}",
            "[List|Show] each {by} whose {of} [beats|is above] {before}, with its {value}, {time}"
            if up
            else "[List|Show] each {by} whose {of} [falls short of|is below] {before}, with its {value}, {time}",
            "When did the {of} {rise} against {before}? Each such {by} and its {value}, {time}",
            "{unit}s (by {label}) where the {of} is {over} that of {before}: {unit}, {value}, {time}",
            "Find {unit}s, by {label}, in which the {of} {rise}s compared with {before}; [return|show] the {value} "
            "too, {time}",
            "Which {unit}s saw the {of} {rise} from {before}, [going by|by] {label}? With the {value}, {time}",
            **parts,
        )

    def question(self) -> str:
        parts = {
            "of": self.aggregate.of(self.subject.said()),
            "unit": self.unit,
            "by": self.by,
            "label": self.time.label,
            "time": oldest_first(self),
            "before": worded(
                self.voice,
                f"the [previous|last] {self.unit} with any",
                f"the [previous|last] listed {self.unit}",
                f"the {self.unit} listed before",
                "the row before",
            ),
            "adverb": adverb(self.unit),
        }
        lead = self._rises_or_falls(parts) if self.change in ("rise", "fall") else self._listed(parts)
        return sentences(lead, first_day(self, self.unit))

    def _listed(self, parts: dict[str, str]) -> str:
        parts |= {"change": "change" if self.change == "difference" else "percentage change"}
        parts |= {
            "start": worded(
                self.voice, "first: none", "NULL at first", "none for the first", "first one NULL", "empty at the start"
            )
        }
        return worded(
            self.voice,
            "[Show|List] the {of} per {by} and the {change} from {before} ({start}), {time}",
            "How did the {of} [develop|move|evolve] by {by}? Value and {change} from {before} ({start}), {time}",
            "For each {by}: the {of}, [plus|and] its {change} [since|against] {before}; {start}. [Sorted|Rows] {time}"
            if not parts["time"].startswith("sorted")
            else "For each {by}: the {of}, [plus|and] its {change} [since|against] {before}; {start}. Sorted by {unit}",
            "{adverb} {of} by {label}, with {change} [versus|vs|over] {before} ({start}), {time}",
            "[Compare|Set] each {by} [with|against] {before}: the {of} and the {change} ({start}), {time}",
            "What was the {of} in each {by}, and what was the {change} [on|from] {before}? {time_first}; {start}",
            "{change} in the {of} [from|against] {before}, next to the value, per {by}, {time}; {start}",
            time_first=capped(parts["time"]),
            **parts,
        )


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
