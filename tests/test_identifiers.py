"""Names are quoted where the engine or the reader of SQL wouldn't take them as they are."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from factory.identifiers import NEVER_BARE, RESERVED, plain

KEYWORDS = dict(duckdb.sql("SELECT keyword_name, keyword_category FROM duckdb_keywords()").fetchall())
USES = {
    "a table": "SELECT {0}.a FROM t JOIN {0} ON t.a = {0}.a",
    "an alias": "SELECT {0}.a FROM t AS {0} JOIN t AS b ON b.a = {0}.a WHERE {0}.a = 1",
    "a bare alias": "SELECT {0}.a FROM t {0} JOIN t b ON b.a = {0}.a",
    "a column": "SELECT {0}, MAX({0}), {0} + 1 FROM t WHERE {0} = 1 GROUP BY {0} HAVING COUNT({0}) > 1 ORDER BY {0}",
    "a qualified column": "SELECT t.{0}, SUM(t.{0}) FROM t WHERE t.{0} = 1 GROUP BY t.{0}",
    "a result": "SELECT t.{0} AS {0}, a FROM t",
    "a CTE": "WITH {0} AS (SELECT 1 AS a) SELECT {0}.a FROM {0}",
}


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A table called like each keyword, and one with a column for each."""
    with duckdb.connect() as found:
        columns = ", ".join(f'"{keyword}" INTEGER' for keyword in KEYWORDS)
        found.execute(f"CREATE TABLE t (a INTEGER, {columns})")
        for keyword in KEYWORDS:
            found.execute(f'CREATE TABLE "{keyword}" (a INTEGER)')
        yield found


@pytest.mark.parametrize("use", USES)
def test_every_keyword_can_be_a_name(use: str, connection: duckdb.DuckDBPyConnection) -> None:
    """`values` as an alias of `SampleValues` ended a run after 25,000 rows: DuckDB takes it, sqlglot doesn't."""
    for keyword in KEYWORDS:
        query = USES[use].format(plain(keyword))
        connection.execute(query)
        columns = sqlglot.parse_one(query, dialect="duckdb").find_all(exp.Column)
        assert any(keyword in column.sql("duckdb") for column in columns), query


def test_no_more_is_quoted_than_need_be() -> None:
    """What DuckDB itself doesn't take bare is among what is quoted; the rest of it is what sqlglot doesn't."""
    refused = {keyword for keyword, category in KEYWORDS.items() if category in ("reserved", "type_function")}
    assert refused < NEVER_BARE
    assert RESERVED < NEVER_BARE
    assert plain("name") == "name"
    assert plain("Values") == '"Values"'
