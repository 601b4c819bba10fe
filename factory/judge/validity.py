"""Constraints of a DuckDB file that the aimed instances don't know: keys of several columns, unique indexes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from factory.engines.duckdb import DuckDBEngine
from factory.identifiers import quote
from factory.records import Outcome

_FOREIGN = (
    "SELECT table_name, constraint_column_names, referenced_table, referenced_column_names FROM duckdb_constraints() "
    "WHERE schema_name = 'main' AND constraint_type = 'FOREIGN KEY' ORDER BY table_name, constraint_index"
)
_INDEXES = (
    "SELECT table_name, expressions FROM duckdb_indexes() WHERE schema_name = 'main' AND is_unique AND NOT is_primary "
    "ORDER BY table_name, index_name"
)


class Validity:
    """Questions that must all be answered with no rows."""

    def __init__(self, engine: DuckDBEngine) -> None:
        self._asked: list[tuple[frozenset[str], str]] = []
        for child, own, parent, theirs in engine.run(_FOREIGN).rows:
            given = " AND ".join(f"c.{quote(name)} IS NOT NULL" for name in own)
            meets = " AND ".join(f"p.{quote(b)} = c.{quote(a)}" for a, b in zip(own, theirs, strict=True))
            sql = (
                f"SELECT 1 FROM {quote(child)} c WHERE {given} "
                f"AND NOT EXISTS (SELECT 1 FROM {quote(parent)} p WHERE {meets}) LIMIT 1"
            )
            self._asked.append((frozenset((child, parent)), sql))
        for table, listed in engine.run(_INDEXES).rows:
            # An expression is listed as text in quotes.
            keys = listed.strip("[]").replace("'(", "(").replace(")'", ")").replace("''", "'")
            # Rows whose key is NULL may repeat; refusing an instance for them costs only that instance.
            sql = f"SELECT 1 FROM {quote(table)} GROUP BY {keys} HAVING count(*) > 1 LIMIT 1"
            self._asked.append((frozenset((table,)), sql))

    def holds(self, run: Callable[[str], Outcome], tables: Sequence[str]) -> bool:
        """Only constraints between filled tables are asked: the others have no rows to break."""
        present = set(tables)
        asked = (run(sql) for needed, sql in self._asked if needed <= present)
        return all(not outcome.error and not outcome.rows for outcome in asked)
