"""Running totals over time: "Show monthly refunds and their running total"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import sentence
from factory.intents.grouping import Aggregate
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Running(Intent):
    """`direct` puts the window over the aggregate in one SELECT instead of over a CTE."""

    kind = "running"
    subject: Subject
    time: Column
    unit: str
    aggregate: Aggregate
    direct: bool

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        period = sql.trunc(self.unit, scope.column(self.subject.table.name, self.time.name))
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
        outer = outer.from_(exp.to_table(cte), copy=False).order_by(sql.ordered(sql.column(self.unit)), copy=False)
        return outer.with_(cte, as_=inner, copy=False)

    def _restrict(self, query: exp.Select, scope: Scope) -> exp.Select:
        conditions = self.subject.conditions(scope)
        if self.time.nulls:
            at = scope.column(self.subject.table.name, self.time.name)
            conditions.append(sql.not_null(at))
        return query.where(sql.both(*conditions), copy=False) if conditions else query

    def question(self) -> str:
        what, said = self.subject.said(), self.aggregate.said()
        of = f"number of {what}" if self.aggregate.column is None else f"{said} of {what}"
        by = f"{self.unit} of the {self.time.label}"
        return sentence(
            self.choose(
                f"Show the {of} per {by}, together with the running total over time. Sort by {self.unit}.",
                f"How does the {of} add up over time? Give one row per {by} with its value and the cumulative total, "
                f"in order.",
                f"For each {by}, return the {of} and the cumulative sum up to that {self.unit}, oldest first.",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in facts(database) if t.with_role("timestamp")]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.3, most=2)
    times = [c for c in table.with_role("timestamp") if c.distinct > 12 and c.name not in subject.used]
    sums = [c for c in table.with_role("measure") if c.additive and c.distinct > 1 and c.name not in subject.used]
    if not times:
        return None
    aggregate = Aggregate("sum", table, rng.choice(sums)) if sums and rng.random() < 0.6 else Aggregate("count", table)
    return Running(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        time=rng.choice(times),
        unit=rng.choice(("month", "month", "quarter", "year")),
        aggregate=aggregate,
        direct=rng.random() < 0.4,
    )
