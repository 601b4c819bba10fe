"""Shards one after the other in this process: a crash of the engine ends it."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from factory.result import ShardResult, decode, encode
from factory.shard import Job, Shard, Warm, run


def inline(job: Job, shards: Iterator[Shard]) -> Generator[tuple[Shard, ShardResult]]:
    warm = Warm()
    try:
        for shard in shards:
            yield shard, decode(encode(run(job, shard, warm)))
    finally:
        warm.close()
