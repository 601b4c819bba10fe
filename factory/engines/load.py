"""Rows of a populated spec → tables of a DuckDB connection."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import duckdb
import polars as pl

from factory.engines.duckdb import connect_memory
from factory.identifiers import quote, text_literal
from factory.spec import ColumnSpec, Spec, TableSpec

# DuckDB 1.5 keeps about 1 KB of every join that it has run until its database is closed.
USES = {True: 10, False: 4}
_idle: defaultdict[tuple[bool, bool], list[duckdb.DuckDBPyConnection]] = defaultdict(list)
_uses: Counter[int] = Counter()


def borrow(*, spatial: bool, suggest: bool = True) -> duckdb.DuckDBPyConnection:
    """An empty in-memory database. A new one costs 20 ms, four times as much as emptying one that was used."""
    idle = _idle[spatial, suggest]
    return idle.pop() if idle else connect_memory(spatial=spatial, suggest=suggest)


def give_back(connection: duckdb.DuckDBPyConnection, *, spatial: bool, suggest: bool = True) -> None:
    """Drops all schemas and tables and keeps the connection for the next databases, a few times over.

    One that a fatal error broke is closed.
    """
    _uses[id(connection)] += 1
    if _uses[id(connection)] >= USES[spatial]:
        _close(connection)
        return
    try:
        schemas = connection.execute(
            "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal ORDER BY 1"
        ).fetchall()
        for (name,) in schemas:
            connection.execute(f"DROP SCHEMA {quote(name)} CASCADE")
        views = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1").fetchall()
        for (name,) in views:
            connection.execute(f"DROP VIEW {quote(name)}")
        rows = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT internal ORDER BY table_oid DESC"
        ).fetchall()
        for (name,) in rows:  # children were created after their parents, so they go first
            connection.execute(f"DROP TABLE {quote(name)}")
    except duckdb.Error:
        _close(connection)
    else:
        _idle[spatial, suggest].append(connection)


def _close(connection: duckdb.DuckDBPyConnection) -> None:
    del _uses[id(connection)]
    connection.close()


def create(connection: duckdb.DuckDBPyConnection, spec: Spec, frames: Mapping[str, pl.DataFrame]) -> None:
    """Creates every table of `frames` (parents first) with keys, NOT NULLs and comments, and fills it."""
    tables = {table.base: table for table in spec.tables}
    for base, frame in frames.items():
        table = tables[base]
        connection.execute(_create_table(spec, table))
        if spec.comments:
            for statement in _comments(table):
                connection.execute(statement)
        selected = ", ".join(_read(column, frame) for column in table.columns)
        for part in _levels(spec, base, frame):
            connection.register("_frame", part)
            connection.execute(f"INSERT INTO {quote(table.name)} SELECT {selected} FROM _frame")
            connection.unregister("_frame")


def create_bare(connection: duckdb.DuckDBPyConnection, spec: Spec, frames: Mapping[str, pl.DataFrame]) -> None:
    """Every table of `frames` with its types and rows, but without keys and comments: half the time of `create`.

    Enough for the small instances, which only tell results apart; their rows keep the keys anyway.
    """
    tables = {table.base: table for table in spec.tables}
    for base, frame in frames.items():
        table = tables[base]
        selected = ", ".join(f"{_read(column, frame)} AS {quote(column.name)}" for column in table.columns)
        connection.register("_frame", frame)
        connection.execute(f"CREATE TABLE {quote(table.name)} AS SELECT {selected} FROM _frame")
        connection.unregister("_frame")


def _levels(spec: Spec, base: str, frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows in parts whose self-references lead to earlier parts: DuckDB doesn't see rows of the same INSERT."""
    own = [r for r in spec.relations if r.child == base and r.parent == base]
    while own and frame.height:
        ready = pl.lit(value=True)
        for r in own:
            ready &= pl.col(r.child_column).is_null() | ~pl.col(r.child_column).is_in(frame[r.parent_column].implode())
        part = frame.filter(ready)
        if not part.height:
            raise ValueError(f"{spec.id}: the rows of {base} refer to each other in a circle")
        yield part
        frame = frame.filter(~ready)
    if frame.height:
        yield frame


def _create_table(spec: Spec, table: TableSpec) -> str:
    names = {column.base: column.name for column in table.columns}
    tables = {t.base: t for t in spec.tables}
    parts = []
    for column in table.columns:
        required = " NOT NULL" if column.null == 0 and column.base not in table.key else ""
        if column.role == "reference" and _nullable_reference(spec, table, column):
            required = ""
        parts.append(f"{quote(column.name)} {column.type}{required}")
    if table.key:
        parts.append(f"PRIMARY KEY ({', '.join(quote(names[base]) for base in table.key)})")
    for relation in spec.relations:
        if relation.child == table.base:
            parent = tables[relation.parent]
            target = next(c.name for c in parent.columns if c.base == relation.parent_column)
            parts.append(
                f"FOREIGN KEY ({quote(names[relation.child_column])}) REFERENCES {quote(parent.name)} ({quote(target)})"
            )
    return f"CREATE TABLE {quote(table.name)} ({', '.join(parts)})"


def _nullable_reference(spec: Spec, table: TableSpec, column: ColumnSpec) -> bool:
    return any(
        r.child == table.base and r.child_column == column.base and (r.null > 0 or r.parent == r.child)
        for r in spec.relations
    )


def _comments(table: TableSpec) -> list[str]:
    statements = []
    if table.comment:
        statements.append(f"COMMENT ON TABLE {quote(table.name)} IS {text_literal(table.comment)}")
    for column in table.columns:
        text = described(column)
        if text:
            statements.append(f"COMMENT ON COLUMN {quote(table.name)}.{quote(column.name)} IS {text_literal(text)}")
    return statements


def described(column: ColumnSpec) -> str:
    """The comment with the unit, once: a reader of the schema must not have to guess either."""
    unit = f"in {column.unit}" if column.unit else ""
    if not column.comment:
        return unit
    return column.comment if not column.unit or column.unit in column.comment else f"{column.comment}, {unit}"


def _read(column: ColumnSpec, frame: pl.DataFrame) -> str:
    name = quote(column.base)
    if not column.type.startswith("GEOMETRY"):
        return f"CAST({name} AS {column.type})"
    first = next((value for value in frame[column.base] if value is not None), "")
    read = "ST_GeomFromGeoJSON" if str(first).startswith("{") else "ST_GeomFromText"
    # A column without its type would take any coordinates, and mixed systems would go unnoticed.
    return f"CAST({read}({name}) AS {column.type})" if column.type != "GEOMETRY" else f"{read}({name})"
