"""Filters joined by OR and NOT: "How many orders are there, leaving out those paid by card and those gift-wrapped?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import identified, wanted
from factory.intents.draw_filter import draw_filter
from factory.intents.english import capped, listed, sentence, sentences, worded
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
        patterns = {
            "or": (
                "{plural} that are among those {one} or those {other} (or both)",
                "{plural} in at least one of two groups: those {one}; those {other};",
                "{plural} of either sort, those {one} or those {other},",
            ),
            "neither": (
                "{plural} other than those {one} and those {other}",
                "{plural} that are neither among those {one} nor among those {other},",
                "{plural} outside two groups, those {one} and those {other},",
            ),
            "but not": (
                "{plural} {one}, [except|minus|without] those {other},",
                "{plural} {one}, [leaving aside|less] those {other},",
            ),
            "exactly one": (
                "{plural} that are either among those {one} or among those {other}, but not both,",
                "{plural} in exactly one of two groups, those {one} and those {other},",
            ),
        }[self.logic]
        return worded(self.voice, *patterns, plural=self.table.plural, one=self.one.said(), other=self.other.said())

    def question(self) -> str:
        parts = {"plural": self.table.plural, "rule": self._rule(), "which": self._which()}
        parts |= {"capped": capped(parts["rule"])}
        if self.columns:
            nouns = [column_noun(self.table, c, qualified=i == 0) for i, c in enumerate(self.columns)]
            these = listed([f"the {n}" for n in nouns])
            text = worded(
                self.voice,
                "List {these} of {which}.",
                "Which ones are the {which}? Show {these}.",
                "A list of {plural}: {rule}. {show}",
                "{which}, with {these}.",
                "Find {which}. {show}",
                "Of all {plural}, {rule}. {show}",
                these=these,
                show=sentence(wanted(self.voice, *nouns)),
                **parts,
            )
            return _closed(sentence(text))
        groups, identity = identified(self.voice, *([self.key] if self.key else []))
        per = f" per {groups[0]}" if groups else ""
        text = worded(
            self.voice,
            "What is the {of_all}{per}? {capped}.",
            "{of_all}{per}; {rule}.",
            "{lead}[give me|get|compute] the {of}.",
            "Of all {plural}, {rule}. What is the {said}{per}?",
            "For {which}, [compute|return|give] the {said}{per}.",
            "[Calculate|I want] the {of_all}{per}: {rule}.",
            "{lead}how many {which} are there?" if self.aggregate.column is None else "{lead}what is the {of}?",
            of_all=self.aggregate.of(self.table.plural),
            of=self.aggregate.of(parts["which"]),
            said=self.aggregate.said(),
            per=per,
            lead=f"per {groups[0]}, " if groups else "",
            **parts,
        )
        text = _closed(sentence(text))
        return sentences(text, identity, first_day(self, self.key.unit) if self.key and self.key.unit else "")

    def _rule(self) -> str:
        """The same as what to do with two groups of rows."""
        patterns = {
            "or": ("count {a} as well as {b}", "take {a} and also {b}", "[include|keep] all {a} and all {b}"),
            "neither": (
                "leave out {a} and {b}",
                "exclude both {a} and {b}",
                "drop {a}, and {b} too",
                "without {a}, without {b}",
            ),
            "but not": (
                "take {a}, but [leave out|not] {b}",
                "start from {a} and remove {b}",
                "[keep|only] {a} except for {b}",
            ),
            "exactly one": (
                "take {a} and {b}, but nothing in both",
                "keep what is in exactly one of two groups, {a} or {b}",
                "[include|count] {a} and {b}, except where both hold",
            ),
        }[self.logic]
        return worded(self.voice, *patterns, a=f"those {self.one.said()}", b=f"those {self.other.said()}")


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
