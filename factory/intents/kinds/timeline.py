"""Development over time: "How many orders were there in each month of 2023?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence
from factory.intents.grouping import Aggregate, draw_aggregate
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Timeline(Intent):
    kind = "timeline"
    subject: Subject
    time: Column
    unit: str
    aggregates: tuple[Aggregate, ...]

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        period = sql.trunc(self.unit, scope.column(self.subject.table.name, self.time.name))
        values = [sql.alias(a.expression(scope), a.name()) for a in self.aggregates]
        query = scope.select(sql.alias(period, self.unit), *values)
        conditions = self.subject.conditions(scope)
        if self.time.nulls:
            at = scope.column(self.subject.table.name, self.time.name)
            conditions.append(sql.not_null(at))
        if conditions:
            query = query.where(sql.both(*conditions), copy=False)
        query = query.group_by(period.copy(), copy=False)
        return query.order_by(sql.ordered(period.copy()), copy=False)

    def question(self) -> str:
        what = self.subject.said()
        first = self.aggregates[0]
        by = f"{self.unit} of the {self.time.label}"
        said = listed([f"the number of {what}" if a.column is None else f"the {a.said()}" for a in self.aggregates])
        of = "" if first.column is None else f" of {what}"
        return sentence(
            self.choose(
                f"Show {said}{of} per {by}, in chronological order.",
                f"How did {said}{of} develop over time? Group by {by} and sort from oldest to newest.",
                f"Give me {said}{of} for each {by}, oldest first.",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in facts(database) if t.with_role("timestamp")]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.35, most=2)
    times = [c for c in table.with_role("timestamp") if c.distinct > 12 and c.name not in subject.used]
    if not times:
        return None
    aggregates = [draw_aggregate(table, rng, used=subject.used, count=0.5)]
    if rng.random() < 0.3:
        other = draw_aggregate(table, rng, used=subject.used, count=0)
        if other.column and other != aggregates[0]:
            aggregates.append(other)
    return Timeline(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        time=rng.choice(times),
        unit=rng.choice(("month", "month", "quarter", "year", "week")),
        aggregates=tuple(aggregates),
    )
