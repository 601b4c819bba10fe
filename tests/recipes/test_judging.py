"""What the recipe claims holds: every label is proven, and neither looks nor places give a label away."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import jsonschema_rs
import numpy as np
import pytest
import sqlglot

import recipes.judging.recipe  # noqa: F401 - the package calls its recipe by the name of this module
from benchmarks import tilt
from factory import pipeline
from factory import recipe as recipes_
from factory.audit import audit
from factory.catalog import Opened, opened
from factory.certify import Derived
from factory.exceptions import AuditFailed
from factory.intents.draw import intents
from factory.mutations.silent.taxonomy import COUNTS
from factory.prove import prove
from factory.recipe import Target
from factory.record_schema import evidence_schema, record_of
from factory.records import Example, Outcome, Verdict, Witness
from recipes.judging import prompts
from recipes.judging import recipe as judging
from recipes.judging.balance import drawn as tilted
from recipes.judging.balance import features, step
from recipes.judging.effects import effect, supposed
from recipes.judging.facts import Change, changes
from recipes.judging.order import sort_keys
from recipes.judging.reasons import fault
from recipes.judging.shapes import draw_labels, mix

recipe_module = sys.modules["recipes.judging.recipe"]


@pytest.fixture(scope="module")
def source() -> Iterator[Opened]:
    with opened("public_library@3", instances=3, timeout=10) as found:
        yield found


def proven(source: Opened, seed: int, size: int, **options: Any) -> Iterator[tuple[Verdict, Example]]:
    maker = replace(judging, **options)
    target = Target(source.database, source.engine.dialect, source.engine.version)
    for candidate in islice(maker.propose(source.database, Random(seed)), size):
        verdict = prove(candidate, source.engine, Derived(source.database, source.engine))
        if not verdict.reason:
            for example in maker.render(verdict, target):
                yield verdict, example


@pytest.fixture(scope="module")
def made(source: Opened) -> list[Example]:
    return [example for _, example in proven(source, 1, 36)]


def test_most_questions_give_a_record_of_every_shape(made: list[Example]) -> None:
    shapes = Counter(example.evidence["shape"] for example in made)

    assert len(made) > 26
    assert set(shapes) == {"list", "single", "pair"}
    assert all(example.rejected is not None for example in made)


def test_answers_say_the_labels(made: list[Example]) -> None:
    for example in made:
        evidence = example.evidence
        answer, rejected = example.messages[1]["content"], example.rejected[0]["content"]  # type: ignore[index]
        count = len(evidence["candidates"])
        labels = [label == "1" for label in evidence["labels"]]
        assert prompts.labelled(evidence["shape"], answer, count) == labels
        wrong = prompts.labelled(evidence["shape"], rejected, count) != labels
        assert example.rejected_evidence["rejected_kind"] == ("wrong_verdict" if wrong else "false_reason")
        assert answer != rejected
        assert example.rejected_sql in evidence["candidates"]
        if evidence["shape"] == "list":
            assert answer == "\n".join(f"{n}: {label}" for n, label in enumerate(evidence["labels"], 1))


def test_prompts_show_every_candidate_once(made: list[Example]) -> None:
    for example in made:
        text, evidence = example.messages[0]["content"], example.evidence
        assert all(text.count(f"```sql\n{sql}\n```") == 1 for sql in evidence["candidates"])
        assert len(set(evidence["candidates"])) == len(evidence["candidates"])
        assert text.count("Its result:") == len(evidence["previews"])
        assert len(evidence["previews"]) in (0, len(evidence["candidates"]))


def test_labels_hold_on_the_engine(source: Opened, made: list[Example]) -> None:
    """Without the factory's judging: rows as bags of text, on the instances that are named."""

    def rows(sql: str, instance: int) -> Counter[str]:
        outcome = source.engine.run(sql, instance)
        assert outcome.error is None
        return Counter(repr([f"{v:.6g}" if isinstance(v, float) else str(v) for v in row]) for row in outcome.rows)

    for example in made[:25]:
        evidence = example.evidence
        for sql, label, witness in zip(evidence["candidates"], evidence["labels"], evidence["witnesses"], strict=True):
            if label == "0":
                seen = json.loads(witness)
                if "derived" in seen or "order_only" in seen:
                    continue
                instance = seen["instance"]
                assert rows(sql, instance) != rows(example.sql, instance)
            else:
                assert witness == ""
                assert sum(rows(sql, 0).values()) == sum(rows(example.sql, 0).values()) == evidence["row_count"]


