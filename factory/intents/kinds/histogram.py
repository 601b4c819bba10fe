"""Histograms: "How many orders are there in each $50 range of the order total?"."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import number, sentence
from factory.intents.filters import noun_phrase
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Histogram(Intent):
    """Row counts per range of `width`, each named by its lower bound, which belongs to it; empty ranges are absent.

    `form`: FLOOR(x / w) * w, x - x % w, or the first in a derived table whose rows are counted outside.
    """

    kind = "histogram"
    subject: Subject
    column: Column
    width: int
    form: Literal["floor", "modulo", "derived"]
    sort: bool

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        at = scope.column(self.subject.table.name, self.column.name)
        name = "range_start"
        conditions = self.subject.conditions(scope)
        if self.column.nulls:
            conditions.append(sql.not_null(at.copy()))
        start = self._start(at)
        count = sql.alias(sql.count_rows(), "row_count")
        if self.form == "derived":
            inner = scope.select(sql.alias(start, name))
            inner = inner.where(sql.both(*conditions), copy=False) if conditions else inner
            outer = exp.Select(expressions=[sql.column(name), count])
            query = outer.from_(exp.Subquery(this=inner, alias=sql.called("ranges")), copy=False)
            query = query.group_by(sql.column(name), copy=False)
        else:
            query = scope.select(sql.alias(start, name), count)
            query = query.where(sql.both(*conditions), copy=False) if conditions else query
            query = query.group_by(start.copy(), copy=False)
        return query.order_by(sql.ordered(sql.column(name)), copy=False) if self.sort else query

    def _start(self, at: exp.Column) -> exp.Expr:
        width = exp.Literal.number(self.width)
        if self.form == "modulo":
            return exp.Sub(this=at.copy(), expression=exp.Mod(this=at.copy(), expression=width))
        floor = exp.Floor(this=at.copy() if self.width == 1 else exp.Div(this=at.copy(), expression=width))
        return floor if self.width == 1 else exp.Mul(this=floor, expression=width.copy())

    def question(self) -> str:
        what, label, plural = self.subject.said(), self.column.label, self.subject.table.plural
        wide = number(self.width, self.column.unit)
        among = f"For {what}, count" if self.subject.restricted else f"Count {what}"
        text = sentence(
            self.choose(
                f"How many {what} fall into each range of {label}, with ranges {wide} wide starting at 0?",
                f"Make a histogram of the {label} of {what}: ranges of {wide} from 0 on, and the count in each.",
                f"{among} by {label} in steps of {wide}, from 0 upwards.",
                f"I need the distribution of the {label} over {what}, in ranges of {wide} that start at 0.",
                f"{label} of {what} as a histogram with a bin width of {wide}, bins starting at 0.",
                f"Group {what} by {label} into equal ranges of {wide} (0 first) and return the number in each.",
                f"What does the distribution of {label} look like for {what}? Count them in ranges of {wide} "
                f"from 0 on.",
            )
        )
        text += " " + self.aside(
            "Give each by its lower bound (inclusive) and skip empty ones.",
            "Name a range by its lower end, which belongs to it; no empty ones.",
            "Show the lower bound (inclusive) for every range that occurs.",
            "Use the inclusive lower bound as label; leave out empty ranges.",
        )
        if self.column.nulls:
            text += f" Ignore {plural} without {noun_phrase(self.column)}."
        if self.sort:
            text += " " + self.aside("Lowest range first.", "Sort from low to high.", "In ascending order.")
        return text


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in (*facts(database), *database.tables) if _columns(t.with_role("measure"))]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.25, most=2, floor=40)
    columns = [c for c in _columns(table.with_role("measure")) if c.name not in subject.used]
    if not columns:
        return None
    column = rng.choice(columns)
    whole = column.type in ("INTEGER", "BIGINT", "SMALLINT")
    forms: tuple[Literal["floor", "modulo", "derived"], ...] = ("floor", "floor", "derived")
    return Histogram(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        column=column,
        width=_width(column),
        form=rng.choice((*forms, "modulo") if whole else forms),
        sort=rng.random() < 0.6,
    )


def _width(column: Column) -> int:
    """1, 2 or 5 times a power of ten, so that the middle nine tenths of the values make about eight ranges.

    A fraction such as 0.1 is no width: dividing floats by it puts values on the wrong side of a bound.
    """
    rough = (float(column.values[-2]) - float(column.values[1])) / 8
    if rough < 1:
        return 1
    power = int(10 ** math.floor(math.log10(rough)))
    return next(power * step for step in (1, 2, 5, 10) if power * step >= rough * 0.75)


def _columns(columns: tuple[Column, ...]) -> list[Column]:
    return [c for c in columns if c.distinct > 12 and c.values[0] >= 0 and float(c.values[-2]) - float(c.values[1]) > 4]
