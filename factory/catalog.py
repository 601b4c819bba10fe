"""Names and files → open databases: the live facts of an engine joined with what people call things."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from factory.described import described
from factory.engines.duckdb import DuckDBEngine, connect_file
from factory.engines.load import borrow, create, create_bare, give_back
from factory.engines.scratch import ScratchEngine
from factory.exceptions import DatabaseUnavailable, FactoryError, UnknownName
from factory.identifiers import quote
from factory.load_spec import load_spec, spec_names
from factory.metadata import read_catalog, schema_text
from factory.naming import variant
from factory.populate import populate
from factory.records import Database
from factory.spec import Spec
from factory.wide.build import open_wide
from factory.wide.name import wide_name

INSTANCES = 5
_NAME = re.compile(r"(?P<base>[^@]+)(?:@(?P<variant>\d+))?")


@dataclass(frozen=True, slots=True)
class Opened:
    """A database that is ready to be asked, and the engine that answers."""

    database: Database
    engine: DuckDBEngine


def is_file(name: str) -> bool:
    """Whether a `--database` value means a file rather than a shipped database."""
    return name.endswith((".duckdb", ".db", ".ddb")) or "/" in name or "\\" in name


def find_spec(name: str) -> Spec:
    """The spec of `retail` or of a variant such as `retail@17`. Raises UnknownName."""
    match = _NAME.fullmatch(name)
    base = match["base"] if match else name
    if base not in spec_names():
        raise UnknownName("database", base, spec_names())
    return variant(load_spec(base), int(match["variant"] or 0) if match else 0)


@contextmanager
def opened(name: str, *, instances: int = INSTANCES, timeout: float = 10.0) -> Iterator[Opened]:
    """Opens a shipped database (or variant), a wide catalog, or a user's DuckDB file, and closes it at the end."""
    wide = wide_name(name)
    if wide:
        engine, database = open_wide(wide, instances, timeout)
        build: Callable[[], Database] = lambda: database  # noqa: E731
    elif is_file(name):
        engine, build = _open_file(Path(name), timeout)
    else:
        engine, build = _open_spec(find_spec(name), instances, timeout)
    try:
        yield Opened(build(), engine)
    finally:
        engine.close()


@contextmanager
def opened_empty(database: Database, *, timeout: float = 10.0) -> Iterator[Opened]:
    """A recipe's own database, whose candidates bring their tables and functions along."""
    engine = ScratchEngine(timeout=timeout)
    try:
        yield Opened(database, engine)
    finally:
        engine.close()


def _open_file(path: Path, timeout: float) -> tuple[DuckDBEngine, Callable[[], Database]]:
    engine = DuckDBEngine([connect_file(path)], timeout=timeout)
    return engine, lambda: _from_file(path, engine)


def _open_spec(spec: Spec, instances: int, timeout: float) -> tuple[DuckDBEngine, Callable[[], Database]]:
    spatial = spec.geo
    connections = [borrow(spatial=spatial) for _ in range(instances)]
    engine = DuckDBEngine(connections, timeout=timeout, release=lambda c: give_back(c, spatial=spatial))

    def build() -> Database:
        for k, connection in enumerate(connections):
            # Prompts and errors come from instance 0 alone.
            (create_bare if k else create)(connection, spec, populate(spec, k))
        live = read_catalog(connections[0])
        text = schema_text(live)
        return described(spec, live, text=text, instances=instances, digest=digest(text, engine))

    return engine, build


def export(name: str, instance: int, out: Path) -> None:
    """Writes one instance of a shipped database to a DuckDB file. Raises FileExistsError."""
    if wide_name(name):
        raise FactoryError(f"{name} is a wide catalog, which can't be exported: export one of its databases")
    spec = find_spec(name)
    if out.exists():
        raise FileExistsError(out)
    partial = out.with_name(out.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        with duckdb.connect(str(partial), config={"storage_compatibility_version": "v1.5.0"}) as connection:
            if spec.geo:
                from factory.engines.duckdb import load_spatial

                load_spatial(connection)
            create(connection, spec, populate(spec, instance))
        partial.rename(out)
    finally:
        partial.unlink(missing_ok=True)


def _from_file(path: Path, engine: DuckDBEngine) -> Database:
    from factory.infer import infer

    live = read_catalog(engine.connections[0])
    if not any(table.row_count for table in live):
        raise DatabaseUnavailable(f"{path} has no rows in any table of schema main: nothing can be asked of it")
    text = schema_text(live)
    return infer(path.stem, live, schema_text=text, digest=digest(text, engine))


def digest(text: str, engine: DuckDBEngine) -> str:
    """Over schema text and every instance's rows (in any order): tells an audit that it has the same database."""
    seen = hashlib.sha256(text.encode())
    for connection in engine.connections:
        names = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND schema_name = 'main' ORDER BY 1"
        ).fetchall()
        parts = [f"SELECT count(*), sum(hash(hash(t))) FROM {quote(name)} AS t" for (name,) in names]
        seen.update(repr((names, connection.execute(" UNION ALL ".join(parts)).fetchall())).encode())
    return seen.hexdigest()[:32]
