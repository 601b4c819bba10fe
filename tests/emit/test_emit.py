from __future__ import annotations

import hashlib
import json
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from factory.emit import Writer
from factory.exceptions import FactoryError

REJECT = {
    "recipe": "error_correction",
    "database": "retail",
    "reason": "mutant_runs",
    "detail": "",
    "question": "How many?",
    "statements": {"broken0": "SELECT 1,"},
    "tags": ["kind:total"],
}


def build(out: Path, make_example: Any, run: Any, *, force: bool = False) -> Path:
    with Writer(out, force=force) as writer:
        for number in range(5):
            database = "retail" if number < 3 else "retail@2"
            writer.write(make_example(number, database, raises=number % 2 == 0, faults=1 + number % 2), "train")
        writer.write(replace(make_example(9, "hr"), rejected=None), "validation")
        writer.reject(REJECT)
        return writer.finish(run)


def write(
    out: Path, *examples: Any, run: Any = None, force: bool = False, error: Any = None, disturb: Any = None
) -> None:
    with Writer(out, force=force) as writer:
        for example in examples:
            writer.write(example, "train")
        if error:
            raise error
        if disturb:
            disturb()
        if run:
            writer.finish(run)


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_files_of_a_run(tmp_path, make_example, run):
    out = build(tmp_path / "run", make_example, run)
    splits = [f"error_correction/{form}/{s}.jsonl" for form in ("dpo", "sft") for s in ("test", "train", "validation")]
    assert sorted(files(out)) == sorted([*splits, "README.md", "dataset_info.json", "manifest.json", "rejects.jsonl"])
    assert [p.name for p in tmp_path.iterdir()] == ["run"]
    assert (out / "error_correction/sft/test.jsonl").read_bytes() == b""


def test_records_keep_the_order_of_keys_and_every_character(tmp_path, make_example, run):
    example = replace(make_example(), question="Wie viele Bestellungen: „ä“, \u2028 \x1f?")
    with Writer(tmp_path / "run") as writer:
        writer.write(example, "test")
        out = writer.finish(run)
    (sft,) = lines(out / "error_correction/sft/test.jsonl")
    (dpo,) = lines(out / "error_correction/dpo/test.jsonl")
    assert " ".join(sft) == "id messages recipe database dialect question sql evidence tags"
    assert " ".join(dpo) == "id prompt chosen rejected recipe database dialect question sql rejected_sql evidence tags"
    assert sft["question"] == example.question
    assert sft["evidence"] == example.evidence
    assert dpo["evidence"] == example.rejected_evidence
    assert sft["messages"] == [*dpo["prompt"], *dpo["chosen"]]


def test_an_example_without_a_rejected_answer_has_no_pair(tmp_path, make_example, run):
    out = build(tmp_path / "run", make_example, run)
    assert len(lines(out / "error_correction/sft/validation.jsonl")) == 1
    assert lines(out / "error_correction/dpo/validation.jsonl") == []


def test_manifest_describes_every_other_file(tmp_path, make_example, run):
    out = build(tmp_path / "run", make_example, run)
    manifest = json.loads((out / "manifest.json").read_bytes())
    content = files(out)
    del content["manifest.json"]
    assert manifest["files"] == {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in content.items()
    }
    assert manifest["written"]["error_correction"] == {
        "sft": {"train": 5, "validation": 1, "test": 0},
        "dpo": {"train": 5, "validation": 0, "test": 0},
    }
    assert list(manifest["funnel"]) == ["proposed", "mutant_runs", "empty_result", "accepted"]
    assert manifest["packages"].keys() == {"text2sql-factory", "duckdb", "faker", "numpy", "polars", "sqlglot"}


def test_same_run_same_bytes_wherever_it_is_written(tmp_path, make_example, run):
    first = build(tmp_path / "one", make_example, run)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    second = build(tmp_path / "deep" / "er" / "two", make_example, run)
    assert files(first) == files(second)
    assert not any(str(tmp_path).encode() in data for data in files(first).values())


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"question": ""}, "question"),
        ({"tags": ()}, "tags"),
        ({"messages": ({"role": "user", "content": "hi", "name": "x"}, {"role": "assistant", "content": "a"})}, "name"),
        ({"messages": ({"role": "user", "content": "a"}, {"role": "user", "content": "b"})}, "alternate"),
        ({"prompt": ({"role": "assistant", "content": "a"},)}, "alternate"),
        ({"rejected": ({"role": "user", "content": "a"},)}, "rejected.0.role"),
    ],
)
def test_a_bad_record_is_named_and_nothing_stays(tmp_path, make_example, change, where):
    with pytest.raises(FactoryError, match="error_correction made a bad") as raised:
        write(tmp_path / "run", replace(make_example(), **change))
    assert where in str(raised.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"engine": None}, "evidence.engine"),
        ({"row_count": 0}, "evidence.row_count"),
        ({"row_count": 2.0}, "evidence.row_count"),
        ({"faults": []}, "evidence.faults"),
        ({"extra": "x"}, "extra"),
    ],
)
def test_evidence_has_fixed_keys_and_types(tmp_path, make_example, change, where):
    bad = replace(make_example(2), evidence={**make_example(2).evidence, **change})
    with pytest.raises(FactoryError) as raised:
        write(tmp_path / "run", make_example(1), bad)
    assert where in str(raised.value)


def test_a_rejected_answer_that_raises_needs_its_message(tmp_path, make_example):
    example = make_example()
    bad = replace(example, rejected_evidence={**example.rejected_evidence, "rejected_error_message": ""})
    with pytest.raises(FactoryError, match=r"evidence\.rejected_error_message"):
        write(tmp_path / "run", bad)


