"""Every operator on the tree breaks real queries, in the way that it says, and says so in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from random import Random

import duckdb
import pytest

from factory.mutations.edits import Mutation, Operator, apply
from factory.mutations.loud import (
    aggregates,
    argument_types,
    arguments,
    casts,
    columns,
    ctes,
    dates,
    functions,
    geo,
    geo_postgis,
    geo_values,
    grouping,
    having,
    literals,
    names,
    result_types,
    scope,
    types,
    values,
)
from factory.mutations.query import Query
from factory.records import Column, Database, Role, Table

from .corpus import CORPUS, GEO_CORPUS, GEO_SCHEMA, PREFIXED_CORPUS, PREFIXED_SCHEMA

NAMES = (names, columns, literals, scope, ctes)
SHAPES = (grouping, having, aggregates, functions, arguments, argument_types)
CONTENT = (types, result_types, casts, dates, values, geo, geo_postgis, geo_values)
OPERATORS = [operator for module in (*NAMES, *SHAPES, *CONTENT) for operator in module.OPERATORS]
EXPECTED = {
    "name": {"Catalog", "Binder"},
    "scope": {"Catalog", "Binder"},
    "grouping": {"Catalog", "Binder"},
    "function": {"Catalog"},
    "argument": {"Binder"},
    "structure": {"Binder"},
    "type": {"Binder", "Catalog", "Conversion"},
    "value": {"Conversion", "Invalid Input", "Out of Range", "Syntax"},
    "set_operation": {"Conversion"},
    "geo": {"Binder", "Catalog", "Invalid Input"},
}
# Whether these raise is for the rows to say: a WHERE may leave none that matters.
BY_DATA = {
    "text_cast_to_integer",
    "text_as_number",
    "join_on_other_type",
    "integer_too_narrow",
    "equals_many",
}

Case = tuple[str, Database, duckdb.DuckDBPyConnection]


def _table(name: str, label: str, plural: str, columns: list[tuple[str, str, Role, str, str | None]]) -> Table:
    made = tuple(Column(n, t, r, lab, f"{lab}s", geometry=g) for n, t, r, lab, g in columns)
    return Table(name, label, plural, made, (columns[0][0],))


@pytest.fixture(scope="module")
def prefixed() -> Iterator[tuple[Database, duckdb.DuckDBPyConnection]]:
    client = _table(
        "dim_client",
        "customer",
        "customers",
        [
            ("client_id", "INTEGER", "key", "client", None),
            ("clientName", "VARCHAR", "name", "name", None),
            ("client_city", "VARCHAR", "place", "city", None),
        ],
    )
    sale = _table(
        "fact_sale",
        "purchase",
        "purchases",
        [
            ("sale_id", "INTEGER", "key", "sale", None),
            ("client_id", "INTEGER", "reference", "client", None),
            ("sold_on", "DATE", "timestamp", "date", None),
            ("sale_qty", "INTEGER", "measure", "quantity", None),
        ],
    )
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(PREFIXED_SCHEMA)
        yield Database("prefixed", "prefixed", "duckdb", (client, sale)), connection


@pytest.fixture(scope="module")
def spatial() -> Iterator[tuple[Database, duckdb.DuckDBPyConnection]]:
    shop = _table(
        "shop",
        "shop",
        "shops",
        [
            ("shop_id", "INTEGER", "key", "shop", None),
            ("shop_name", "VARCHAR", "name", "name", None),
            ("location", "GEOMETRY", "geometry", "location", "POINT"),
        ],
    )
    zone = _table(
        "zone",
        "zone",
        "zones",
        [
            ("zone_id", "INTEGER", "key", "zone", None),
            ("zone_name", "VARCHAR", "name", "name", None),
            ("boundary", "GEOMETRY", "geometry", "boundary", "POLYGON"),
        ],
    )
    found = find_spec("duckdb_extension_spatial")
    assert found is not None
    assert found.origin is not None
    folder = Path(found.origin).parent / "extensions" / f"v{version('duckdb')}"
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"LOAD '{folder / 'spatial.duckdb_extension'}'")
        connection.execute(GEO_SCHEMA)
        yield Database("geo", "geo", "duckdb", (shop, zone)), connection


@pytest.fixture(scope="module")
def cases(
    toy_database: Database,
    toy_connection: duckdb.DuckDBPyConnection,
    prefixed: tuple[Database, duckdb.DuckDBPyConnection],
    spatial: tuple[Database, duckdb.DuckDBPyConnection],
) -> list[Case]:
    return [
        *((sql, toy_database, toy_connection) for sql in CORPUS.values()),
        *((sql, *prefixed) for sql in PREFIXED_CORPUS.values()),
        *((sql, *spatial) for sql in GEO_CORPUS.values()),
    ]


def _mutants(operator: Operator, cases: list[Case]) -> Iterator[tuple[str, str, Mutation, duckdb.DuckDBPyConnection]]:
    for i, (sql, database, connection) in enumerate(cases):
        query = Query(sql, database)
        for seed in range(2):
            for mutation in operator.propose(query, database, Random(f"{operator.name}:{i}:{seed}")):
                yield sql, apply(sql, [mutation]), mutation, connection


def _error(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    try:
        connection.execute(sql).fetchall()
    except duckdb.Error as error:
        return str(error)
    return ""


def test_the_queries_of_the_small_databases_run(
    prefixed: tuple[Database, duckdb.DuckDBPyConnection], spatial: tuple[Database, duckdb.DuckDBPyConnection]
) -> None:
    for corpus, (_, connection) in ((PREFIXED_CORPUS, prefixed), (GEO_CORPUS, spatial)):
        for sql in corpus.values():
            assert connection.execute(sql).fetchall()


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_every_mutant_raises_as_expected(operator: Operator, cases: list[Case]) -> None:
    raised, ran = [], []
    for sql, mutant, mutation, connection in _mutants(operator, cases):
        assert mutant != sql
        assert mutation.operator == operator.name
        message = _error(connection, mutant)
        if not message:
            ran.append(mutant)
            continue
        raised.append(message)
        assert "extension" not in message.lower(), mutant
        kind = message.partition(" Error:")[0]
        assert kind in EXPECTED[operator.fault], f"{message}\n{mutant}"
    assert raised
    assert not ran or (operator.name in BY_DATA and len(raised) >= 4 * len(ran)), ran


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_what_is_said_reads_well(operator: Operator, cases: list[Case]) -> None:
    said = set()
    for _, mutant, mutation, _connection in _mutants(operator, cases):
        for text in (mutation.diagnosis, mutation.repair):
            assert text.endswith("."), text
            assert text[0].isupper() or text[0] in "`'", text
            assert text.count("`") % 2 == 0, text
            assert "``" not in text, text
            assert "{" not in text, text
            assert not re.search(r"\b(mutation|mutant|original query)\b", text, re.IGNORECASE), text
            bare = re.sub(r"`[^`]*`", "", text)
            assert not re.search(r"(?<!\w)_+(?!\w)", bare), text
        said.add(re.sub(r"`[^`]*`", "", mutation.diagnosis))
        assert mutation.site[0] <= mutation.site[1]
        assert mutant
    assert said


def test_the_same_seed_gives_the_same_mutants(cases: list[Case]) -> None:
    for operator in OPERATORS:
        first = [mutant for _, mutant, _, _ in _mutants(operator, cases[:30])]
        second = [mutant for _, mutant, _, _ in _mutants(operator, cases[:30])]
        assert first == second


def test_operators_are_named_once_and_described() -> None:
    listed = [operator.name for operator in OPERATORS]
    assert len(set(listed)) == len(listed) >= 30
    for operator in OPERATORS:
        assert operator.level == "tree"
        assert operator.fault in EXPECTED
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", operator.taxonomy)
        assert operator.about


def test_at_most_three_of_each(cases: list[Case]) -> None:
    for sql, database, _ in cases:
        query = Query(sql, database)
        for operator in OPERATORS:
            assert len(list(operator.propose(query, database, Random(sql)))) <= 3
