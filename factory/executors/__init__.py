"""Where shards are run: here, in processes of this machine, on a cluster. The bytes are the same everywhere."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Literal

from factory.result import ShardResult
from factory.shard import Job, Shard
from factory.workfolder import WorkFolder

Where = Literal["inline", "local", "ray"]


def done(
    where: Where, job: Job, shards: Iterator[Shard], folder: WorkFolder, *, workers: int, address: str = ""
) -> Generator[tuple[Shard, ShardResult]]:
    """The results of the shards, in their order; those that the folder holds aren't run again.

    "inline" runs them in this process, one after the other, and dies with the engine. Closing the generator ends what
    was started.
    """
    if where == "inline":
        from factory.executors.inline import inline

        return inline(job, shards, folder)
    if where == "ray":
        from factory.executors.ray import on_ray

        return on_ray(job, shards, folder, address)
    from factory.executors.local import local

    return local(job, shards, folder, workers)
