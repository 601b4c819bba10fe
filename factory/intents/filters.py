"""What restricts rows: each filter is one object that gives its SQL condition and its English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol

from sqlglot import exp

from factory.intents import sql
from factory.intents.clauses import kind_of
from factory.intents.english import article, listed, number, number_range
from factory.records import Column


class Filter(Protocol):
    """`said` is put after the plural noun of the table: "orders *paid by card*"."""

    @property
    def column(self) -> Column: ...

    def said(self) -> str: ...

    def condition(self, at: exp.Column) -> exp.Expr: ...


def _with_values(column: Column, values: tuple[Any, ...]) -> str:
    texts = [str(value) for value in values]
    quoted = listed([f"'{text}'" for text in texts], "or")
    if column.phrase and "'{}'" in column.phrase:
        return column.phrase.replace("'{}'", quoted)
    if column.phrase:
        return column.phrase.replace("{}", listed(texts, "or"))
    if column.role == "name":
        return f"named {quoted}" if column.label == "name" else f"with the {column.label} {quoted}"
    return f"whose {column.label} {_is(column)} {quoted}"


def _is(column: Column) -> str:
    return "are" if _plural(column) else "is"


def noun_phrase(column: Column) -> str:
    """The label with "a" or "an", if it is something that one can count one of: "a tip", but "port dues"."""
    return column.label if column.label == column.plural else article(column.label)


def _plural(column: Column) -> bool:
    """Labels such as "remarks" or "delivery terms" take a plural verb."""
    return column.label == column.plural and column.label.endswith("s")


@dataclass(frozen=True, slots=True)
class Equals:
    column: Column
    value: Any

    def said(self) -> str:
        return _with_values(self.column, (self.value,))

    def condition(self, at: exp.Column) -> exp.Expr:
        return exp.EQ(this=at, expression=sql.literal(self.value))


@dataclass(frozen=True, slots=True)
class OneOf:
    column: Column
    values: tuple[Any, ...]
    spelled_out: bool = False

    def said(self) -> str:
        return _with_values(self.column, self.values)

    def condition(self, at: exp.Column) -> exp.Expr:
        if self.spelled_out:
            first, *rest = (exp.EQ(this=at.copy(), expression=sql.literal(v)) for v in self.values)
            result: exp.Expr = first
            for other in rest:
                result = exp.Or(this=result, expression=other)
            return result
        return exp.In(this=at, expressions=[sql.literal(value) for value in self.values])


@dataclass(frozen=True, slots=True)
class NotEquals:
    """For columns without NULLs: what is missing is neither equal nor unequal."""

    column: Column
    value: Any

    def said(self) -> str:
        phrase = self.column.phrase
        if phrase and kind_of(phrase) in ("participle", "preposition") and not phrase.startswith("not "):
            return f"not {phrase.replace('{}', str(self.value))}"
        return f"whose {self.column.label} {_is(self.column)} not '{self.value}'"

    def condition(self, at: exp.Column) -> exp.Expr:
        return exp.NEQ(this=at, expression=sql.literal(self.value))


@dataclass(frozen=True, slots=True)
class Compare:
    """`operator` is one of > < >= <=."""

    column: Column
    operator: str
    value: Any

    def said(self) -> str:
        amount = number(self.value, self.column.unit)
        own = {">": self.column.more, "<": self.column.less}.get(self.operator)
        if own:
            return own.replace("{}", amount)
        # "with more than 3 seats" tells how to say "with at least 3 seats".
        side = "least" if self.operator == ">=" else "most"
        if self.column.more and "at more than {}" in self.column.more:
            reach = f"at {amount} or {'more' if side == 'least' else 'less'}"
            return self.column.more.replace("at more than {}", reach)
        if self.column.more and "more than {}" in self.column.more and self.operator in (">=", "<="):
            return self.column.more.replace("more than {}", f"at {side} {amount}")
        words = {">": "above {}", "<": "below {}", ">=": "of at least {}", "<=": "of at most {}"}
        return f"with {noun_phrase(self.column)} {words[self.operator].format(amount)}"

    def condition(self, at: exp.Column) -> exp.Expr:
        kinds = {">": exp.GT, "<": exp.LT, ">=": exp.GTE, "<=": exp.LTE}
        return kinds[self.operator](this=at, expression=sql.literal(self.value))


@dataclass(frozen=True, slots=True)
class Between:
    """Both ends included; `stated` says so."""

    column: Column
    low: Any
    high: Any
    stated: bool = False

    def said(self) -> str:
        return f"{self._said()} (inclusive)" if self.stated else self._said()

    def _said(self) -> str:
        amounts = number_range(self.low, self.high, self.column.unit)
        if self.column.more and "more than {}" in self.column.more:
            return self.column.more.replace("more than {}", amounts)
        return f"with {noun_phrase(self.column)} of {amounts}"

    def condition(self, at: exp.Column) -> exp.Expr:
        return exp.Between(this=at, low=sql.literal(self.low), high=sql.literal(self.high))


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open: `start` ≤ time < `end`; either may be missing. `words` says the period ("in March 2023")."""

    column: Column
    start: date | None
    end: date | None
    words: str
    as_year: bool = False

    def said(self) -> str:
        return _when(self.column, self.words)

    def condition(self, at: exp.Column) -> exp.Expr:
        if self.as_year and self.start:
            return exp.EQ(this=sql.year_of(at), expression=sql.literal(self.start.year))
        parts: list[exp.Expr] = []
        if self.start:
            parts.append(exp.GTE(this=at.copy(), expression=sql.literal(self.start)))
        if self.end:
            parts.append(exp.LT(this=at.copy(), expression=sql.literal(self.end)))
        return sql.both(*parts)


