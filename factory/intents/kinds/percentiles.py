"""Percentiles of a measure: "What are the median and the 90th percentile of the delivery time per courier?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence
from factory.intents.grouping import Key, draw_key, slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.intents.timespan import first_day
from factory.records import Column, Database

_PLACES = ("a whole number", "one decimal", "two decimals")


@dataclass(frozen=True, kw_only=True)
class Percentiles(Intent):
    """`percents` of `column`, interpolated, rounded to `decimals`; per `key` when there is one."""

    kind = "percentiles"
    subject: Subject
    column: Column
    percents: tuple[int, ...]
    key: Key | None
    decimals: int
    form: Literal["quantile_cont", "within group"]
    medians: bool

    def tree(self) -> exp.Expr:
        joins = (*self.subject.joins(), *(self.key.joins() if self.key else ()))
        scope = Scope(self.subject.table, joins, self.aliases)
        at: exp.Expr = scope.column(self.subject.table.name, self.column.name)
        if self.column.type.startswith("DECIMAL"):
            # A decimal's quantile keeps the column's scale: it would be rounded twice.
            at = exp.Cast(this=at, to=exp.DataType.build("double"))
        selected = self.key.selected(scope) if self.key else []
        for percent in self.percents:
            name = f"median_{slug(self.column.label)}" if percent == 50 else f"p{percent}_{slug(self.column.label)}"
            value = exp.Round(this=self._quantile(percent, at), decimals=exp.Literal.number(self.decimals))
            selected.append(sql.alias(value, name))
        query = self.subject.restrict(scope.select(*selected), scope)
        return query.group_by(*self.key.expressions(scope), copy=False) if self.key else query

    def _quantile(self, percent: int, at: exp.Expr) -> exp.Expr:
        if percent == 50 and self.medians:
            return exp.Median(this=at.copy())
        part = exp.Literal.number(f"{percent / 100:g}")
        if self.form == "quantile_cont":
            return sql.call("QUANTILE_CONT", at.copy(), part)
        order = exp.Order(expressions=[sql.ordered(at.copy())])
        # As a WithinGroup node it would be rewritten to QUANTILE_CONT(x, p ORDER BY x), which nobody writes.
        return sql.call(f"PERCENTILE_CONT({part.this}) WITHIN GROUP ", order)

    def question(self) -> str:
        what, label = self.subject.said(), self.column.label
        parts = [_said(percent) for percent in self.percents]
        these = listed([f"the {part}" for part in parts])
        verb = "is" if len(parts) == 1 else "are"
        places = _PLACES[self.decimals]
        how = self._how(places)
        if self.key is None:
            text = self.choose(
                f"What {verb} {these} of the {label} over all {what}? {how}",
                f"For {what}, compute {these} of the {label}. {how}",
                f"{listed(parts)} of the {label} for {what}? {how}",
                f"I need {these} of the {label} of {what}. {how}",
                f"How is the {label} distributed among {what}? Give {these}. {how}",
                f"Considering {what}, tell me {these} of the {label}. {how}",
            )
        else:
            group = self.key.said()
            text = self.choose(
                f"What {verb} {these} of the {label} of {what} for each {group}? {how}",
                f"Compute {these} of the {label} per {group} for {what}. {how}",
                f"{listed(parts)} of the {label} of {what} per {group}. {how}",
                f"For every {group}, I need {these} of the {label} across {what}. {how}",
                f"How does the {label} of {what} vary by {group}? Give {these} per {group}. {how}",
                f"Group {what} by {group} and show {these} of the {label}. {how}",
            )
            if self.key.entity:
                text += f" Include {self.key.output()}."
            if self.key.unit:
                text += first_day(self, self.key.unit)
        return sentence(text)

    def _how(self, places: str) -> str:
        if self.percents == (50,):
            return self.aside(f"Round to {places}.", f"Rounded to {places}, please.", f"Give it to {places}.")
        return self.aside(
            f"Interpolate between values and round to {places}.",
            f"Use interpolated percentiles, rounded to {places}.",
            f"Round to {places}, with linear interpolation.",
            f"Percentiles are continuous (interpolated); round to {places}.",
        )


def _said(percent: int) -> str:
    return "median" if percent == 50 else f"{percent}th percentile"


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in (*facts(database), *database.tables) if _measures(t.with_role("measure"))]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.25, most=2, floor=40)
    measures = [c for c in _measures(table.with_role("measure")) if c.name not in subject.used]
    if not measures:
        return None
    key = draw_key(database, subject, rng, entity=0.15, time=0.15) if rng.random() < 0.75 else None
    if key and subject.rows() < 5 * key.groups:
        key = None
    column = rng.choice(measures)
    small = float(column.values[-1]) < 1000
    return Percentiles(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        column=column,
        percents=rng.choice(((50,), (90,), (95,), (50, 90), (50, 95), (25, 75), (25, 50, 75), (10, 50, 90))),
        key=key,
        decimals=rng.choice((1, 2, 2) if small else (0, 1, 2)),
        form="quantile_cont" if rng.random() < 0.65 else "within group",
        medians=rng.random() < 0.6,
    )


def _measures(columns: tuple[Column, ...]) -> list[Column]:
    return [c for c in columns if c.distinct > 15]
