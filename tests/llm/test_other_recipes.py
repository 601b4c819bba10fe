"""error_correction and geo_join with a model behind a small server: its answers land where they should, and hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from factory.audit import audit
from factory.exceptions import AuditFailed, FactoryError
from factory.llm.request import drawn
from factory.llm.settings import Llm, Served
from factory.pipeline import Done, Settings, build

ASKED = {
    "error_correction": {"databases": ("retail@3", "hr@2"), "rows": 8, "per_database": 4},
    "geo_join": {"databases": ("city_requests@5",), "rows": 10, "per_database": 10},
}
# What the model answers to each prompt, try by try.
SORTS = ("same", "wrong", "broken", "prose", "statement")


class Own(NamedTuple):
    """Two runs of the same questions: without a model, and with one that knows the first run's answers."""

    plain: Done
    done: Done
    wanted: Settings
    server: Any


def settings(recipe: str, out: Path, **more: Any) -> Settings:
    return Settings(**{"recipe": recipe, "out": out, "instances": 2, "max_per_skeleton": 50} | ASKED[recipe] | more)


def llm(url: str, cache: Path, **asked: Any) -> Llm:
    return Llm(model="small", served=Served(where=url, cache=cache, retries=0, timeout=20), **asked)


def records(done: Done, form: str) -> list[dict[str, Any]]:
    paths = sorted(done.out.glob(f"*/{form}/*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def files(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def asked_of(record: dict[str, Any]) -> str:
    return json.dumps(record.get("prompt") or record["messages"][:-1])


def answers(plain: Done) -> Callable[[dict[str, Any], int], str]:
    known = {asked_of(r): (r["sql"], "") for r in records(plain, "sft")}
    known |= {asked_of(r): (r["sql"], r["rejected_sql"]) for r in records(plain, "dpo")}
    tries = {drawn(0, "answer", number): sort for number, sort in enumerate(SORTS)}

    def say(body: dict[str, Any], _: int) -> str:
        # A second worker asks about rows that the first run had no use for.
        gold, rejected = known.get(json.dumps(body["messages"]), ("SELECT 1", ""))
        said = {
            "same": gold if gold.endswith(";") else f"SELECT * FROM ({gold}) AS same",
            "wrong": rejected or "SELECT 42 AS answer",
            "broken": "SELECT nothing_such FROM nowhere",
            "statement": "DROP TABLE everything",
        }
        sort = tries[body["seed"]]
        return "That depends." if sort == "prose" else f"Let me see.\n\n```sql\n{said[sort]}\n```"

    return say


@pytest.fixture(scope="module", params=["error_correction", pytest.param("geo_join", marks=pytest.mark.slow)])
def own(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., Any]) -> Own:
    folder = tmp_path_factory.mktemp(request.param)
    plain = build(settings(request.param, folder / "plain"))
    server = serve(answers(plain))
    model = llm(server.url, folder / "cache", on_policy=len(SORTS))
    wanted = settings(request.param, folder / "own", llm=model)
    return Own(plain, build(wanted), wanted, server)


def test_each_answer_lands_where_it_should(own: Own) -> None:
    sft, dpo, counts = records(own.done, "sft"), records(own.done, "dpo"), own.done.coverage
    rows = len(sft)

    assert [r["question"] for r in sft] == [r["question"] for r in records(own.plain, "sft")]
    assert all(r["evidence"]["answers_tried"] == len(SORTS) for r in sft)
    assert counts["right"]["answers"] == rows == sum(r["evidence"]["answers_right"] for r in sft)
    for record in sft:
        # The same script in the same words is no other answer.
        same = [f"SELECT * FROM ({record['sql']}) AS same"] if _reads(record) else []
        assert record["evidence"]["equivalents"] == same
    assert counts["answer_without_sql"]["answers"] == rows
    assert counts["answer_not_a_query"]["answers"] + _count(counts, "answer_not_a_script") >= rows
    assert len(dpo) == rows == counts["rejected in a pair"]["answers"]
    for record in dpo:
        evidence = record["evidence"]
        error = evidence["rejected_error_message"] if "rejected_slip" in evidence else evidence["error_message"]
        assert "on_policy" in (evidence.get("rejected_slip"), evidence.get("rejected_operator"))
        assert record["rejected_sql"] in record["rejected"][0]["content"]
        assert bool(error) != bool(evidence["witness"])
    assert {bool(r["evidence"]["witness"]) for r in dpo} >= {True}


def _reads(record: dict[str, Any]) -> bool:
    return not record["evidence"].get("after_sql")


def _count(counts: Any, kind: str) -> int:
    return int(counts.get(kind, {}).get("answers", 0))


def test_the_audit_proves_what_a_model_wrote(own: Own) -> None:
    assert audit(own.done.out).records == len(records(own.done, "sft")) + len(records(own.done, "dpo"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda r: r["evidence"].update(equivalents=["SELECT 42 AS answer"]), "rows_differ"),
        (lambda r: r.update(rejected_sql=r["sql"]), "text_differs"),
        (lambda r: _reject(r, r["sql"]), "indistinguishable|error_differs"),
        (lambda r: _reject(r, "SELECT nothing_else FROM nowhere"), "error_differs|statement_raises"),
    ],
)
def test_the_audit_finds_what_does_not_hold(
    own: Own, tmp_path: Path, change: Callable[[dict[str, Any]], None], reason: str
) -> None:
    for name, content in files(own.done.out).items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    path = next(p for p in sorted(tmp_path.glob("*/dpo/*.jsonl")) if p.stat().st_size)
    changed = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    change(next(record for record in changed if _reads(record)))
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in changed), "utf-8")

    with pytest.raises(AuditFailed, match=reason):
        audit(tmp_path)


