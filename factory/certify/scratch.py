"""A small database of our own with the engine's tables: aimed rows go here, never into the engine's connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from factory.engines.duckdb import DuckDBEngine
from factory.engines.engine import Engine
from factory.engines.load import borrow, give_back
from factory.identifiers import quote, text_literal
from factory.records import Database, Outcome, SpatialLink, Table

POOL = 40
# Aimed tables have a few dozen rows: what takes longer doesn't end.
TIMEOUT = 0.4
# Neither is ever part of a sampled value: those that hold one are left out.
_NEXT, _NULL = "\x1f", "\x1e"

Values = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Filling:
    """Rows of one table; every value is text that DuckDB casts to the column's type."""

    table: str
    columns: tuple[str, ...]
    rows: Sequence[Values]


class Scratch:
    """Tables without constraints: whoever fills them keeps keys unique and references valid."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self.database = database
        self._engine = engine
        self._spatial = any(c.type.startswith("GEOMETRY") for t in database.tables for c in t.columns)
        self._connection = borrow(spatial=self._spatial)
        self._runner = DuckDBEngine([self._connection], timeout=TIMEOUT)
        self._created: set[str] = set()
        self._filled: list[str] = []
        self._pools: dict[str, list[Values]] = {}
        self._inside: dict[SpatialLink, list[str]] = {}
        self._unique, self._checks = self._constraints()

    def run(self, sql: str) -> Outcome:
        return self._runner.run(sql)

    def attach(self, engine: Engine) -> None:
        """Reads from this engine from now on: a database that was closed and opened again has a new one."""
        self._engine = engine

    def release(self) -> None:
        give_back(self._connection, spatial=self._spatial)

    def pool(self, table: Table) -> list[Values]:
        """Up to 40 rows of instance 0, the same ones whenever this database is opened."""
        if table.name not in self._pools:
            asked = ", ".join(f"CAST({quote(c.name)} AS VARCHAR)" for c in table.columns)
            outcome = self._engine.run(
                f"SELECT {asked} FROM {quote(table.name)} USING SAMPLE reservoir({POOL} ROWS) REPEATABLE (42)"
            )
            names = [c.name for c in table.columns]
            rows = [row for row in outcome.rows if not any(v and (_NEXT in v or _NULL in v) for v in row)]
            self._pools[table.name] = [dict(zip(names, row, strict=True)) for row in rows]
        return self._pools[table.name]

    def points(self, link: SpatialLink) -> list[str]:
        """For a few sampled zones a point inside and a corner, where `contains` and `intersects` part."""
        if link not in self._inside:
            zones = [row[link.zone_column] for row in self.pool(self.database.table(link.zone_table))[:12]]
            found: list[str] = []
            for zone in zones:
                shape = f"ST_GeomFromText({text_literal(zone or 'POINT EMPTY')})"
                corner = f"list_extract(ST_Dump(ST_Points({shape})), 1).geom"
                outcome = self.run(f"SELECT CAST(ST_PointOnSurface({shape}) AS VARCHAR), CAST({corner} AS VARCHAR)")
                found += [value for row in outcome.rows for value in row if value and "EMPTY" not in value]
            self._inside[link] = found
        return self._inside[link]

    def unique(self, table: Table) -> list[tuple[str, ...]]:
        """Column groups that may not repeat, the primary key first."""
        return [*([table.key] if table.key else []), *self._unique.get(table.name, ())]

    def fill(self, fillings: Sequence[Filling]) -> bool:
        """Replaces what the last call left. False when the rows can't be stored, or none are left."""
        try:
            for name in self._filled:
                self._connection.execute(f"DELETE FROM {quote(name)}")
            self._filled = []
            for filling in fillings:
                self._insert(filling)
            if self._checks:
                self._drop_orphans()
        except duckdb.Error:
            return False
        return any(filling.rows for filling in fillings)

    def _insert(self, filling: Filling) -> None:
        table = self.database.table(filling.table)
        if table.name not in self._created:
            columns = ", ".join(f"{quote(c.name)} {c.type}" for c in table.columns)
            self._connection.execute(f"CREATE TABLE {quote(table.name)} ({columns})")
            self._created.add(table.name)
        self._filled.append(table.name)
        if not filling.rows:
            return
        names = ", ".join(map(quote, filling.columns))
        # One literal a column: the parser takes four times as long for a list of VALUES.
        lists = ", ".join(
            f"nullif(unnest(string_split({_joined(filling.rows, name)}, '{_NEXT}')), '{_NULL}')"
            for name in filling.columns
        )
        self._connection.execute(f"INSERT INTO {quote(table.name)} ({names}) SELECT {lists}")
        for check in self._checks.get(table.name, ()):
            self._connection.execute(f"DELETE FROM {quote(table.name)} WHERE NOT ({check})")

    def _drop_orphans(self) -> None:
        for relation in self.database.relations:
            if relation.child in self._filled and relation.parent in self._filled:
                child, parent = quote(relation.child_column), quote(relation.parent_column)
                self._connection.execute(
                    f"DELETE FROM {quote(relation.child)} WHERE {child} NOT IN "
                    f"(SELECT {parent} FROM {quote(relation.parent)} WHERE {parent} IS NOT NULL)"
                )

    def _constraints(self) -> tuple[Mapping[str, list[tuple[str, ...]]], Mapping[str, list[str]]]:
        unique: dict[str, list[tuple[str, ...]]] = {}
        checks: dict[str, list[str]] = {}
        outcome = self._engine.run(
            "SELECT table_name, constraint_type, constraint_column_names, expression FROM duckdb_constraints() "
            "WHERE schema_name = 'main' AND constraint_type IN ('UNIQUE', 'CHECK') ORDER BY 1, constraint_index"
        )
        for table, kind, names, expression in outcome.rows:
            if kind == "UNIQUE":
                unique.setdefault(table, []).append(tuple(names))
            else:
                checks.setdefault(table, []).append(expression)
        return unique, checks


def _joined(rows: Sequence[Values], name: str) -> str:
    return text_literal(_NEXT.join(_NULL if (value := row.get(name)) is None else value for row in rows))


_kept: list[Scratch] = []


def scratch_for(database: Database, engine: Engine) -> Scratch:
    """The scratch database for these tables; the last one is kept, since a run asks one database at a time."""
    if _kept and _kept[0].database.name == database.name and _kept[0].database.digest == database.digest:
        _kept[0].attach(engine)
        return _kept[0]
    forget()
    _kept.append(Scratch(database, engine))
    return _kept[0]


def forget() -> None:
    """Gives the kept scratch database back."""
    while _kept:
        _kept.pop().release()
