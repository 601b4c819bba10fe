"""Development over time: "How many orders were placed in each month, oldest first?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import capped, listed, sentences, worded
from factory.intents.grouping import Aggregate, draw_aggregate
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.intents.timespan import Unit, adverb, draw_unit, first_day, happened, of_time, oldest_first, stretch, times
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Timeline(Intent):
    """Rows without the time are left out."""

    kind = "timeline"
    subject: Subject
    time: Column
    unit: Unit
    aggregates: tuple[Aggregate, ...]

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        period = stretch(self.unit, scope.column(self.subject.table.name, self.time.name))
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
        what, unit = self.subject.said(), self.unit
        *others, last = self.aggregates
        of = listed([*(f"the {a.said()}" for a in others), f"the {last.of(what)}"])
        options = [
            "[Show|Chart|List] {of} per {by}, {time}",
            "How did {of} [develop|change] over time? By {by}, {time}",
            "{of} for each {by}, {time}",
            "{adverb} {bare}, by {label}, {time}",
            "[Time series|Trend] of {of}: one row per {by}, {time}",
            "What [was|were] {of} in each {by}? {capped}".replace("[was|were]", "were" if others else "was"),
            "[By|Per] {by}, {of}; {time}",
        ]
        said = happened(self.time, f"in each {unit}") if last.column is None and not others else None
        if said is not None:
            options += ["How many {rows} {said}? {capped}", "Count how many {rows} {said}, {time}"]
        lead = worded(
            self.voice,
            *options,
            of=of,
            bare=of.removeprefix("the ").replace(" and the ", " and "),
            by=of_time(self, unit, self.time),
            adverb=adverb(unit),
            label=self.time.label,
            rows=f"of the {what}" if self.subject.restricted else what,
            said=said or "",
            time=(time := oldest_first(self)),
            capped=capped(time),
        )
        return sentences(lead, first_day(self, unit))


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in facts(database) if t.with_role("timestamp")]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.35, least=1 if rng.random() < 0.5 else 0, most=2, floor=30)
    moments = times(subject)
    if not moments:
        return None
    aggregates = [draw_aggregate(table, rng, used=subject.used, count=0.5)]
    if rng.random() < 0.3:
        other = draw_aggregate(table, rng, used=subject.used, count=0)
        if other.column and other != aggregates[0]:
            aggregates.insert(0 if aggregates[0].column is None else 1, other)
    return Timeline(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        time=rng.choice(moments),
        unit=draw_unit(subject.rows(), rng),
        aggregates=tuple(aggregates),
    )
