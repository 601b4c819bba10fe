"""Rows that could stand beside the user's: the same again under a new key, or with values that nobody has used yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from random import Random

from factory.certify.boundaries import fits, is_number, is_temporal, parsed, step
from factory.certify.scratch import Values
from factory.judge.source import Source
from factory.records import Column, Table

DOUBLED = 10
_CHANGED = 0.3

Rows = dict[str, list[Values]]


def doubled(source: Source, tables: Sequence[Table], rows: Rows) -> Rows:
    """Rows again under a new key, where a column of the key is free to take one."""
    found: Rows = {}
    for table in tables:
        mine = rows[table.name]
        free = next((name for name in reversed(table.key) if name not in _held(source, table)), None)
        again: list[Values] = []
        for i, row in enumerate(mine[:DOUBLED]):
            copy = dict(row)
            if free is not None:
                copy[free] = _fresh(mine, table, free, i)
                if copy[free] is None:
                    continue
            if _allowed(source, table, copy, [*mine, *again]):
                again.append(copy)
        found[table.name] = [*mine, *again]
    return found


def perturbed(source: Source, tables: Sequence[Table], rows: Rows, rng: Random) -> Rows:
    """Rows in which every third value is another one. Keys and references stay; columns that were empty are filled."""
    found: Rows = {}
    for table in tables:
        held = {*table.key, *_held(source, table), *(r.parent_column for r in source.database.children(table.name))}
        pool = source.scratch.pool(table)
        values = {c.name: [v for row in pool if (v := row.get(c.name)) is not None] for c in table.columns}
        kept: list[Values] = []
        for row in rows[table.name]:
            copy = dict(row)
            for column in table.columns:
                if column.name not in held and (not values[column.name] or rng.random() < _CHANGED):
                    copy[column.name] = _other(column, values[column.name], row.get(column.name), rng)
            better = next((r for r in (copy, row) if _allowed(source, table, r, kept)), None)
            kept += [better] if better is not None else []
        found[table.name] = kept
    return found


def _held(source: Source, table: Table) -> set[str]:
    return {r.child_column for r in source.database.parents(table.name)}


def _allowed(source: Source, table: Table, row: Values, others: Sequence[Values]) -> bool:
    groups = source.scratch.unique(table)
    return not any(
        all(row.get(n) is not None and row.get(n) == other.get(n) for n in group)
        for group in groups
        for other in others
    )


def _fresh(rows: Sequence[Values], table: Table, name: str, i: int) -> str | None:
    if table.column(name).type == "VARCHAR":
        return f"{rows[i].get(name)}-{i + 2}"
    if not is_number(table.column(name).type):
        return None
    try:
        return str(max(int(v) for row in rows if (v := row.get(name)) is not None) + 1 + i)
    except ValueError:
        return None


def _other(column: Column, known: Sequence[str], value: str | None, rng: Random) -> str | None:
    kind = column.type
    if is_number(kind):
        return _number(column, known, value, rng)
    if is_temporal(kind):
        at = parsed(value or (known[0] if known else "2024-02-29"))
        if at is None or not 10 <= at.year <= 9900:
            return value
        moved = at + rng.choice((timedelta(days=-366), timedelta(days=366), timedelta(hours=25), timedelta(days=3700)))
        return moved.date().isoformat() if kind == "DATE" else moved.isoformat(" ")
    if kind == "BOOLEAN":
        return rng.choice(("true", "false"))
    if kind == "VARCHAR":
        text = value or (rng.choice(known) if known else rng.choice(("a", "b", "B")))
        return rng.choice((text.upper(), text.lower(), f"{text} 2", f"new {text}", "", text))
    return value


def _number(column: Column, known: Sequence[str], value: str | None, rng: Random) -> str | None:
    try:
        at = Decimal(value if value is not None else known[0] if known else "1")
        below = any(Decimal(v) < 0 for v in known)
    except InvalidOperation:
        return value
    found = rng.choice((at + step(column.type), at - step(column.type), at * 10, at * 2 + 1, Decimal(0)))
    if not found.is_finite() or not fits(column.type, found) or (found < 0 and not below):
        return value
    return format(found, "f")
