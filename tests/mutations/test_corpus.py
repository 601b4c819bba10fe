"""The corpus itself must be right, or nothing that is said of its mutants means anything."""

from __future__ import annotations

import duckdb

from factory.mutations.query import Query
from factory.records import Database


def test_every_query_runs_and_gives_rows(
    corpus_query: str, toy_connection: duckdb.DuckDBPyConnection, toy_database: Database
) -> None:
    assert toy_connection.execute(corpus_query).fetchall()
    assert Query(corpus_query, toy_database).table_uses
