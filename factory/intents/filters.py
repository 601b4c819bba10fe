"""What restricts rows: each filter is one object that gives its SQL condition and its English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Protocol

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import article, day, listed, number
from factory.records import Column, Role, Table

FEW_ROWS = 20


class Filter(Protocol):
    """`said` is put right after the plural noun of the table: "orders *paid by card*"."""

    @property
    def column(self) -> Column: ...

    def said(self) -> str: ...

    def condition(self, at: exp.Column) -> exp.Expr: ...


def _with_values(column: Column, values: tuple[Any, ...], last: str = "or") -> str:
    texts = [str(value) for value in values]
    if column.phrase and "'{}'" in column.phrase:
        return column.phrase.replace("'{}'", listed([f"'{t}'" for t in texts], last))
    if column.phrase:
        return column.phrase.replace("{}", listed(texts, last))
    if column.role == "name":
        return f"named {listed(texts, last)}"
    quoted = [f"'{text}'" for text in texts]
    return f"whose {column.label} is {listed(quoted, last)}"


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
    column: Column
    value: Any

    def said(self) -> str:
        return f"whose {self.column.label} is not '{self.value}'"

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
        words = {">": "above {}", "<": "below {}", ">=": "of at least {}", "<=": "of at most {}"}
        return f"with {article(self.column.label)} {words[self.operator].format(amount)}"

    def condition(self, at: exp.Column) -> exp.Expr:
        kinds = {">": exp.GT, "<": exp.LT, ">=": exp.GTE, "<=": exp.LTE}
        return kinds[self.operator](this=at, expression=sql.literal(self.value))


@dataclass(frozen=True, slots=True)
class Between:
    column: Column
    low: Any
    high: Any

    def said(self) -> str:
        low, high = number(self.low, self.column.unit), number(self.high, self.column.unit)
        return f"with {article(self.column.label)} from {low} to {high}"

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
        if self.column.phrase:
            return self.column.phrase.replace("{}", self.words)
        return f"with {article(self.column.label)} {self.words}"

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

    def said(self) -> str:
        words = f"between {day(self.first)} and {day(self.last)}"
        return (self.column.phrase or f"with {article(self.column.label)} {{}}").replace("{}", words)

    def condition(self, at: exp.Column) -> exp.Expr:
        return exp.Between(this=at, low=sql.literal(self.first), high=sql.literal(self.last))


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
    """A pattern test; `where` is "starts" or "contains"; matches case exactly."""

    column: Column
    text: str
    where: str

    def said(self) -> str:
        verb = "starts with" if self.where == "starts" else "contains"
        return f"whose {self.column.label} {verb} '{self.text}'"

    def condition(self, at: exp.Column) -> exp.Expr:
        pattern = f"{self.text}%" if self.where == "starts" else f"%{self.text}%"
        return exp.Like(this=at, expression=exp.Literal.string(pattern))


def draw_filter(
    table: Table, rng: Random, taken: frozenset[str] = frozenset(), roles: tuple[Role, ...] = ()
) -> Filter | None:
    """A filter on a column that isn't `taken` (of one of `roles`), with literals from the live data.

    None when nothing offers itself.
    """
    columns = [c for c in table.columns if c.name not in taken and c.role in (roles or _DRAWS) and c.values]
    if table.row_count < FEW_ROWS:
        # Nobody narrows a dozen rows down by patterns and thresholds.
        columns = [c for c in columns if c.role in ("name", "category", "place", "flag")]
    rng.shuffle(columns)
    for column in columns[:4]:
        drawn = _DRAWS[column.role](column, rng)
        if drawn is not None:
            return drawn
    return None


def draw_filters(table: Table, rng: Random, count: int, taken: frozenset[str] = frozenset()) -> tuple[Filter, ...]:
    """At most `count` filters on different columns."""
    found: list[Filter] = []
    for _ in range(min(count, 1) if table.row_count < FEW_ROWS else count):
        one = draw_filter(table, rng, taken | {f.column.name for f in found})
        if one is not None:
            found.append(one)
    return tuple(found)


def _missing(column: Column, rng: Random) -> Filter | None:
    if column.missing and column.nulls and rng.random() < 0.15:
        return Missing(column, negated=False)
    return None


def _category(column: Column, rng: Random) -> Filter | None:
    if found := _missing(column, rng):
        return found
    values = [value for value in column.values[:12] if _speakable(value)]
    if column.distinct < 2 or not values:
        return None
    draw = rng.random()
    if draw < 0.62 or len(values) < 3:
        return Equals(column, rng.choice(values))
    if draw < 0.88:
        some = rng.sample(values, 2 if len(values) < 5 or rng.random() < 0.7 else 3)
        return OneOf(column, tuple(some), spelled_out=rng.random() < 0.25)
    return NotEquals(column, rng.choice(values)) if not column.nulls else None


def _name(column: Column, rng: Random) -> Filter | None:
    values = [value for value in column.values if _speakable(value)]
    if not values:
        return None
    value = rng.choice(values)
    draw = rng.random()
    if draw < 0.4 or column.distinct < FEW_ROWS:
        return Equals(column, value)
    word = value.split()[0]
    if draw < 0.75 and len(word) > 2:
        return Matches(column, word[: rng.randint(1, 3)], "starts")
    longest = max(value.split(), key=len)
    return Matches(column, longest, "contains") if len(longest) > 3 else None


def _text(column: Column, rng: Random) -> Filter | None:
    if found := _missing(column, rng):
        return found
    words = [w.strip(".,;:!?()") for value in column.values[:12] for w in str(value).split()]
    words = [w for w in words if len(w) > 3 and w.isalpha()]
    return Matches(column, rng.choice(words), "contains") if words else None


def _measure(column: Column, rng: Random) -> Filter | None:
    if found := _missing(column, rng):
        return found
    levels = sorted(set(column.values[1:-1]))
    if len(levels) < 2:
        return None
    draw = rng.random()
    if draw < 0.2 and len(levels) > 3:
        low, high = sorted(rng.sample(levels, 2))
        low, high = _rounded(low, column), _rounded(high, column)
        return Between(column, low, high) if low < high else None
    level = _rounded(rng.choice(levels), column)
    if not column.values[0] < level < column.values[-1] or (level == 1 and not column.unit):
        return None  # "more than 1 defects" reads badly
    return Compare(column, rng.choice([">", ">", "<", "<", ">=", "<="]), level)


def _rounded(value: Any, column: Column) -> Any:
    """To two or three significant digits: people ask for "above 250", not "above 247.13"."""
    if not value or column.type.startswith("BOOL"):
        return value
    as_float = float(value)
    digits = 2 if abs(as_float) >= 20 else 3
    shown = float(f"{as_float:.{digits - 1}e}")
    return int(shown) if shown.is_integer() else shown


def _timestamp(column: Column, rng: Random) -> Filter | None:
    if found := _missing(column, rng):
        return found
    low, high = _as_date(column.values[0]), _as_date(column.values[-1])
    if (high - low).days < 20:
        return None
    draw = rng.random()
    moment = low + timedelta(days=rng.randrange((high - low).days))
    first = moment.replace(day=1)
    if draw < 0.32:
        start, end = date(moment.year, 1, 1), date(moment.year + 1, 1, 1)
        return Period(column, start, end, f"in {moment.year}", as_year=rng.random() < 0.4)
    if draw < 0.5:
        return Period(column, first, _next_month(first), f"in {first:%B %Y}")
    if draw < 0.65:
        return Period(column, first, None, f"on or after {day(first)}")
    if draw < 0.8:
        return Period(column, None, first, f"before {day(first)}") if first > low else None
    last = min(moment + timedelta(days=rng.choice([13, 29, 44, 59, 89])), high)
    if column.type == "DATE" and moment < last:
        return DayRange(column, moment, last)
    quarter = date(moment.year, 3 * ((moment.month - 1) // 3) + 1, 1)
    end = _next_month(_next_month(_next_month(quarter)))
    ordinal = ("first", "second", "third", "fourth")[(quarter.month - 1) // 3]
    return Period(column, quarter, end, f"in the {ordinal} quarter of {moment.year}")


def _as_date(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _flag(column: Column, rng: Random) -> Filter | None:
    return Flag(column, rng.random() < 0.6) if column.distinct == 2 else None


def _speakable(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 40 and "'" not in value and "\n" not in value


_DRAWS = {
    "category": _category,
    "place": _category,
    "name": _name,
    "text": _text,
    "measure": _measure,
    "timestamp": _timestamp,
    "flag": _flag,
}
