"""How far values lie apart: "What is the sample standard deviation of the list price per product category?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import identified
from factory.intents.english import listed, sentences, worded
from factory.intents.grouping import Key, draw_key, slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.intents.timespan import first_day
from factory.records import Column, Database

Measure = Literal["deviation", "range", "mean", "variation"]
_SAID: dict[Measure, str] = {
    "deviation": "sample standard deviation",
    "range": "range (highest minus lowest)",
    "mean": "average",
    "variation": "coefficient of variation (sample standard deviation divided by the average)",
}
_NAMES: dict[Measure, str] = {"deviation": "stddev", "range": "range", "mean": "avg", "variation": "cv"}


@dataclass(frozen=True, kw_only=True)
class Spread(Intent):
    """`short` writes STDDEV, which is the same as STDDEV_SAMP. All rounded to `decimals`; a deviation of one row is
    NULL."""

    kind = "spread"
    subject: Subject
    column: Column
    measures: tuple[Measure, ...]
    key: Key | None
    decimals: int
    short: bool

    def tree(self) -> exp.Expr:
        joins = (*self.subject.joins(), *(self.key.joins() if self.key else ()))
        scope = Scope(self.subject.table, joins, self.aliases)
        at = scope.column(self.subject.table.name, self.column.name)
        selected = self.key.selected(scope) if self.key else []
        for measure in self.measures:
            value = exp.Round(this=self._value(measure, at), decimals=exp.Literal.number(self.decimals))
            selected.append(sql.alias(value, f"{_NAMES[measure]}_{slug(self.column.label)}"))
        query = self.subject.restrict(scope.select(*selected), scope)
        return query.group_by(*self.key.expressions(scope), copy=False) if self.key else query

    def _value(self, measure: Measure, at: exp.Column) -> exp.Expr:
        deviation = (exp.Stddev if self.short else exp.StddevSamp)(this=at.copy())
        mean = exp.Avg(this=at.copy())
        if measure == "range":
            return exp.Sub(this=exp.Max(this=at.copy()), expression=exp.Min(this=at.copy()))
        if measure == "variation":
            return exp.Div(this=deviation, expression=mean)
        return deviation if measure == "deviation" else mean

    def question(self) -> str:
        bare = listed([_SAID[measure] for measure in self.measures])
        groups, identity = identified(self.voice, *([self.key] if self.key else []))
        parts = {
            "what": self.subject.said(),
            "label": self.column.label,
            "values": self.column.plural,
            "bare": bare,
            "these": listed([f"the {_SAID[measure]}" for measure in self.measures]),
            "is": "is" if len(self.measures) == 1 else "are",
            "only": " only" if self.subject.restricted else "",
            "group": "".join(groups),
        }
        places = str(self.decimals)
        how = worded(
            self.voice,
            "Round to {word} decimal{s}",
            "Rounded to {places} decimal{s}",
            "{capped} decimal{s}[| will do|, please]",
            "[Keep|Use] {word} decimal place{s}",
            "To {places} place{s}",
            places=places,
            word=(word := {1: "one", 2: "two", 3: "three"}[self.decimals]),
            capped=word.capitalize(),
            s="" if self.decimals == 1 else "s",
        )
        if self.key is None:
            lead = worded(
                self.voice,
                "What {is} {these} of the {label} [over|across|for] {what}?",
                "How [widely|much] does the {label} of {what} vary? [Give|Show] {these}",
                "[Compute|Calculate|Work out] {these} of the {label} for {what}",
                "{bare} of the {label}, {what}{only}",
                "[Taking|For] {what}, what {is} {these} of their {values}?",
                "{label} of {what}: {bare}",
                **parts,
            )
        else:
            lead = worded(
                self.voice,
                "What {is} {these} of the {label} of {what} [in|for] each {group}?",
                "How [widely|much] does the {label} of {what} vary by {group}? [Give|Show] {these}",
                "Per {group}, {these} of the {label} for {what}",
                "{bare} of the {label} of {what}, by {group}",
                "{these} of the {label} across {what}, one row per {group}",
                "Group {what} by {group} and [return|compute] {these} of their {values}",
                **parts,
            )
        day = first_day(self, self.key.unit) if self.key and self.key.unit else ""
        return sentences(lead, how, identity, day)


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in (*facts(database), *database.tables) if any(c.distinct > 15 for c in t.with_role("measure"))]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.25, most=2, floor=40)
    columns = [c for c in table.with_role("measure") if c.distinct > 15 and c.name not in subject.used]
    if not columns:
        return None
    key = draw_key(database, subject, rng, entity=0.15, time=0.15) if rng.random() < 0.75 else None
    if key and subject.rows() < 6 * key.groups:
        key = None
    column = rng.choice(columns)
    options: list[tuple[Measure, ...]] = [("deviation",), ("range",), ("mean", "deviation"), ("deviation", "range")]
    if column.values[0] > 0:
        options.append(("variation",))
    measures = rng.choice(options)
    return Spread(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        column=column,
        measures=measures,
        key=key,
        decimals=3 if "variation" in measures else rng.choice((1, 2, 2)),
        short=rng.random() < 0.5,
    )
