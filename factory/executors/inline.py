"""Shards one after the other in this process: a crash of the engine ends it."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from factory.result import ShardResult, encode
from factory.shard import Job, Shard, Warm, run
from factory.workfolder import WorkFolder


def inline(job: Job, shards: Iterator[Shard], folder: WorkFolder) -> Generator[tuple[Shard, ShardResult]]:
    warm = Warm()
    try:
        for shard in shards:
            found = folder.read(shard.index)
            while found is None:
                folder.write(shard.index, encode(run(job, shard, warm)))
                found = folder.read(shard.index)
            yield shard, found
    finally:
        warm.close()
