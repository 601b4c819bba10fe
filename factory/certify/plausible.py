"""What a column could hold, going by what it is seen with: more than its declared constraints say."""

from __future__ import annotations

from collections.abc import Sequence

from factory.certify.boundaries import is_number
from factory.certify.scratch import Values
from factory.records import Column, Table


def could_hold(column: Column, value: str) -> bool:
    """No new category, and no negative measure where there is none."""
    if column.role in ("category", "place", "name") and column.type == "VARCHAR":
        return value in column.values
    lowest = column.values[0] if column.values and is_number(column.type) and column.role == "measure" else None
    return not (value.startswith("-") and lowest is not None and lowest >= 0)


def never_repeated(table: Table, pool: Sequence[Values]) -> list[tuple[str, ...]]:
    """Codes and areas that no two rows share, declared or not: the same county isn't listed twice.

    `Column.distinct` is an estimate, so sampled rows have a say too.
    """
    found: list[tuple[str, ...]] = []
    for column in table.columns:
        values = [value for row in pool if (value := row.get(column.name)) is not None]
        often = column.role != "geometry" and column.distinct < 0.9 * (table.row_count - column.nulls)
        fitting = column.role in ("key", "code") or (column.role == "geometry" and column.geometry != "POINT")
        if fitting and column.name not in table.key and not often and len(set(values)) == len(values):
            found.append((column.name,))
    return found
