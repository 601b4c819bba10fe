"""Are two results the same?

Columns are compared by position or, where a permutation is allowed, by content; names don't count. Rows are a bag
unless order matters. NULL equals only NULL. Numbers of any type are equal within a relative 1e-9 (absolute 1e-9
near zero), since the order of a sum moves the last digits. A date equals the timestamp of its midnight.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import permutations
from typing import Any

from factory.records import Outcome, Row

RELATIVE = 1e-9
ABSOLUTE = 1e-9
MAX_PERMUTED = 6


def same(a: Outcome, b: Outcome, *, ordered: bool = False, permute: bool = False) -> bool:
    """Whether two results that didn't raise hold the same rows. With `permute` any column order of b will do.

    Beyond six columns only the given order is tried.
    """
    if len(a.columns) != len(b.columns) or len(a.rows) != len(b.rows):
        return False
    left, right = [_plain(row) for row in a.rows], [_plain(row) for row in b.rows]
    if _same(left, right, ordered):
        return True
    width = len(a.columns)
    if not permute or not 1 < width <= MAX_PERMUTED:
        return False
    identity = tuple(range(width))
    return any(
        order != identity and _same(left, [tuple(row[i] for i in order) for row in right], ordered)
        for order in permutations(identity)
    )


def difference(a: Outcome, b: Outcome, *, limit: int = 3) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Rows that only `a` has and rows that only `b` has, as bags, at most `limit` each, in their own order."""
    left, right = [_plain(row) for row in a.rows], [_plain(row) for row in b.rows]
    return _only(left, right, a.rows, limit), _only(right, left, b.rows, limit)


def _only(rows: Sequence[Row], others: Sequence[Row], shown: Sequence[Row], limit: int) -> tuple[Row, ...]:
    left = Counter(_rounded(row) for row in others)
    found: list[Row] = []
    for row, original in zip(rows, shown, strict=True):
        key = _rounded(row)
        if left[key] > 0:
            left[key] -= 1
        elif len(found) < limit:
            found.append(original)
    return tuple(found)


def _same(a: list[Row], b: list[Row], ordered: bool) -> bool:
    if a == b and not _has_nan(a):
        return True
    if ordered:
        return all(_equal(x, y) for x, y in zip(a, b, strict=True))
    if not _inexact(a) and not _inexact(b):
        return Counter(map(_key, a)) == Counter(map(_key, b))
    return _match(a, b)


def _inexact(rows: list[Row]) -> bool:
    return any(isinstance(value, float) for row in rows for value in row)


def _has_nan(rows: list[Row]) -> bool:
    return any(isinstance(value, float) and math.isnan(value) for row in rows for value in row)


def _match(a: list[Row], b: list[Row]) -> bool:
    """Bags with inexact numbers: pair off within groups that agree on everything exact."""
    groups: dict[tuple[Any, ...], tuple[list[Row], list[Row]]] = {}
    for side, rows in enumerate((a, b)):
        for row in rows:
            exact = tuple(None if isinstance(v, (int, float)) else _key_value(v) for v in row)
            shape = tuple(isinstance(v, (int, float)) for v in row)
            groups.setdefault((exact, shape), ([], []))[side].append(row)
    return all(_pair(left, right) for left, right in groups.values())


def _pair(a: list[Row], b: list[Row]) -> bool:
    if len(a) != len(b):
        return False
    a, b = sorted(a, key=_sort_key), sorted(b, key=_sort_key)
    if all(_equal(x, y) for x, y in zip(a, b, strict=True)):
        return True
    # Near-equal numbers may sort differently on the two sides: look for a partner nearby.
    left = list(b)
    for row in a:
        near = next((i for i, other in enumerate(left) if _equal(row, other)), None)
        if near is None:
            return False
        del left[near]
    return True


def _sort_key(row: Row) -> tuple[float, ...]:
    return tuple(_number(v) for v in row if isinstance(v, (int, float)))


def _number(value: float) -> float:
    return -math.inf if isinstance(value, float) and math.isnan(value) else float(value)


def _equal(a: Row, b: Row) -> bool:
    return all(_equal_value(x, y) for x, y in zip(a, b, strict=True))


def _equal_value(a: Any, b: Any) -> bool:
    if a is None or b is None:
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        if isinstance(a, float) and math.isnan(a):
            return isinstance(b, float) and math.isnan(b)
        return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and _equal(a, b)
    return bool(a == b)


def _plain(row: Row) -> Row:
    return tuple(_plain_value(value) for value in row)


def _plain_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        whole = int(value) if value == value.to_integral_value() else None
        return whole if whole is not None else float(value)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, (list, tuple)):
        return tuple(_plain_value(item) for item in value)
    if isinstance(value, dict):
        return tuple((_plain_value(k), _plain_value(v)) for k, v in value.items())
    return value


def _rounded(row: Row) -> tuple[Any, ...]:
    return tuple(float(f"{v:.8g}") if isinstance(v, (int, float)) else _key_value(v) for v in row)


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(_key_value(v) for v in row)


def _key_value(value: Any) -> Any:
    return value if value is None or isinstance(value, (str, int, float, datetime)) else repr(value)
