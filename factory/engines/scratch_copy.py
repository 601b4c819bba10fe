"""Copies of a database's tables, for statements that change them."""

from __future__ import annotations

from functools import cached_property
from itertools import count

import duckdb
import pyarrow as pa

from factory.identifiers import quote


class ScratchCopy:
    """A connection of its own, so that no statement reaches the original. Every script gets tables made anew.

    They have no keys and no constraints; only those that a script names are copied.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._number = count()
        self._sources: dict[int, _Source] = {}

    def fill(self, original: duckdb.DuckDBPyConnection, instance: int, script: str) -> None:
        """Makes the tables that the script names, in a new place, and forgets those of the last script."""
        source = self._sources.setdefault(instance, _Source(original))
        place = f"copy{next(self._number)}"
        self.connection.execute(f"CREATE SCHEMA {place}")
        self.connection.execute(f"USE {place}")
        for name in source.columns:
            if name.lower() in script.lower():
                self.connection.register("_rows", source.rows(name))
                self.connection.execute(f"CREATE TABLE {quote(name)} AS SELECT {source.read(name)} FROM _rows")
                self.connection.unregister("_rows")

    def clear(self) -> None:
        (place,) = self.connection.execute("SELECT current_schema()").fetchall()[0]
        self.connection.execute("USE main")
        if place != "main":
            self.connection.execute(f"DROP SCHEMA {place} CASCADE")


class _Source:
    """Columns and rows of an original. Geometries travel as WKB."""

    def __init__(self, original: duckdb.DuckDBPyConnection) -> None:
        self._original = original
        self._rows: dict[str, pa.Table] = {}

    @cached_property
    def columns(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        asked = (
            "SELECT table_name, column_name, data_type FROM duckdb_columns() "
            "WHERE NOT internal AND schema_name = 'main' ORDER BY table_oid, column_index"
        )
        for table, column, kind in self._original.execute(asked).fetchall():
            found.setdefault(table, {})[column] = kind
        return found

    def rows(self, table: str) -> pa.Table:
        if table not in self._rows:
            taken = (
                f"CAST(ST_AsWKB({quote(name)}) AS BLOB) AS {quote(name)}"
                if kind.startswith("GEOMETRY")
                else quote(name)
                for name, kind in self.columns[table].items()
            )
            asked = f"SELECT {', '.join(taken)} FROM {quote(table)}"
            self._rows[table] = self._original.execute(asked).to_arrow_table()
        return self._rows[table]

    def read(self, table: str) -> str:
        return ", ".join(
            f"CAST(ST_GeomFromWKB({quote(name)}) AS {kind}) AS {quote(name)}"
            if kind.startswith("GEOMETRY")
            else f"CAST({quote(name)} AS {kind}) AS {quote(name)}"
            for name, kind in self.columns[table].items()
        )
