"""What the recipe claims holds: the tables are enough, each is needed, and nothing but the question tells which."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import jsonschema_rs
import pytest

from factory import pipeline
from factory import recipe as recipes_
from factory.audit import audit
from factory.budget import estimated_tokens
from factory.catalog import Opened, export, opened
from factory.exceptions import AuditFailed, FactoryError
from factory.prove import prove
from factory.recipe import Target
from factory.record_schema import evidence_schema, record_of
from factory.records import Candidate, Example, Verdict
from factory.wide.catalog import WideDatabase
from recipes.text_to_tables import prompts
from recipes.text_to_tables import recipe as text_to_tables
from recipes.text_to_tables.answers import answer, picked, questions_in
from recipes.text_to_tables.asking import _ended
from recipes.text_to_tables.case import Case, proof
from recipes.text_to_tables.drawing import mentions

NAME = "hr+hr+retail@4x70"


@pytest.fixture(scope="module")
def source() -> Iterator[Opened]:
    with opened(NAME, instances=2) as found:
        yield found


@pytest.fixture(scope="module")
def wide(source: Opened) -> WideDatabase:
    assert isinstance(source.database, WideDatabase)
    return source.database


def proven(source: Opened, seed: int, size: int, **options: Any) -> Iterator[tuple[Verdict, Example]]:
    maker = replace(text_to_tables, **options)
    target = Target(source.database, source.engine.dialect, source.engine.version)
    for candidate in islice(maker.propose(source.database, Random(seed)), size):
        verdict = prove(candidate, source.engine)
        if not verdict.reason:
            for example in maker.render(verdict, target):
                yield verdict, example


@pytest.fixture(scope="module")
def made(source: Opened) -> list[Example]:
    return [example for _, example in proven(source, 3, 50, unanswerable=0.1)]


@pytest.fixture(scope="module")
def single(made: list[Example]) -> list[Example]:
    return [e for e in made if e.evidence["shape"] != "questions" and e.evidence["needed_tables"]]


def test_records_of_every_shape_and_form(made: list[Example]) -> None:
    assert len(made) > 28
    assert {e.evidence["shape"] for e in made} == set(prompts.SHAPES)
    assert {e.evidence["form"] for e in made} == {"names", "columns", "ddl"}
    assert sum(e.rejected is not None for e in made) > 0.9 * len(made)


@pytest.mark.slow
def test_every_kind_of_rejection_occurs(source: Opened) -> None:
    found = [e for _, e in proven(source, 8, 200, shapes="questions=0.3,json=0.7")]
    kinds = Counter(e.rejected_evidence["rejected_kind"] for e in found if e.rejected)

    assert set(kinds) == set(
        evidence_schema("text_to_tables")["$defs"]["dpo"]["properties"]["rejected_kind"]["enum"]  # type: ignore[index]
    )


def test_answers_name_the_needed_tables(made: list[Example]) -> None:
    for example in made:
        evidence, text = example.evidence, example.messages[-1]["content"]
        if evidence["shape"] == "questions":
            assert questions_in(text) == evidence["questions"]
            assert len(set(evidence["questions"])) == len(evidence["queries"]) == prompts.ASKED
            assert evidence["needed_tables"] == evidence["shown_tables"]
        else:
            assert list(picked(evidence["shape"], text, evidence["shown_tables"])) == evidence["needed_tables"]
        assert set(evidence["needed_tables"]) <= set(evidence["shown_tables"])
        assert all(f"\n{name}" in example.messages[0]["content"] or f" {name}" in example.messages[0]["content"]
                   for name in evidence["needed_tables"])  # fmt: skip


def copied(source: Opened, tables: list[str]) -> duckdb.DuckDBPyConnection:
    """A database of its own that holds these tables and nothing else."""
    copy = duckdb.connect()
    for name in tables:
        if "." in name:
            copy.execute(f"CREATE SCHEMA IF NOT EXISTS {name.partition('.')[0]}")
        rows = source.engine.connections[0].execute(f"SELECT * FROM {name}").to_arrow_table()
        copy.register("rows", rows)
        copy.execute(f"CREATE TABLE {name} AS SELECT * FROM rows")
        copy.unregister("rows")
    return copy


def test_the_tables_are_enough_and_each_is_needed_in_another_database(source: Opened, made: list[Example]) -> None:
    """Without the factory's sessions: copies of the tables, compared as bags of text."""

    def bag(connection: duckdb.DuckDBPyConnection, sql: str) -> Counter[str]:
        return Counter(
            repr([f"{v:.6g}" if isinstance(v, float) else str(v) for v in row])
            for row in connection.execute(sql).fetchall()
        )

    for example in [e for e in made if e.evidence["needed_tables"]][:10]:
        needed = example.evidence["needed_tables"]
        for query in example.evidence["queries"]:
            assert bag(copied(source, needed), query) == bag(source.engine.connections[0], query)
            for gone in needed:
                with pytest.raises(duckdb.CatalogException):
                    copied(source, [name for name in needed if name != gone]).execute(query)


