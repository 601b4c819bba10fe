"""Whole runs with a model behind a small server: every record proven, no request repeated, the same bytes again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from factory.audit import audit
from factory.cli import main
from factory.exceptions import FactoryError, ModelUnavailable
from factory.llm.options import _NAMES, taken
from factory.llm.settings import Llm, Served
from factory.pipeline import Settings, build

Serve = Callable[..., Any]


def small_model(body: dict[str, Any], *_: int) -> str:
    """Rewords a little, now and then wrongly; answers with a wrong table, a bad column, or, asked to explain, well."""
    text, seed = body["messages"][-1]["content"], body["seed"]
    if "Reword the question" in text:
        question = text.rpartition("Question: ")[2]
        swaps = [("average", "mean"), (" per ", " for every "), ("Show", "Give me"), ("number of", "count of")]
        for old, new in swaps[seed % 2 :]:
            question = question.replace(old, new)
        return json.dumps({"question": question if seed % 3 else f"{question} Only in 2020."})
    if "This query is right" in text:
        sql = re.findall(r"```sql\n(.*?)\n```", text, re.DOTALL)[0]
        return f"1. Read the rows that the question is about.\n2. Give what is asked for.\n\n```sql\n{sql}\n```"
    if "Write a question" in text:
        table = re.findall(r"CREATE TABLE (\w+)", text)[seed % 3]
        said = table.replace("_", " ")
        return json.dumps({"question": f"How many {said} rows are there?", "sql": f"SELECT COUNT(*) FROM {table}"})
    table = re.findall(r"CREATE TABLE (\w+)", text)[0]
    return f"Count them.\n\n```sql\nSELECT {'COUNT(*)' if seed % 2 else 'nothing_such'} FROM {table}\n```"


def settings(out: Path, url: str, rows: int = 8, **asked: Any) -> Settings:
    served = Served(where=url, cache=out.parent / "cache", retries=0, timeout=20)
    llm = Llm(model="small", served=served, **({"paraphrase": 3, "on_policy": 2} | asked))
    return Settings(
        recipe="text_to_sql",
        rows=rows,
        out=out,
        databases=("retail@3",),
        instances=2,
        llm=llm,
        per_database=rows,
        max_per_skeleton=20,
    )


def files(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def records(out: Path, form: str) -> list[dict[str, Any]]:
    paths = sorted(out.glob(f"text_to_sql/{form}/*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


@pytest.mark.slow
def test_what_a_model_wrote_is_in_the_records_and_holds(serve: Serve, tmp_path: Path) -> None:
    server = serve(small_model)
    done = build(settings(tmp_path / "a", server.url, 8, reasoning=True))
    sft, dpo = records(done.out, "sft"), records(done.out, "dpo")

    reworded = [r for r in sft if r["evidence"]["template_question"]]
    assert reworded
    assert all("Only in 2020" not in r["question"] for r in sft)
    assert all(r["question"] in r["messages"][0]["content"] for r in reworded)
    assert any(r["evidence"]["reasoning_by"] == "model" for r in sft)
    own = [r for r in dpo if r["evidence"]["rejected_operator"] == "on_policy"]
    assert {"error" in json.loads(r["evidence"]["witness"]) for r in own} <= {True, False}
    assert all(r["rejected_sql"] in r["rejected"][0]["content"] for r in own)
    assert len({r["id"] for r in sft}) == len(sft)
    assert audit(done.out).records == len(sft) + len(dpo)
    assert done.coverage["paraphrase_accepted"]["wordings"] == len(reworded)
    assert server.url not in b"".join(files(done.out).values()).decode("utf-8", "replace")


def test_a_rerun_asks_nothing_and_gives_the_same_bytes(serve: Serve, tmp_path: Path) -> None:
    server = serve(small_model)
    first = build(settings(tmp_path / "a", server.url, 2, roundtrip=2))
    asked = len(server.asked)
    again = build(settings(tmp_path / "b", server.url, 2, roundtrip=2))
    # Nobody is there any more, and nobody is missed.
    server.say = lambda *_: 500
    third = build(settings(tmp_path / "c", "http://127.0.0.1:9/v1", 2, roundtrip=2))

    assert len(server.asked) == asked == len(server.answered)
    assert files(first.out) == files(again.out) == files(third.out)
    assert audit(first.out).sft == 2


@pytest.mark.slow
def test_workers_share_what_was_answered_and_give_the_same_bytes(serve: Serve, tmp_path: Path) -> None:
    server = serve(small_model)
    wanted = replace(settings(tmp_path / "a", server.url, 8), databases=("retail@3", "hr@2"), per_database=4)
    first = build(replace(wanted, executor="local", workers=2))
    asked = len(server.asked)
    again = build(replace(wanted, out=tmp_path / "b"))

    assert len(server.asked) == asked
    assert files(first.out) == files(again.out)


@pytest.mark.parametrize(
    ("name", "text", "seeds"),
    [
        ("log.sql", "SELECT 1;\nSELECT 2;\n", ["SELECT 1", "SELECT 2"]),
        ("log.jsonl", '{"a": 1}\n{"a": 2}\n', ['{"a": 1}', '{"a": 2}']),
        ("report.txt", "One\ntext.\n\nAnother.\n", ["One\ntext.", "Another."]),
    ],
)
def test_texts_to_start_from(tmp_path: Path, name: str, text: str, seeds: list[str]) -> None:
    (tmp_path / name).write_text(text)
    flags = dict.fromkeys(_NAMES, 0) | {
        "llm": "vllm:Some/Model", "llm_model": "", "llm_engine": ("max_model_len=64", "dtype=half"), "reasoning": "",
        "propose": "llm", "seeds": (tmp_path / name,), "llm_cache": tmp_path,
    }  # fmt: skip
    found = taken(flags)

    assert found is not None
    assert found.seeds == tuple(seeds)
    assert found.model == "Some/Model"
    assert found.served.engine == {"max_model_len": 64, "dtype": "half"}
    assert text.strip() not in str(found.identity())


@pytest.mark.slow
def test_another_seed_asks_anew(serve: Serve, tmp_path: Path) -> None:
    server = serve(small_model)
    build(settings(tmp_path / "a", server.url, 3))
    asked = len(server.asked)
    build(settings(tmp_path / "b", server.url, 3, seed=1))

    assert len(server.asked) > asked


@pytest.mark.slow
def test_no_roundtrip_no_wording(serve: Serve, tmp_path: Path) -> None:
    """This model never answers right, so none of its wordings is taken."""
    server = serve(small_model)
    done = build(settings(tmp_path / "a", server.url, 12, roundtrip=2, on_policy=0))

    assert not any(r["evidence"]["template_question"] for r in records(done.out, "sft"))
    assert done.coverage["paraphrase_fails_roundtrip"]["wordings"] > 0


@pytest.mark.slow
def test_the_users_mix_of_mistakes(serve: Serve, tmp_path: Path) -> None:
    server = serve(small_model)
    shares = {}
    for share in (0.0, 1.0):
        done = build(settings(tmp_path / f"s{share}", server.url, 12, paraphrase=0, on_policy_share=share))
        operators = [r["evidence"]["rejected_operator"] for r in records(done.out, "dpo")]
        shares[share] = operators.count("on_policy")
    assert shares[0.0] < shares[1.0] == 12


@pytest.mark.slow
def test_a_model_proposes_and_is_held_to_the_same_proof(serve: Serve, tmp_path: Path) -> None:
    server = serve(small_model)
    wanted = replace(
        settings(tmp_path / "a", server.url, 2, paraphrase=0, on_policy=0, propose=True, seeds=("SELECT 1",)),
        min_kill_score=0.5, allow_fewer=True,
    )  # fmt: skip
    done = build(wanted)

    assert all(r["question"].startswith("How many") for r in records(done.out, "sft"))
    assert all("kind:proposed" in r["tags"] for r in records(done.out, "sft"))
    assert "SELECT 1" in server.asked[0]["messages"][0]["content"]
    assert audit(done.out).records


def test_a_proposal_that_can_be_read_but_not_written(serve: Serve, tmp_path: Path) -> None:
    """As SmolLM2 gave it: sqlglot reads the braces as an object and can't read what it makes of them."""

    def odd(body: dict[str, Any], number: int) -> str:
        if body["seed"] % 3:
            sql = "SELECT * FROM orders, query_table {DESC}"
            return json.dumps({"question": "Which orders are there?", "sql": sql})
        return small_model(body, number)

    asked = settings(tmp_path / "a", serve(odd).url, 2, paraphrase=0, on_policy=0, propose=True)
    done = build(replace(asked, min_kill_score=0.0, allow_fewer=True))
    assert done.funnel.reasons["proposal_not_understood"]


