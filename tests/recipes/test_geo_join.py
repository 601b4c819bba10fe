"""What the recipe claims holds: an oracle computes the same rows, wrong answers are wrong, tables are left as asked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import jsonschema_rs
import orjson
import pytest
import sqlglot

from factory import pipeline, plan
from factory.audit import audit
from factory.catalog import Opened, opened
from factory.dedupe import Dedupe, Likeness
from factory.exceptions import AuditFailed, FactoryError, RunIncomplete
from factory.intents.geo.every import workflows
from factory.intents.geo.expectation import read
from factory.intents.style import Style
from factory.mutations.silent.geo_ways import WAYS
from factory.mutations.silent.propose import operators
from factory.prove import prove
from factory.reasoning import context_of
from factory.recipe import Target, needed_roles
from factory.record_schema import evidence_schema
from factory.records import Candidate, Example, Verdict
from factory.second_opinion import recomputed
from recipes.geo_join import recipe as geo_join
from recipes.geo_join.habits import habits
from recipes.geo_join.thoughts import thoughts
from recipes.geo_join.wrongs import HABIT


@pytest.fixture(scope="module")
def sources() -> Iterator[dict[str, Opened]]:
    with ExitStack() as stack:
        names = ("city_requests@5", "vessel_traffic@3")
        yield {name: stack.enter_context(opened(name, instances=2)) for name in names}


def verdicts(source: Opened, size: int, seed: int = 1, **options: Any) -> Iterator[Verdict]:
    maker = replace(geo_join, **options)
    for candidate in islice(maker.propose(source.database, Random(seed)), size):
        yield recomputed(prove(candidate, source.engine), source.engine)


def rendered(source: Opened, found: Verdict, **options: Any) -> Example:
    target = Target(source.database, source.engine.dialect, source.engine.version)
    return next(iter(replace(geo_join, **options).render(found, target)))


@pytest.fixture(scope="module")
def made(sources: dict[str, Opened]) -> list[tuple[Opened, Verdict, Example]]:
    return [
        (source, verdict, rendered(source, verdict))
        for source, size in zip(sources.values(), (50, 18), strict=True)
        for verdict in verdicts(source, size, loud=0.4, enrichment=0.6)
        if not verdict.reason
    ]


def test_most_questions_are_accepted_and_computed_by_the_oracle(made: list[tuple[Opened, Verdict, Example]]) -> None:
    assert len(made) > 55
    computed = [verdict for _, verdict, _ in made if verdict.oracle == "agrees"]
    assert len(computed) >= 0.9 * len(made)
    assert {example.evidence["task"] for _, _, example in made} == {"query", "create_table", "update"}


def test_workflows_take_turns(sources: dict[str, Opened]) -> None:
    source = sources["city_requests@5"]
    drawn = [c.bucket for c in islice(geo_join.propose(source.database, Random(2)), 110)]
    most = max(map(drawn.count, drawn))
    assert most <= 6
    assert len(set(drawn)) >= 24


def test_evidence_is_what_the_schema_promises(made: list[tuple[Opened, Verdict, Example]]) -> None:
    promised = evidence_schema("geo_join")
    assert promised
    sft, dpo = (jsonschema_rs.Draft202012Validator({**promised, "$ref": f"#/$defs/{f}"}) for f in ("sft", "dpo"))
    for _, _, example in made:
        sft.validate(example.evidence)
        if example.rejected:
            dpo.validate(example.rejected_evidence)


def test_a_rejected_answer_gives_other_rows_or_raises(made: list[tuple[Opened, Verdict, Example]]) -> None:
    kinds = set()
    for source, _, example in made:
        if example.rejected is None:
            continue
        evidence = example.rejected_evidence
        kinds.add(evidence["rejected_kind"])
        if evidence["rejected_kind"] == "loud":
            error = source.engine.run(example.rejected_sql).error
            assert error
            assert error.message == evidence["error_message"]
            assert evidence["rejected_way"] == HABIT
        else:
            assert evidence["rejected_way"] in WAYS
            witness = json.loads(evidence["witness"])
            assert witness["missing"] or witness["extra"] or witness["expected_rows"] != witness["actual_rows"]
        assert example.rejected[0]["content"].partition("```")[0] != example.chosen[0]["content"].partition("```")[0]
    assert kinds == {"silent", "loud"}


def test_what_is_written_is_written_in_a_copy(made: list[tuple[Opened, Verdict, Example]]) -> None:
    for source, _, example in made:
        if example.evidence["task"] == "query":
            continue
        left = source.engine.run_in_copy(example.sql, example.evidence["after_sql"])
        assert not left.error
        assert len(left.rows) == example.evidence["row_count"]
        assert source.engine.run(example.evidence["after_sql"]).error


def test_the_copy_lets_nothing_through(sources: dict[str, Opened]) -> None:
    engine = sources["city_requests@5"].engine
    table = sources["city_requests@5"].database.tables[0].name
    before = engine.run(f"SELECT COUNT(*) FROM {table}").rows
    assert engine.run_in_copy(f"DELETE FROM {table}", f"SELECT COUNT(*) FROM {table}").rows == ((0,),)
    assert engine.run(f"SELECT COUNT(*) FROM {table}").rows == before
    for script in ("ATTACH ':memory:' AS other", "SET threads = 2", "COPY (SELECT 1) TO 'out.csv'", "SELECT 1"):
        refused = engine.run_in_copy(script, "SELECT 1")
        assert refused.error
        assert refused.error.kind == "Permission Error"


def test_an_edge_or_another_answer_is_a_reason_to_reject(sources: dict[str, Opened]) -> None:
    source = sources["city_requests@5"]
    verdict = next(v for v in verdicts(source, 80, enrichment=0) if v.candidate.bucket == "count_per_zone")
    candidate = verdict.candidate
    other = replace(candidate, statements={**candidate.statements, "gold": "SELECT 1 AS a, 'b' AS b, 2 AS c"})
    assert recomputed(prove(other, source.engine), source.engine).reason == "oracle_disagrees"


def test_an_expectation_survives_the_file(made: list[tuple[Opened, Verdict, Example]]) -> None:
    for _, verdict, example in made:
        expected = read(example.evidence["expectation"])
        assert expected.told() == example.evidence["expectation"]
        assert expected.workflow == verdict.candidate.expected.workflow


def test_the_ways_name_operators_that_exist() -> None:
    assert {name for members in WAYS.values() for name in members} <= {operator.name for operator in operators()}
    assert len(WAYS) == 15


def test_habits_leave_the_query_alone_and_raise(sources: dict[str, Opened]) -> None:
    source = sources["vessel_traffic@3"]
    seen = set()
    for name, draw in workflows().items():
        rng = Random(name)
        intent = next((i for _ in range(10) if (i := draw(source.database, rng))), None)
        if intent is None:
            continue
        tree = intent.tree()
        before = tree.sql("duckdb")
        for habit, mistake, wrong in habits(tree, rng):
            seen.add(habit)
            assert mistake.endswith(".")
            assert source.engine.run(wrong.sql("duckdb")).error, habit
        assert tree.sql("duckdb") == before
    assert {"geography_cast", "postgis_name"} <= seen


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT ST_Area(ST_Transform(g, 'EPSG:4326', 'EPSG:32618', TRUE)) / 1000000 FROM t", "square kilometers"),
        ("SELECT ST_Area(ST_Transform(g, 'EPSG:4326', 'EPSG:32618', TRUE)) / 1000 FROM t", "by 1000."),
        ("SELECT a FROM t WHERE ST_DWithin(ST_Transform(g, 'a', 'EPSG:5070', TRUE), h, 16093.44)", "10 miles"),
        ("SELECT a FROM t WHERE ST_DWithin(g, h, 16.09344)", "The limit is 16.09344."),
        ("SELECT a FROM t JOIN z ON ST_Contains(t.g, z.g)", "`t.g` contains `z.g`"),
        ("SELECT a FROM t LEFT JOIN z ON ST_Contains(z.g, t.g)", "`z`"),
        ("SELECT ST_Distance_Spheroid(a, b) FROM t", "Geodesic"),
        ("SELECT ST_Transform(g, 32618) FROM t", "32618"),
    ],
)
def test_thoughts_are_read_off_the_query(sources: dict[str, Opened], sql: str, said: str) -> None:
    context = context_of(sources["city_requests@5"].database, Style(), 0)
    text = " ".join(thoughts(sqlglot.parse_one(sql, dialect="duckdb"), context))
    assert said in text
    assert ("fourth argument" in text) is ("TRUE" in sql)


def test_only_databases_with_places_are_asked() -> None:
    names = plan.suited((), needed_roles(geo_join))
    assert "city_requests" in names
    assert "retail" not in names
    with pytest.raises(FactoryError, match="geometry"):
        plan.suited(("retail",), needed_roles(geo_join))
    assert plan.suited(("retail",), ()) == ("retail",)


def test_a_file_without_places_ends_the_run(tmp_path: Path) -> None:
    file = tmp_path / "plain.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE t AS SELECT range AS id, range % 3 AS kind FROM range(50)")
    with pytest.raises(RunIncomplete, match="no question applies"):
        pipeline.build(
            pipeline.Settings(recipe="geo_join", rows=3, out=tmp_path / "out", databases=(str(file),), instances=1)
        )


def test_no_bucket_gets_more_than_its_share() -> None:
    seen = Dedupe(max_per_bucket=1)
    first, second = (
        Likeness.of(Candidate("r", "d", question, {}, (), key=question, skeleton=question, bucket="density"))
        for question in ("How many ports are there per country?", "Which depot is nearest to which customer?")
    )
    seen.accept(first)
    assert seen.reason(second) == "bucket_cap"
    assert seen.reason(replace(second, bucket="nearest")) is None
    assert seen.reason(replace(second, bucket="")) is None


def test_options_are_checked() -> None:
    for wrong in ({"answer": "text"}, {"loud": 2.0}, {"enrichment": -0.1}):
        with pytest.raises(ValueError, match=r"answer|loud|enrichment"):
            replace(geo_join, **wrong)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("geo") / "out"
    pipeline.build(
        pipeline.Settings(
            recipe="geo_join",
            rows=24,
            out=out,
            seed=5,
            databases=("city_requests@4",),
            options={"enrichment": "0.7", "loud": "0.3"},
            instances=2,
            max_per_skeleton=24,
        )
    )
    return out


@pytest.mark.slow
def test_a_run_is_proven_again_with_the_oracle(run: Path) -> None:
    assert audit(run).records > 24
    rows = [orjson.loads(line) for line in (run / "geo_join/sft/train.jsonl").read_bytes().splitlines()]
    assert all(f"workflow:{r['evidence']['workflow']}" in r["tags"] for r in rows)
    assert "SPATIAL_JOIN" in (run / "README.md").read_text()


def test_an_audit_asks_the_oracle_and_not_the_record(run: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    path = copy / "geo_join/sft/train.jsonl"
    rows = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    row = next(r for r in rows if r["evidence"]["workflow"] not in ("dwell",))
    expectation = json.loads(row["evidence"]["expectation"])
    expectation["sources"]["rows"]["sql"] += " LIMIT 0"
    row["evidence"]["expectation"] = json.dumps(expectation)
    path.write_bytes(b"".join(orjson.dumps(r) + b"\n" for r in rows))
    with pytest.raises(AuditFailed, match="oracle_disagrees"):
        audit(copy)