def test_a_lookalike_gives_other_rows_and_a_useless_table_changes_nothing(made: list[Example]) -> None:
    for example in made:
        against = example.rejected_evidence
        if not example.rejected:
            continue
        seen, needed = json.loads(against["witness"]), set(against["needed_tables"])
        rejected = set(against["rejected_tables"])
        match against["rejected_kind"]:
            case "lookalike":
                assert seen["missing"] or seen["extra"] or seen["expected_rows"] != seen["actual_rows"]
                assert rejected - needed
                assert needed - rejected
            case "useless_table":
                assert rejected > needed
                assert seen["rows"] == against["row_count"]
            case "misses_table":
                assert rejected < needed
                assert "does not exist" in seen["error"]
            case "refuses" | "answers_anyway":
                assert bool(rejected) != bool(needed)
                assert "does not exist" in seen["error"]


def test_bridges_are_tables_that_nobody_mentions(wide: WideDatabase, single: list[Example]) -> None:
    bridged = [e for e in single if e.evidence["bridges"]]

    assert len(bridged) > 0.15 * len(single)
    for example in bridged:
        for name in example.evidence["bridges"]:
            assert name in example.evidence["needed_tables"]
            assert not mentions(example.question, wide.entry[name].plural)


def test_copies_are_sometimes_the_answer(wide: WideDatabase, single: list[Example]) -> None:
    kinds = Counter(wide.entry[name].kind for e in single for name in e.evidence["needed_tables"])

    assert len(set(kinds) - {"table", "part"}) >= 3
    for example in single:
        sets = [json.loads(text) for text in example.evidence["minimal_sets"]]
        if named := example.evidence["named_copy"]:
            assert named in example.evidence["needed_tables"]
            assert not any(named in tables for tables in sets[1:])
        else:
            assert len(sets) == 1


# --- nothing but the question tells ----------------------------------------------------------------------------------


def test_needed_tables_stand_anywhere(single: list[Example]) -> None:
    places = [
        e.evidence["shown_tables"].index(name) / (len(e.evidence["shown_tables"]) - 1)
        for e in single
        for name in e.evidence["needed_tables"]
    ]

    assert 0.3 < sum(places) / len(places) < 0.7
    orders = [e.evidence["shown_tables"] == sorted(e.evidence["shown_tables"], key=str.lower) for e in single]
    assert 0.4 < sum(orders) / len(orders) < 0.95


def test_a_table_is_shown_with_all_that_was_made_of_it(wide: WideDatabase, single: list[Example]) -> None:
    for example in single:
        shown = set(example.evidence["shown_tables"])
        for entries in wide.groups.values():
            names = {e.name for e in entries}
            assert not names & shown or names <= shown


def test_questions_call_no_table_by_its_name(made: list[Example]) -> None:
    assert all(e.evidence["register"] != "technical" for e in made)


def test_who_is_meant_is_said_where_two_could_be(wide: WideDatabase, single: list[Example]) -> None:
    bought = next(m for m in wide.members if m.company)
    for example in single:
        of_bought = any(wide.members[wide.entry[name].member] is bought for name in example.evidence["needed_tables"])
        assert of_bought == (bought.company in example.question)


# --- no answer -------------------------------------------------------------------------------------------------------


def test_a_question_without_an_answer_says_what_is_missing(source: Opened) -> None:
    found = [e for _, e in proven(source, 5, 8, unanswerable=1.0, shapes="json=1")]
    none = [e for e in found if not e.evidence["needed_tables"]]

    assert len(none) >= 3
    for example in none:
        first, last = example.messages[-1]["content"].split("\n")
        assert first == "[]"
        assert last == f"Missing: {example.evidence['missing']}"
        with pytest.raises(duckdb.CatalogException):
            copied(source, example.evidence["shown_tables"]).execute(example.sql)