def _reject(record: dict[str, Any], sql: str) -> None:
    record["rejected_sql"] = sql
    record["rejected"][0]["content"] = f"```sql\n{sql}\n```"


def test_a_rerun_asks_nothing_and_gives_the_same_bytes(own: Own, tmp_path: Path) -> None:
    assert own.wanted.llm is not None
    asked = len(own.server.asked)
    served = replace(own.wanted.llm.served, where="http://127.0.0.1:9/v1")
    again = build(replace(own.wanted, out=tmp_path / "again", llm=replace(own.wanted.llm, served=served)))

    assert files(again.out) == files(own.done.out)
    assert len(own.server.asked) == asked == len(own.server.answered)


@pytest.mark.slow
def test_two_workers_give_the_same_bytes(own: Own, tmp_path: Path) -> None:
    assert own.wanted.llm is not None
    cold = replace(own.wanted.llm, served=replace(own.wanted.llm.served, cache=tmp_path / "cache"))
    done = build(replace(own.wanted, out=tmp_path / "two", llm=cold, executor="local", workers=2))

    assert files(done.out) == files(own.done.out)


def test_the_mix_of_mistakes_is_the_users(own: Own, tmp_path: Path) -> None:
    assert own.wanted.llm is not None
    done = build(replace(own.wanted, out=tmp_path / "none", llm=replace(own.wanted.llm, on_policy_share=0.0)))
    before = {r["question"]: r["rejected_sql"] for r in records(own.plain, "dpo")}

    for record in records(done, "dpo"):
        assert record["rejected_sql"] == before.get(record["question"], record["rejected_sql"])
        assert record["evidence"]["answers_tried"] == len(SORTS)


def test_the_card_says_what_came_of_the_answers(own: Own) -> None:
    card = (own.done.out / "README.md").read_text("utf-8")
    by_model = card.partition("## Written by a model")[2].partition("\n## ")[0]

    assert "| Tried | answers |\n" in by_model
    assert re.search(r"\| `right` \| \d+ \|", by_model)
    assert re.search(r"\| `raises: \w+ Error` \| \d+ \|", by_model)
    assert re.search(r"\| `wrong: [\w./ ]+` \| \d+ \|", by_model)


@pytest.mark.parametrize(
    ("recipe", "asked", "line"),
    [
        ("error_correction", {"paraphrase": 1}, "takes no --paraphrase, only geo_join and text_to_sql do"),
        ("error_correction", {"reasoning": True}, "takes no --reasoning llm, only geo_join and text_to_sql do"),
        ("judging", {}, "takes no --on-policy, only error_correction, geo_join and text_to_sql do"),
        ("geo_join", {"propose": True}, "takes no --propose llm, only text_to_sql does"),
    ],
)
def test_what_a_recipe_cannot_do_is_a_clear_line(recipe: str, asked: dict[str, Any], line: str, tmp_path: Path) -> None:
    model = llm("http://localhost:1/v1", tmp_path / "cache", on_policy=1, **asked)
    with pytest.raises(FactoryError, match=f"{recipe} {line}: leave it out"):
        build(Settings(recipe=recipe, rows=1, out=tmp_path / "run", llm=model))


@pytest.mark.slow
def test_wordings_and_reasoning_about_places_hold(serve: Callable[..., Any], tmp_path: Path) -> None:
    plain = build(settings("geo_join", tmp_path / "plain"))
    golds = {r["question"]: r["sql"] for r in records(plain, "sft")}

    def say(body: dict[str, Any], _: int) -> str:
        text, seed = body["messages"][-1]["content"], body["seed"]
        if "Reword the question" in text:
            question = text.rpartition("Question: ")[2]
            for old, new in (("Show", "Give me"), ("List", "Give me"), ("Find", "I need"), ("I need", "Show me")):
                if old in question:
                    question = question.replace(old, new, 1)
                    break
            # Every other wording forgets how to measure.
            return json.dumps({"question": question if seed % 2 else re.sub(r" [^.]*EPSG[^.]*\.$", "", question)})
        sql = text.partition("This query is right:\n\n```sql\n")[2].partition("\n```")[0]
        steps = "1. Take the geometries as they are stored.\n2. Compare them and show what is asked for."
        return f"{steps}\n\n```sql\n{sql} -- again\n```"

    server = serve(say)
    model = llm(server.url, tmp_path / "cache", paraphrase=4, reasoning=True)
    done = build(settings("geo_join", tmp_path / "own", llm=model))
    sft = records(done, "sft")

    reworded = [r for r in sft if r["evidence"]["template_question"]]
    assert reworded
    for record in reworded:
        before = record["evidence"]["template_question"]
        assert record["evidence"]["task"] == "query"
        assert record["question"] in record["messages"][0]["content"]
        assert re.findall(r"\d[\d,.]*", before) == re.findall(r"\d[\d,.]*", record["question"])
        assert before in golds
    written = [r for r in sft if r["evidence"]["reasoning_by"] == "model"]
    assert {r["evidence"]["task"] for r in written} == {"query"}
    assert all(r["sql"] == f"{r['evidence']['asked_sql']} -- again" for r in written)
    assert all(r["evidence"]["oracle"] == "agrees" for r in written)
    assert audit(done.out).sft == len(sft)
