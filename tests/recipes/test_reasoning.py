"""The steps of a reasoning: what they say of a query, and that they say it once."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
import sqlglot

from factory.catalog import Opened, opened
from factory.intents.draw import TRIES, known
from factory.intents.style import Style
from factory.reasoning import reasoning
from factory.records import Column, Database, Table

NOWHERE = Database("none", "none", "duckdb", ())


def steps(sql: str, voice: int = 0, database: Database = NOWHERE) -> str:
    return reasoning(sqlglot.parse_one(sql, dialect="duckdb"), database, Style(), voice)


def test_steps_stand_in_the_order_of_thought() -> None:
    sql = (
        "SELECT u.name, COUNT(*) AS n FROM t LEFT JOIN u ON t.u_id = u.id WHERE t.a BETWEEN 1 AND 2 AND u.id IS NULL "
        "GROUP BY u.name HAVING COUNT(*) > 3 ORDER BY n DESC LIMIT 5"
    )
    for voice in range(0, 4000, 7):
        text = steps(sql, voice)
        marks = ["`a`", "eft join `u`", "`t.a BETWEEN 1 AND 2` (both ends included)", "(no match)", "roup"]
        marks += ["`COUNT(*)` as `n`", "`COUNT(*) > 3`", "`u.name` and `n`", "descending and keep the first 5"]
        places = [text.index(mark) for mark in marks]
        assert places == sorted(places), text


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        (
            "SELECT a FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.i = t.i)",
            "no row exists in `u` where",
        ),
        ("SELECT a FROM t WHERE a > (SELECT AVG(a) FROM t)", "`a` is above `AVG(a)` over `t`"),
        ("SELECT a FROM t WHERE a NOT IN (SELECT b FROM u)", "`a` is not among `b` of `u`"),
        ("SELECT DISTINCT a FROM t", "`DISTINCT`"),
        ("SELECT a FROM t EXCEPT SELECT a FROM u", "take the second away from the first"),
        ("SELECT a, LAG(b) OVER (ORDER BY a) AS p FROM t", "previous row's value"),
        ("SELECT a, RANK() OVER (PARTITION BY c ORDER BY a) AS r FROM t QUALIFY r <= 3", "QUALIFY"),
        ("WITH x AS (SELECT a FROM t) SELECT COUNT(*) AS n FROM x", "`x`: "),
        ("SELECT a FROM (SELECT a FROM t) AS y", "`y`: "),
        (
            "SELECT a FROM t WHERE a = (SELECT b FROM u ORDER BY b LIMIT 1 OFFSET 3)",
            "skipping the first 3, only the next row",
        ),
        (
            "SELECT a FROM t ASOF JOIN u ON t.x >= u.x",
            "ASOF join `u` on `t.x >= u.x`, of the matching rows only the nearest",
        ),
        ("SELECT g, COUNT(*) AS n FROM t GROUP BY ALL", "`g`"),
        ("SELECT a FROM t CROSS JOIN u", "Cross join `u`, every row with every row"),
        ("SELECT a FROM t JOIN u ON ST_Contains(u.g, t.p)", "(the second inside the first)"),
        ("SELECT a, b, SUM(x) AS s FROM t GROUP BY ROLLUP (a, b)", "adds a row for each coarser level"),
        ("SELECT a / 2 AS half, COUNT(*) AS n FROM t GROUP BY half", "`a / 2` as `half`"),
        ("SELECT i FROM GENERATE_SERIES(1, 3) AS g(i)", "Make rows: `GENERATE_SERIES(1, 3) AS g(i)`"),
        (
            "SELECT tag FROM t CROSS JOIN UNNEST(t.tags) AS u(tag)",
            "Unfold `t.tags` into one row per element, called `tag`",
        ),
        ("SELECT a FROM t UNION ALL SELECT b FROM u ORDER BY 1", "`a` ascending"),
        ("SELECT (SELECT MAX(b) FROM u WHERE u.i = t.i) AS m FROM t", "`MAX(b)` over `u` where `u.i = t.i` as `m`"),
    ],
)
def test_what_is_nested_is_told(sql: str, told: str) -> None:
    assert any(told in steps(sql, voice) for voice in range(0, 500, 23))


def test_a_window_is_told_once() -> None:
    text = steps(
        "SELECT m, COUNT(*) - LAG(COUNT(*)) OVER (ORDER BY m) AS d, COUNT(*) / LAG(COUNT(*)) OVER (ORDER BY m) AS r "
        "FROM t GROUP BY m"
    )
    assert text.count("previous group's value") == 1
    assert "From that, `COUNT(*) - LAG(COUNT(*))` as `d` and `COUNT(*) / LAG(COUNT(*))` as `r`." in text


def test_a_window_that_is_shown_goes_by_its_name() -> None:
    text = steps("SELECT LAG(n) OVER (ORDER BY m) AS p, n - LAG(n) OVER (ORDER BY m) AS d FROM t")
    assert text.count("LAG(n)") == 1
    assert "From that, `n - p` as `d`." in text


def test_a_lateral_join_is_told_by_what_is_inside() -> None:
    text = steps(
        "SELECT t.n, r.a FROM t LEFT JOIN LATERAL (SELECT a FROM u WHERE u.i = t.i ORDER BY a DESC LIMIT 3) AS r ON 1"
    )
    marks = ["`t`", "For each row so far, build `r`", "`u.i = t.i`", "keep the first 3", "keeps rows that have none"]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
    assert " on " not in text


def test_recursion_is_told() -> None:
    text = steps(
        "WITH RECURSIVE r AS (SELECT a FROM t WHERE p IS NULL UNION ALL SELECT t.a FROM t JOIN r ON t.p = r.a) "
        "SELECT COUNT(*) AS n FROM r"
    )
    assert "`r`, a recursive CTE. It starts so:" in text
    assert "as long as that gives rows: " in text


def test_names_that_do_not_say_it_are_explained_once() -> None:
    columns = (
        Column("pin", "VARCHAR", "category", "location", "locations"),
        Column("DayCount", "INTEGER", "measure", "day count", "day counts"),
    )
    database = Database("d", "d", "duckdb", (Table("case_file", "service request", "service requests", columns),))
    text = steps(
        "WITH c AS (SELECT pin, DayCount FROM case_file) SELECT pin FROM case_file WHERE DayCount > 1", 0, database
    )
    assert text.count("`case_file` (service requests)") == 1
    assert text.count("`pin` (location)") == 1
    assert "(day count" not in text


@pytest.fixture(scope="module")
def source() -> Iterator[Opened]:
    with opened("hr@5", instances=1) as found:
        yield found


@pytest.mark.parametrize("kind", sorted(known()))
def test_every_kind_of_question_is_reasoned_about(source: Opened, kind: str) -> None:
    rng = Random(kind)
    intent = next((i for _ in range(TRIES) if (i := known()[kind](source.database, rng))), None)
    if intent is None:
        return
    lines = reasoning(intent.tree(), source.database, Style(), 7).splitlines()
    assert [line.partition(".")[0] for line in lines] == [str(n) for n in range(1, len(lines) + 1)]
    assert len(lines) == len({line.partition(". ")[2] for line in lines})
    assert all(line.endswith(".") and ":." not in line and "  " not in line for line in lines)
