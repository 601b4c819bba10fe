"""Filters joined by OR and NOT: "How many orders are there, leaving out those paid by card and those gift-wrapped?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.draw_filter import draw_filter
from factory.intents.english import listed, sentence
from factory.intents.estimate import share
from factory.intents.filters import Filter
from factory.intents.grouping import Aggregate, Key, draw_aggregate, draw_key
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_noun
from factory.intents.timespan import first_day
from factory.records import Column, Database, Role, Table

Logic = Literal["or", "neither", "but not", "exactly one"]


@dataclass(frozen=True, kw_only=True)
class EitherOr(Intent):
    """`logic` of the filters `one` and `other`. The rows are listed when `columns` are given, else aggregated.

    `apart` writes NOT a AND NOT b instead of NOT (a OR b).
    """

    kind = "either_or"
    table: Table
    one: Filter
    other: Filter
    logic: Logic
    columns: tuple[Column, ...]
    aggregate: Aggregate
    key: Key | None
    apart: bool

    def tree(self) -> exp.Expr:
        name = self.table.name
        scope = Scope(self.table, self.key.joins() if self.key else (), self.aliases)
        a, b = (_grouped(f.condition(scope.column(name, f.column.name))) for f in (self.one, self.other))
        condition = self._condition(a, b)
        if self.columns:
            return scope.select(*(scope.column(name, c.name) for c in self.columns)).where(condition, copy=False)
        selected = self.key.selected(scope) if self.key else []
        query = scope.select(*selected, sql.alias(self.aggregate.expression(scope), self.aggregate.name()))
        query = query.where(condition, copy=False)
        return query.group_by(*self.key.expressions(scope), copy=False) if self.key else query

    def _condition(self, a: exp.Expr, b: exp.Expr) -> exp.Expr:
        if self.logic == "or":
            return exp.Or(this=a, expression=b)
        if self.logic == "but not":
            return exp.And(this=a, expression=_denied(b))
        if self.logic == "exactly one":
            first = exp.Paren(this=exp.And(this=a, expression=_denied(b)))
            second = exp.Paren(this=exp.And(this=_denied(a), expression=b.copy()))
            return exp.Or(this=first, expression=second)
        if self.apart:
            return exp.And(this=_denied(a), expression=_denied(b))
        return exp.Not(this=exp.Paren(this=exp.Or(this=a, expression=b)))

    def _which(self) -> str:
        """The rows as one noun phrase."""
        plural, one, other = self.table.plural, self.one.said(), self.other.said()
        phrases = {
            "or": (
                f"{plural} that are among those {one} or those {other} (or both)",
                f"{plural} in at least one of two groups: those {one}; those {other};",
            ),
            "neither": (
                f"{plural} other than those {one} and those {other}",
                f"{plural} that are neither among those {one} nor among those {other},",
            ),
            "but not": (f"{plural} {one}, except those {other},", f"{plural} {one}, leaving aside those {other},"),
            "exactly one": (f"{plural} that are either among those {one} or among those {other}, but not both,",) * 2,
        }[self.logic]
        return self.aside(*phrases)

    def question(self) -> str:
        plural = self.table.plural
        a, b = f"those {self.one.said()}", f"those {self.other.said()}"
        rules = {
            "or": (f"count {a} as well as {b}", f"take {a} and also {b}", f"include all {a} and all {b}"),
            "neither": (f"leave out {a} and {b}", f"exclude both {a} and {b}", f"drop {a}, and drop {b} too"),
            "but not": (f"take {a}, but leave out {b}", f"start from {a} and remove {b}", f"keep {a} except for {b}"),
            "exactly one": (
                f"take {a} and {b}, but nothing that is in both groups",
                f"keep what belongs to exactly one of two groups, {a} or {b}",
                f"include {a} and {b}, except where both hold",
            ),
        }[self.logic]
        rule, which = self.aside(*rules), self._which()
        if self.columns:
            nouns = [column_noun(self.table, c, qualified=i == 0) for i, c in enumerate(self.columns)]
            these = listed([f"the {n}" for n in nouns])
            text = self.choose(
                f"List {these} of {which}.",
                f"Which ones are the {which}? Show {these}.",
                f"I need a list of the {plural}, and {rule}. Show {these}.",
                f"{which}, please, with {these}.",
                f"Find {which}. {self.show(these)}",
                f"Of all {plural}, {rule}. Return {these}.",
            )
            return _closed(sentence(text))
        said, per = self.aggregate.of(plural), f" per {self.key.said()}" if self.key else ""
        lead = f"per {self.key.said()}, " if self.key else ""
        text = self.choose(
            f"What is the {said}{per}? {rule[0].upper() + rule[1:]}.",
            f"{said}{per}; {rule}.",
            f"{lead}give me the {self.aggregate.of(which)}.",
            f"Of all {plural}, {rule}. What is the {self.aggregate.said()}{per}?",
            f"For {which}, compute the {self.aggregate.said()}{per}.",
            f"I want to know the {said}{per}, but {rule}.",
            f"{lead}how many {which} are there?"
            if self.aggregate.column is None
            else f"{lead}what is the {self.aggregate.of(which)}?",
        )
        text = _closed(sentence(text))
        if self.key and self.key.entity:
            text += f" Include {self.key.output()}."
        return text + (first_day(self, self.key.unit) if self.key and self.key.unit else "")


def _closed(text: str) -> str:
    """Without the comma or semicolon that ends a phrase in apposition where something else ends it."""
    for mark in ".?,":
        text = text.replace(f",{mark}", mark).replace(f";{mark}", mark)
    return text


def _grouped(condition: exp.Expr) -> exp.Expr:
    return exp.Paren(this=condition) if isinstance(condition, (exp.And, exp.Or)) else condition


_OPPOSITES: dict[type[exp.Expr], type[exp.Binary]] = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.GT: exp.LTE,
    exp.LTE: exp.GT,
    exp.LT: exp.GTE,
    exp.GTE: exp.LT,
}


def _denied(condition: exp.Expr) -> exp.Expr:
    if opposite := _OPPOSITES.get(type(condition)):
        return opposite(this=condition.this.copy(), expression=condition.args["expression"].copy())
    if isinstance(condition, exp.Not):
        inner: exp.Expr = condition.this.copy()
        return inner
    return exp.Not(this=condition.copy())


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in database.tables if t.row_count > 30]
    if not tables:
        return None
    table = rng.choice(tables)
    roles: tuple[Role, ...] = ("category", "place", "flag", "measure", "timestamp")
    one = draw_filter(table, rng, (), roles)
    other = draw_filter(table, rng, (one,), roles) if one else None
    if one is None or other is None:
        return None
    logic: Logic = rng.choice(("or", "or", "or", "neither", "neither", "but not", "but not", "exactly one"))
    # What is missing is neither in nor out: only OR gives it no say.
    if logic != "or" and (one.column.nulls or other.column.nulls):
        return None
    a, b = share(table, one), share(table, other)
    part = {"or": a + b - a * b, "neither": (1 - a) * (1 - b), "but not": a * (1 - b), "exactly one": a + b - 2 * a * b}
    rows = part[logic] * table.row_count
    if rows < 3 or min(a, b) < 0.02 or max(a, b) > 0.97:
        return None
    listing = rows < 150 and len(shown(table)) > 1 and rng.random() < 0.7
    used = frozenset((one.column.name, other.column.name))
    aggregate = draw_aggregate(table, rng, used=used, count=0.6)
    key = draw_key(database, Subject(table, (one, other)), rng, time=0.2) if rng.random() < 0.4 else None
    if listing or (key and rows < 3 * key.groups):
        key = None
    return EitherOr(
        voice=voice(rng),
        aliases=alias_style(rng),
        table=table,
        one=one,
        other=other,
        logic=logic,
        columns=shown(table) if listing else (),
        aggregate=aggregate,
        key=key,
        apart=rng.random() < 0.5,
    )
