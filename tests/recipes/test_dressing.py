"""Turns that a judging candidate wears: each changes nothing, and none comes twice."""

from collections.abc import Iterator

import pytest
import sqlglot

from factory.catalog import Opened, opened
from recipes.judging.dressing import sure_value


@pytest.fixture(scope="module")
def retail() -> Iterator[Opened]:
    with opened("retail", instances=1) as found:
        yield found


def test_a_test_for_null_is_not_added_again(retail: Opened) -> None:
    tree = sqlglot.parse_one("SELECT status FROM orders", read="duckdb")
    once = next(sure_value(tree, retail.database))
    assert once.sql(dialect="duckdb") == "SELECT status FROM orders WHERE status IS NOT NULL"
    assert list(sure_value(once, retail.database)) == []
