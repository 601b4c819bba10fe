"""Percentiles of a measure: "What are the median and the 90th percentile of the delivery time per courier?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import identified
from factory.intents.english import capped, listed, sentences, worded
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
        said = [_said(percent) for percent in self.percents]
        groups, identity = identified(self.voice, *([self.key] if self.key else []))
        parts = {
            "what": self.subject.said(),
            "label": self.column.label,
            "bare": listed(said),
            "these": listed([f"the {one}" for one in said]),
            "is": "is" if len(said) == 1 else "are",
            "group": "".join(groups),
        }
        if self.key is None:
            lead = worded(
                self.voice,
                "What {is} {these} of the {label} [over|across|for] {what}?",
                "For {what}, [compute|get|give] {these} of the {label}",
                "{bare} of the {label} [for|of|across] {what}",
                "How is {label} distributed [among|over] {what}? [Give|Show] {these}",
                "[Considering|Taking] {what}, {these} of the {label}",
                "{label} of {what}: {bare}",
                **parts,
            )
        else:
            lead = worded(
                self.voice,
                "What {is} {these} of the {label} of {what} [for|in] each {group}?",
                "[Compute|Calculate] {these} of the {label} per {group} for {what}",
                "{bare} of the {label} of {what} [per|by] {group}",
                "For every {group}, {these} of the {label} across {what}",
                "How does the {label} of {what} vary by {group}? Give {these}",
                "Group {what} by {group}, with {these} of the {label}",
                **parts,
            )
        day = first_day(self, self.key.unit) if self.key and self.key.unit else ""
        return sentences(lead, self._how(_PLACES[self.decimals]), identity, day)

    def _how(self, places: str) -> str:
        if self.percents == (50,):
            return worded(
                self.voice,
                "[Round|Rounded] to {places}",
                "[Give|Show] it to {places}",
                "{capped}, please",
                places=places,
                capped=capped(places),
            )
        return worded(
            self.voice,
            "Interpolate and round to {places}",
            "[Interpolated|Continuous] percentiles, [rounded to {places}|to {places}]",
            "Round to {places}, with linear interpolation",
            "[Continuous|Interpolating], to {places}",
            places=places,
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
