"""A process that runs shards and may die of one: what it was doing stands in memory that its parent can read."""

from __future__ import annotations

import gc
import os
import signal
import threading
import traceback
from collections.abc import Callable, Mapping, MutableSequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait

from factory.engines import watchdog
from factory.exceptions import FactoryError
from factory.result import encode
from factory.shard import Job, Shard, Warm, run
from factory.workfolder import TRACEBACK, WorkFolder

# The exit code of a worker whose statement can't be interrupted.
STUCK = 75


@dataclass(frozen=True, slots=True)
class Failure:
    """A line for the user and, if it isn't the user's to mend, a traceback."""

    line: str
    trace: str = ""


def work(connection: Connection, doing: MutableSequence[int], job: Job, folder: WorkFolder) -> None:
    """Runs the shards that come through `connection`, until it is closed; answers None, or what went wrong.

    `doing[0]` is the number of the candidate that is being executed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_follow, name="follow-parent", daemon=True).start()
    watchdog.give_up = lambda: os._exit(STUCK)
    collect_less()
    warm = Warm()

    def begun(number: int) -> None:
        doing[0] = number

    with suppress(EOFError, BrokenPipeError):
        while True:
            shard, lost = connection.recv()
            connection.send(answer(job, shard, warm, folder, begun, lost))
    warm.close()


def collect_less() -> None:
    """Syntax trees are made and dropped by the thousand: at Python's own threshold the collector takes 4 % of a run."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def answer(
    job: Job,
    shard: Shard,
    warm: Warm,
    folder: WorkFolder,
    begun: Callable[[int], None] = lambda _: None,
    lost: Mapping[int, str] = {},
) -> Failure | None:
    """Runs a shard into the folder. What it raises comes back as text, since it has to cross processes."""
    try:
        folder.write(shard.index, encode(run(job, shard, warm, begun=begun, lost=lost)))
    except FactoryError as error:
        return Failure(str(error))
    except OSError as error:
        return Failure(str(folder.failed(error)))
    except Exception as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())
        return Failure(f"{job.recipe} failed on {shard.database} (shard {shard.index}): {said}", traceback.format_exc())
    return None


def raise_for(failure: Failure | None, folder: WorkFolder) -> None:
    """Raises FactoryError for a failure, in one line."""
    if failure is None:
        return
    if failure.trace:
        raise FactoryError(f"{failure.line}. The traceback is in {folder.keep(TRACEBACK, failure.trace)}")
    raise FactoryError(failure.line)


def _follow() -> None:
    """Nobody waits for what an orphan proves."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