def test_their_share_is_that_of_the_option(source: Opened) -> None:
    assert not [
        e for _, e in proven(source, 5, 10, unanswerable=0.0, shapes="json=1") if not e.evidence["needed_tables"]
    ]


# --- ambiguous -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_other_sets_that_answer_are_kept_or_the_question_is_dropped(source: Opened) -> None:
    kept = [e for _, e in proven(source, 6, 25, ambiguous="keep", shapes="json=1", unanswerable=0.0)]
    several = [e for e in kept if len(e.evidence["minimal_sets"]) > 1 and not e.evidence["named_copy"]]
    assert several
    for example in several:
        sets = [json.loads(text) for text in example.evidence["minimal_sets"]]
        assert sets[0] == example.evidence["needed_tables"]
        assert not any(set(a) < set(b) for a in sets for b in sets)

    maker = replace(text_to_tables, shapes="json=1", unanswerable=0.0)
    reasons = Counter(prove(c, source.engine).reason for c in islice(maker.propose(source.database, Random(6)), 25))
    assert reasons["ambiguous_tables"] > 0


# --- audit -----------------------------------------------------------------------------------------------------------


def test_audit_proves_every_record_again(source: Opened, made: list[Example]) -> None:
    for example in made[:12]:
        for form in ("sft", "dpo"):
            if form == "sft" or example.rejected:
                record = record_of(example, form)  # type: ignore[arg-type]
                verdict = prove(text_to_tables.restate(record, source.database), source.engine)
                assert verdict.reason is None, (form, verdict.reason, record["evidence"])


def with_tables(example: Example, tables: list[str]) -> dict[str, Any]:
    record = record_of(example, "sft")
    shown = record["evidence"]["shown_tables"]
    said = {"role": "assistant", "content": answer("json", shown, tables, {})}
    return {
        **record,
        "messages": [record["messages"][0], said],
        "evidence": {**record["evidence"], "shape": "json", "needed_tables": sorted(tables)},
    }


def test_audit_finds_a_table_too_many_or_too_few(source: Opened, single: list[Example]) -> None:
    for example in single[:8]:
        evidence = example.evidence
        more = next(name for name in evidence["shown_tables"] if name not in evidence["needed_tables"])
        extra = with_tables(example, [*evidence["needed_tables"], more])
        assert prove(text_to_tables.restate(extra, source.database), source.engine).reason == "mutant_runs"
        if len(evidence["needed_tables"]) > 1:
            less = with_tables(example, evidence["needed_tables"][1:])
            assert prove(text_to_tables.restate(less, source.database), source.engine).reason == "rows_differ"


def test_audit_finds_an_answer_that_isnt_that_of_the_evidence(source: Opened, single: list[Example]) -> None:
    record = with_tables(single[0], single[0].evidence["needed_tables"])
    record["evidence"]["needed_tables"] = ["other"]

    with pytest.raises(ValueError, match="other tables"):
        text_to_tables.restate(record, source.database)


def test_a_rejected_answer_that_is_right_is_found(source: Opened, single: list[Example]) -> None:
    example = next(e for e in single if e.rejected and e.rejected_evidence["rejected_kind"] == "useless_table")
    record = record_of(example, "dpo")
    record["evidence"]["rejected_kind"] = "lookalike"

    verdict = prove(text_to_tables.restate(record, source.database), source.engine)
    assert verdict.reason == "rejected_not_wrong"


def test_evidence_is_as_promised(made: list[Example]) -> None:
    promised = evidence_schema("text_to_tables")
    for form in ("sft", "dpo"):
        validator = jsonschema_rs.Draft202012Validator({**promised, "$ref": f"#/$defs/{form}"})  # type: ignore[dict-item]
        for example in made:
            if form == "sft" or example.rejected:
                validator.validate(record_of(example, form)["evidence"])  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_records(source: Opened) -> None:
    first, second = ([e.id for _, e in proven(source, 9, 6)] for _ in range(2))

    assert first == second


# --- options, prompts, a whole run -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"shapes": "list=1"},
        {"shapes": "json=x"},
        {"forms": "all=1"},
        {"forms": "names=0"},
        {"tokens": 5},
        {"unanswerable": 2.0},
        {"ambiguous": "maybe"},
        {"smallest": 5},
        {"smallest": 90, "largest": 60},
    ],
    ids=str,
)
def test_bad_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="|".join(options)):
        replace(text_to_tables, **options)


