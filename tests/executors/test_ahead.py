"""Which shards are run, in which order, and by whom."""

from __future__ import annotations

from collections import deque
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from factory.executors.ahead import Ahead
from factory.executors.local import _Crew, _Worker
from factory.shard import Job, Shard
from factory.workfolder import WorkFolder


def endless(size: int = 5) -> Any:
    return (Shard(index, f"retail@{index // 2}", size) for index in count())


@given(st.sets(st.integers(0, 60)), st.integers(1, 9), st.data())
def test_shards_come_in_their_order_and_the_unfinished_are_run_once(
    done: set[int], most: int, data: st.DataObject
) -> None:
    ahead = Ahead(endless(), set(done))
    run: list[int] = []
    merged: list[int] = []
    for _ in range(80):
        run += [shard.index for shard in ahead.take(most)]
        first = ahead.first
        assert first is not None
        if first.index in done and data.draw(st.booleans()):
            assert ahead.found_cut(first)
            assert not ahead.found_cut(first)
            run.append(first.index)
            done.remove(first.index)
        assert len(set(run) - set(merged)) <= most + 1
        merged.append(first.index)
        ahead.drop_first()
    assert merged == list(range(80))
    assert sorted(run) == sorted(set(run))
    assert set(merged) - done <= set(run)


def test_nobody_waits_while_what_was_finished_is_merged() -> None:
    ahead = Ahead(endless(), set(range(1000)))
    assert [shard.index for shard in ahead.take(3)] == [1000, 1001, 1002]
    assert ahead.first == Shard(0, "retail@0", 5)


def test_an_end() -> None:
    ahead = Ahead(islice(endless(), 2), {0})
    assert [shard.index for shard in ahead.take(6)] == [1]
    ahead.drop_first()
    ahead.drop_first()
    assert ahead.first is None


def test_a_database_stays_with_the_worker_that_has_it_open(tmp_path: Path) -> None:
    job, folder = Job(recipe="error_correction"), WorkFolder(str(tmp_path / "work"), {})
    crew = _Crew(job, folder, 2, waiting=deque(islice(endless(), 20)))
    nothing: Any = None
    crew.workers = [_Worker(nothing, nothing, [0]) for _ in range(2)]
    opened = []
    for worker in cycle(crew.workers):
        if len({shard.database for shard in crew.waiting}) < 2:
            break  # better a second opening than an idle worker
        shard = crew.next_for(worker)
        crew.waiting.remove(shard)
        if shard.database != worker.database:
            worker.database = shard.database
            opened.append(shard.database)
    assert len(opened) >= 9
    assert len(opened) == len(set(opened))
