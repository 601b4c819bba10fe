"""The etl recipe: proven records, honest contracts, domains that share nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import numpy as np
import pytest

from benchmarks import floor
from benchmarks.looks import of_account
from factory.catalog import opened_empty
from factory.engines.scratch import ScratchEngine
from factory.metadata import read_catalog, schema_text
from factory.pipeline import Done, Settings, build
from factory.prove import prove
from factory.records import Candidate, Scratch, ScratchTable
from recipes.etl import prompts, recipe
from recipes.etl.case import Case
from recipes.etl.contract import Contract, contract_from
from recipes.etl.domains import DOMAINS
from recipes.etl.handles import names
from recipes.etl.recipe import Etl, candidate
from recipes.etl.restating import restated
from recipes.etl.source import Source
from recipes.etl.task import Item, Task, items, tasks
from recipes.etl.tasks.accounts import COLUMNS

ROWS = 160


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Done:
    return build(Settings(recipe="etl", rows=ROWS, out=tmp_path_factory.mktemp("etl") / "run", seed=5))


def records(done: Done, form: str) -> list[dict[str, Any]]:
    paths = sorted((done.out / "etl" / form).glob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def drawn(task: Task, fold: int, rng: Random, count: int) -> list[Item]:
    source = Source(DOMAINS[fold], fold)
    found: list[Item] = []
    while len(found) < count:
        found += items(task, task.brief(source, rng), source, rng, 4)
    return found


# --- records ---------------------------------------------------------------------------------------------------------


def test_a_run_has_all_tasks_and_shapes_and_nearly_always_a_rejected_answer(run: Done) -> None:
    sft, dpo = records(run, "sft"), records(run, "dpo")

    assert {r["evidence"]["task"] for r in sft} == set(tasks())
    assert len(tasks()) >= 14
    assert {r["evidence"]["shape"] for r in sft} == {"single", "batch", "sql"}
    assert len(dpo) >= 0.97 * len(sft)
    assert {r["evidence"]["rejected_breaks"] for r in dpo} == {"contract", "equality", "error"}


def test_the_operators_prompt_is_instruction_colon_line_break_value(run: Done) -> None:
    for record in records(run, "sft"):
        evidence = record["evidence"]
        pairs = json.loads(evidence["pairs"])
        prompt, answer = (message["content"] for message in record["messages"])
        if evidence["shape"] != "sql":
            assert prompt == evidence["instruction"] + ":\n" + "\n".join(value for value, _ in pairs)
            assert answer == "\n".join(truth for _, truth in pairs)
        else:
            assert "llm_transform(" in answer
            assert evidence["instruction"].replace("'", "''") in answer
        assert not evidence["instruction"].endswith((":", ".", "?"))


def test_answers_keep_the_contract_as_python_reads_it(run: Done) -> None:
    for record in records(run, "sft"):
        contract = contract_from(record["evidence"]["contract"])
        for _, truth in json.loads(record["evidence"]["pairs"]):
            assert not contract.choices or truth in contract.choices
            if contract.pattern and truth != contract.otherwise:
                assert re.fullmatch(contract.pattern, truth)
            if contract.schema:
                assert isinstance(json.loads(truth), dict)


def test_no_pattern_has_an_anchor() -> None:
    for task in tasks().values():
        rng = Random("anchors")
        for fold in range(len(DOMAINS)):
            contract = task.brief(Source(DOMAINS[fold], fold), rng).contract
            assert not re.search(r"(?<!\\)[\^$]|\\[bAzZ]|\(\?", contract.pattern), contract.pattern


def test_a_tampered_answer_is_not_proven(run: Done) -> None:
    for record in records(run, "sft")[:60]:
        with opened_empty(recipe.database(record["database"])) as source:
            assert prove(candidate(restated(record), "etl", source.database), source.engine).reason is None
            if record["evidence"]["shape"] == "sql":
                continue
            record["messages"][1]["content"] += " or so"
            verdict = prove(recipe.restate(record, source.database), source.engine)
            assert verdict.reason == "rows_differ"


def test_a_rejected_answer_that_is_right_is_found(run: Done) -> None:
    for record in records(run, "dpo")[:40]:
        record["rejected"] = record["chosen"]
        with opened_empty(recipe.database(record["database"])) as source:
            verdict = prove(recipe.restate(record, source.database), source.engine)
        assert verdict.reason == "rejected_not_wrong"


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_in_another_process(run: Done, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from factory.pipeline import Settings, build; "
        f"build(Settings(recipe='etl', rows={ROWS}, out=Path(sys.argv[1]), seed=5))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "again")], check=True)

    for path in sorted(run.out.glob("etl/*/*.jsonl")):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(run.out)).read_bytes()


def test_messy_dates_load_back_as_text(tmp_path: Path) -> None:
    from datasets import load_dataset

    done = build(
        Settings(
            recipe="etl", rows=24, out=tmp_path / "run", options={"tasks": "dates", "shapes": "single=0.6,batch=0.4"}
        )
    )
    for form in ("sft", "dpo"):
        train = done.out / f"etl/{form}/train.jsonl"
        loaded = load_dataset("json", data_files=str(train), split="train", cache_dir=str(tmp_path / "cache"))
        written = [json.loads(line) for line in train.read_text(encoding="utf-8").splitlines()]

        assert loaded.to_list() == written


# --- proof -----------------------------------------------------------------------------------------------------------


def verdict_of(case: Case) -> str | None:
    with opened_empty(recipe.database("etl_hotel@1")) as source:
        return prove(candidate(case, "etl", source.database, audited=True), source.engine).reason


def single(contract: Contract, truth: str, answer: str, *wrong: str) -> Case:
    pairs = (("the value", truth),)
    return Case("dates", "single", "Do it", contract, pairs, answer, tuple(("x", w) for w in wrong))


@pytest.mark.parametrize(
    ("contract", "truth", "answer", "wrong", "reason"),
    [
        (Contract(choices=("a", "b")), "a", "a", ("b",), None),
        (Contract(choices=("a", "b")), "a", "b", (), "rows_differ"),
        (Contract(choices=("a", "b")), "c", "c", (), "row_count_differs"),
        (Contract(choices=("a", "b")), "a", "a", ("a",), "rejected_not_wrong"),
        (Contract(pattern=r"\d{4}", passed=True), "2021", "2021", ("2021.",), None),
        (Contract(pattern=r"\d{4}"), "20210", "20210", (), "row_count_differs"),
        (Contract(pattern=r"\d+-\d+-\d+", type="DATE"), "2021-02-30", "2021-02-30", (), "row_count_differs"),
        (Contract(pattern=r"\d+-\d+-\d+", type="DATE", otherwise="none"), "none", "none", ("2021-02-30",), None),
        (Contract(schema='{"required": ["a"]}'), '{"a":1}', '{"a":1}', ("{}", "a: 1"), None),
        (Contract(schema='{"properties": {"a": {"type": "string"}}}'), '{"a":1}', '{"a":1}', (), "schema_broken"),
        (Contract(schema='{"required": ["a"]}'), "{", "{", (), "row_count_differs"),
    ],
)
def test_contracts(contract: Contract, truth: str, answer: str, wrong: tuple[str, ...], reason: str | None) -> None:
    assert verdict_of(single(contract, truth, answer, *wrong)) == reason


@pytest.mark.parametrize("pattern", [r"(?=\d)\d+", r"(\d)\1", r"\d++", r"(?<year>\d{4}"])
def test_a_pattern_that_re2_refuses_never_goes_out(pattern: str) -> None:
    assert verdict_of(single(Contract(pattern=pattern), "11", "11")) is not None


@pytest.mark.parametrize("pattern", [r"^\d+", r"\d+$", r"\bx", r"x\z", r"(a|^b)", r"[a-z]+$"])
def test_an_anchor_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="anchor"):
        Contract(pattern=pattern)


@pytest.mark.parametrize("pattern", [r"[^a]+", r"\$\d+", r"\^", r"[$^]", r"\\b"])
def test_a_mark_that_is_no_anchor_is_allowed(pattern: str) -> None:
    assert Contract(pattern=pattern).pattern == pattern


def test_the_constraint_that_is_handed_over_takes_the_answer() -> None:
    loose = Contract(pattern=r"\d{4}", otherwise="a+b", passed=True)

    assert verdict_of(single(loose, "a+b", "a+b")) == "row_count_differs"


def test_a_batch_needs_as_many_lines_as_values() -> None:
    pairs = (("one", "1"), ("two", "2"), ("three", "3"))
    right = Case("dates", "batch", "Do it", Contract(pattern=r"\d"), pairs, "1\n2\n3", (("line_missing", "1\n3"),))

    assert verdict_of(right) is None
    assert verdict_of(Case("dates", "batch", "Do it", Contract(), pairs, "1\n2")) == "rows_differ"
    assert verdict_of(Case("dates", "batch", "Do it", Contract(), pairs, "1\n3\n2")) == "rows_differ"


def test_a_value_with_two_truths_is_left_out_with_both() -> None:
    class Contrary:
        name, output, columns, answer = "contrary", "label", ("c",), ("a",)
        brief = None

        def item(self, brief: Any, source: Source, rng: Random) -> Item:  # noqa: ARG002
            value = rng.choice(("same", "x", "y"))
            return Item(value, rng.choice(("a", "b")) if value == "same" else "a", "t", owner="*")

    found = items(Contrary(), None, Source(DOMAINS[0], 0), Random(1), 3)  # type: ignore[arg-type]

    assert sorted(item.value for item in found) == ["x", "y"]


def test_scratch_tables_come_and_go() -> None:
    engine = ScratchEngine()
    table = ScratchTable("t", (("n", "INTEGER"),), ((1,), (2,)))
    engine.fill(Scratch((table,), {"f": {("1", "x"): "one"}}))

    assert engine.run("CREATE TABLE made AS SELECT n FROM t;\nSELECT count(*) FROM made").rows == ((2,),)
    assert engine.run("SELECT * FROM made").error is not None
    assert engine.run("DROP TABLE t; SELECT 1").error is not None
    assert engine.run("SELECT f('1', 'x'), f(NULL, 'x')").rows == (("one", None),)
    error = engine.run("SELECT f(n::VARCHAR, 'x') FROM t").error
    assert error is not None
    assert "no answer" in error.message
    engine.fill(Scratch((), {}))
    assert engine.run("SELECT * FROM t").error is not None
    assert engine.run("SELECT f('1', 'x')").error is not None
    engine.close()


def test_the_schema_in_a_prompt_is_that_of_the_live_catalog(run: Done) -> None:
    tables = [restated(r).table for r in records(run, "sft") if r["evidence"]["shape"] == "sql"]
    assert tables
    for table in tables[:25]:
        assert table is not None
        connection = duckdb.connect(":memory:")
        columns = ", ".join(
            f"{name} {kind}{' PRIMARY KEY' if not n else ''}" for n, (name, kind) in enumerate(table.columns)
        )
        connection.execute(f"CREATE TABLE {table.name} ({columns})")
        connection.executemany(f"INSERT INTO {table.name} VALUES (?, ?, ?)", [list(row) for row in table.rows])
        assert prompts.metadata(table) == schema_text(read_catalog(connection))
        connection.close()


# --- tasks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", tasks())
def test_a_task_is_varied_and_no_template_prevails(name: str) -> None:
    rng = Random(f"varied:{name}")
    task = tasks()[name]
    found = [item for fold in range(len(DOMAINS)) for item in drawn(task, fold, rng, 24)]
    templates = Counter(item.template for item in found)

    assert len(found) >= 280
    # The bound is 2 %; what a sample of 300 shows of a template at the bound may be somewhat more.
    assert max(templates.values()) <= 0.04 * len(found), templates.most_common(3)
    assert len({item.value for item in found}) > 0.6 * len(found)
    instructions = {task.brief(Source(DOMAINS[0], 0), rng).instruction.split(".")[0].split(";")[0] for _ in range(120)}
    assert len(instructions) >= 8


@pytest.mark.parametrize("name", tasks())
def test_domains_share_no_value(name: str) -> None:
    rng = Random(f"domains:{name}")
    seen: dict[str, int] = {}
    for fold in (0, 5, 11):
        for item in drawn(tasks()[name], fold, rng, 30):
            assert seen.setdefault(item.value.casefold(), fold) == fold or name == "accounts", item.value


def features(name: str) -> dict[str, float]:
    return {
        "length": len(name),
        "digits": sum(c.isdigit() for c in name),
        "separators": sum(not c.isalnum() for c in name),
        "capitals": sum(c.isupper() for c in name),
        "vowels": sum(c in "aeiou" for c in name.lower()) / len(name),
        "last is a digit": name[-1].isdigit(),
        "ends with a vowel": name.rstrip("0123456789_.-")[-1:].lower() in tuple("aeiou"),
        "words": len(re.findall(r"[a-z]+", name.lower())),
        "different characters": len(set(name.lower())) / len(name),
    }


def test_no_count_tells_bots_from_people() -> None:
    """The best threshold on any one feature, as a classifier of one stump finds it."""
    found = [(features(name), kind == "bot") for pool in names() for name, kind, _ in pool]
    assert sum(bot for _, bot in found) == len(found) / 2
    assert len(found) > 12_000
    assert_none_tells(found)


def test_no_column_tells_bots_from_people() -> None:
    rng = Random("columns")
    task = tasks()["accounts"]
    found = []
    for _ in range(60):
        brief = task.brief(Source(DOMAINS[0], 0), rng)
        for _ in range(60):
            item = task.item(brief, Source(DOMAINS[0], 0), rng)
            assert item is not None
            looks = of_account(item.value)
            found.append(({**dict.fromkeys(COLUMNS[0], -1.0), **looks}, item.truth == brief.mode["bot"]))
    assert 0.45 < sum(bot for _, bot in found) / len(found) < 0.55
    assert_none_tells(found)


def assert_none_tells(found: list[tuple[dict[str, float], bool]]) -> None:
    bots = np.array([bot for _, bot in found])
    chance = max(bots.mean(), 1 - bots.mean())
    for feature in found[0][0]:
        column = np.array([looks[feature] for looks, _ in found], dtype=float)
        for cut in np.unique(np.quantile(column, np.linspace(0, 1, 40))):
            right = ((column >= cut) == bots).mean()
            assert max(right, 1 - right) <= chance + 0.05, (feature, cut, right)


@pytest.mark.slow
def test_the_floor_runs_the_statements_over_the_tables_they_came_with(tmp_path: Path) -> None:
    seconds, log, scratched, brought, _ = floor.build("etl", 40, 1, tmp_path / "run", 0)
    statements = [step for told in brought for step in told if isinstance(step, str)]

    assert not log
    assert not scratched
    assert len(statements) >= 3 * 40
    assert 0 < floor.floor(log, scratched, brought) < seconds


def test_options_are_checked() -> None:
    with pytest.raises(ValueError, match="no task 'date'"):
        Etl(tasks="date")
    with pytest.raises(ValueError, match="shapes are"):
        Etl(shapes="list=1")
    assert isinstance(next(Etl(tasks="dates").propose(recipe.database("etl_bank@2"), Random(1))), Candidate)