def test_a_pair_has_one_right_and_places_are_mixed(source: Opened) -> None:
    pairs = [example for _, example in proven(source, 4, 20, shapes="pair=1")]
    first = sum(example.evidence["labels"] == ["1", "0"] for example in pairs)

    assert all(sorted(example.evidence["labels"]) == ["0", "1"] for example in pairs)
    assert 0.25 * len(pairs) < first < 0.75 * len(pairs)


def test_half_of_the_singles_are_right(source: Opened) -> None:
    singles = [example for _, example in proven(source, 5, 30, shapes="single=1")]

    assert abs(sum(e.evidence["labels"] == ["1"] for e in singles) - len(singles) / 2) < 0.2 * len(singles)


def test_lists_may_be_all_right_or_all_wrong() -> None:
    drawn = [draw_labels("list", Random(n), 0.5, 6) for n in range(300)]

    assert {len(labels) for labels in drawn} == {2, 3, 4, 5, 6}
    assert any(len(labels) > 3 and all(labels) for labels in drawn)
    assert any(len(labels) > 3 and not any(labels) for labels in drawn)
    few = [draw_labels("list", Random(n), 0.5, 2) for n in range(300)]
    assert {max(labels.count(True), labels.count(False)) for labels in few} == {1, 2}
    assert draw_labels("list", Random(0), 0.5, 0) == []


def test_the_right_share_is_strict_at_its_ends(source: Opened) -> None:
    for share, label in ((0.0, "0"), (1.0, "1")):
        some = [e for _, e in proven(source, 6, 6, shapes="list=0.5,single=0.5", right=share)]
        assert some
        assert {x for e in some for x in e.evidence["labels"]} == {label}


def test_audit_proves_every_label_again(source: Opened, made: list[Example]) -> None:
    derived = Derived(source.database, source.engine)
    for example in made[:20]:
        for form in ("sft", "dpo"):
            record = record_of(example, form)  # type: ignore[arg-type]
            assert prove(judging.restate(record, source.database), source.engine, derived).reason is None


def test_audit_finds_a_label_turned(source: Opened, made: list[Example]) -> None:
    example = next(e for e in made if e.evidence["shape"] == "list" and "0" in e.evidence["labels"])
    record = record_of(example, "sft")
    turned = ["1"] * len(record["evidence"]["labels"])
    answer = prompts.lines([True] * len(turned))
    record["messages"] = [record["messages"][0], {"role": "assistant", "content": answer}]

    with pytest.raises(ValueError, match="other labels"):
        judging.restate(record, source.database)
    record["evidence"]["labels"] = turned
    assert prove(judging.restate(record, source.database), source.engine).reason == "rows_differ"


def test_evidence_is_as_promised(made: list[Example]) -> None:
    promised = evidence_schema("judging")
    for form in ("sft", "dpo"):
        validator = jsonschema_rs.Draft202012Validator({**promised, "$ref": f"#/$defs/{form}"})  # type: ignore[dict-item]
        for example in made:
            validator.validate(record_of(example, form)["evidence"])  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_records(source: Opened) -> None:
    first, second = ([e.id for _, e in proven(source, 9, 8)] for _ in range(2))

    assert first == second


def test_coverage_counts_what_was_tried(source: Opened) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for verdict, example in proven(source, 2, 12):
        fates = list(judging.coverage(verdict))
        found.update(fates)
        shown = Counter(example.evidence["fault_types"])
        assert Counter(kind for kind, fate in fates if fate == "proven wrong") == shown
        assert not {kind for kind, fate in fates if fate == "not applicable"} & set(shown)

    assert {kind for kind, _ in found} <= set(COUNTS)
    assert {"proven wrong", "not applicable"} <= {fate for _, fate in found}


