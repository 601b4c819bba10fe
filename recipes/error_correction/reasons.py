"""What a message leaves to be explained beside the fault itself."""

from __future__ import annotations

import re

from factory.mutations.edits import Mutation
from factory.records import SqlError

_LOST_TABLE = re.compile(r'Referenced table "([^"]+)" not found')


def aside(mutation: Mutation, error: SqlError, sql: str) -> str:
    """A sentence on a message that names something else than the fault, or "".

    In a correlated subquery DuckDB looks for an unknown column of an inner table outside, too, and then reports
    that the table isn't known there.
    """
    lost = _LOST_TABLE.search(error.message)
    if lost is None or not mutation.operator.startswith("column_") or mutation.operator == "column_other_table":
        return ""
    alias = lost.group(1)
    read = re.search(rf"\b(?:FROM|JOIN)\s+(?:\w+\s+(?:AS\s+)?)?{re.escape(alias)}\b", sql, re.IGNORECASE)
    if read is None or sql.count("(", 0, read.start()) <= sql.count(")", 0, read.start()):
        return ""
    return f" (The message blames `{alias}` because a column not found in the subquery is then looked for outside it.)"
