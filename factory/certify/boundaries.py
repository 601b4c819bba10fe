"""Values at and beside a literal, for a column of a given type. Everything is text that DuckDB casts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from factory.certify.aim import Limit

_BITS = {"TINYINT": 8, "SMALLINT": 16, "INTEGER": 32, "BIGINT": 64, "HUGEINT": 128}
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)


def is_temporal(kind: str) -> bool:
    return kind.startswith(("DATE", "TIMESTAMP")) and "[" not in kind


def is_number(kind: str) -> bool:
    return kind.removeprefix("U") in _BITS or kind in ("FLOAT", "DOUBLE") or bool(_DECIMAL.fullmatch(kind))


def around(kind: str, limits: Sequence[Limit]) -> tuple[list[str], list[str]]:
    """Values that pass a comparison and values that fail it: the literal, just below, just above."""
    passing: list[str] = []
    failing: list[str] = []
    for limit in limits:
        if is_number(kind):
            triple = _numbers(kind, limit)
        elif is_temporal(kind):
            triple = _moments(kind, limit)
        elif kind == "VARCHAR":
            triple = _texts(limit)
        elif kind == "TIME":
            triple = ((), (limit.text,), ())
        else:
            triple = ((), (), ())
        below, at, above = triple
        op = limit.op
        passing += [
            *(below if op in ("LT", "LTE", "NEQ") else ()),
            *(at if op in ("EQ", "GTE", "LTE", "LIKE") else ()),
            *(above if op in ("GT", "GTE", "NEQ") else ()),
        ]
        failing += [
            *(below if op in ("GT", "GTE", "EQ", "LIKE") else ()),
            *(at if op in ("GT", "LT", "NEQ") else ()),
            *(above if op in ("LT", "LTE", "EQ", "LIKE") else ()),
        ]
    return list(dict.fromkeys(passing)), list(dict.fromkeys(failing))


def step(kind: str) -> Decimal:
    """The least difference between two values of a numeric type that a person would write."""
    match = _DECIMAL.fullmatch(kind)
    if match:
        return Decimal(1).scaleb(-int(match[2]))
    return Decimal("0.01") if kind in ("FLOAT", "DOUBLE") else Decimal(1)


def fits(kind: str, value: Decimal) -> bool:
    match = _DECIMAL.fullmatch(kind)
    if match:
        return abs(value) < Decimal(1).scaleb(int(match[1]) - int(match[2]))
    bits = _BITS.get(kind.removeprefix("U"))
    if bits is None:
        return True
    low, high = (0, 1 << bits) if kind.startswith("U") else (-1 << (bits - 1), 1 << (bits - 1))
    return low <= value < high


Triple = tuple[Sequence[str], Sequence[str], Sequence[str]]


def _numbers(kind: str, limit: Limit) -> Triple:
    try:
        at = Decimal(limit.text)
    except InvalidOperation:
        return (), (), ()
    size = step(kind)
    if kind in ("FLOAT", "DOUBLE"):
        exponent = at.as_tuple().exponent
        size = min(size, Decimal(1).scaleb(exponent - 1)) if isinstance(exponent, int) and exponent < 0 else size
    below, above = at - size, at + size
    if at % size:  # the literal is finer than the type
        below = at - at % size
        above = below + size
        return [_shown(below)], (), [_shown(above)]
    return (
        [_shown(below)] if fits(kind, below) else [],
        [_shown(at)] if fits(kind, at) else [],
        [_shown(above)] if fits(kind, above) else [],
    )


def _shown(value: Decimal) -> str:
    return format(value, "f")


def _moments(kind: str, limit: Limit) -> Triple:
    whole = kind == "DATE"
    if limit.number:
        year = int(limit.text) if limit.text.isdigit() else 0
        if not 1800 <= year <= 2200:
            return _month_or_day(year, whole)
        first, last = datetime(year, 1, 1), datetime(year + 1, 1, 1) - _SECOND
        middle = datetime(year, 7, 15, 9)
        return (
            [_moment(first - _SECOND, whole)],
            [_moment(first, whole), _moment(last, whole), _moment(middle, whole)],
            [_moment(last + _SECOND, whole)],
        )
    at = parsed(limit.text)
    if at is None:
        return (), (), ()
    if not datetime.min + _DAY <= at <= datetime.max - _DAY:
        return [], [_moment(at, whole)], []  # 9999-12-31, which stands for ever
    if whole:
        return [_moment(at - _DAY, whole)], [_moment(at, whole)], [_moment(at + _DAY, whole)]
    last_second = at.replace(hour=23, minute=59, second=59)
    return (
        [_moment(at - _SECOND, whole), _moment(at - _DAY, whole)],
        [_moment(at, whole)],
        [_moment(at + _SECOND, whole), _moment(last_second, whole), _moment(at + _DAY, whole)],
    )


def _month_or_day(number: int, whole: bool) -> Triple:
    if not 1 <= number <= 12:
        return (), (), ()
    at = datetime(2023, number, 1)
    return [_moment(at - _SECOND, whole)], [_moment(at, whole), _moment(at.replace(day=28), whole)], []


def parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        pass
    try:
        return datetime.strptime(text.strip(), "%Y-%m")
    except ValueError:
        return None


def _moment(value: datetime, whole: bool) -> str:
    return value.date().isoformat() if whole else value.isoformat(" ")


def neighbours(kind: str, text: str) -> list[str]:
    """Moments that a coarser or shifted grouping would take for this one: same day, month or year, other rest."""
    at = parsed(text)
    if at is None or not 2 <= at.year <= 9990:
        return []
    whole = kind == "DATE"
    shifted = [at - _DAY, at + _DAY, at + timedelta(days=31), at.replace(day=1), _year_on(at), _year_end(at)]
    if not whole:
        shifted += [at.replace(hour=0, minute=0, second=0), at.replace(hour=23, minute=59, second=59), at - _SECOND]
    return [_moment(value, whole) for value in shifted]


def _year_on(at: datetime) -> datetime:
    return at.replace(year=at.year + 1, day=min(at.day, 28))


def _year_end(at: datetime) -> datetime:
    return at.replace(month=12, day=31)


def later(kind: str, text: str) -> str | None:
    """The next larger value of a number or moment."""
    if is_number(kind):
        try:
            value = Decimal(text) + step(kind)
        except InvalidOperation:
            return None
        return _shown(value) if fits(kind, value) else None
    at = parsed(text) if is_temporal(kind) else None
    if at is None or at.year > 9000:
        return None
    return _moment(at + (_DAY if kind == "DATE" else timedelta(minutes=1)), kind == "DATE")


def _texts(limit: Limit) -> Triple:
    text = limit.text
    if limit.number:
        return (), (), ()
    if limit.op == "LIKE":
        bare = text.replace("%", "").replace("_", "a")
        end, start = f"{bare}x", f"x{bare}"
        matching = [bare, *([end] if text.endswith("%") else []), *([start] if text.startswith("%") else [])]
        other = [one for one in (end, start, bare[:-1], bare.swapcase()) if one not in matching]
        return (), matching, other
    return [text[:-1]], [text], [f"{text}a", *([text.swapcase()] if text.swapcase() != text else [])]
