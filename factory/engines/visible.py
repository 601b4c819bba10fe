"""A session that sees only some tables of a database, as a user does who may read no others."""

from __future__ import annotations

import re
from itertools import count

import duckdb

from factory.identifiers import quote

_NAME = re.compile(r'(?:(?P<schema>"(?:[^"]|"")+"|\w+)\.)?(?P<table>"(?:[^"]|"")+"|\w+)')


class VisibleTables:
    """An empty database beside the original, with a view of each table that is shown; nothing is copied.

    Names in a query are looked up there alone, so one that isn't shown is as unknown as if it didn't exist.
    """

    def __init__(self, original: duckdb.DuckDBPyConnection) -> None:
        self.cursor = original.cursor()
        ((self._home,),) = self.cursor.execute("SELECT current_database()").fetchall()
        # A file that is opened twice in one process is one database, with one list of what is attached.
        taken = {name for (name,) in self.cursor.execute("SELECT database_name FROM duckdb_databases()").fetchall()}
        self._place = next(name for n in count(1) if (name := f"visible{n}") not in taken)
        self.cursor.execute(f"ATTACH ':memory:' AS {self._place} (READ_WRITE)")
        self.cursor.execute(f"USE {self._place}")
        self._shown: set[str] = set()
        self._schemas = {"main"}

    def show(self, tables: tuple[str, ...]) -> None:
        """Exactly these, each as SQL writes it: `orders` or `archive.orders`."""
        for name in sorted(self._shown.difference(tables)):
            self.cursor.execute(f"DROP VIEW {name}")
        for name in tables:
            if name in self._shown:
                continue
            found = _NAME.fullmatch(name)
            assert found, name
            schema = found["schema"] or "main"
            if schema not in self._schemas:
                self.cursor.execute(f"CREATE SCHEMA {schema}")
                self._schemas.add(schema)
            source = f"{quote(self._home)}.{schema}.{found['table']}"
            self.cursor.execute(f"CREATE VIEW {name} AS SELECT * FROM {source}")
        self._shown = set(tables)

    def close(self) -> None:
        self.cursor.execute(f"USE {quote(self._home)}")
        self.cursor.execute(f"DETACH {self._place}")
        self.cursor.close()
