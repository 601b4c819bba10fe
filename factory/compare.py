"""Are two results the same?

Columns are compared by position or, where a permutation is allowed, by content; names don't count. Rows are a bag
unless order matters. NULL equals only NULL. A number equals another of any type: integers and decimals exactly, and
within a relative 1e-9 (absolute 1e-9 near zero) where a float takes part, since the order of a sum moves the last
digits. A date equals the timestamp of its midnight. Lists and structs are equal when their parts are.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import permutations
from types import NoneType
from typing import Any

from factory.records import Outcome, Row

RELATIVE = 1e-9
ABSOLUTE = 1e-9
MAX_PERMUTED = 6

_NUMBERS = (int, float, Decimal)
_NAN = object()
# What `_plain_value` gives back unchanged.
_AS_THEY_ARE = frozenset((NoneType, bool, int, float, Decimal, str, bytes, datetime, time, timedelta))


def same(a: Outcome, b: Outcome, *, ordered: bool = False, permute: bool = False) -> bool:
    """Whether two results that didn't raise hold the same rows. With `permute` any column order of b will do.

    Beyond six columns only the given order is tried.
    """
    width = len(a.columns)
    if width != len(b.columns) or len(a.rows) != len(b.rows):
        return False
    left, right = _comparable(a.rows, b.rows)
    if _equal(left, right, ordered):
        return True
    if not permute or not 1 < width <= MAX_PERMUTED:
        return False
    return any(
        _equal(left, [tuple(row[i] for i in order) for row in right], ordered)
        for order in _column_orders(left, right, width, ordered)
    )


def in_order(a: Outcome, b: Outcome, keys: Sequence[int], own: Sequence[int]) -> bool:
    """Whether `b`, which has the rows of `a` and sorts them by its columns `own`, always has them in the order of `a`.

    `a` is sorted by `keys`. Rows with the same keys may stand in any order, and those without one of them anywhere.
    False for a `b` whose own ties, or want of keys, leave open what the keys of `a` settle.
    """
    return all(wanted == found and len(set(found)) == 1 for wanted, found in _runs(a, b, keys, own))


def never_in_order(a: Outcome, b: Outcome, keys: Sequence[int], own: Sequence[int]) -> bool:
    """Whether such a `b` has them in another order, however its own ties fall.

    False for a `b` without keys: unsorted rows may come in the right order.
    """
    return any(Counter(wanted) != Counter(found) for wanted, found in _runs(a, b, keys, own))


def _runs(a: Outcome, b: Outcome, keys: Sequence[int], own: Sequence[int]) -> Iterator[tuple[list[Row], list[Row]]]:
    """For each run of rows that tie in `b` the keys that stand there in `a`, and those of its own rows."""
    left, right = _comparable(a.rows, b.rows)
    wanted, found = _keyed(left, keys), _keyed(right, keys)
    ties = [tuple(row[i] for i in own) for row in right if None not in (row[i] for i in keys)]
    start = 0
    for end in range(1, len(ties) + 1):
        if end == len(ties) or ties[end] != ties[start]:
            yield wanted[start:end], found[start:end]
            start = end


def _keyed(rows: Iterable[Row], keys: Sequence[int]) -> list[Row]:
    found = (tuple(row[i] for i in keys) for row in rows)
    return [key for key in found if None not in key]


def same_value(a: Any, b: Any) -> bool:
    """Whether two cells count as equal."""
    (left,), (right,) = _comparable(((a,),), ((b,),))
    return left == right


def difference(a: Outcome, b: Outcome, *, limit: int = 3) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Rows that only `a` has and rows that only `b` has, as bags, at most `limit` each, in their own order."""
    left, right = _comparable(a.rows, b.rows)
    return _only(left, right, a.rows, limit), _only(right, left, b.rows, limit)


def _only(rows: Sequence[Row], others: Iterable[Row], shown: Sequence[Row], limit: int) -> tuple[Row, ...]:
    left = Counter(others)
    found: list[Row] = []
    for row, original in zip(rows, shown, strict=True):
        if left[row] > 0:
            left[row] -= 1
        elif len(found) < limit:
            found.append(original)
    return tuple(found)


def _equal(a: list[Row], b: list[Row], ordered: bool) -> bool:
    return a == b or (not ordered and Counter(a) == Counter(b))


def _column_orders(a: list[Row], b: list[Row], width: int, ordered: bool) -> Iterator[tuple[int, ...]]:
    """Orders of b's columns in which each holds the values of its counterpart. Mostly there is none."""
    fits: list[list[int]] = []
    theirs = [[(row[j],) for row in b] for j in range(width)]
    for i in range(width):
        mine = [(row[i],) for row in a]
        fits.append([j for j in range(width) if _equal(mine, theirs[j], ordered)])
        if not fits[i]:
            return
    for order in permutations(range(width)):
        if all(j in fits[i] for i, j in enumerate(order)):
            yield order


def _comparable(a: Sequence[Row], b: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Rows for which == and hash mean what this module says.

    Numbers that lie within the tolerance of each other, a float among them, are replaced by the smallest of them:
    comparing pairs instead would make bags a matching problem, and its outcome depend on the order of the rows.
    """
    left, right = _plain_rows(a), _plain_rows(b)
    if left == right:
        return left, right
    # By column, since one holds values of one type: a set of types, and most need not be looked into.
    columns = [column for rows in (left, right) for column in zip(*rows, strict=True)]
    types = [set(map(type, column)) for column in columns]
    if not any(float in found or tuple in found for found in types):
        return left, right
    numbers: set[Any] = set()
    for column, found in zip(columns, types, strict=True):
        if not found.isdisjoint((*_NUMBERS, bool)):
            numbers.update(value for value in column if isinstance(value, _NUMBERS))
        if tuple in found:
            numbers.update(_numbers(column))
    floats = {value for value in numbers if isinstance(value, float)}
    if not floats:
        return left, right
    stands_for: dict[Any, Any] = {}
    for group in _groups(sorted(value for value in numbers if value == value)):
        if len(group) > 1 and not floats.isdisjoint(group):
            stands_for.update(dict.fromkeys(group, group[0]))
    if not stands_for and all(value == value for value in floats):
        return left, right
    return [_replaced(row, stands_for) for row in left], [_replaced(row, stands_for) for row in right]


def _groups(ascending: Iterable[Any]) -> Iterator[list[Any]]:
    group: list[Any] = []
    for value in ascending:
        if group and not math.isclose(group[0], value, rel_tol=RELATIVE, abs_tol=ABSOLUTE):
            yield group
            group = []
        group.append(value)
    if group:
        yield group


def _numbers(row: Row) -> Iterator[Any]:
    for value in row:
        if isinstance(value, tuple):
            yield from _numbers(value)
        elif isinstance(value, _NUMBERS):
            yield value


def _replaced(row: Row, stands_for: dict[Any, Any]) -> Row:
    return tuple(
        _replaced(value, stands_for)
        if isinstance(value, tuple)
        else _NAN
        if value != value
        else stands_for.get(value, value)
        for value in row
    )


def _plain_rows(rows: Sequence[Row]) -> list[Row]:
    if all(_AS_THEY_ARE.issuperset(map(type, column)) for column in zip(*rows, strict=True)):
        return list(rows)
    return [_plain(row) for row in rows]


def _plain(row: Iterable[Any]) -> Row:
    return tuple(_plain_value(value) for value in row)


def _plain_value(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, (list, tuple)):
        return _plain(value)
    if isinstance(value, dict):
        return tuple((_plain_value(k), _plain_value(v)) for k, v in value.items())
    return value
