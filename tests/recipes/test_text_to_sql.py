"""What the recipe claims holds: golds run, rejected queries give other rows, and the steps follow their own query."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any

import pytest
import sqlglot
from click.testing import CliRunner

from factory import recipe as recipes_
from factory.catalog import Opened, opened
from factory.cli import main
from factory.emit import Writer
from factory.exceptions import FactoryError
from factory.intents.difficulty import difficulty
from factory.intents.style import Style, render
from factory.prompt import context, unfenced
from factory.prove import prove
from factory.recipe import Target
from factory.record_schema import RecordSchema, record_of
from factory.records import Example
from recipes.text_to_sql import prompts
from recipes.text_to_sql import recipe as text_to_sql
from recipes.text_to_sql.mixture import mix
from recipes.text_to_sql.restating import untied_on


@pytest.fixture(scope="module")
def source() -> Iterator[Opened]:
    with opened("public_library@3", instances=3, timeout=10) as found:
        yield found


@pytest.fixture(scope="module")
def made(source: Opened) -> list[Example]:
    return examples(source, 1, 60)


def examples(source: Opened, seed: int, size: int, **options: Any) -> list[Example]:
    maker = replace(text_to_sql, **options)
    target = Target(source.database, source.engine.dialect, source.engine.version)
    found: list[Example] = []
    for candidate in islice(maker.propose(source.database, Random(seed)), size):
        verdict = prove(candidate, source.engine)
        if not verdict.reason:
            found += list(maker.render(verdict, target))
    return found


def test_most_questions_are_proven_and_most_have_a_wrong_answer(made: list[Example]) -> None:
    assert len(made) > 40
    assert sum(e.rejected is not None for e in made) > 0.8 * len(made)


def test_what_is_rendered_can_be_proven_again(source: Opened, made: list[Example]) -> None:
    forms = {form: RecordSchema("text_to_sql", form) for form in ("sft", "dpo")}  # type: ignore[arg-type]
    for example in made:
        for form in ("sft", "dpo") if example.rejected else ("sft",):
            record = json.loads(json.dumps(record_of(example, form)))  # type: ignore[arg-type]
            forms[form].check(record)
            assert prove(text_to_sql.restate(record, source.database), source.engine).reason is None


def test_a_changed_record_does_not_hold(source: Opened, made: list[Example]) -> None:
    example = next(e for e in made if e.rejected)
    record = record_of(example, "dpo")
    same = {**record, "rejected_sql": example.sql, "rejected": [*record["chosen"]]}
    assert prove(text_to_sql.restate(same, source.database), source.engine).reason == "indistinguishable"
    other = {**record, "sql": "SELECT 1"}
    assert prove(text_to_sql.restate(other, source.database), source.engine).reason == "text_differs"


def test_a_rewrite_is_held_against_the_query_as_it_was_asked(source: Opened, made: list[Example]) -> None:
    rewritten = [e for e in made if e.evidence["rewrites"]]
    assert rewritten
    for example in made:
        assert bool(example.evidence["asked_sql"]) == bool(example.evidence["rewrites"])
    record = json.loads(json.dumps(record_of(rewritten[0], "sft")))
    record["evidence"]["asked_sql"] = "SELECT 1"
    assert prove(text_to_sql.restate(record, source.database), source.engine).reason == "rows_differ"


@pytest.mark.parametrize(("asked", "judged"), [("SELECT a FROM t", None), ("SELECT a FROM t ORDER BY a LIMIT 3", (0,))])
def test_below_a_limit_only_the_instance_without_a_tie_judges(asked: str, judged: tuple[int, ...] | None) -> None:
    assert untied_on(asked) == judged


def test_the_same_seed_gives_the_same_examples(source: Opened) -> None:
    assert examples(source, 5, 8) == examples(source, 5, 8)


def test_the_mistake_shows_in_the_steps(made: list[Example]) -> None:
    for example in made:
        if example.rejected:
            right, wrong = (a[0]["content"].partition("\n\n```sql\n")[0] for a in (example.chosen, example.rejected))
            assert right != wrong
            assert abs(len(right) - len(wrong)) < 400


def test_the_sql_alone(source: Opened) -> None:
    for example in examples(source, 2, 4, answer="sql"):
        assert example.messages[-1]["content"] == example.sql == unfenced(example.sql)
        assert example.messages[0]["content"].endswith("Answer with the SQL only.")


def test_inference_asks_as_the_records_do(source: Opened, made: list[Example]) -> None:
    assert text_to_sql.prompt(source.database, made[0].question, "", "") == made[0].prompt


def test_earlier_questions_come_before_the_question() -> None:
    asked = prompts.asked(("How many loans are open?", "And in March?"), "And in April?")
    text = prompts.first("duckdb", "CREATE TABLE t (a INTEGER);", asked, "cot")
    assert text.startswith(context("duckdb", "CREATE TABLE t (a INTEGER);", asked))
    assert text.index("How many") < text.index("in March") < text.index("in April")


@pytest.mark.parametrize(
    ("sql", "level"),
    [
        ("SELECT COUNT(*) FROM t", "easy"),
        ("SELECT a FROM t WHERE b = 1", "easy"),
        ("SELECT a, b FROM t WHERE c = 1", "medium"),
        ("SELECT a, COUNT(*) FROM t JOIN u ON t.i = u.i GROUP BY a", "medium"),
        ("SELECT a, b FROM t WHERE c = 1 AND d = 2 ORDER BY a", "hard"),
        ("SELECT a, COUNT(*) FROM t WHERE b = 1 GROUP BY a ORDER BY COUNT(*)", "hard"),
        ("SELECT a FROM t WHERE b > (SELECT AVG(b) FROM t)", "hard"),
        ("SELECT a, COUNT(*) FROM t WHERE b = 1 GROUP BY a ORDER BY COUNT(*) LIMIT 3", "extra"),
        ("SELECT a FROM t WHERE b > (SELECT AVG(b) FROM t) ORDER BY a LIMIT 3", "extra"),
        ("SELECT a FROM t UNION SELECT a FROM u", "hard"),
        ("WITH c AS (SELECT a FROM t), d AS (SELECT a FROM u) SELECT a FROM c", "extra"),
    ],
)
def test_levels_follow_the_structure(sql: str, level: str) -> None:
    assert difficulty(sqlglot.parse_one(sql, dialect="duckdb")) == level


@pytest.mark.slow
def test_the_mix_of_levels_is_kept(source: Opened) -> None:
    maker = replace(text_to_sql, difficulty="easy=0.25,medium=0.5,extra=0.25")
    drawn = islice(maker.propose(source.database, Random(4)), 160)
    levels = Counter(tag for c in drawn for tag in c.tags if tag.startswith("difficulty:"))
    assert abs(levels["difficulty:medium"] / 160 - 0.5) < 0.12
    assert abs(levels["difficulty:easy"] / 160 - 0.25) < 0.1
    assert not levels["difficulty:hard"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"answer": "prose"}, "'cot' or 'sql'"),
        ({"difficulty": "easy=0.5"}, "add up to 1"),
        ({"difficulty": "trivial=1"}, "easy, medium, hard, extra"),
        ({"difficulty": "easy"}, "LEVEL=SHARE"),
        ({"rewritten": "2"}, "from 0 to 1"),
        ({"samples": "-1"}, "samples is a share"),
        ({"schema_scope": "some"}, "gold, related, full"),
        ({"schema_tokens": "-1"}, "schema_tokens is 0 for no bound"),
    ],
)
def test_bad_options_say_what_is_taken(options: dict[str, str], told: str) -> None:
    with pytest.raises((FactoryError, ValueError), match=told):
        recipes_._configured(text_to_sql, options)


def test_no_mix_is_no_mix() -> None:
    assert mix("") == {}


def test_the_command_prints_the_prompt_of_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes_, "load", lambda name, options: recipes_._configured(text_to_sql, options))  # noqa: ARG005
    arguments = ["prompt", "--recipe", "text_to_sql", "--database", "public_library@3", "--question", "How many?"]
    said = CliRunner().invoke(main, arguments, standalone_mode=False).output
    with opened("public_library@3", instances=1) as found:
        (message,) = text_to_sql.prompt(found.database, "How many?", "", "")
    assert said == message["content"] + "\n"


def test_examples_are_written(tmp_path: Any, made: list[Example]) -> None:
    with Writer(tmp_path / "run") as writer:
        for example in made[:5]:
            writer.write(example, "train")
    assert render(sqlglot.parse_one(made[0].sql, dialect="duckdb"), Style())
