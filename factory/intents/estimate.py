"""How many rows a filter leaves, roughly, from what the catalog says of its column.

Good enough to keep questions sensible (no average over two rows, no threshold that every group passes); the engine has
the last word.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from factory.intents import filters
from factory.intents.filters import Filter
from factory.records import Column, Table

QUANTILES = (0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0)


def kept(table: Table, found: Sequence[Filter]) -> float:
    """Rows of `table` that pass all filters, taken as independent."""
    rows = float(table.row_count)
    for one in found:
        rows *= share(table, one)
    return rows


def share(table: Table, one: Filter) -> float:
    """The part of the rows that passes, from 0 to 1."""
    column = one.column
    known = 1 - column.nulls / max(table.row_count, 1)
    distinct = max(column.distinct, 1)
    match one:
        case filters.Equals():
            return known / distinct
        case filters.OneOf(values=values):
            return known * min(1.0, len(values) / distinct)
        case filters.NotEquals():
            return known * (1 - 1 / distinct)
        case filters.Compare(operator=operator, value=value):
            below = below_share(column, value)
            return known * (1 - below if operator in (">", ">=") else below)
        case filters.Between(low=low, high=high):
            return known * (below_share(column, high) - below_share(column, low))
        case filters.Period(start=start, end=end):
            above = below_share(column, start) if start else 0.0
            return known * max(0.0, (below_share(column, end) if end else 1.0) - above)
        case filters.DayRange(first=first, last=last):
            return known * max(0.0, below_share(column, last) - below_share(column, first))
        case filters.Flag():
            return known / 2
        case filters.Missing(negated=negated):
            return known if negated else 1 - known
        case _:
            return known * 0.1


def below_share(column: Column, value: Any) -> float:
    """The share of known values below `value`, between the quantiles linearly."""
    levels = [_as_number(v) for v in column.values]
    at = _as_number(value)
    if len(levels) != len(QUANTILES):
        return 0.5
    i = bisect_left(levels, at)
    if i == 0:
        return 0.0
    if i == len(levels):
        return 1.0
    low, high = levels[i - 1], levels[i]
    return QUANTILES[i - 1] + (QUANTILES[i] - QUANTILES[i - 1]) * (at - low) / (high - low)


def _as_number(value: Any) -> float:
    if isinstance(value, datetime):
        return value.toordinal() + value.hour / 24
    if isinstance(value, date):
        return float(value.toordinal())
    return float(value)
