from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from factory.records import Column, Database, Relation, Role, Table

from .corpus import CORPUS, SCHEMA

ROLES: dict[str, Role] = {
    "full_name": "name",
    "product_name": "name",
    "store_name": "name",
    "email": "code",
    "sku": "code",
    "segment": "category",
    "category": "category",
    "status": "category",
    "payment_method": "category",
    "city": "place",
    "region": "place",
    "note": "text",
}
RELATIONS = (
    Relation("orders", "customer_id", "customer", "customer_id", "placed", "never placed", "placed by"),
    Relation("orders", "store_id", "store", "store_id", "handled", "never handled", "handled by"),
    Relation("order_item", "order_id", "orders", "order_id", "contain", "do not contain", "on"),
    Relation("order_item", "product_id", "product", "product_id", "appear on", "never appear on", "for"),
)


def _role(table: str, name: str, type_: str) -> Role:
    if name == ("order_id" if table == "orders" else f"{table}_id"):
        return "key"
    if name.endswith("_id"):
        return "reference"
    if name in ROLES:
        return ROLES[name]
    return {"BOOLEAN": "flag", "DATE": "timestamp", "TIMESTAMP": "timestamp"}.get(type_, "measure")  # type: ignore[return-value]


def _column(connection: duckdb.DuckDBPyConnection, table: str, name: str, type_: str) -> Column:
    role = _role(table, name, type_)
    counts = connection.execute(f"SELECT COUNT(DISTINCT {name}), COUNT(*) - COUNT({name}) FROM {table}").fetchone()
    assert counts is not None
    if role in ("measure", "timestamp"):
        shares = "[0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0]"
        sql = f"SELECT UNNEST(QUANTILE_DISC({name}, {shares})) FROM {table}"
    else:
        sql = f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL GROUP BY 1 ORDER BY COUNT(*) DESC, 1 LIMIT 30"
    values = tuple(row[0] for row in connection.execute(sql).fetchall())
    label = name.replace("_", " ")
    return Column(
        name,
        type_,
        role,
        label,
        f"{label}s",
        nullable=counts[1] > 0,
        values=values,
        distinct=counts[0],
        nulls=counts[1],
    )


@pytest.fixture(scope="session")
def toy_connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(SCHEMA)
        yield connection


@pytest.fixture(scope="session")
def toy_database(toy_connection: duckdb.DuckDBPyConnection) -> Database:
    tables = []
    for name in ("customer", "product", "store", "orders", "order_item"):
        described = toy_connection.execute(f"DESCRIBE {name}").fetchall()
        columns = tuple(_column(toy_connection, name, row[0], row[1]) for row in described)
        count = toy_connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()
        assert count is not None
        label = name.replace("_", " ")
        plural = label if label.endswith("s") else f"{label}s"
        kind = "fact" if name.startswith("order") else "dimension"
        tables.append(Table(name, label, plural, columns, (columns[0].name,), kind, row_count=count[0]))
    return Database("toy", "toy", "duckdb", tuple(tables), RELATIONS)


@pytest.fixture(params=sorted(CORPUS), scope="session")
def corpus_query(request: pytest.FixtureRequest) -> str:
    return CORPUS[request.param]
