"""An audit finds whatever was changed after the build, whether or not the digests were mended to hide it."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from factory.audit import audit
from factory.audit.records import Place
from factory.exceptions import AuditFailed, FactoryError
from factory.pipeline import Settings, build

SFT = "error_correction/sft/train.jsonl"
DPO = "error_correction/dpo/train.jsonl"
Record = dict[str, Any]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("audit") / "run"
    build(Settings(recipe="error_correction", rows=8, out=out, databases=("retail@3",), instances=2))
    return out


@pytest.fixture
def run(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "run"))


def change(run: Path, name: str, edit: Callable[[Record], object], line: int = 3) -> str:
    """Edits one record; returns how an audit names it."""
    lines = (run / name).read_text().splitlines()
    record = json.loads(lines[line - 1])
    edit(record)
    lines[line - 1] = json.dumps(record, ensure_ascii=False)
    (run / name).write_text("\n".join(lines) + "\n")
    return f"{name}:{line} (id {record.get('id')})"


def mend_digests(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text())
    for name in manifest["files"]:
        content = (run / name).read_bytes()
        manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    (run / "manifest.json").write_text(json.dumps(manifest))


def failure(run: Path) -> str:
    with pytest.raises(AuditFailed) as failed:
        audit(run)
    assert "\n" not in str(failed.value)
    return str(failed.value)


def text(record: Record, key: str = "messages", turn: int = 0) -> Any:
    return record[key][turn]


def replace(message: Any, old: str, new: str) -> None:
    assert old in message["content"]
    message["content"] = message["content"].replace(old, new, 1)


def test_a_run_as_it_was_built_holds(run: Path) -> None:
    calls: list[tuple[int, int]] = []
    found = audit(run, progress=lambda done, total: calls.append((done, total)))
    assert (found.sft, found.dpo, found.records, found.databases) == (8, 8, 16, 1)
    assert found.statements > 16
    assert calls[-1] == (16, 16)


def test_a_sample_is_drawn_from_the_whole_run(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proven: list[Place] = []
    monkeypatch.setattr("factory.audit.run.hold_all", lambda todo, *_: [proven.extend(h.places) for h in todo] and 0)
    for rows in (1, 3, 8, 9):
        proven.clear()
        audit(run, sample=rows)
        idents = {place.ident for place in proven}
        assert len(idents) == min(rows, 8)
        assert Counter(p.form for p in proven) == {"sft": len(idents), "dpo": len(idents)}
        assert all(json.loads(p.path.read_bytes()[p.offset :].splitlines()[0])["id"] == p.ident for p in proven)
        if rows == 3:
            assert {place.line for place in proven} - {1, 2, 3}
    monkeypatch.undo()
    assert audit(run, sample=2).records == 4


def test_any_number_of_workers_finds_the_same(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factory.audit.workers._PIECE", 2)
    calls: list[tuple[int, int]] = []
    one, several = audit(run), audit(run, workers=2, progress=lambda *call: calls.append(call))
    assert (one.sft, one.dpo, one.databases) == (several.sft, several.dpo, several.databases)
    assert calls[-1] == (16, 16)

    change(run, SFT, lambda r: r.update(sql=r["sql"] + " LIMIT 0"), line=7)
    first = change(run, SFT, lambda r: r.update(sql=r["sql"] + " LIMIT 0"), line=2)
    mend_digests(run)
    bystander = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(60,), daemon=True)
    bystander.start()
    for workers in (1, 2):
        with pytest.raises(AuditFailed) as failed:
            audit(run, workers=workers)
        assert str(failed.value).startswith(first)
    assert multiprocessing.active_children() == [bystander]
    bystander.terminate()
    bystander.join()


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="reads /proc")
def test_a_worker_that_dies_ends_an_audit_with_a_line(run: Path) -> None:
    killed = []

    def kill(*_: int) -> None:
        if not killed:
            killed.extend(process.pid for process in multiprocessing.active_children())
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("factory.audit.workers._PIECE", 1)
        with pytest.raises(FactoryError, match="A process died while records of retail@3"):
            audit(run, workers=2, progress=kill)


EDITS: dict[str, tuple[str, Callable[[Record], object]]] = {
    "sql": (SFT, lambda r: r.update(sql=r["sql"] + " LIMIT 0")),
    "the answer's sql": (SFT, lambda r: replace(text(r, turn=-1), "SELECT", "SELECT DISTINCT")),
    "broken sql": (SFT, lambda r: r["evidence"].update(broken_sql=r["evidence"]["broken_sql"] + " ")),
    "error text": (SFT, lambda r: replace(text(r), r["evidence"]["error_message"], "Binder Error: it fails")),
    "error in the evidence": (SFT, lambda r: r["evidence"].update(error_message="Binder Error: it fails")),
    "question": (SFT, lambda r: r.update(question="How many?")),
    "question in the prompt": (SFT, lambda r: replace(text(r), r["question"], "How many?")),
    "schema": (SFT, lambda r: replace(text(r), "CREATE TABLE", "CREATE TABLE  ")),
    "before the schema": (SFT, lambda r: text(r).update(content="Be careful.\n" + text(r)["content"])),
    "row count": (SFT, lambda r: r["evidence"].update(row_count=r["evidence"]["row_count"] + 1)),
    "frame of the prompt": (SFT, lambda r: replace(text(r), "This query fails:", "This fails:")),
    "another database": (SFT, lambda r: r.update(database="retail@4")),
    "a key too few": (SFT, lambda r: r.pop("sql")),
    "a wrong type": (SFT, lambda r: r["evidence"].update(row_count="many")),
    "rejected sql": (DPO, lambda r: r.update(rejected_sql=r["sql"])),
    "rejected answer": (DPO, lambda r: r.update(rejected=r["chosen"])),
    "rejected is right": (DPO, lambda r: r.update(rejected=r["chosen"], rejected_sql=r["sql"])),
    "chosen answer": (DPO, lambda r: r.update(chosen=r["rejected"])),
}


@pytest.mark.parametrize(
    ("what", "mended"), [*((what, True) for what in EDITS), ("sql", False), ("schema", False), ("chosen answer", False)]
)
def test_an_edited_record_is_named(run: Path, what: str, mended: bool) -> None:
    name, edit = EDITS[what]
    where = change(run, name, edit)
    if mended:
        mend_digests(run)
    told = failure(run)
    assert told.startswith(where) or (what == "another database" and "retail@4 is not in the manifest" in told)


def test_a_line_that_is_no_json_is_named(run: Path) -> None:
    path = run / SFT
    path.write_bytes(path.read_bytes()[:-20])
    assert failure(run).startswith(f"{SFT}:8: not JSON")


def test_a_record_that_came_twice_is_named(run: Path) -> None:
    path = run / SFT
    path.write_text(path.read_text() + path.read_text().splitlines()[0] + "\n")
    assert failure(run).startswith(f"{SFT}:9 (id ")


def test_a_domain_in_a_second_split_is_named(run: Path) -> None:
    (run / SFT).rename(run / "error_correction/sft/validation.jsonl")
    (run / SFT).touch()
    mend_digests(run)
    told = failure(run)
    assert told.startswith("error_correction/sft/validation.jsonl:1 (id ")
    assert "retail is not a validation domain" in told


def test_a_change_that_breaks_no_claim_still_fails(run: Path) -> None:
    change(run, SFT, lambda r: r["tags"].append("new"))
    assert failure(run) == f"{SFT}: changed since the build (the digest differs), though every record there holds"


def test_files(run: Path) -> None:
    (run / "README.md").write_text("the card asks for a licence, so it may change")
    audit(run, sample=1)
    extra = run / "error_correction/sft/more.jsonl"
    extra.touch()
    assert failure(run) == "error_correction/sft/more.jsonl is not in the manifest: no build wrote it"
    extra.unlink()
    with (run / "rejects.jsonl").open("a") as file:
        file.write("{}\n")
    assert failure(run).startswith("rejects.jsonl: changed since the build")
    (run / DPO).unlink()
    assert failure(run).startswith(f"{DPO} is missing") or "rejects.jsonl" in failure(run)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (lambda text: text[:200], "is not JSON"),
        (lambda _: "{}", "is not the manifest of a run"),
        (lambda text: text.replace('"timeout"', '"pause"'), "instances and timeout are missing"),
        (lambda text: text.replace('"duckdb": "1.', '"duckdb": "0.'), "built with duckdb 0."),
        (lambda text: text.replace('"error_correction": "', '"error_correction": "0.'), "version 0."),
    ],
    ids=["cut", "empty", "without arguments", "other engine", "other recipe"],
)
def test_a_manifest_that_cannot_be_used_says_why(run: Path, content: Callable[[str], str], told: str) -> None:
    path = run / "manifest.json"
    path.write_text(content(path.read_text()))
    with pytest.raises(FactoryError, match=told) as failed:
        audit(run)
    assert "\n" not in str(failed.value)


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(FactoryError, match=r"has no manifest\.json: not a finished run"):
        audit(tmp_path)


def test_rows_that_changed_since_the_build(run: Path) -> None:
    path = run / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["databases"]["retail@3"] = "0" * 32
    manifest["packages"]["faker"] = "1.0"
    path.write_text(json.dumps(manifest))
    told = failure(run)
    assert told.startswith("Database retail@3 has other content")
    assert "faker 1.0" in told