# --- order and instances made for a pair -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("SELECT a, b AS n FROM t ORDER BY n DESC", (1,)),
        ("SELECT a, COUNT(*) FROM t GROUP BY a ORDER BY COUNT(*), 1", (1, 0)),
        ("SELECT t.a, b FROM t UNION SELECT c, d FROM s ORDER BY b", (1,)),
        ("WITH c AS (SELECT a FROM t ORDER BY a) SELECT a FROM c", ()),
        ("SELECT c.a, b FROM c ORDER BY a", (0,)),
        ("SELECT a, b FROM c ORDER BY c.b", (1,)),
        ("SELECT c.a, t.b FROM c, t ORDER BY t.a", ()),
        ("SELECT a FROM t ORDER BY b", ()),
        ("SELECT a FROM t ORDER BY a, b", ()),
        ("SELECT * FROM t ORDER BY a", ()),
    ],
)
def test_sort_keys_are_those_that_are_shown(text: str, keys: tuple[int, ...]) -> None:
    assert sort_keys(text) == keys


def shown_wrong(source: Opened, sql: str, candidate: str, witness: dict[str, Any], *, ordered: bool) -> dict[str, Any]:
    question = "How many are there of each?"
    database = source.database
    asked = prompts.first(database.dialect, database.schema_text, question, "single", [candidate])
    count = len(source.engine.run(sql).rows)
    evidence = {
        "row_count": count,
        "instances": 3,
        "ordered": ordered,
        "shape": "single",
        "candidates": [candidate],
        "labels": ["0"],
        "witnesses": [json.dumps(witness)],
        "previews": [],
    }
    messages = [{"content": asked}, {"content": prompts.reply("single", "Because.", [False])}]
    return {"evidence": evidence, "messages": messages, "sql": sql, "question": question, "database": database.name}


def test_another_order_is_wrong_only_where_the_question_says_how_to_sort(source: Opened) -> None:
    table = max((t for t in source.database.tables if t.with_role("category")), key=lambda t: t.row_count)
    column = table.with_role("category")[0].name
    sql = f'SELECT "{column}", COUNT(*) FROM "{table.name}" GROUP BY 1 ORDER BY 1'
    for ordered, end, reason in (
        (True, "ORDER BY 1 DESC", None),
        (False, "ORDER BY 1 DESC", "indistinguishable"),
        (True, "ORDER BY 1, 2 DESC", "indistinguishable"),
        (True, "", "indistinguishable"),  # it may come out sorted
    ):
        candidate = sql.replace("ORDER BY 1", end)
        record = shown_wrong(source, sql, candidate, {"instance": 0, "order_only": True}, ordered=ordered)
        assert prove(judging.restate(record, source.database), source.engine).reason == reason, (ordered, end)


def test_an_instance_made_for_the_pair_is_asked_again_by_its_name(source: Opened) -> None:
    table = source.database.tables[0].name
    record = shown_wrong(source, f'FROM "{table}"', f'SELECT 1 FROM "{table}"', {"derived": "aimed 3"}, ordered=False)
    claim = judging.restate(record, source.database).claims[-1]

    assert (claim.kind, claim.instances, claim.derived) == ("differs", (), ("aimed 3",))


@pytest.mark.parametrize(
    ("intent", "asked"),
    [
        ({"kind": "timeline"}, True),
        ({"kind": "first_last"}, False),
        ({"kind": "top", "limit": 1}, False),
    ],
    ids=str,
)
def test_only_a_question_that_says_so_asks_for_an_order(source: Opened, intent: dict[str, Any], asked: bool) -> None:
    found = (
        one
        for n in range(12)
        for one in islice(intents(source.database, Random(n)), 60)
        if all(getattr(one, name, None) == value for name, value in intent.items())
    )
    assert next(found).in_order is asked


# --- reasons ---------------------------------------------------------------------------------------------------------


def parsed(sql: str) -> sqlglot.Expression:
    return sqlglot.parse_one(sql, dialect="duckdb")


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ("SELECT a, COUNT(*) FROM t WHERE b = 'x' GROUP BY a", [Change("", "output", "COUNT(c)", "COUNT(*)")]),
        ("SELECT a, COUNT(c) FROM t GROUP BY a", [Change("", "where", "b = 'x'", "")]),
        ("SELECT a, COUNT(c) FROM t WHERE b = 'y' GROUP BY a", [Change("", "where", "b = 'x'", "b = 'y'")]),
        ("SELECT a, COUNT(c) FROM t WHERE b = 'x' GROUP BY a LIMIT 3", [Change("", "limit", "", "3")]),
        ("SELECT DISTINCT a, COUNT(c) FROM t WHERE b = 'x' GROUP BY a", [Change("", "distinct", "", "DISTINCT")]),
    ],
    ids=["narrowed", "missing", "instead", "limit", "distinct"],
)
def test_changes_are_said_by_clause(wrong: str, expected: list[Change]) -> None:
    assert changes(parsed("SELECT a, COUNT(c) FROM t WHERE b = 'x' GROUP BY a"), parsed(wrong)) == expected


