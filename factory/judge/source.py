"""The data that pairs are judged on: a user's file or a shipped database, and the small ones derived from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from factory.catalog import is_file, opened
from factory.certify.scratch import Filling, Scratch, Values, scratch_for
from factory.certify.stability import reversed_tables
from factory.engines.duckdb import DuckDBEngine
from factory.exceptions import DatabaseUnavailable
from factory.identifiers import quote, text_literal
from factory.judge.query import Query
from factory.judge.sqlite_catalog import describe, read_tables
from factory.judge.sqlite_engine import SqliteEngine, connect_read_only, is_sqlite
from factory.judge.sqlite_scratch import SqliteScratch
from factory.judge.validity import Validity
from factory.judge.views import Views
from factory.records import Database, Outcome

_VIEWS = "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal AND schema_name = 'main' ORDER BY view_oid"


@dataclass(frozen=True, slots=True)
class Place:
    """One data instance. `backwards` runs a query as if every table were stored the other way round, if it can."""

    name: str
    own: bool
    run: Callable[[str], Outcome]
    backwards: Callable[[Query], Outcome | None]


class Source:
    """`own` holds the user's data first, then other instances of a shipped database; none of them is written to."""

    def __init__(
        self,
        database: Database,
        own: Sequence[Place],
        scratch: Scratch,
        views: Views,
        validity: Validity | None = None,
        hide: str = "",
    ) -> None:
        self.database = database
        self.dialect = database.dialect
        self.own = tuple(own)
        self.scratch = scratch
        self.views = views
        self._validity = validity
        self._hidden = hide
        # Every table is there from the start: what a near miss says must not depend on the pairs before.
        scratch.fill([Filling(t.name, tuple(c.name for c in t.columns), []) for t in database.tables])

    def derived(self, name: str, fillings: Sequence[Filling]) -> Place | None:
        """A small instance with these rows, until the next one is asked for; None when they break a constraint."""
        if not self.scratch.fill(fillings):
            return None
        if self._validity is not None and not self._validity.holds(self.scratch.run, [f.table for f in fillings]):
            return None
        scratch = self.scratch
        if isinstance(scratch, SqliteScratch):
            lite = scratch
            return Place(name, False, lite.run, lambda query: lite.backwards(query.text))

        def run(sql: str) -> Outcome:
            return scratch.run(self.views.inlined(sql))

        return Place(name, False, run, lambda query: _reversed(query, self.database, run))

    def rows(self, table: str, column: str, values: Sequence[str]) -> list[Values]:
        """Rows of the user's data with one of these values, everything as text."""
        columns = self.database.table(table).columns
        asked = ", ".join(f"CAST({quote(c.name)} AS VARCHAR)" for c in columns)
        listed = ", ".join(map(text_literal, values))
        sql = f"SELECT {asked} FROM {quote(table)} WHERE CAST({quote(column)} AS VARCHAR) IN ({listed})"
        names = [c.name for c in columns]
        return [dict(zip(names, row, strict=True)) for row in self.own[0].run(sql).rows[:64]]

    def public(self, message: str) -> str:
        """An error's text without where the database lies."""
        return message.replace(self._hidden, self.database.name) if self._hidden else message


@contextmanager
def source(name: str, *, timeout: float) -> Iterator[Source]:
    """Opens a shipped database, a DuckDB file or a SQLite file, read-only. Raises DatabaseUnavailable."""
    path = Path(name)
    if is_sqlite(path):
        with _sqlite(path, timeout) as found:
            yield found
        return
    if path.suffix in (".sqlite", ".sqlite3"):
        why = "is no SQLite database" if path.is_file() else "doesn't exist: give the path of a SQLite file"
        raise DatabaseUnavailable(f"{path} {why}")
    with opened(name, timeout=timeout) as one:
        engine, database = one.engine, one.database
        places = [_place(engine, database, k) for k in range(engine.instances)]
        hidden = str(path.resolve().parent) if is_file(name) else ""
        views = Views(dict(engine.run(_VIEWS).rows), "duckdb")
        yield Source(database, places, scratch_for(database, engine), views, Validity(engine), hidden)


def _place(engine: DuckDBEngine, database: Database, k: int) -> Place:
    def run(sql: str) -> Outcome:
        return engine.run(sql, k)

    name = "own data" if k == 0 else f"instance {k}"
    return Place(name, k == 0, run, lambda query: _reversed(query, database, run))


def _reversed(query: Query, database: Database, run: Callable[[str], Outcome]) -> Outcome | None:
    if query.tree is None:
        return None
    if not query.backwards:
        query.backwards = reversed_tables(query.tree, database)
    return run(query.backwards)


@contextmanager
def _sqlite(path: Path, timeout: float) -> Iterator[Source]:
    engine = SqliteEngine(connect_read_only(path), timeout=timeout)
    try:
        tables = read_tables(engine)
        database = describe(path.stem, engine, tables)
        scratch = SqliteScratch(database, engine, tables)
        place = Place("own data", True, engine.run, lambda query: engine.run(query.text, backwards=True))
        try:
            listed = engine.connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'view'").fetchall()
            yield Source(database, [place], scratch, Views(dict(listed), "sqlite"), hide=str(path.resolve().parent))
        finally:
            scratch.release()
    finally:
        engine.close()
