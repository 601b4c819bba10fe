"""A statement that takes the process down costs its candidate, whoever proves it, and the bytes stay the same."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ASKED = ("--recipe", "crashing", "--near", "1", "--instances", "1", "--quiet", "--database", "hr@1")
Start = Callable[..., "subprocess.Popen[str]"]


def built(start: Start, *args: str) -> str:
    """What the command said on stderr."""
    with start(*ASKED, *args) as process:
        out, error = process.communicate(timeout=300)
    assert (process.returncode, out) == (0, ""), error
    return error


def rejected(out: Path) -> set[tuple[str, str]]:
    """(reason, the statement's first word)"""
    found = [json.loads(line) for line in (out / "rejects.jsonl").read_text().splitlines()]
    return {(record["reason"], " ".join(record["statements"]["sql"].split()[:2])) for record in found}


def test_a_segfault_is_a_reject(tmp_path: Path, start: Start) -> None:
    assert built(start, "--rows", "8", "-o", "fatal=segfault", "--out", "run") == ""
    assert rejected(tmp_path / "run") == {("engine_crash", "/* segfault")}
    assert len((tmp_path / "run/crashing/sft/train.jsonl").read_text().splitlines()) == 8
    assert not (tmp_path / "run.work").exists()


@pytest.mark.slow
def test_whatever_the_engine_dies_of_the_bytes_are_the_same(tmp_path: Path, start: Start) -> None:
    for workers in ("1", "2"):
        built(start, "--rows", "40", "--timeout", "1.5", "--workers", workers, "--out", f"run{workers}")
    one, two = (sorted(p for p in (tmp_path / f"run{n}").rglob("*") if p.is_file()) for n in (1, 2))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
    assert rejected(tmp_path / "run1") == {
        ("engine_crash", "/* segfault"),
        ("engine_crash", "/* abort"),
        ("out_of_memory", "/* memory"),  # killed by the kernel
        ("out_of_memory", "SELECT max(s)"),  # refused by the engine
        ("timeout", "/* deaf"),  # held up for good
        ("timeout", "SELECT count(*)"),  # interrupted
    }
