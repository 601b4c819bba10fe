"""What the recipe claims holds: faults raise, repairs mend one at a time, rejected answers are wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factory import recipe
from factory.catalog import Opened, opened
from factory.exceptions import FactoryError
from factory.mutations.edits import Edit, Mutation, splice
from factory.mutations.layout.sites import layout
from factory.mutations.query import Query
from factory.mutations.slips import propose_slips
from factory.mutations.slips.slip import Fault, reworded
from factory.mutations.slips.tokens import misplaced_token
from factory.prompt import unfenced
from factory.prove import prove
from factory.recipe import Target
from factory.record_schema import record_of
from factory.records import Example, SqlError
from recipes.error_correction import prompts
from recipes.error_correction import recipe as error_correction
from recipes.error_correction.reasons import aside

NASTY = "CREATE TABLE t (\n  a INTEGER  /* Error:\n```\nno\n```\n\nThis query fails:\n```sql\nSELECT 0\n``` */\n);"


@pytest.fixture(scope="module")
def source() -> Iterator[Opened]:
    with opened("public_library@3", instances=3, timeout=10) as found:
        yield found


@pytest.fixture(scope="module")
def target(source: Opened) -> Target:
    return Target(source.database, source.engine.dialect, source.engine.version)


def examples(source: Opened, target: Target, seed: int, size: int, **options: Any) -> list[Example]:
    maker = replace(error_correction, **options)
    found = []
    for candidate in islice(maker.propose(source.database, Random(seed)), size):
        verdict = prove(candidate, source.engine)
        if not verdict.reason:
            found += list(maker.render(verdict, target))
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), answer=st.sampled_from(["cot", "sql"]))
def test_what_is_rendered_can_be_proven_again(source: Opened, target: Target, seed: int, answer: str) -> None:
    maker = replace(error_correction, answer=answer)
    for example in examples(source, target, seed, 6, answer=answer):
        for form in ("sft", "dpo"):
            record = record_of(example, form)  # type: ignore[arg-type]
            assert prove(maker.restate(json.loads(json.dumps(record)), source.database), source.engine).reason is None


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_every_turn_mends_one_fault_and_the_last_one_all(source: Opened, target: Target, seed: int) -> None:
    for example in examples(source, target, seed, 6, two=0.5, three=0.5):
        answers = [unfenced(m["content"]) for m in example.messages if m["role"] == "assistant"]
        broken, _ = prompts.quoted(example.messages[0]["content"], "cot")
        turns = example.evidence["turns"]
        assert turns == len(answers) == len(example.evidence["faults"])
        assert len({broken, *answers}) == turns + 1
        assert answers[-1] == example.sql


def test_the_same_seed_gives_the_same_examples(source: Opened, target: Target) -> None:
    assert examples(source, target, 5, 8) == examples(source, target, 5, 8)


def test_rejected_answers_are_wrong_in_many_ways(source: Opened, target: Target) -> None:
    found = examples(source, target, 11, 90)
    slips = Counter(example.rejected_evidence["rejected_slip"] for example in found)
    assert len(slips) >= 12
    assert max(slips.values()) <= 0.2 * len(found)


def test_a_change_made_in_passing_is_not_denied(source: Opened, target: Target) -> None:
    for example in examples(source, target, 3, 60):
        assert example.rejected is not None
        right, wrong = (m[0]["content"].partition("\n\n```sql")[0] for m in (example.chosen, example.rejected))
        if right == wrong:
            assert "Nothing else" not in wrong
            assert "rest of the query" not in wrong


@pytest.mark.parametrize("raising", [0.0, 1.0])
def test_the_share_of_raising_answers_is_kept(source: Opened, target: Target, raising: float) -> None:
    found = examples(source, target, 7, 40, raising=raising)
    share = sum(example.rejected_evidence["rejected_kind"] == "raises" for example in found) / len(found)
    assert abs(share - raising) < 0.15


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"answer": "prose"}, "'cot' or 'sql'"),
        ({"two": "0.8", "three": "0.3"}, "add up to 1"),
        ({"two": "-0.1"}, "add up to 1"),
        ({"raising": "1.5"}, "from 0 to 1"),
        ({"raising": "often"}, "not 'often'"),
    ],
)
def test_bad_options_say_what_is_taken(options: dict[str, str], told: str) -> None:
    with pytest.raises(FactoryError, match=told):
        recipe.load("error_correction", options)


@pytest.mark.parametrize("answer", ["cot", "sql"])
def test_prompts_lead_back_to_query_and_error(answer: str) -> None:
    sql, error = "SELECT\n  `a`\nFROM t", 'Parser Error: near "`"\n\nLINE 2:   `a`\n          ^'
    question = "What does\n\nError:\n```\nmean?"
    text = prompts.first("duckdb", NASTY, question, sql, error, answer)
    assert prompts.quoted(text, answer) == (sql, error)


@pytest.mark.parametrize("lead", prompts.FOLLOW_UPS)
def test_follow_ups_lead_back_to_the_error(lead: str) -> None:
    error = "Binder Error: x\n\nLINE 1: SELECT `a`"
    assert prompts.quoted_again(prompts.again(error, lead)) == error


def test_a_foreign_message_is_refused() -> None:
    with pytest.raises(ValueError, match="not the first message"):
        prompts.quoted("Hello", "cot")


def test_inference_asks_as_the_records_do(source: Opened, target: Target) -> None:
    for example in examples(source, target, 2, 4):
        sql, error = example.evidence["broken_sql"], example.evidence["error_message"]
        assert error_correction.prompt(source.database, example.question, sql, error) == example.prompt[:1]


def test_the_words_of_a_repair_take_the_wrong_name() -> None:
    told = Mutation("column_label", (), "`cost` is no column; the schema lists `price`.", "Use `price`, not `cost`.")
    assert reworded(told, "price", "amount") == (
        "`cost` is no column; the schema lists `amount`.",
        "Use `amount`, not `cost`.",
    )
    assert reworded(told, "price", "cost") is None
    assert reworded(told, "elsewhere", "amount") is None


def test_a_missing_token_goes_to_the_wrong_place(source: Opened) -> None:
    query = Query("SELECT a, b, c, d FROM t", source.database)
    mutation = Mutation("missing_comma", (Edit(8, 9, ""),), "No comma after `a`.", "Add a comma.")
    (slip,) = misplaced_token(Fault(query, mutation, layout(query)), Random(1))
    assert slip.repair != slip.counterpart
    assert "`a`" in slip.counterpart


def test_slips_are_as_many_as_asked_for(source: Opened) -> None:
    table = source.database.tables[0]
    text = f"SELECT {table.columns[1].name} FROM {table.name} WHERE {table.columns[0].name} > 3 LIMIT 5"
    mutation = Mutation("column_label", (Edit(7, 7 + len(table.columns[1].name), "zzz"),), "", "")
    for most in (1, 3):
        slips = propose_slips(Query(text, source.database), mutation, Random(0), Counter(), raising=False, most=most)
        assert len(slips) == most


def test_a_message_that_blames_the_wrong_name_is_explained() -> None:
    mutation = Mutation("column_label", (), "", "")
    lost = SqlError("Binder Error", 'Binder Error: Referenced table "b" not found!')
    assert "`b`" in aside(mutation, lost, "SELECT 1 FROM a WHERE EXISTS (SELECT 1 FROM books AS b WHERE b.x = 1)")
    assert not aside(mutation, lost, "SELECT b.x FROM a")
    assert not aside(mutation, SqlError("Binder Error", "Binder Error: other"), "SELECT 1 FROM b")


def test_no_slip_makes_a_recursive_query_go_in_circles() -> None:
    """One that read `staff_member_dim.job_id` in the step ran until the time limit, for a third of a run's time."""
    text = (
        "WITH RECURSIVE chain AS (SELECT id, empl_nm, mgr_id FROM staff_member_dim WHERE id = 35 UNION ALL "
        "SELECT staff_member_dim.id, staff_member_dim.empl_nm, staff_member_dim.mgr_id FROM staff_member_dim "
        "JOIN chain ON staff_member_dim.id = chain.mgr_id) SELECT id, empl_nm FROM chain"
    )
    at = text.index("staff_member_dim.mgr_id") + len("staff_member_dim.")
    mutation = Mutation("column_label", (Edit(at, at + 6, "boss"),), "No `boss`.", "It is `mgr_id`.")
    with opened("hr@1", instances=1, timeout=2) as found:
        query = Query(text, found.database)
        slips = propose_slips(query, mutation, Random(0), Counter(), raising=False, most=20)
        slips += propose_slips(query, mutation, Random(0), Counter(), raising=True, most=20)
        outcomes = [found.engine.run(splice(text, slip.edits)) for slip in slips]
    assert len(slips) > 5
    assert "Timeout" not in {outcome.error.kind for outcome in outcomes if outcome.error}
    assert any(outcome.rows for outcome in outcomes)
