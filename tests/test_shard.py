"""What a shard promises: it depends on nothing but its settings, and comes back whole from its bytes."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import duckdb
import pytest

from factory.result import decode, encode
from factory.shard import MOST, Job, Shard, Warm, run, shards

JOB = Job(recipe="error_correction", instances=2, max_per_skeleton=10)


def asked(shard: Shard, warm: Warm | None = None) -> bytes:
    own = warm or Warm()
    try:
        return encode(run(JOB, shard, own))
    finally:
        if warm is None:
            own.close()


@pytest.mark.parametrize("quota", [1, 9, 10, 11, 200, 250, 251, 1_000])
def test_the_shards_of_a_database_add_up_to_its_quota(quota: int) -> None:
    found = list(islice(shards(["a", "b", "a"], quota), 100))
    assert [shard.index for shard in found] == list(range(len(found)))
    assert sum(shard.quota for shard in found) == 3 * quota
    assert sum(shard.quota for shard in found if shard.database == "b") == quota
    assert max(shard.quota for shard in found) <= MOST
    assert found[0].quota <= 10  # there is something to see soon


def test_what_a_worker_did_before_changes_no_byte(tmp_path: Path) -> None:
    path = tmp_path / "sales.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            CREATE TABLE sale AS SELECT i AS id, ['North', 'South', 'West'][i % 3 + 1] AS region, i * 7 % 50 AS amount,
            DATE '2023-01-01' + i::INTEGER AS sold_on FROM range(200) t(i)""")
    todo = [Shard(n, name, 6) for n, name in enumerate(["retail@3", "hr@1", "retail@3", str(path), str(path)])]
    warm = Warm()
    after_others = [asked(shard, warm) for shard in todo]
    warm.close()
    assert [asked(shard) for shard in reversed(todo)] == after_others[::-1]
    assert after_others[0] != after_others[2]


def test_a_result_comes_back_as_it_was() -> None:
    warm = Warm()
    found = run(JOB, Shard(0, "hr@1", 8), warm)
    warm.close()
    content = encode(found)
    assert decode(content).results[0].examples
    assert encode(decode(content)) == content
    assert decode(content) == decode(encode(decode(content)))


def test_a_cut_file_is_told_from_a_whole_one() -> None:
    content = asked(Shard(0, "hr@1", 3))
    for cut in (0, 7, 8, 9, len(content) // 2, len(content) - 1):
        with pytest.raises(ValueError, match=r"."):
            decode(content[:cut])


def test_a_lost_candidate_is_not_executed_and_costs_nothing_else() -> None:
    begun: list[int] = []
    warm = Warm()
    whole = run(JOB, Shard(0, "hr@1", 8), warm)
    found = run(JOB, Shard(0, "hr@1", 8), warm, begun=begun.append, lost={2: "engine_crash"})
    warm.close()
    assert 2 not in begun
    assert found.results[2].reason == "engine_crash"
    assert not found.results[2].examples
    assert found.results[:2] == whole.results[:2]
    assert found.results[3:6] == whole.results[3:6]