@dataclass(frozen=True, slots=True)
class DayRange:
    """First and last day, both included; only for DATE columns, where BETWEEN loses no hours."""

    column: Column
    first: date
    last: date
    words: str

    def said(self) -> str:
        return _when(self.column, self.words)

    def condition(self, at: exp.Column) -> exp.Expr:
        return exp.Between(this=at, low=sql.literal(self.first), high=sql.literal(self.last))


def _when(column: Column, words: str) -> str:
    return (column.phrase or f"with {noun_phrase(column)} {{}}").replace("{}", words)


@dataclass(frozen=True, slots=True)
class Flag:
    column: Column
    value: bool

    def said(self) -> str:
        words = self.column.yes if self.value else self.column.no
        return words or f"with {self.column.label} {'set' if self.value else 'not set'}"

    def condition(self, at: exp.Column) -> exp.Expr:
        return at if self.value else exp.Not(this=at)


@dataclass(frozen=True, slots=True)
class Missing:
    column: Column
    negated: bool = False

    def said(self) -> str:
        if self.negated:
            return f"with a recorded {self.column.label}"
        return self.column.missing or f"with no recorded {self.column.label}"

    def condition(self, at: exp.Column) -> exp.Expr:
        return sql.not_null(at) if self.negated else exp.Is(this=at, expression=exp.Null())


@dataclass(frozen=True, slots=True)
class Matches:
    """A pattern test; `where` is "starts" or "contains".

    `case` is "exact", "any" or None: exact too, but not worth a word, since the text occurs in one case only.
    """

    column: Column
    text: str
    where: str
    case: Literal["exact", "any"] | None = None

    def said(self) -> str:
        verb = ("start" if self.where == "starts" else "contain") + ("" if _plural(self.column) else "s")
        aside = {"exact": " (case-sensitive)", "any": " in upper or lower case"}.get(self.case or "", "")
        return f"whose {self.column.label} {verb} {'with ' if self.where == 'starts' else ''}'{self.text}'{aside}"

    def condition(self, at: exp.Column) -> exp.Expr:
        pattern = exp.Literal.string(f"{self.text}%" if self.where == "starts" else f"%{self.text}%")
        kind = exp.ILike if self.case == "any" else exp.Like
        return kind(this=at, expression=pattern)


FILTERS = (Between, Compare, DayRange, Equals, Flag, Matches, Missing, NotEquals, OneOf, Period)