@pytest.mark.slow
def test_a_proposal_that_the_model_itself_cannot_answer_is_dropped(serve: Serve, tmp_path: Path) -> None:
    server = serve(small_model)
    asked = settings(tmp_path / "a", server.url, 2, paraphrase=0, on_policy=0, propose=True, roundtrip=2)
    done = build(replace(asked, min_kill_score=0.5, allow_fewer=True, options={"answer": "sql"}))

    # Of what it proposes it answers one question right: how many rows the first table has.
    first = server.asked[0]["messages"][0]["content"].partition("CREATE TABLE ")[2].split()[0]
    said = first.replace("_", " ")
    assert {r["question"] for r in records(done.out, "sft")} == {f"How many {said} rows are there?"}
    assert done.funnel.reasons["proposal_fails_roundtrip"]


@pytest.mark.slow
@pytest.mark.parametrize("fault", [500, b"cut", b"<html>"], ids=repr)
def test_a_server_that_fails_in_the_middle_leaves_a_run_to_go_on_with(
    serve: Serve, tmp_path: Path, fault: int | bytes
) -> None:
    server = serve(lambda body, number: small_model(body, number) if number < 20 else fault)
    with pytest.raises(ModelUnavailable, match="the same command goes on from there"):
        build(settings(tmp_path / "a", server.url))
    assert not (tmp_path / "a").exists()
    answered = dict(server.answered)
    server.say = small_model
    build(settings(tmp_path / "a", server.url))

    assert len(answered) >= 15
    assert all(server.answered[request] == 1 for request in answered)


