"""The judge on pairs that were labelled by hand: it may be unsure, but it makes no unsound claim."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from factory.catalog import export
from factory.judge.judge import Judge
from factory.judge.pairs import Pair
from factory.judge.source import source

PAIRS = Path(__file__).parents[1] / "data" / "judge_pairs.jsonl"


@cache
def labelled() -> list[dict[str, Any]]:
    return [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]


def test_the_set_is_large_and_mixed() -> None:
    kinds = Counter(pair["kind"] for pair in labelled())

    assert len(labelled()) >= 200
    assert kinds["chance"] >= 60
    assert kinds["equivalent"] >= 60
    assert all(pair["reason"] and pair["trap"] and pair["question"] for pair in labelled())
    assert all((pair["label"] == "same") == (pair["kind"] == "equivalent") for pair in labelled())
    assert len({(pair["gold"], pair["predicted"]) for pair in labelled()}) == len(labelled())


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("retail", "hr", "public_library")]


@pytest.mark.parametrize("database", ["club", *SLOW])
def test_no_claim_is_unsound(database: str, tmp_path: Path, club_file: Path) -> None:
    file = club_file
    if database != "club":
        file = tmp_path / f"{database}.duckdb"
        export(database, 0, file)
    found = Counter[str]()
    unsound = []
    with source(str(file), timeout=10.0) as opened:
        judge = Judge(opened)
        for pair in labelled():
            if pair["database"] != database:
                continue
            judged = judge.judge(Pair(pair["id"], pair["gold"], pair["predicted"], pair["question"]))
            sure = judged.confidence is not None and judged.confidence.level == "high"
            if pair["label"] == "differs" and judged.verdict == "same" and sure:
                unsound.append((pair["id"], "called the same", pair["predicted"]))
            if pair["label"] == "same" and judged.verdict == "differs":
                unsound.append((pair["id"], "called different", str(judged.witness)))
            if pair["label"] == "same" and judged.verdict == "same":
                found["equivalent"] += 1
            if pair["label"] == "differs" and judged.own_data == "same":
                found["by chance"] += 1
                found["caught"] += judged.verdict == "differs"
            assert judged.verdict != "raises", pair["id"]

    assert not unsound
    # The rest is undecided or the same with less than high confidence.
    assert found["caught"] >= 0.9 * found["by chance"] > 10, found
    assert found["equivalent"] >= 0.9 * sum(p["label"] == "same" and p["database"] == database for p in labelled())
