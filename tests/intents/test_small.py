"""Databases with next to nothing in them."""

from __future__ import annotations

from pathlib import Path
from random import Random

import duckdb
import pytest

from factory.catalog import opened
from factory.intents.draw import intents


@pytest.mark.parametrize("rows", [1, 2, 8, 25])
def test_a_small_database_gives_questions_or_none_but_no_crash(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "own.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"""
            CREATE TABLE shop AS SELECT i AS id, 'Shop ' || i AS name FROM range({rows}) t(i);
            CREATE TABLE visit AS SELECT i AS id, i % 3 AS shop_id, i * 2 AS amount FROM range({rows}) t(i);
        """)
    with opened(str(path)) as source:
        drawn = [intent for intent, _ in zip(intents(source.database, Random(3)), range(60), strict=False)]
        assert all(source.engine.run(intent.tree().sql("duckdb")).error is None for intent in drawn)
