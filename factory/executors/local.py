"""Shards in processes of this machine. A process that dies costs the candidate that killed it, and nothing else."""

from __future__ import annotations

import signal
from collections import Counter, deque
from collections.abc import Generator, Iterator, MutableSequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess

from factory.exceptions import FactoryError
from factory.executors.ahead import Ahead
from factory.executors.worker import STUCK, raise_for, work
from factory.processes import context
from factory.result import ShardResult
from factory.shard import IDLE, Job, Shard
from factory.workfolder import WorkFolder

# Shards in hand a worker: enough that none waits while the merge waits for a slow one.
_AHEAD = 3
# A process may be ended from outside; what kills it this often at the same place is to blame.
_DEATHS = 2


# A process is followed by a new one after so many shards: whatever memory it has kept is given back.
_RENEWED = 1_000


@dataclass
class _Worker:
    process: BaseProcess
    connection: Connection
    doing: MutableSequence[int]
    shard: Shard | None = None
    database: str = ""
    finished: int = 0


@dataclass
class _Crew:
    """The processes. `lost` is, by shard, the candidates that must not be executed again, and why."""

    job: Job
    folder: WorkFolder
    count: int
    waiting: deque[Shard] = field(default_factory=deque)
    lost: dict[int, dict[int, str]] = field(default_factory=dict)
    deaths: Counter[tuple[int, int]] = field(default_factory=Counter)
    workers: list[_Worker] = field(default_factory=list)
    context: BaseContext = field(default_factory=context)

    def busy(self) -> None:
        """Gives every idle worker a shard; starts one where there is none."""
        for worker in [w for w in self.workers if w.shard is None]:
            if self.waiting:
                self._give(worker)
        while self.waiting and len(self.workers) < self.count:
            self.workers.append(self._started())
            self._give(self.workers[-1])

    def _give(self, worker: _Worker) -> None:
        shard = self.next_for(worker)
        self.waiting.remove(shard)
        worker.shard, worker.doing[0], worker.database = shard, IDLE, shard.database
        with suppress(BrokenPipeError, ConnectionResetError):  # it died while idle: `heard` finds it
            worker.connection.send((shard, self.lost.get(shard.index, {})))

    def next_for(self, worker: _Worker) -> Shard:
        """Of the database that this worker has open, or else of one that no other has: opening it costs as much as
        dozens of rows."""
        first = self.waiting[0]
        others = {w.database for w in self.workers if w is not worker}
        own = (s for s in self.waiting if s.database == worker.database)
        fresh = (s for s in self.waiting if s.database not in others)
        return next(own, None) or next(fresh, first)

    def _started(self) -> _Worker:
        ours, theirs = self.context.Pipe()
        doing = self.context.RawArray("q", [IDLE])
        given = (theirs, doing, self.job, self.folder)
        process = self.context.Process(target=work, args=given, daemon=True)  # type: ignore[attr-defined]
        process.start()
        theirs.close()
        return _Worker(process, ours, doing)

    def heard(self, seconds: float | None) -> None:
        """Waits until a shard is finished or a worker dead, for so long at most if that isn't None.

        Raises FactoryError for what a worker couldn't do.
        """
        ready = wait([w.connection for w in self.workers], seconds)
        for worker in [w for w in self.workers if w.connection in ready]:
            try:
                failure = worker.connection.recv()
            except (EOFError, ConnectionResetError):
                self._bury(worker)
                continue
            worker.shard = None
            worker.finished += 1
            raise_for(failure, self.folder)
            if worker.finished == _RENEWED:
                self._dismiss(worker)

    def _dismiss(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        worker.connection.close()
        worker.process.join()

    def _bury(self, worker: _Worker) -> None:
        worker.process.join()
        worker.connection.close()
        self.workers.remove(worker)
        shard, code, number = worker.shard, worker.process.exitcode, worker.doing[0]
        if shard is None:
            return
        self.waiting.appendleft(shard)
        self.deaths[shard.index, number] += 1
        if self.deaths[shard.index, number] < _DEATHS:
            return
        if number == IDLE:
            raise FactoryError(
                f"A worker died {_DEATHS} times on {shard.database} (shard {shard.index}) while no statement of a "
                f"candidate ran: {_ended(code)}. Use fewer --workers if memory is short"
            )
        self.lost.setdefault(shard.index, {})[number] = _reason(code)

    def close(self) -> None:
        for worker in self.workers:
            worker.process.terminate()
        for worker in self.workers:
            worker.process.join()
            worker.connection.close()


def local(job: Job, shards: Iterator[Shard], folder: WorkFolder, workers: int) -> Generator[tuple[Shard, ShardResult]]:
    """In the order of `shards`, whoever finishes first. Closing the generator ends the processes."""
    crew = _Crew(job, folder, workers)
    ahead = Ahead(shards, set(folder.finished()))
    try:
        while True:
            crew.waiting.extend(ahead.take(_AHEAD * workers))
            first = ahead.first
            if first is None:
                return
            crew.busy()
            under_way = first in crew.waiting or any(w.shard is first for w in crew.workers)
            crew.heard(None if under_way else 0)
            if under_way:
                continue
            found = folder.read(first.index)
            if found is None:
                ahead.found_cut(first)
                crew.waiting.appendleft(first)
                continue
            ahead.drop_first()
            yield first, found
    finally:
        crew.close()


def _reason(code: int | None) -> str:
    if code == STUCK:
        return "timeout"
    # Nobody but the kernel, when memory runs out, kills a worker at the same candidate again and again.
    return "out_of_memory" if code == -signal.SIGKILL else "engine_crash"


def _ended(code: int | None) -> str:
    return f"ended by {signal.Signals(-code).name}" if code is not None and code < 0 else f"exit code {code}"