@pytest.mark.slow
def test_answers_that_are_no_json_are_counted_not_emitted(serve: Serve, tmp_path: Path) -> None:
    server = serve(lambda _, number: '{"question": 7}' if number % 2 else "Sure! Here it is:")
    done = build(settings(tmp_path / "a", server.url, 4))

    assert done.coverage["paraphrase_not_json"]["wordings"] >= 6
    assert done.coverage["answer_without_sql"]["answers"] == 8
    assert len(records(done.out, "sft")) == 4


@pytest.mark.slow
def test_a_killed_run_repeats_no_answered_request(serve: Serve, tmp_path: Path) -> None:
    def slowly(body: dict[str, Any], number: int) -> str:
        time.sleep(0.02)
        return small_model(body, number)

    server = serve(slowly)
    command = [
        sys.executable, "-m", "factory", "build", "--recipe", "text_to_sql", "--rows", "16", "--database", "retail@3",
        "--instances", "3", "--out", str(tmp_path / "run"), "--llm", server.url, "--llm-model", "small",
        "--llm-cache", str(tmp_path / "cache"), "--llm-concurrency", "2", "--paraphrase", "3", "--on-policy", "2",
    ]  # fmt: skip
    with subprocess.Popen([*command, "--quiet"], start_new_session=True, stderr=subprocess.DEVNULL) as first:
        while server.answered.total() < 30:
            assert first.poll() is None
            time.sleep(0.01)
        os.killpg(first.pid, signal.SIGKILL)
    time.sleep(0.2)
    kept = set(server.answered)
    subprocess.run([*command, "--quiet"], check=True, capture_output=True)

    # What was on its way when the run was killed never arrived: at most as many as may be at once.
    assert sum(server.answered[request] > 1 for request in kept) <= 2
    assert server.answered.total() - len(server.answered) <= 2
    assert (tmp_path / "run/manifest.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--paraphrase", "2"], "--paraphrase needs a model: name one with --llm"),
        (["--llm", "http://localhost:1/v1", "--llm-model", "m"], "--llm has nothing to do"),
        (["--llm", "http://localhost:1/v1", "--on-policy", "1"], "name one with --llm-model"),
        (["--llm", "vllm:m", "--on-policy", "1", "--roundtrip", "1"], "--roundtrip checks wordings"),
        (["--llm", "vllm:m", "--on-policy", "1", "--llm-engine", "x"], "is not NAME=VALUE"),
    ],
)
def test_what_cannot_be_meant_is_a_clear_line(arguments: list[str], line: str, tmp_path: Path) -> None:
    given = ["build", "--recipe", "text_to_sql", "--out", str(tmp_path / "run"), *arguments]
    found = CliRunner().invoke(main, given)

    assert found.exit_code == 2
    assert line in found.output


def test_a_recipe_that_no_model_can_help(tmp_path: Path) -> None:
    wanted = replace(settings(tmp_path / "a", "http://localhost:1/v1"), recipe="etl", databases=())
    with pytest.raises(FactoryError, match=r"etl takes no --paraphrase, only .*text_to_sql"):
        build(wanted)


def test_one_engine_is_one_process(tmp_path: Path) -> None:
    with pytest.raises(FactoryError, match="vllm serve"):
        build(replace(settings(tmp_path / "a", "vllm:m"), workers=2))
    with pytest.raises(FactoryError, match="no reasoning"):
        build(replace(settings(tmp_path / "a", "vllm:m", reasoning=True), options={"answer": "sql"}))


def test_a_run_without_a_model_has_nothing_of_it(tmp_path: Path) -> None:
    done = build(replace(settings(tmp_path / "a", "http://localhost:1/v1", 2), llm=None))

    assert "llm" not in json.loads((done.out / "manifest.json").read_text())["arguments"]
    assert not {"template_question", "answers_tried", "reasoning_by"} & records(done.out, "sft")[0]["evidence"].keys()
