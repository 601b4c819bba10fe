"""Cohorts: parents by the period of their first event, and how many of them had another one later."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import capped, sentences, worded
from factory.intents.grouping import slug
from factory.intents.intent import Intent
from factory.intents.kinds.first_last import Events, draw_events
from factory.intents.kinds.period_change import days_between
from factory.intents.timespan import Unit, first_day, oldest_first, stretch
from factory.records import Database

Measure = Literal["count", "percent", "curve"]
_LEAST_DAYS: dict[Unit, int] = {"month": 300, "quarter": 700, "year": 1000}


@dataclass(frozen=True, kw_only=True)
class Cohort(Events):
    """`curve` counts the active ones at every distance; the others at `later` periods after the first only."""

    kind = "cohort"
    unit: Unit
    later: int
    measure: Measure
    exists: bool

    def tree(self) -> exp.Expr:
        owner = self.relation.child_column
        firsts, active = self._firsts(), self._active()
        cohort = sql.column("cohort", "firsts")
        same = exp.EQ(this=sql.column(owner, "active"), expression=sql.column(owner, "firsts"))
        if self.measure == "curve":
            since = self._since(cohort, sql.column(self.unit, "active"))
            since_name = f"{self.unit}s_later"
            columns = [cohort, sql.alias(since, since_name), sql.alias(sql.count_rows(), self._name("active"))]
            query = exp.Select(expressions=columns).from_(sql.table("firsts"), copy=False)
            query = query.join(sql.table("active"), on=same, copy=False)
            query = query.group_by(cohort.copy(), since.copy(), copy=False)
            query = query.order_by(sql.ordered(cohort.copy()), sql.ordered(sql.column(since_name)), copy=False)
        else:
            then = exp.EQ(this=sql.column(self.unit, "active"), expression=self._shifted(cohort.copy()))
            again: exp.Expr
            if self.exists:
                found = exp.Select(expressions=[sql.literal(1)]).from_(sql.table("active"), copy=False)
                found = found.where(sql.both(same, then), copy=False)
                again = exp.Filter(this=sql.count_rows(), expression=exp.Where(this=exp.Exists(this=found)))
            else:
                again = exp.Count(this=sql.column(owner, "active"))
            query = exp.Select(expressions=[cohort, sql.alias(sql.count_rows(), self._name("cohort"))])
            query = query.select(self._said_as(again), copy=False).from_(sql.table("firsts"), copy=False)
            if not self.exists:
                query = query.join(sql.table("active"), on=sql.both(same, then), join_type="left", copy=False)
            query = query.group_by(cohort.copy(), copy=False).order_by(sql.ordered(cohort.copy()), copy=False)
        query = query.with_(sql.called("firsts"), as_=firsts, copy=False)
        return query.with_(sql.called("active"), as_=active, copy=False)

    def _firsts(self) -> exp.Select:
        scope = self.alone()
        cohort = stretch(self.unit, exp.Min(this=self.at(scope)))
        query = self.restrict(scope.select(self.owner(scope), sql.alias(cohort, "cohort")), scope)
        return query.group_by(self.owner(scope), copy=False)

    def _active(self) -> exp.Select:
        scope = self.alone()
        query = scope.select(self.owner(scope), sql.alias(stretch(self.unit, self.at(scope)), self.unit))
        query.set("distinct", exp.Distinct())
        return self.restrict(query, scope)

    def _since(self, cohort: exp.Expr, period: exp.Expr) -> exp.Expr:
        if self.unit == "year":
            return exp.Sub(this=period, expression=cohort)
        return sql.call("DATE_DIFF", exp.Literal.string(self.unit), cohort, period)

    def _shifted(self, cohort: exp.Expr) -> exp.Expr:
        if self.unit == "year":
            return exp.Add(this=cohort, expression=sql.literal(self.later))
        months = self.later * (3 if self.unit == "quarter" else 1)
        step = exp.Interval(this=exp.Literal.string(str(months)), unit=exp.Var(this="MONTH"))
        return exp.Add(this=cohort, expression=step)

    def _said_as(self, again: exp.Expr) -> exp.Expr:
        if self.measure == "count":
            return sql.alias(again, self._name("active"))
        hundredfold = exp.Mul(this=exp.Literal.number("100.0"), expression=again)
        return sql.alias(exp.Div(this=hundredfold, expression=sql.count_rows()), "active_pct")

    def _name(self, word: str) -> str:
        return f"{word}_{slug(self.parent.plural)}"

    def question(self) -> str:
        many, unit = self.parent.plural, self.unit
        parts = {
            "only": self.only(),
            "many": many,
            "one": self.parent.label,
            "unit": unit,
            "by": self.time.label,
            "event": self.subject.table.label,
            "events": self.subject.table.plural,
            "its": "their" if self.parent.person else "its",
            "later": worded(
                self.voice,
                f"exactly {self.later} [calendar |]{unit}s later" if self.later > 1 else f"in the [very |]next {unit}",
                f"in [calendar |]{unit} +{self.later}" if self.later > 1 else f"in the {unit} right after",
            ),
            "value": "how many" if self.measure == "count" else "what percentage",
            "noun": "number" if self.measure == "count" else "percentage",
            "time": oldest_first(self),
        }
        parts["groups"] = worded(
            self.voice, "{unit} of first {event} ({by})", "the {unit} of their first {event} (by {by})", **parts
        )
        return sentences(self._curve(parts) if self.measure == "curve" else self._once(parts), first_day(self, unit))

    def _curve(self, parts: dict[str, str]) -> str:
        zeros = worded(self.voice, "[Leave out|Skip|Omit|No] zeros", "No rows for zeros", "Zero rows aren't needed")
        order = worded(
            self.voice,
            "Sort by [both|cohort, then distance|cohort and {unit}s since]",
            "[Oldest cohort|By cohort], then by distance",
            "Ordered by cohort and offset",
            **parts,
        )
        lead = worded(
            self.voice,
            "{only}[group|put] {many} into cohorts by {groups}: how many had any {events} 0, 1, 2 … {unit}s later?",
            "{only}retention of {many} by cohort ({groups}): [number|how many] with any {events} per {unit} since, "
            "from 0",
            "{only}[cohort|retention] table of {many} by {groups}: cohort, {unit}s since, number with any {events}",
            "{only}per cohort of {many} ({groups}) and {unit}s since then, from 0 on, how many had {events}?",
            "{only}assign every {one} to the {unit} of {its} first {event} ({by}); count those with any {events} in "
            "{unit} 0, 1, "
            "2 … from there",
            "{only}how well do cohorts of {many}, by {groups}, come back? Number with any {events} at each distance "
            "in {unit}s, "
            "0 included",
            **parts,
        )
        return sentences(lead, order, zeros)

    def _once(self, parts: dict[str, str]) -> str:
        return worded(
            self.voice,
            "{only}group {many} by {groups}. How [large|big] is each group, and {value} of it had any {events} "
            "{later}? "
            "{capped}",
            "{only}cohorts of {many} by {groups}: size and {noun} with any {events} {later}, {time}",
            "{only}of the {many} whose first {event} fell in a given {unit} ({by}), {value} had another {later}? "
            "{unit_capped}, cohort "
            "size, {noun}, {time}",
            "{only}retention by {groups}: {many} that started, {noun} of them with {events} {later}, {time}",
            "{only}per {unit} ({by}), count {many} with their first {event} then, and the {noun} of those with "
            "{events} "
            "{later}, {time}",
            "{only}put every {one} in the cohort of {its} first {event}, by {unit} of {by}: cohort size, {noun} with "
            "{events} {later}, {time}",
            capped=capped(parts["time"]),
            unit_capped=capped(parts["unit"]),
            **parts,
        )


def draw(database: Database, rng: Random) -> Intent | None:
    fields = draw_events(database, rng, per_parent=2, filters=0.25, happenings=True, lasting=True)
    if fields is None or fields["parent"].row_count < 30 or fields["parent"].kind == "fact":
        return None
    time = fields["time"]
    span = days_between(time.values[0], time.values[-1])
    units = [unit for unit, least in _LEAST_DAYS.items() if span > least]
    measure: Measure = rng.choice(("count", "count", "percent", "curve"))
    if not units:
        return None
    unit = rng.choice(units)
    if measure == "curve" and unit == "month":
        unit = "quarter" if "quarter" in units else "month"
    later = {"month": (1, 1, 2, 3, 6, 12), "quarter": (1, 1, 2, 4), "year": (1, 1, 2)}[unit]
    return Cohort(**fields, unit=unit, later=rng.choice(later), measure=measure, exists=rng.random() < 0.4)
