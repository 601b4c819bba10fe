"""Makes a wide catalog from its name: rows of every member, then the copies, on every instance."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random

import duckdb
import sqlglot
from sqlglot import exp

from factory.described import described
from factory.engines.duckdb import DuckDBEngine
from factory.engines.load import borrow, create, create_bare, give_back
from factory.identifiers import quote
from factory.load_spec import load_spec
from factory.metadata import read_catalog, schema_text
from factory.naming import variant
from factory.populate import populate
from factory.records import Column, Database
from factory.spec import Spec
from factory.wide.catalog import Entry, WideDatabase
from factory.wide.conventions import draw_conventions
from factory.wide.name import WideName
from factory.wide.placing import Placing, placed
from factory.wide.text import catalog_text

# Teams that call all their tables so would make every table look like a copy.
_MISLEADING = re.compile(r"(stg|raw|ods|tmp|src)_?", re.IGNORECASE)
_CHUNK = 60
# What DuckDB calls a database that has no file.
_IN_MEMORY = "memory"


def open_wide(name: WideName, instances: int, timeout: float) -> tuple[DuckDBEngine, WideDatabase]:
    """Raises UnknownName for a domain that isn't shipped."""
    rng = Random(str(name))
    conventions = draw_conventions(rng)
    specs = [_spec(domain, rng) for domain in name.domains]
    spatial = any(spec.geo for spec in specs)
    connections = [borrow(spatial=spatial, suggest=False) for _ in range(instances)]
    engine = DuckDBEngine(
        connections, timeout=timeout, release=lambda c: give_back(c, spatial=spatial, suggest=False)
    )  # fmt: skip
    try:
        databases = [_member(spec, at, connections) for at, spec in enumerate(specs)]
        placing = placed(name.domains, databases, name.size, conventions, rng)
        for connection in connections:
            _make(connection, placing)
        return engine, _described(name, placing, engine)
    except BaseException:
        engine.close()
        raise


def _spec(domain: str, rng: Random) -> Spec:
    while True:
        spec = variant(load_spec(domain), rng.randrange(1, 100_000))
        if not any(_MISLEADING.match(table.name) for table in spec.tables):
            return spec


def _member(spec: Spec, at: int, connections: Sequence[duckdb.DuckDBPyConnection]) -> Database:
    """Makes the tables of a member in a schema of its own, where the catalog is made from."""
    found = None
    for k, connection in enumerate(connections):
        (create_bare if k else create)(connection, spec, populate(spec, k))
        if not k:
            live = read_catalog(connection)
            text = schema_text(live)
            found = described(spec, live, text=text, instances=len(connections), digest="")
        connection.execute(f"CREATE SCHEMA {_source(at)}")
        tables = [name for (name,) in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND schema_name = 'main' ORDER BY table_oid"
        ).fetchall()]  # fmt: skip
        for name in tables:
            connection.execute(f"CREATE TABLE {_source(at)}.{quote(name)} AS SELECT * FROM main.{quote(name)}")
        for name in reversed(tables):
            connection.execute(f"DROP TABLE main.{quote(name)}")
    assert found
    return found


def _source(at: int) -> str:
    return f"source_{at}"


def _make(connection: duckdb.DuckDBPyConnection, placing: Placing) -> None:
    for schema in sorted({e.name.rpartition(".")[0] for e in placing.entries} - {""}):
        connection.execute(f"CREATE SCHEMA {schema}")
    whole = {
        place: f"{_source(at)}.{quote(table)}"
        for at, member in enumerate(placing.members)
        for table, places in member.places.items()
        for place in places
    }
    for entry in placing.entries:
        query = entry.query.replace("{whole}", whole.get(entry.name, "")) or f"SELECT * FROM {whole[entry.name]}"
        made = f"VIEW {entry.name} AS {_anywhere(query)}" if entry.view else f"TABLE {entry.name} AS {query}"
        connection.execute(f"CREATE {made}")
    for at in range(len(placing.members)):
        connection.execute(f"DROP SCHEMA {_source(at)} CASCADE")


def _anywhere(query: str) -> str:
    """The query with whole names, for a view: DuckDB looks up what it reads in the session that asks, which may have
    another database in use and see no table of this one (`VisibleTables`)."""
    tree = sqlglot.parse_one(query, dialect="duckdb")
    for table in tree.find_all(exp.Table):
        table.set("db", table.args.get("db") or exp.to_identifier("main"))
        table.set("catalog", exp.to_identifier(_IN_MEMORY))
    return tree.sql(dialect="duckdb")


def _described(name: WideName, placing: Placing, engine: DuckDBEngine) -> WideDatabase:
    live = _live_columns(engine.connections[0])
    entries = tuple(
        e if e.columns else replace(e, columns=live[e.name.replace('"', "").lower()])
        for e in sorted(placing.entries, key=lambda e: e.name)
    )
    database = WideDatabase(
        name=str(name),
        family="+".join(name.domains),
        dialect="duckdb",
        tables=(),
        instances=engine.instances,
        title=f"{len(entries)} tables of {len(placing.members)} databases",
        members=tuple(placing.members),
        entries=entries,
        notes=tuple(placing.notes),
    )
    text = catalog_text(database, [e.name for e in entries], "ddl")
    return replace(database, schema_text=text, digest=_digest(text, entries, engine))


def _live_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[Column, ...]]:
    found: dict[str, list[Column]] = {}
    for schema, table, name, kind in connection.execute(
        "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal "
        "ORDER BY schema_name, table_name, column_index"
    ).fetchall():
        key = table if schema == "main" else f"{schema}.{table}"
        said = name.replace("_", " ")
        found.setdefault(key.lower(), []).append(Column(name, kind, "measure", said, said))
    return {key: tuple(columns) for key, columns in found.items()}


def _digest(text: str, entries: Iterable[Entry], engine: DuckDBEngine) -> str:
    seen = hashlib.sha256(text.encode())
    names = [entry.name for entry in entries if not entry.view]
    for connection in engine.connections:
        for at in range(0, len(names), _CHUNK):
            parts = [f"SELECT count(*), sum(hash(hash(t))) FROM {name} AS t" for name in names[at : at + _CHUNK]]
            seen.update(repr(connection.execute(" UNION ALL ".join(parts)).fetchall()).encode())
    return seen.hexdigest()[:32]
