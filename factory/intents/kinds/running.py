"""Running totals over time: "Show the monthly total of the refunds and their running total"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import capped, sentences, worded
from factory.intents.grouping import Aggregate
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.intents.timespan import Unit, adverb, draw_unit, first_day, of_time, oldest_first, stretch, times
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Running(Intent):
    """`direct` puts the window over the aggregate in one SELECT instead of over a CTE."""

    kind = "running"
    subject: Subject
    time: Column
    unit: Unit
    aggregate: Aggregate
    direct: bool

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        period = stretch(self.unit, scope.column(self.subject.table.name, self.time.name))
        value = self.aggregate.expression(scope)
        name, running = self.aggregate.name(), f"running_{self.aggregate.name()}"
        if self.direct:
            over = exp.Window(
                this=exp.Sum(this=value.copy()), order=exp.Order(expressions=[sql.ordered(period.copy())])
            )
            query = scope.select(sql.alias(period, self.unit), sql.alias(value, name), sql.alias(over, running))
            query = self._restrict(query, scope)
            return query.group_by(period.copy(), copy=False).order_by(sql.ordered(period.copy()), copy=False)
        inner = self._restrict(scope.select(sql.alias(period, self.unit), sql.alias(value, name)), scope)
        inner = inner.group_by(period.copy(), copy=False)
        over = exp.Window(
            this=exp.Sum(this=sql.column(name)),
            order=exp.Order(expressions=[sql.ordered(sql.column(self.unit))]),
        )
        cte = f"per_{self.unit}"
        outer = exp.Select(expressions=[sql.column(self.unit), sql.column(name), sql.alias(over, running)])
        outer = outer.from_(sql.table(cte), copy=False).order_by(sql.ordered(sql.column(self.unit)), copy=False)
        return outer.with_(sql.called(cte), as_=inner, copy=False)

    def _restrict(self, query: exp.Select, scope: Scope) -> exp.Select:
        conditions = self.subject.conditions(scope)
        if self.time.nulls:
            at = scope.column(self.subject.table.name, self.time.name)
            conditions.append(sql.not_null(at))
        return query.where(sql.both(*conditions), copy=False) if conditions else query

    def question(self) -> str:
        unit = self.unit
        lead = worded(
            self.voice,
            "[Show|List] the {of} per {by} with a running total, {time}",
            "How does the {of} add up over time? Per {by}: its value and the [cumulative|running] total, {time}",
            "For each {by}, the {of} and the [cumulative sum|total so far], {time}",
            "{adverb} and cumulative {of} by {label}, {time}",
            "The {of} [for every|in each] {by}, plus a running total, {time}",
            "What is the {of} in each {by}, and what has it come to by then? {capped}",
            "Running total of the {of} per {by}, [next to|beside] the {unit}'s own value; {time}",
            "[Accumulate|Cumulate] the {of} {unit} by {unit} ({label}): own value, total so far, {time}",
            of=self.aggregate.of(self.subject.said()),
            unit=unit,
            by=of_time(self, unit, self.time),
            adverb=adverb(unit),
            label=self.time.label,
            time=(time := oldest_first(self)),
            capped=capped(time),
        )
        return sentences(lead, first_day(self, unit))


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in facts(database) if t.with_role("timestamp")]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.4, least=1 if rng.random() < 0.7 else 0, most=2, floor=30)
    sums = [c for c in table.with_role("measure") if c.additive and c.distinct > 1 and c.name not in subject.used]
    moments = times(subject)
    if not moments:
        return None
    aggregate = Aggregate("sum", table, rng.choice(sums)) if sums and rng.random() < 0.6 else Aggregate("count", table)
    return Running(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        time=rng.choice(moments),
        unit=draw_unit(subject.rows(), rng),
        aggregate=aggregate,
        direct=rng.random() < 0.4,
    )
