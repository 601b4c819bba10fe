"""Filters that somebody could want, with literals from the live data."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from factory.intents.english import day, words
from factory.intents.filters import (
    Between,
    Compare,
    DayRange,
    Equals,
    Filter,
    Flag,
    Matches,
    Missing,
    NotEquals,
    OneOf,
    Period,
)
from factory.records import Column, Role, Table

FEW_ROWS = 20
# Words that occur in most sentences say nothing about a note.
_EMPTY_WORDS = words(
    "about after again also always another because been before being below could does doing each from have here into "
    "just last least less like made make many more most much next nobody nothing only other over please same says "
    "should some still such than that their them then there these they this those through twice under until very "
    "wants were what when where which while will with without would your"
)
_STATES = words("decision outcome reason response result stage state status")
_EACH_ONCE: frozenset[Role] = frozenset({"timestamp", "measure", "text", "name", "place"})


def draw_filter(
    table: Table,
    rng: Random,
    beside: tuple[Filter, ...] = (),
    roles: tuple[Role, ...] = (),
    *,
    patterns: bool = False,
) -> Filter | None:
    """A filter (on a column of one of `roles`) that neither repeats nor contradicts those `beside` it.

    `patterns` allows "whose name starts with …". None when nothing offers itself.
    """
    columns = [
        c
        for c in table.columns
        if c.role in (roles or _DRAWS) and c.values and all(compatible(c, other.column) for other in beside)
    ]
    if table.row_count < FEW_ROWS:
        # Nobody narrows a dozen rows down by patterns and thresholds.
        columns = [c for c in columns if c.role in ("name", "category", "place", "flag")]
    rng.shuffle(columns)
    for column in columns[:4]:
        drawn = _name(column, rng, patterns) if column.role == "name" else _DRAWS[column.role](column, rng)
        if drawn is not None:
            return drawn
    return None


def draw_filters(
    table: Table, rng: Random, count: int, *, patterns: bool = False, unwanted: frozenset[str] = frozenset()
) -> tuple[Filter, ...]:
    """At most `count` filters on different columns, none of them `unwanted`."""
    found: list[Filter] = []
    for _ in range(min(count, 1) if table.row_count < FEW_ROWS else count):
        one = draw_filter(table, rng, tuple(found), patterns=patterns)
        if one is None or one.column.name in unwanted:
            continue
        if one.column.role == "name" and isinstance(one, Equals):
            return (one,)  # a name says it all
        found.append(one)
    return tuple(found)


def compatible(one: Column, other: Column) -> bool:
    """Whether filters on both may stand together: two times, or a status and what only some statuses have, may not."""
    if one.name == other.name or (one.role == other.role and one.role in _EACH_ONCE):
        return False
    mine, others = set(one.label.split()), set(other.label.split())
    if mine & others - {"of", "the", "to"} or "model" in mine | others:
        return False  # a census region and a census division, a model and its maker
    return not ((one.nulls and _stateful(other)) or (other.nulls and _stateful(one)))


def _stateful(column: Column) -> bool:
    """Whether other columns are empty or full depending on this one."""
    return column.role in ("flag", "timestamp") or bool(column.nulls) or bool(_STATES & set(column.label.split()))


def _missing(column: Column, rng: Random) -> Filter | None:
    return Missing(column) if column.missing and column.nulls and rng.random() < 0.15 else None


def _category(column: Column, rng: Random) -> Filter | None:
    if found := _missing(column, rng):
        return found
    values = [value for value in column.values[:12] if _speakable(value)]
    if column.distinct < 2 or not values:
        return None
    draw = rng.random()
    if draw < 0.62 or column.distinct < 4 or len(values) < 3:
        return Equals(column, rng.choice(values))
    if draw < 0.88:
        some = rng.sample(values, 2 if len(values) < 5 or rng.random() < 0.7 else 3)
        return OneOf(column, tuple(some), spelled_out=rng.random() < 0.25)
    return NotEquals(column, rng.choice(values[:4])) if not column.nulls else None


def _name(column: Column, rng: Random, patterns: bool) -> Filter | None:
    values = [value for value in column.values if _speakable(value)]
    if not values:
        return None
    value = rng.choice(values)
    draw = rng.random()
    if not patterns or draw < 0.4 or column.distinct < FEW_ROWS:
        return Equals(column, value)
    word = value.split()[0]
    if draw < 0.75 and len(word) > 2 and word.isalpha():
        return Matches(column, word[: rng.choice((1, 1, 2))], "starts")
    longest = max(value.split(), key=len)
    return _containing(column, longest, rng) if len(longest) > 3 else None


def _text(column: Column, rng: Random) -> Filter | None:
    if found := _missing(column, rng):
        return found
    words = [w.strip(".,;:!?()") for value in column.values[:12] for w in str(value).split()]
    words = [w for w in words if len(w) > 3 and w.isalpha() and w.lower() not in _EMPTY_WORDS]
    return _containing(column, rng.choice(words), rng) if words else None


def _containing(column: Column, word: str, rng: Random) -> Filter:
    """Case goes without saying only where all values are known and have the word in one case."""
    known = column.distinct <= len(column.values)
    if rng.random() < (0.25 if known else 0.5):
        return Matches(column, word.lower(), "contains", "any")
    varies = any(word.lower() in str(value).replace(word, "").lower() for value in column.values)
    return Matches(column, word, "contains", "exact" if varies or not known else None)


def _measure(column: Column, rng: Random) -> Filter | None:
    if found := _missing(column, rng):
        return found
    levels = sorted(set(column.values[1:-1]))
    if len(levels) < 2:
        return None
    draw = rng.random()
    if draw < 0.2 and len(levels) > 3:
        low, high = (_rounded(v, column) for v in sorted(rng.sample(levels, 2)))
        if low >= high or (high == 1 and not column.unit):
            return None
        return Between(column, low, high, stated=rng.random() < 0.4)
    level = _rounded(rng.choice(levels), column)
    if not column.values[0] < level < column.values[-1] or (level == 1 and not column.unit):
        return None  # "more than 1 defects" reads badly
    return Compare(column, rng.choice((">", ">", "<", "<", ">=", "<=")), level)


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
    span = (high - low).days
    if span < 20:
        return None
    draw = rng.random()
    moment = low + timedelta(days=rng.randrange(span))
    first = moment.replace(day=1)
    if draw < 0.3 or (span > 6000 and draw < 0.5):
        start, end = date(moment.year, 1, 1), date(moment.year + 1, 1, 1)
        return Period(column, start, end, f"in {moment.year}", as_year=rng.random() < 0.4)
    if draw < 0.45:
        return Period(column, first, _later(first, 1), f"in {first:%B %Y}")
    if draw < 0.6:
        return _since(column, moment, rng)
    if draw < 0.75:
        start = date(moment.year, 1, 1) if rng.random() < 0.5 else first
        said = f"before {start.year}" if start.month == 1 else f"before {day(start)}"
        return Period(column, None, start, said) if start > low else None
    last = min(moment + timedelta(days=rng.choice((13, 29, 44, 59, 89))), high)
    if column.type == "DATE" and (last - moment).days > 6:
        said = rng.choice(("between {} and {} (inclusive)", "from {} through {}")).format(day(moment), day(last))
        return DayRange(column, moment, last, said)
    if rng.random() < 0.3:
        half = date(moment.year, 1 if moment.month < 7 else 7, 1)
        return Period(
            column, half, _later(half, 6), f"in the {'first' if half.month == 1 else 'second'} half of {half.year}"
        )
    quarter = date(moment.year, 3 * ((moment.month - 1) // 3) + 1, 1)
    ordinal = ("first", "second", "third", "fourth")[(quarter.month - 1) // 3]
    return Period(column, quarter, _later(quarter, 3), f"in the {ordinal} quarter of {moment.year}")


def _since(column: Column, moment: date, rng: Random) -> Filter:
    if rng.random() < 0.4:
        return Period(column, date(moment.year, 1, 1), None, f"in {moment.year} or later")
    first = moment.replace(day=1)
    return Period(column, first, None, f"on or after {day(first)}")


def _as_date(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def _later(first: date, months: int) -> date:
    count = first.month - 1 + months
    return date(first.year + count // 12, count % 12 + 1, 1)


def _flag(column: Column, rng: Random) -> Filter | None:
    return Flag(column, rng.random() < 0.6) if column.distinct == 2 else None


def _speakable(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 40 and "'" not in value and "\n" not in value


_DRAWS = {
    "category": _category,
    "place": _category,
    "name": lambda column, rng: _name(column, rng, False),
    "text": _text,
    "measure": _measure,
    "timestamp": _timestamp,
    "flag": _flag,
}
