"""Layouts of one query: whole in their case, never changing what is asked."""

import pytest
import sqlglot

from factory.intents.style import Style, render

LOWER = Style(lower=True)


@pytest.mark.parametrize(
    ("written", "lowered"),
    [
        (
            "SELECT SUM(x) OVER (ORDER BY y ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM t",
            "select sum(x) over (order by y rows between 2 preceding and current row) from t",
        ),
        (
            "SELECT EXTRACT(YEAR FROM d) FROM t WHERE d > CURRENT_DATE - INTERVAL '3' YEAR",
            "select extract(year from d) from t where d > current_date - interval '3' year",
        ),
        ("SELECT x AT TIME ZONE 'UTC' FROM t", "select x at time zone 'UTC' from t"),
    ],
)
def test_lower_case_reaches_every_keyword(written: str, lowered: str) -> None:
    assert render(sqlglot.parse_one(written, read="duckdb"), LOWER) == lowered


def test_names_and_values_keep_their_case() -> None:
    tree = sqlglot.parse_one("SELECT T.YEAR, 'DAY' FROM T WHERE CODE = 'EUR'", read="duckdb")
    assert render(tree, LOWER) == "select T.YEAR, 'DAY' from T where CODE = 'EUR'"
