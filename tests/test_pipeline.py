"""What a run promises: as many as asked for or a clear end, the same bytes again, nothing half-written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from factory.exceptions import FactoryError, RunIncomplete
from factory.pipeline import Settings, build


def settings(out: Path, rows: int = 10, **given: Any) -> Settings:
    shared: dict[str, Any] = {"databases": ("retail@3",), "instances": 2}
    return Settings(recipe="error_correction", rows=rows, out=out, **(shared | given))


def files(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def records(out: Path, pattern: str) -> list[dict[str, Any]]:
    texts = [path.read_text("utf-8") for path in sorted(out.glob(pattern))]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        build(settings(tmp_path / name, seed=seed))
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert files(tmp_path / "a") != files(tmp_path / "c")


def test_every_proposal_is_accepted_or_kept_with_a_reason(tmp_path: Path) -> None:
    seen: list[int] = []
    done = build(settings(tmp_path / "run", 40), lambda funnel: seen.append(funnel.accepted))
    assert done.funnel.accepted == 40 == len(records(done.out, "error_correction/sft/*.jsonl"))
    assert done.funnel.proposed == 40 + sum(done.funnel.reasons.values())
    assert Counter(r["reason"] for r in records(done.out, "rejects.jsonl")) == done.funnel.reasons
    assert seen == sorted(seen)
    assert seen[-1] == 40
    manifest = json.loads((done.out / "manifest.json").read_text())
    assert manifest["funnel"] == done.funnel.counts()


def test_a_domain_is_in_one_split_only(tmp_path: Path) -> None:
    names = ("retail@3", "hr@1", "telecom@2")
    done = build(settings(tmp_path / "run", 12, databases=names, per_database=4, shares=(1, 1, 1)))
    where: dict[str, set[str]] = {}
    for path in done.out.glob("error_correction/*/*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            where.setdefault(json.loads(line)["database"].partition("@")[0], set()).add(path.stem)
    assert sorted(where) == ["hr", "retail", "telecom"]
    assert all(len(splits) == 1 for splits in where.values())
    assert set.union(*where.values()) == {"train", "validation", "test"}


@pytest.fixture
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with little to ask, and a build that gives up on it soon."""
    path = tmp_path_factory.mktemp("databases") / "tiny.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            CREATE TABLE sale AS
            SELECT i AS id, ['North', 'South'][i % 2 + 1] AS region, i * 7 % 50 AS amount,
                DATE '2023-01-01' + i::INTEGER AS sold_on
            FROM range(40) t(i)
        """)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("factory.dryness.DRY", 8)
        yield str(path)


def test_too_few_is_an_error_that_says_what_ate_the_rest(tmp_path: Path, tiny: str) -> None:
    with pytest.raises(RunIncomplete, match=r"Only [\d,]+ of 100,000 rows .* skeleton") as failed:
        build(settings(tmp_path / "run", 100_000, databases=(tiny,), max_per_skeleton=1))
    assert "\n" not in str(failed.value)
    assert [path.name for path in tmp_path.iterdir()] == ["run.work"]

    # What was proven is there at once when it is enough after all.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("factory.executors.inline.run", None)
        build(settings(tmp_path / "run", 100_000, databases=(tiny,), max_per_skeleton=1, allow_fewer=True))
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.slow
def test_too_few_are_kept_when_asked_for(tmp_path: Path, tiny: str) -> None:
    done = build(settings(tmp_path / "run", 100_000, databases=(tiny,), max_per_skeleton=1, allow_fewer=True))
    assert 3 < done.funnel.accepted < 5_000
    assert len(records(done.out, "error_correction/sft/*.jsonl")) == done.funnel.accepted
    assert json.loads((done.out / "manifest.json").read_text())["rows"] == 100_000


def test_an_error_before_anything_is_proven_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FactoryError, match="No database file"):
        build(settings(tmp_path / "run", databases=("none.duckdb",)))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_someone_else_is_never_replaced(tmp_path: Path) -> None:
    out = tmp_path / "run"
    build(settings(out, 3))
    with pytest.raises(FactoryError, match="add --force"):
        build(settings(out, 3))
    build(settings(out, 2, force=True))
    assert len(records(out, "error_correction/sft/*.jsonl")) == 2
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(FactoryError, match=r"thesis\.txt"):
        build(settings(out, 2, force=True))
    assert (out / "thesis.txt").read_text() == "mine"