def test_a_name_that_follows_its_fault_is_no_change() -> None:
    right = "SELECT AVG(max_price) FROM (SELECT MAX(price) AS max_price FROM t) AS s"
    wrong = "SELECT AVG(min_price) FROM (SELECT MIN(price) AS min_price FROM t) AS s"

    assert changes(parsed(right), parsed(wrong)) == [Change("`s`", "output", "MAX(price)", "MIN(price)")]


def test_a_moved_condition_is_one_sentence() -> None:
    moved = (Change("", "on", "b.x = 1", ""), Change("", "where", "", "b.x = 1"))

    assert fault(moved, "", {}, 0) == "`b.x = 1` stands in WHERE, but the question needs it in the join condition."


def test_effects_follow_the_witness() -> None:
    more = effect(Witness(0, (), ((3,),), 2, 3), ["n"], [], "x", (), 0)
    less = effect(Witness(0, ((3,),), (), 3, 2), ["n"], [], "x", (), 0)
    other = effect(Witness(0, ((1, 5),), ((1, 9),), 3, 3), ["a", "n"], [], "count_rows_for_column", (), 0)

    turned = effect(Witness(0, ((1,),), ((2,),), 3, 3, order_only=True), ["n"], [], "x", (), 0)
    made = effect(Witness(None, ((1,),), (), 3, 2, derived="aimed 2"), ["n"], [], "x", (), 0)

    assert turned == "So the rows come in another order than asked."
    assert made == "With other data rows of the answer get lost."
    assert more == "So rows come back that don't belong in the answer."
    assert less == "So rows of the answer get lost."
    assert other == "So `n` comes out too high for some rows."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change("", "where", "a = 1", ""), "So rows come back that don't belong in the answer."),
        (Change("", "where", "", "a = 1"), "So rows of the answer get lost."),
        (Change("", "output", "a", ""), "The columns returned aren't those asked for."),
        (Change("", "output", "n", "m"), "So `n` comes out wrong."),
        (Change("", "order", "a", "n"), "So the rows come in another order than asked."),
        (Change("", "join", "JOIN s", "JOIN t"), "Other rows come back than were asked for."),
    ],
    ids=lambda value: value if isinstance(value, str) else value.kind,
)
def test_a_false_charge_has_the_effect_that_such_a_fault_would_have(change: Change, said: str) -> None:
    """Else the sentence on the rows would tell a false reason from a sound one."""
    outcome = Outcome(("a", "n"), ((1, 5), (2, 7)))
    voice = 6 * 23 * 29  # the first wording; neither a fault that this data hides
    assert effect(supposed(outcome, [change], voice + 29), outcome.columns, (), "x", [change], 0) == said


def test_a_charge_against_one_figure_is_about_the_figure() -> None:
    one, change = Outcome(("n",), ((5,),)), Change("", "where", "", "a = 1")
    told = {effect(supposed(one, [change], voice), one.columns, (), "x", [change], 0) for voice in range(0, 6000, 29)}
    assert told == {"So `n` comes out wrong.", "With other data the answer is another one."}
    assert supposed(Outcome(("n",), ()), [change], 29).expected_count == 1


# --- looks -----------------------------------------------------------------------------------------------------------


def test_features_are_those_of_looks() -> None:
    found = features("SELECT a, COUNT(*) FROM t WHERE b = 'x, y' AND c >= 12")

    assert (found["select"], found["count"], found["texts"], found["numbers"], found[","]) == (1, 1, 1, 1, 1)
    assert step("SELECT a FROM t WHERE b = 1", "SELECT a FROM t")["where"] == -1


def test_the_direction_and_the_presence_of_a_change_count_too() -> None:
    change = step("SELECT a FROM t WHERE b = 1", "SELECT a FROM t")
    assert change["where presence"] == change["where direction"] == -1
    assert change["characters"] == -12 / 30
    assert "select" not in change


