"""Constructs are seen where they are, and only there; collections are read, measured and shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlglot
from click.testing import CliRunner

from factory.cli import main
from factory.exceptions import FactoryError
from factory.stats import of_file, of_run
from factory.stats.constructs import CONSTRUCTS, constructs
from factory.stats.plot import plot
from factory.stats.report import table
from factory.stats.variety import variety

SEEN = [
    ("SELECT a FROM t", ""),
    ("SELECT a FROM t WHERE b = -1", ""),
    ("SELECT a FROM t JOIN u ON t.i = u.i", "join"),
    ("SELECT a FROM t LEFT JOIN u ON t.i = u.i", "join, left join"),
    ("SELECT 1 FROM a JOIN b USING (i) JOIN c USING (i) JOIN d USING (i)", "join, three joins"),
    ("SELECT x.a FROM t AS x JOIN t AS y ON x.i = y.j", "join, self-join"),
    ("SELECT a, COUNT(*) FROM t GROUP BY a HAVING COUNT(*) > 2", "group, having"),
    ("SELECT a FROM t ORDER BY a LIMIT 3", "order, limit"),
    ("SELECT DISTINCT a FROM t", "distinct"),
    ("SELECT COUNT(DISTINCT a) FROM t", "distinct"),
    ("SELECT a FROM t UNION SELECT a FROM u", "union"),
    ("SELECT a FROM t INTERSECT SELECT a FROM u", "intersect"),
    ("SELECT a FROM t EXCEPT SELECT a FROM u", "except"),
    ("SELECT a FROM t WHERE a IN (SELECT b FROM u)", "in subquery"),
    ("SELECT a FROM t WHERE a IN (1, 2)", ""),
    ("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.i = t.i)", "exists, correlated subquery"),
    ("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.i = 1)", "exists"),
    ("SELECT a FROM t WHERE a > (SELECT AVG(a) FROM t)", "scalar subquery"),
    ("SELECT (SELECT MAX(b) FROM u WHERE u.i = t.i) FROM t", "scalar subquery, correlated subquery"),
    ("SELECT a FROM (SELECT a FROM t) AS s", ""),
    ("WITH c AS (SELECT a FROM t) SELECT a FROM c", "cte"),
    ("SELECT SUM(a) OVER (PARTITION BY b) FROM t", "window"),
    ("SELECT RANK() OVER (PARTITION BY b) FROM t", "window, rank"),
    ("SELECT ROW_NUMBER() OVER (PARTITION BY b) FROM t", "window, rank"),
    ("SELECT LAG(a) OVER (PARTITION BY b) FROM t", "window, lag or lead"),
    ("SELECT a FROM t QUALIFY RANK() OVER (PARTITION BY b) = 1", "window, rank, qualify"),
    ("SELECT CASE WHEN a > 1 THEN 1 END FROM t", "case"),
    ("SELECT a FROM t WHERE a BETWEEN 1 AND 2", "between"),
    ("SELECT a FROM t WHERE a LIKE 'x%'", "like"),
    ("SELECT a FROM t WHERE a IS NOT NULL", "is null"),
    ("SELECT COALESCE(a, 0) FROM t", "coalesce"),
    ("SELECT CAST(a AS INT) FROM t", "cast"),
    ("SELECT DATE_TRUNC('month', a) FROM t", "date_trunc"),
    ("SELECT EXTRACT(YEAR FROM a) FROM t", "extract"),
    ("SELECT YEAR(a) FROM t", "extract"),
    ("SELECT a + INTERVAL '1' DAY FROM t", "interval, arithmetic"),
    ("SELECT COUNT(*) FILTER (WHERE a > 1) FROM t", "aggregate filter"),
    ("SELECT MEDIAN(a) FROM t", "median or percentile"),
    ("SELECT QUANTILE_CONT(a, 0.9) FROM t", "median or percentile"),
    ("SELECT LOWER(a) FROM t", "string function"),
    ("SELECT a || b FROM t", "string function"),
    (
        "SELECT s.b FROM t, LATERAL (SELECT b FROM u WHERE u.i = t.i LIMIT 1) AS s",
        "limit, correlated subquery, lateral",
    ),
    ("SELECT ST_Distance(a, b) FROM t", "spatial"),
    ("SELECT ST_X(a) FROM t", "spatial"),
    ("SELECT a FROM t WHERE a = 1 OR b = 2", "or"),
    ("SELECT a * 2 FROM t", "arithmetic"),
]


@pytest.mark.parametrize(("sql", "seen"), SEEN, ids=[sql for sql, _ in SEEN])
def test_constructs_are_seen(sql: str, seen: str) -> None:
    assert ", ".join(constructs(sqlglot.parse_one(sql, dialect="duckdb"))) == seen


def test_every_construct_is_tested() -> None:
    assert len(CONSTRUCTS) == 37
    assert set(CONSTRUCTS) == {name for _, seen in SEEN for name in seen.split(", ") if name}


def test_repetition_is_measured() -> None:
    many = [f"How many {noun} are there in {place}?" for noun in ("cars", "dogs", "hats") for place in ("Rome", "Oslo")]
    same = many[:1] * 6
    assert variety(same, ["x"] * 6).skeletons < variety(many, list("abcdef")).skeletons == 1
    assert variety(same, ["x"]).gzip_ratio < variety(many, ["x"]).gzip_ratio
    assert variety(same, ["x"]).bigrams < variety(many, ["x"]).bigrams
    assert variety(same, ["x"]).twins == 5 / 6
    assert variety(many, ["x"]).twins == 0


def test_nothing_can_not_be_measured() -> None:
    with pytest.raises(ValueError, match="nothing"):
        variety([], [])


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "demo"
    (folder / "some" / "sft").mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    rows = [
        {"question": "How many?", "sql": "SELECT COUNT(*) FROM t", "database": "retail@2"},
        {
            "question": "Which?",
            "sql": "SELECT a FROM t LIMIT 1",
            "database": "retail@1",
            "evidence": {"kill_score": 0.9},
        },
    ]
    (folder / "some" / "sft" / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_variety_is_measured_over_blocks_of_one_size() -> None:
    """2,500 rows, each thousand of them with the same 500 shapes, are as varied as a thousand."""
    shapes = [str(n % 500) for n in range(2500)]
    questions = [f"{n} {n * 7919 % 10007}?" for n in range(2500)]
    found = variety(questions, shapes)
    assert found.least_skeletons == 0.5
    assert 0.5 >= found.skeletons > 0.35
    assert variety(questions, shapes[:500] + ["x"] * 2000).least_skeletons == 0.001


def test_all_of_a_run_is_measured(run: Path) -> None:
    found = of_run(run)
    assert found.levels == {"easy": 1.0, "medium": 0.0, "hard": 0.0, "extra": 0.0}
    assert found.lengths == (2, 1)
    assert found.kill_scores == (0.9,)
    assert found.databases == {"retail@1": 1, "retail@2": 1}


@pytest.mark.parametrize("key", ["query", "SQL"])
def test_benchmarks_are_read(tmp_path: Path, key: str) -> None:
    path = tmp_path / "dev.json"
    path.write_text(
        json.dumps([{"question": "Who?", key: "SELECT `a b` FROM t"}, {"question": "What?", key: "SELEC 1 2"}])
    )
    found = of_file(path)
    assert (found.name, found.rows, found.unparsed) == ("dev", 2, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [("{", "not JSON"), ("{}", "not a JSON list"), ('[{"question": "Who?"}]', "entry 0"), ("[]", "no questions")],
)
def test_other_files_are_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "dev.json"
    path.write_text(text)
    with pytest.raises(FactoryError, match=told):
        of_file(path)


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FactoryError, match="not a finished run"):
        of_run(tmp_path)


def test_the_command_shows_both(run: Path, tmp_path: Path) -> None:
    other = tmp_path / "dev.json"
    other.write_text(json.dumps([{"question": "Who?", "query": "SELECT a FROM t JOIN u ON t.i = u.i"}]))
    done = CliRunner().invoke(main, ["stats", str(run), "--against", str(other)])
    assert done.exit_code == 0
    assert "100.0 %" in done.output
    assert "50.0 %" in done.output
    assert "distinct skeletons" in done.output
    assert (run / "stats.png").read_bytes().startswith(b"\x89PNG")


def test_the_chart_goes_where_it_is_asked_to_and_is_the_same_each_time(run: Path, tmp_path: Path) -> None:
    charts = [plot([of_run(run)], tmp_path / f"{n}.png").read_bytes() for n in range(2)]
    assert charts[0] == charts[1]
    done = CliRunner().invoke(main, ["stats", str(run), "--out", str(tmp_path / "chart.png")])
    assert done.exit_code == 0
    assert (tmp_path / "chart.png").exists()
    assert not (run / "stats.png").exists()
    table([of_run(run)])