def test_a_recipe_of_another_package_brings_its_own_evidence(tmp_path, make_example, run):
    evidence = {"score": 0.5, "certified": True, "hints": ["a"], "plan": "p"}
    made = replace(make_example(), recipe="ranking", evidence=evidence, rejected=None)
    with Writer(tmp_path / "run") as writer:
        writer.write(made, "train")
        with pytest.raises(FactoryError, match=r"evidence\.score: keys, order and types"):
            writer.write(replace(made, evidence={**evidence, "score": 1}), "train")
        with pytest.raises(FactoryError, match=r"evidence\.score: null"):
            writer.write(replace(made, evidence={**evidence, "score": float("nan")}), "train")
        out = writer.finish(replace(run, recipes={"ranking": "3"}))
    assert len(lines(out / "ranking/sft/train.jsonl")) == 1


def test_a_bad_reject_is_refused(tmp_path):
    with pytest.raises(FactoryError, match="reason"), Writer(tmp_path / "run") as writer:
        writer.reject({**REJECT, "reason": "Not a word"})


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_a_broken_off_run_leaves_no_trace(tmp_path, make_example, error):
    with pytest.raises(error):
        write(tmp_path / "run", make_example(), error=error)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_needs_force(tmp_path, make_example, run):
    build(tmp_path / "run", make_example, run)
    with pytest.raises(FactoryError, match=r"exists.*add --force"):
        Writer(tmp_path / "run")
    (tmp_path / "empty").mkdir()
    build(tmp_path / "empty", make_example, run, force=True)
    (tmp_path / "file").write_text("x")
    with pytest.raises(FactoryError, match="is a file"):
        Writer(tmp_path / "file", force=True)


def test_force_replaces_a_run_only_when_the_new_one_is_whole(tmp_path, make_example, run):
    out = build(tmp_path / "run", make_example, run)
    before = files(out)
    with pytest.raises(RuntimeError):
        write(out, make_example(), force=True, error=RuntimeError)
    assert files(out) == before
    build(out, make_example, replace(run, seed=8), force=True)
    assert json.loads((out / "manifest.json").read_bytes())["seed"] == 8
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("name", ["checkpoint-10/model.safetensors", "notes.md"])
def test_force_never_deletes_what_no_build_wrote(tmp_path, make_example, run, name):
    out = build(tmp_path / "run", make_example, run)
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("mine")
    with pytest.raises(FactoryError, match=f"holds {name}"):
        Writer(out, force=True)


def test_force_takes_no_other_manifest_for_a_run(tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "manifest.json").write_text('{"name": "web app"}')
    with pytest.raises(FactoryError, match=r"holds manifest\.json"):
        Writer(tmp_path / "app", force=True)


def test_what_appears_at_out_meanwhile_is_kept(tmp_path, make_example, run):
    out = tmp_path / "run"

    def appear() -> None:
        out.mkdir()
        (out / "mine").write_text("x")

    with pytest.raises(FactoryError, match="exists"):
        write(out, make_example(), run=run, disturb=appear)
    assert [p.name for p in out.iterdir()] == ["mine"]
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_the_old_run_comes_back_when_the_new_one_cannot_be_placed(tmp_path, make_example, run, monkeypatch):
    out = build(tmp_path / "run", make_example, run)
    before = files(out)
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name == "run.partial":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(FactoryError, match="Input/output error"):
        write(out, make_example(), run=run, force=True)
    assert files(out) == before
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_what_a_killed_build_left_is_cleared(tmp_path, make_example, run):
    child = os.fork()
    if child == 0:
        writer = Writer(tmp_path / "run").__enter__()
        writer.write(make_example(), "train")
        os._exit(1)
    os.waitpid(child, 0)
    assert (tmp_path / "run.partial").is_dir()
    build(tmp_path / "run", make_example, run)
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_a_run_set_aside_by_a_killed_build_comes_back(tmp_path, make_example, run):
    out = build(tmp_path / "run", make_example, run)
    out.rename(tmp_path / ".run.replaced")
    with pytest.raises(FactoryError, match="exists"):
        Writer(out)
    assert (out / "manifest.json").is_file()


def test_a_folder_that_is_no_left_over_is_not_cleared(tmp_path):
    (tmp_path / "run.partial").mkdir()
    (tmp_path / "run.partial" / "mine").write_text("x")
    with pytest.raises(FactoryError, match=r"run\.partial is in the way"), Writer(tmp_path / "run"):
        pass
    assert (tmp_path / "run.partial" / "mine").is_file()


def test_two_builds_into_one_folder(tmp_path, make_example, run):
    with Writer(tmp_path / "run") as first:
        first.write(make_example(), "train")
        with pytest.raises(FactoryError, match="Another build is writing"), Writer(tmp_path / "run"):
            pass
        first.finish(run)
    assert (tmp_path / "run" / "manifest.json").is_file()


@contextmanager
def file_size_limit(limit: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("records", [1, 400])
def test_a_full_disk_is_one_line_and_leaves_no_trace(tmp_path, make_example, run, records):
    example = make_example()
    with file_size_limit(500), pytest.raises(FactoryError, match=r"Can't write .*: File too large"):
        write(tmp_path / "run", *[example] * records, run=run)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_inside_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(FactoryError, match=r"Can't write .*file is a file"), Writer(tmp_path / "file" / "run"):
        pass
