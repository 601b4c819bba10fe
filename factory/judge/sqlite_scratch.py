"""A SQLite database in memory with the file's own tables, for rows that the judge makes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from decimal import Decimal

from factory.certify.scratch import POOL, TIMEOUT, Filling, Scratch, Values
from factory.identifiers import quote
from factory.judge.sqlite_catalog import SqliteTable
from factory.judge.sqlite_engine import SqliteEngine, connect_memory
from factory.records import Database, Outcome, SpatialLink, Table


def _whole(text: str) -> int:
    return int(text) if text.lstrip("-").isdigit() else int(Decimal(text))


_READ: dict[str, Callable[[str], int | float | str]] = {"BIGINT": _whole, "DOUBLE": float}


class SqliteScratch(Scratch):
    """Made by the file's own CREATE statements: affinities, collations, keys and CHECKs are SQLite's to keep.

    A row that breaks a constraint is left out when it is filled in.
    """

    def __init__(self, database: Database, engine: SqliteEngine, tables: Sequence[SqliteTable]) -> None:
        # Scratch's own constructor would make a database of the other engine.
        self.database = database
        self._source = engine
        self._tables = {table.name: table for table in tables}
        self._memory = SqliteEngine(connect_memory(), timeout=TIMEOUT)
        self._rows: dict[str, list[Values]] = {}
        self._filled = []
        for table in tables:
            self._memory.connection.execute(table.create)
        listed = engine.connection.execute("SELECT sql FROM sqlite_schema WHERE type = 'view' ORDER BY rowid")
        for (view,) in listed.fetchall():
            self._memory.connection.execute(view)

    def run(self, sql: str) -> Outcome:
        return self._memory.run(sql)

    def backwards(self, sql: str) -> Outcome:
        return self._memory.run(sql, backwards=True)

    def release(self) -> None:
        self._memory.close()

    def pool(self, table: Table) -> list[Values]:
        """Up to 40 rows of the file, spread over the table, the same ones every time."""
        if table.name not in self._rows:
            asked = ", ".join(f"CAST({quote(c.name)} AS TEXT)" for c in table.columns)
            select = f"SELECT {asked} FROM {quote(table.name)}"
            outcome = self._source.run(f"{select} ORDER BY (rowid * 7919) % 104729 LIMIT {POOL}")
            if outcome.error:  # a table WITHOUT ROWID
                outcome = self._source.run(f"{select} LIMIT {POOL}")
            names = [c.name for c in table.columns]
            self._rows[table.name] = [dict(zip(names, row, strict=True)) for row in outcome.rows]
        return self._rows[table.name]

    def points(self, link: SpatialLink) -> list[str]:  # noqa: ARG002
        return []

    def unique(self, table: Table) -> list[tuple[str, ...]]:
        return [*([table.key] if table.key else []), *self._tables[table.name].unique]

    def fill(self, fillings: Sequence[Filling]) -> bool:
        connection = self._memory.connection
        try:
            for name in self._filled:
                connection.execute(f"DELETE FROM {quote(name)}")
            self._filled = [filling.table for filling in fillings]
            for filling in fillings:
                self._fill_one(filling)
            self._drop_strays()
            return any(connection.execute(f"SELECT 1 FROM {quote(name)} LIMIT 1").fetchone() for name in self._filled)
        except (sqlite3.Error, ValueError, ArithmeticError):
            return False

    def _fill_one(self, filling: Filling) -> None:
        table = self.database.table(filling.table)
        # An aimed row holds what the queries look at; the table's own constraints want the rest too.
        columns = [c for c in table.columns if c.name in filling.columns or not c.nullable]
        pool = self.pool(table) or [{}]
        rows = []
        for i, given in enumerate(filling.rows):
            row = {**{c.name: pool[i % len(pool)].get(c.name) for c in columns}, **given}
            rows.append([None if (v := row[c.name]) is None else _READ.get(c.type, str)(v) for c in columns])
        names, marks = ", ".join(quote(c.name) for c in columns), ", ".join("?" for _ in columns)
        insert = f"INSERT OR IGNORE INTO {quote(filling.table)} ({names}) VALUES ({marks})"
        self._memory.connection.executemany(insert, rows)

    def _drop_strays(self) -> None:
        """Rows whose parent was left out go too. A parent table that nobody asked for has no say."""
        asked = {name.lower() for name in self._filled}
        for _ in range(8):
            broken = self._memory.connection.execute("PRAGMA foreign_key_check").fetchall()
            stray = [(table, rowid) for table, rowid, parent, _ in broken if parent.lower() in asked]
            if not stray:
                return
            for table, rowid in stray:
                self._memory.connection.execute(f"DELETE FROM {quote(table)} WHERE rowid = ?", (rowid,))
        raise ValueError("references that lead nowhere")
