"""Dates relative to a stated day: "How many orders were placed in the 90 days before 1 March 2024?"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import identified
from factory.intents.english import day, sentences, worded
from factory.intents.grouping import Aggregate, Key, draw_aggregate, draw_key
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.kinds.period_change import days_between
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.intents.timespan import times
from factory.records import Column, Database

Length = tuple[int, Literal["day", "week", "month"]]
_LENGTHS: tuple[Length, ...] = (
    (30, "day"),
    (60, "day"),
    (90, "day"),
    (180, "day"),
    (2, "week"),
    (6, "week"),
    (3, "month"),
    (6, "month"),
    (12, "month"),
    (18, "month"),
)
_DAYS = {"day": 1, "week": 7, "month": 30}


@dataclass(frozen=True, slots=True)
class Around:
    """`length` before `anchor` (left out) or from `anchor` (included) on."""

    column: Column
    anchor: date
    length: Length
    before: bool

    def said(self) -> str:
        count, unit = self.length
        span = f"{count} {unit}s"
        words = (
            f"in the {span} before {day(self.anchor)}" if self.before else f"in the {span} beginning {day(self.anchor)}"
        )
        return (self.column.phrase or f"with {self.column.label} {{}}").replace("{}", words)

    def condition(self, at: exp.Column) -> exp.Expr:
        count, unit = self.length
        anchor = exp.Cast(this=sql.literal(self.anchor), to=exp.DataType.build("DATE"))
        step = exp.Interval(this=exp.Literal.string(str(count)), unit=exp.Var(this=unit.upper()))
        if self.before:
            low: exp.Expr = exp.Sub(this=anchor, expression=step)
            high: exp.Expr = anchor.copy()
        else:
            low, high = anchor, exp.Add(this=anchor.copy(), expression=step)
        return sql.both(exp.GTE(this=at.copy(), expression=low), exp.LT(this=at.copy(), expression=high))


@dataclass(frozen=True, kw_only=True)
class RelativeDates(Intent):
    """One figure for the stretch, or one per group."""

    kind = "relative_dates"
    subject: Subject
    around: Around
    aggregate: Aggregate
    key: Key | None

    def tree(self) -> exp.Expr:
        joins = self.key.joins() if self.key else ()
        scope = Scope(self.subject.table, (*self.subject.joins(), *joins), self.aliases)
        value = sql.alias(self.aggregate.expression(scope), self.aggregate.name())
        query = scope.select(*(self.key.selected(scope) if self.key else ()), value)
        at = scope.column(self.subject.table.name, self.around.column.name)
        query = query.where(sql.both(*self.subject.conditions(scope), self.around.condition(at)), copy=False)
        return query.group_by(*self.key.expressions(scope), copy=False) if self.key else query

    def question(self) -> str:
        what = replace(self.subject, filters=(*self.subject.filters, self.around)).said()
        is_count = self.aggregate.column is None
        parts = {
            "what": what,
            "of": self.aggregate.of(what),
            "said": self.aggregate.said(),
            "was": "is" if is_count else "was",
        }
        if self.key is None:
            options = [
                "What {was} the {of}?",
                "[Give me|Compute|Get] the {of}",
                "{of}[, please|, one number|]",
                "[Could you work out|Can you get] the {of}?",
                "[Taking|Counting] only {what}, what is the {said}?",
            ]
            if is_count:
                options += ["How many {what} [are there|do we have]?", "Count {what}", "{what}: how many?"]
            return sentences(worded(self.voice, *options, **parts))
        key = self.key
        any_ = "" if not key.entity else " who has any" if key.table.person else " that has any"
        (group,), identity = identified(self.voice, key)
        parts |= {
            "group": group,
            "each": f"{group}{any_}" if group == key.said() else f"{key.said()}{any_} ({group.rpartition(' (')[2]}",
            "plural": key.plural(),
        }
        lead = worded(
            self.voice,
            "What {was} the {of}, for each {each}?",
            "For every {each}, the {of}",
            "{of}, per {each}",
            "Break down the {of} by {group}, [leaving out|without] {plural} without any"
            if key.entity
            else "Break down the {of} by {group}",
            "[Taking|Counting] only {what}, [work out|compute] the {said} per {each}",
            "{of}: one row per {each}",
            **parts,
        )
        return sentences(lead, identity)


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in facts(database) if t.with_role("timestamp")]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.25, most=1, floor=60)
    moments = [c for c in times(subject) if c.values]
    if not moments:
        return None
    time = rng.choice(moments)
    # Between the 5 % and 95 % quantiles, where there are rows enough.
    low, high = time.values[1], time.values[-2]
    span = days_between(low, high)
    density = 0.9 * subject.rows() / max(span, 1)
    lengths = [n for n in _LENGTHS if n[0] * _DAYS[n[1]] * density > 8 and n[0] * _DAYS[n[1]] < span / 2]
    if not lengths:
        return None
    length = rng.choice(lengths)
    before = rng.random() < 0.65
    reach = length[0] * _DAYS[length[1]] + 2
    first = low.date() if isinstance(low, datetime) else low
    moment = first + timedelta(days=(reach if before else 0) + rng.randrange(max(span - reach, 1)))
    anchor = moment.replace(day=rng.choice((1, 1, 15)))
    key = draw_key(database, subject, rng, entity=0.2, time=0) if rng.random() < 0.4 else None
    aggregate = draw_aggregate(table, rng, used=subject.used, count=0.5)
    if aggregate.column is not None and aggregate.column.nulls:
        aggregate = Aggregate("count", table)
    return RelativeDates(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        around=Around(time, anchor, length, before),
        aggregate=aggregate,
        key=key,
    )
