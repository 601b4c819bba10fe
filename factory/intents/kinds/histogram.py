"""Histograms: "How many orders are there in each $50 range of the order total?"."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import number, sentences, worded
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
        parts = {
            "what": self.subject.said(),
            "label": self.column.label,
            "wide": number(self.width, self.column.unit),
            "plural": self.subject.table.plural,
            "missing": noun_phrase(self.column),
        }
        lead = worded(
            self.voice,
            "How many {what} fall into each {label} range of {wide} (from 0)?",
            "Histogram of {label} [for|over|of] {what}, bin width {wide}, [from 0|starting at 0]",
            "[Count|Bin] {what} by {label} in steps of {wide} from 0",
            "[Distribution|Spread] of {label} [over|across] {what}: [count|number] per {wide} bin, [0 first|bins from "
            "0 up]",
            "[Bucket|Group] {what} by {label}, every {wide} from 0, [with|and show] the count",
            "What does {label} look like across {what}, in [bins|bands] of {wide} [from 0|beginning at 0]?",
            "Cut {label} into {wide} [bands|bins|intervals] from 0 and count {what} in each",
            **parts,
        )
        name = worded(
            self.voice,
            "[Label|Name|Show] each by its lower [bound|end], [which is inclusive|inclusive]; [no|skip] empty ones",
            "Give the lower bound ([included|inclusive]) and [drop|skip|leave out] empty ones",
            "Lower bound [belongs to the range|is inclusive] and names it; no empty ranges",
            "Only non-empty ones, by inclusive lower bound",
            "Use the lower edge as label; [zero counts are left out|nothing for empty ones]",
        )
        ignored = worded(
            self.voice,
            "[Ignore|Skip] {plural} without {missing}",
            "Missing {label}: not counted",
            "[Leave out|Don't count] {plural} with no {label}",
            **parts,
        )
        order = worded(
            self.voice, "Lowest [range |]first", "[Sort|Order] from low to high", "Ascending", "In ascending order"
        )
        return sentences(lead, name, ignored if self.column.nulls else "", order if self.sort else "")


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
