"""A query's result as a prompt shows it."""

from __future__ import annotations

from typing import Any

from factory.records import Outcome, Row

ROWS = 4
_WIDE = 60


def preview(outcome: Outcome) -> str:
    """Row count, names of the columns, and the first rows."""
    count = len(outcome.rows)
    cut = f", first {ROWS}" if count > ROWS else ""
    head = f"{count} row{'' if count == 1 else 's'}{cut}"
    body = [" | ".join(outcome.columns), *(shown(row) for row in outcome.rows[:ROWS])]
    return "\n".join([head, *body]) if count else f"{head}\n{body[0]}"


def shown(row: Row) -> str:
    return " | ".join(_cell(value) for value in row)


def rows_of(text: str) -> int:
    """The row count that a preview states."""
    return int(text.partition(" ")[0])


def _cell(value: Any) -> str:
    if value is None:
        return "NULL"
    text = " ".join(str(value).split()).replace("`", "'")
    return text if len(text) <= _WIDE else f"{text[:_WIDE]}…"
