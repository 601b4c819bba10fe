"""Shards as tasks of a Ray cluster; Ray schedules, and runs again what a lost node had in hand."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any

from factory.engines import watchdog
from factory.exceptions import FactoryError
from factory.executors.ahead import Ahead
from factory.executors.local import local
from factory.executors.worker import STUCK, Failure, answer, raise_for
from factory.result import ShardResult
from factory.shard import Job, Shard, Warm
from factory.workfolder import WorkFolder

# Shards in hand a core.
_AHEAD = 3
# How often a shard may go down with its process or node before the run gives up.
_LOSSES = 10

_warm = Warm()


def on_ray(job: Job, shards: Iterator[Shard], folder: WorkFolder, address: str) -> Generator[tuple[Shard, ShardResult]]:
    """In the order of `shards`. Nodes find the factory installed, and `folder` where this process finds it.

    Without an address the one in RAY_ADDRESS, or a Ray of this machine's own.
    """
    ray = _connected(address)
    # Ray tries again by itself when a node is lost. What dies with its process is run apart, to find what kills it.
    direct = ray.remote(num_cpus=1, max_retries=1)(_direct)
    apart = ray.remote(num_cpus=1, max_retries=0)(_apart)
    lost = (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError, ray.exceptions.OutOfMemoryError)
    ahead = Ahead(shards, set(folder.finished()))
    running: dict[Any, Shard] = {}
    losses: Counter[int] = Counter()
    try:
        while True:
            most = _AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
            running.update({direct.remote(job, shard, folder): shard for shard in ahead.take(most)})
            first = ahead.first
            if first is None:
                return
            if first not in running.values():
                found = folder.read(first.index)
                if found is not None:
                    ahead.drop_first()
                    yield first, found
                    continue
                if not ahead.found_cut(first):  # its file was cut when an earlier run died
                    raise FactoryError(
                        f"Shard {first.index} is done, but isn't in {folder.place} as this process sees it: give "
                        "--work a folder that all nodes share, or a URL such as s3://bucket/run"
                    )
                running[direct.remote(job, first, folder)] = first
            (ready,), _ = ray.wait(list(running))
            shard = running.pop(ready)
            try:
                failure = ray.get(ready)
            except lost as error:
                losses[shard.index] += 1
                if losses[shard.index] == _LOSSES:
                    raise FactoryError(
                        f"Shard {shard.index} on {shard.database} was lost {_LOSSES} times, the last time with "
                        f"{type(error).__name__}: look after the nodes"
                    ) from None
                running[apart.remote(job, shard, folder)] = shard
            else:
                raise_for(failure, folder)
    finally:
        ray.shutdown()


def _connected(address: str) -> Any:
    try:
        import ray
    except ImportError:
        raise FactoryError("--executor ray needs Ray: pip install 'text2sql-factory[ray]'") from None
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # This is said of accelerators, of which shards use none.
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        ray.init(address=address or None, log_to_driver=False, logging_level=logging.ERROR, configure_logging=False)
    except (ConnectionError, ValueError, RuntimeError) as error:
        said = " ".join(str(error).split())
        raise FactoryError(f"No Ray cluster at {address or 'RAY_ADDRESS'}: {said}") from None
    return ray


def _direct(job: Job, shard: Shard, folder: WorkFolder) -> Failure | None:
    watchdog.give_up = lambda: os._exit(STUCK)
    return answer(job, shard, _warm, folder)


def _apart(job: Job, shard: Shard, folder: WorkFolder) -> Failure | None:
    """In a process of its own, whose death tells which candidate it died of."""
    try:
        for _ in local(job, iter([shard]), folder, 1):
            pass
    except FactoryError as error:
        return Failure(str(error))
    return None