def test_catalogs_stay_within_their_budget(source: Opened) -> None:
    found = [e for _, e in proven(source, 7, 12, tokens=900, unanswerable=0.0, shapes="json=0.5,lines=0.5")]

    assert len(found) > 3
    for example in found:
        text = example.messages[0]["content"].partition("\n\nQuestion: ")[0]
        lines = example.messages[-1]["content"] if example.evidence["shape"] == "lines" else ""
        assert estimated_tokens(text) + estimated_tokens(lines) < 1000


def test_a_record_carries_the_prompt_of_an_inference_call(wide: WideDatabase) -> None:
    (asked,) = replace(text_to_tables, shapes="lines=1", forms="columns=1").prompt(wide, "How many?", "", "")

    assert asked["content"].startswith("DuckDB schema:\n\nConventions:")
    assert "Question: How many?\n\nWhich of these tables" in asked["content"]
    assert all(f"\n{entry.name}(" in asked["content"] for entry in wide.entries)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("text_to_tables", "recipes.text_to_tables:recipe", recipes_.GROUP)
    monkeypatch.setattr(recipes_, "_found", lambda: {"text_to_tables": entry})


@pytest.mark.usefixtures("installed")
def test_a_run_is_built_and_audited(tmp_path: Path) -> None:
    settings = pipeline.Settings(
        recipe="text_to_tables", rows=6, out=tmp_path / "run", databases=("hr@5x24",), instances=2
    )
    done = pipeline.build(settings)

    assert done.splits["train"] == ["hr"]
    assert audit(tmp_path / "run").sft == 6
    path = tmp_path / "run" / "text_to_tables" / "sft" / "train.jsonl"
    records = [json.loads(line) for line in path.read_text().splitlines()]
    other = next(r for r in records if r["evidence"]["shape"] != "questions" and r["evidence"]["needed_tables"])
    other["evidence"]["shown_tables"].reverse()
    path.write_text("\n".join(json.dumps(r) for r in records) + "\n")
    with pytest.raises(AuditFailed, match=r"the schema in the prompt|worded"):
        audit(tmp_path / "run")


@pytest.mark.usefixtures("installed")
def test_a_file_of_ones_own_is_a_catalog_too(tmp_path: Path) -> None:
    export("hr@3", 0, tmp_path / "mine.duckdb")
    settings = pipeline.Settings(
        recipe="text_to_tables", rows=3, out=tmp_path / "run", databases=(str(tmp_path / "mine.duckdb"),)
    )
    pipeline.build(settings)

    assert audit(tmp_path / "run", databases={"mine": tmp_path / "mine.duckdb"}).sft == 3