def test_faults_are_drawn_by_their_weight() -> None:
    changes = [{"limit": 1.0}, {"limit": -1.0}]
    rng = Random(1)
    first = Counter(tilted(changes, rng, 1, {"limit": 1.0})[0] for _ in range(4000))
    assert 0.85 < first[0] / 4000 < 0.91  # e / (e + 1/e) = 0.88
    assert sorted(tilted(changes, rng, 5, {})) == [0, 1]


def test_the_fitted_weights_leave_no_mean_change() -> None:
    """Of half the questions longer ones are offered twice: the fit draws them half as often."""
    groups = [[{"limit": 1.0}, {"limit": 1.0}, {"limit": -1.0}]] * 30 + [[{"limit": -1.0}, {"limit": 1.0}]] * 30
    found = tilt.fit(groups)["limit"]
    mean = sum(
        sum(np.exp(found * c["limit"]) * c["limit"] for c in group) / sum(np.exp(found * c["limit"]) for c in group)
        for group in groups
    )
    assert abs(mean / len(groups)) < 0.01


def test_the_right_query_is_no_more_often_the_original_than_a_wrong_one_is_made_from_it(made: list[Example]) -> None:
    plain: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for example in made:
        for label, rewrites in zip(example.evidence["labels"], example.evidence["rewrites"], strict=True):
            every[label] += 1
            plain[label] += not rewrites

    assert abs(plain["1"] / every["1"] - plain["0"] / every["0"]) < 0.25


def test_a_label_is_of_the_column_that_is_meant(source: Opened) -> None:
    """`id` of crews was called "yard ID" where every table has an `id`; "the name instead of the name" says nothing."""
    said = recipe_module._labels(source.database)
    every: dict[str, set[str]] = {}
    for table in source.database.tables:
        for column in table.columns:
            every.setdefault(column.name, set()).add(column.label)
    assert said == {name: min(labels) for name, labels in every.items() if len(labels) == 1}
    swapped = Change("", "output", "a.full_name", "b.account_name")
    text = fault([swapped], "", {"full_name": "name", "account_name": "name"}, 3)
    assert "the name" not in text
    assert "`a.full_name`" in text


# --- options, prompt, a whole run ------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{"shapes": "list=0.5"}, {"shapes": "one=1"}, {"fault_prior": "x"}, {"right": 2.0}])
def test_bad_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"shapes|fault_prior|right"):
        replace(judging, **options)


def test_shapes_with_no_share_are_left_out() -> None:
    assert mix("list=0.0,single=0.5,pair=0.5") == {"single": 0.5, "pair": 0.5}


def test_the_prompt_of_an_inference_call_is_that_of_a_record(source: Opened, made: list[Example]) -> None:
    bare = [e for e in made if not e.evidence["previews"] and e.evidence["shape"] != "pair"]
    assert bare
    for example in bare:
        sql = ";\n".join(example.evidence["candidates"])
        assert judging.prompt(source.database, example.question, sql, "") == example.prompt
    assert judging.prompt(source.database, "q", "SELECT ';'", "")[0]["content"].count("```sql") == 1


def test_a_run_is_built_and_audited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("judging", "recipes.judging:recipe", recipes_.GROUP)
    monkeypatch.setattr(recipes_, "_found", lambda: {"judging": entry})
    settings = pipeline.Settings(
        recipe="judging",
        rows=8,
        out=tmp_path / "run",
        databases=("retail@3",),
        options={"shapes": "single=1"},
        instances=3,
    )
    done = pipeline.build(settings)

    assert done.coverage["Attribute.Mismatch"].keys() >= {"proven wrong", "not applicable"}
    card = (done.out / "README.md").read_text(encoding="utf-8")
    assert "## Coverage" in card
    assert "| `Attribute.Mismatch` |" in card
    assert audit(done.out).records == 16

    path = next(p for p in (done.out / "judging/sft").glob("*.jsonl") if p.stat().st_size)
    path.write_text(path.read_text(encoding="utf-8").replace("Verdict: 1", "Verdict: 0"), encoding="utf-8")
    with pytest.raises(AuditFailed):
        audit(done.out)
