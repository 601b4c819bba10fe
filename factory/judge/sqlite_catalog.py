"""Tables of a SQLite file → what the factory knows of a database.

SQLite lets a value of any type stand in any column, so a column's type is that of the values it holds: BIGINT, DOUBLE,
DATE or TIMESTAMP (texts in ISO form, all of them), else VARCHAR. Only rows made by the judge go by it; the user's are
compared as they are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import duckdb
import polars as pl

from factory.engines.duckdb import connect_memory
from factory.exceptions import DatabaseUnavailable
from factory.identifiers import quote
from factory.infer import infer
from factory.judge.sqlite_engine import SqliteEngine
from factory.metadata import LiveTable, read_catalog, schema_text
from factory.records import Database

MEASURED = 3000
_ISO = (("DATE", re.compile(r"\d{4}-\d\d-\d\d")), ("TIMESTAMP", re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")))

ForeignKey = tuple[tuple[str, ...], str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SqliteTable:
    """`create` is the statement that made it; `unique` holds groups of columns that may not repeat, the key apart."""

    name: str
    create: str
    columns: tuple[tuple[str, str, bool], ...]
    key: tuple[str, ...]
    unique: tuple[tuple[str, ...], ...]
    foreign_keys: tuple[ForeignKey, ...]


def read_tables(engine: SqliteEngine) -> list[SqliteTable]:
    """Ordinary tables by name; views and virtual tables are asked on the user's own data alone."""
    run = engine.connection.execute
    found = []
    listed = run("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'")
    for name, create in sorted(listed.fetchall()):
        if create.upper().lstrip().startswith("CREATE VIRTUAL"):
            continue
        info = run(f"PRAGMA table_info({quote(name)})").fetchall()
        key = tuple(row[1] for row in sorted(info, key=lambda row: row[5]) if row[5])
        columns = tuple((row[1], str(row[2]).upper(), not row[3] and not row[5]) for row in info)
        found.append(SqliteTable(name, create, columns, key, tuple(_unique(engine, name, key)), ()))
    keys = {table.name.lower(): table for table in found}
    return [replace(table, foreign_keys=tuple(_foreign(engine, table.name, keys))) for table in found]


def _unique(engine: SqliteEngine, name: str, key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    run = engine.connection.execute
    for row in run(f"PRAGMA index_list({quote(name)})").fetchall():
        parts = tuple(part[2] for part in run(f"PRAGMA index_info({quote(row[1])})").fetchall())
        if row[2] and not row[4] and parts != key and None not in parts:
            yield parts


def _foreign(engine: SqliteEngine, name: str, tables: dict[str, SqliteTable]) -> Iterator[ForeignKey]:
    links: dict[int, list[tuple[int, str, str, str | None]]] = {}
    for row in engine.connection.execute(f"PRAGMA foreign_key_list({quote(name)})").fetchall():
        links.setdefault(row[0], []).append((row[1], row[2], row[3], row[4]))
    for _, parts in sorted(links.items(), reverse=True):
        parts.sort()
        parent = tables.get(parts[0][1].lower())
        if parent is None:
            continue
        theirs = tuple(to or own for (_, _, _, to), own in zip(parts, (*parent.key, *("",) * len(parts)), strict=False))
        if all(theirs):
            yield tuple(part[2] for part in parts), parent.name, theirs


def describe(name: str, engine: SqliteEngine, tables: Sequence[SqliteTable]) -> Database:
    """Labels, roles and statistics, from up to 3,000 rows a table. Raises DatabaseUnavailable without any rows."""
    copy = connect_memory(spatial=False)
    try:
        counts = {table.name: _copied(copy, engine, table) for table in tables}
        live = [_declared(found, tables, counts) for found in read_catalog(copy)]
    finally:
        copy.close()
    if not any(counts.values()):
        raise DatabaseUnavailable(f"{name} has no rows in any table: nothing can be asked of it")
    live.sort(key=lambda table: (-table.row_count, table.name))
    text = schema_text(live)
    seen = hashlib.sha256("\n".join(table.create for table in tables).encode("utf-8", "surrogateescape"))
    seen.update(repr(sorted(counts.items())).encode())
    return replace(infer(name, live, schema_text=text, digest=seen.hexdigest()[:32]), dialect="sqlite")


def _copied(copy: duckdb.DuckDBPyConnection, engine: SqliteEngine, table: SqliteTable) -> int:
    names = [name for name, _, _ in table.columns]
    asked = ", ".join(f"{quote(name)}, typeof({quote(name)})" for name in names)
    rows = engine.connection.execute(f"SELECT {asked} FROM {quote(table.name)} LIMIT {MEASURED}").fetchall()
    (count,) = engine.connection.execute(f"SELECT count(*) FROM {quote(table.name)}").fetchone()
    frame, selected = {}, []
    for i, name in enumerate(names):
        values, kinds = [row[2 * i] for row in rows], {row[2 * i + 1] for row in rows}
        kind = _type(values, kinds - {"null"}, table.columns[i][1])
        plain = [None if v is None or isinstance(v, bytes) else _clean(str(v)) for v in values]
        frame[f"c{i}"] = pl.Series(plain, dtype=pl.String)
        selected.append(f"TRY_CAST(c{i} AS {kind}) AS {quote(name)}")
    source = pl.DataFrame(frame)
    copy.register("_frame", source)
    copy.execute(f"CREATE TABLE {quote(table.name)} AS SELECT {', '.join(selected)} FROM _frame")
    copy.unregister("_frame")
    return int(count)


def _type(values: Sequence[object], kinds: set[str], declared: str) -> str:
    if kinds == {"integer"}:
        return "BIGINT"
    if kinds in ({"real"}, {"integer", "real"}):
        return "DOUBLE"
    if not kinds and "INT" in declared:
        return "BIGINT"
    if not kinds and any(part in declared for part in ("REAL", "FLOA", "DOUB", "NUM", "DEC")):
        return "DOUBLE"
    if kinds == {"text"}:
        for kind, form in _ISO:
            if all(value is None or form.fullmatch(str(value)) for value in values):
                return kind
    return "VARCHAR"


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _declared(found: LiveTable, tables: Sequence[SqliteTable], counts: dict[str, int]) -> LiveTable:
    """The measured table with what the file declares of it."""
    table = next(table for table in tables if table.name == found.name)
    nullable = {name: may for name, _, may in table.columns}
    return replace(
        found,
        key=table.key,
        foreign_keys=table.foreign_keys,
        row_count=counts[table.name],
        columns=tuple(replace(column, nullable=nullable[column.name]) for column in found.columns),
    )