@pytest.mark.slow
@pytest.mark.usefixtures("installed")
def test_a_run_over_all_domains_holds(tmp_path: Path) -> None:
    settings = pipeline.Settings(recipe="text_to_tables", rows=400, out=tmp_path / "run", seed=5)
    pipeline.build(settings)
    found = audit(tmp_path / "run")

    assert found.sft == 400
    lines = [
        json.loads(line)
        for path in (tmp_path / "run").glob("*/sft/*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    ]
    assert sum(bool(r["evidence"]["bridges"]) for r in lines) > 0.15 * len(lines)
    assert 0.02 < sum(not r["evidence"]["needed_tables"] for r in lines) / len(lines) < 0.09


def test_names_alone_are_shown_where_they_can_tell(wide: WideDatabase, source: Opened) -> None:
    found = [e for _, e in proven(source, 12, 14, forms="names=1", shapes="json=1", unanswerable=0.0)]
    forms = Counter(e.evidence["form"] for e in found)

    assert forms["names"] > 2
    assert set(forms) <= {"names", "columns"}
    for example in found:
        if example.evidence["form"] == "names":
            for name in set(example.evidence["needed_tables"]) - set(example.evidence["bridges"]):
                entry = wide.entry[name]
                said = f"{entry.label} {entry.plural} {entry.said}".lower()
                words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)
                assert any(word[:3].lower() in said for word in words), name


def test_sentences_end_before_the_next_one() -> None:
    assert _ended("how many (by day)") == "how many (by day)."
    assert [_ended(text) for text in ("Why?", "So.", "ok :)")] == ["Why?", "So.", "ok :)"]


def test_other_recipes_refuse_wide_catalogs(tmp_path: Path) -> None:
    settings = pipeline.Settings(recipe="text_to_sql", rows=1, out=tmp_path / "run", databases=(NAME,))

    with pytest.raises(FactoryError, match="wide catalog"):
        pipeline.build(settings)
    with pytest.raises(FactoryError, match="can't be exported"):
        export(NAME, 0, tmp_path / "wide.duckdb")


# --- checks that find something --------------------------------------------------------------------------------------


def test_a_reason_says_nothing_that_a_list_of_names_hides(source: Opened, wide: WideDatabase) -> None:
    columns = {column.name for entry in wide.entries for column in entry.columns}
    lines = 0
    for _, example in proven(source, 8, 40, shapes="reasons", forms="names", unanswerable=0.0):
        if example.evidence["form"] != "names":  # some questions can't be answered from names alone
            continue
        for message in (*example.chosen, *(example.rejected or ())):
            for line in message["content"].splitlines():
                name, _, reason = line.partition(": ")
                if name in wide.entry:
                    lines += 1
                    assert not columns & set(re.findall(r"\w+", reason)) - set(wide.entry[name].plural.split()), line
                    assert not reason.startswith("has "), line
    assert lines > 20


@pytest.mark.slow
def test_a_copy_is_picked_for_the_same_reason_as_the_right_table(source: Opened, wide: WideDatabase) -> None:
    seen = 0
    for _, example in proven(source, 9, 40, shapes="reasons", forms="ddl", unanswerable=0.0):
        if example.rejected is None or example.rejected_evidence["rejected_kind"] != "lookalike":
            continue
        right, wrong = (
            dict(line.split(": ", 1) for line in m[0]["content"].splitlines())
            for m in (example.chosen, example.rejected)
        )
        (copy,) = [name for name in wrong if name not in right][:1]
        (meant,) = [name for name in right if name not in wrong][:1]
        told = re.search(r"has ([^;]+)", right[meant])
        if told and wide.entry[copy].group == wide.entry[meant].group and wide.entry[copy].kind in ("staging", "table"):
            seen += 1
            assert wrong[copy].partition(";")[0] == f"has {told[1]}"
    assert seen


def reason_of(source: Opened, wide: WideDatabase, query: str, shown: tuple[str, ...], needed: tuple[str, ...]) -> str:
    case = Case("json", "names", shown, needed, (query,), ("Which?",), (None,))
    found = proof(case, wide, keep=False)
    candidate = Candidate(
        "text_to_tables", wide.name, "Which?", found.statements, tuple(found.claims), found.slots, found.required,
        visible=found.visible,
    )  # fmt: skip
    return prove(candidate, source.engine).reason or ""


def test_totals_that_answer_what_should_have_no_answer_are_found(source: Opened, wide: WideDatabase) -> None:
    totals = next(e for e in wide.entries if e.kind == "summary" and e.columns[0].name != "month")
    key = totals.columns[0].name
    query = f"SELECT {key}, COUNT(*) AS n FROM {totals.of} GROUP BY {key}"

    assert reason_of(source, wide, query, (totals.name,), ()) == "answered_after_all"
    assert reason_of(source, wide, query, (totals.name, totals.of), (totals.of,)) == "ambiguous_tables"
    assert reason_of(source, wide, query, (totals.of,), (totals.of,)) == ""
    other = next(e.name for e in wide.entries if e.kind == "table" and e.group != totals.group)
    assert reason_of(source, wide, query, (other,), ()) == ""
    assert reason_of(source, wide, query, (totals.of,), ()) == "mutant_runs"


def test_a_table_that_the_query_could_do_without_is_found(source: Opened, wide: WideDatabase) -> None:
    joined = next(e for e in wide.entries if e.kind == "joined")
    on = re.search(r"ON c\.(\S+) = p\.(\S+)", joined.query)
    assert on
    tables = tuple(sorted((joined.of, joined.joined)))
    start = f"FROM {joined.of} AS a JOIN {joined.joined} AS b ON a.{on[1]} = b.{on[2]}"

    assert reason_of(source, wide, f"SELECT COUNT(*) {start}", tables, tables) == "not_minimal"
    named = next(iter(joined.joined_as or {}))
    assert reason_of(source, wide, f"SELECT b.{named}, COUNT(*) {start} GROUP BY 1", tables, tables) == ""
