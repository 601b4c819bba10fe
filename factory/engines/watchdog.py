"""A time limit for calls that only another thread can interrupt."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# A statement that hears no interrupt holds its process up for good; a process that can be spared says how it ends.
give_up: Callable[[], None] | None = None
# What waits for others, on a machine that is busy, may take so many times as long.
_WAITING = 10


class Watchdog:
    """Interrupts what computes longer than `seconds`.

    Seconds are those of the processor where the platform counts them for each thread, so that a verdict doesn't depend
    on what else a machine does; a call that computes nothing is interrupted, too, but ten times as late. One thread
    looks at the deadline ten times a second, so that guarding a statement costs microseconds instead of a new timer
    thread. The lock rules out an interrupt that hits the next statement.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()
        self._begun: _Moment | None = None
        self._interrupt: Callable[[], None] | None = None
        self._fired = False
        self._thread: threading.Thread | None = None

    @contextmanager
    def guard(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Runs the body; after `seconds` calls `interrupt` (again and again until the body ends)."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="sql-watchdog", daemon=True)
            self._thread.start()
        with self._lock:
            self._fired = False
            self._interrupt = interrupt
            self._begun = _Moment()
        try:
            yield
        finally:
            with self._lock:
                self._begun = self._interrupt = None

    @property
    def fired(self) -> bool:
        """Whether the last guarded call was interrupted."""
        return self._fired

    def _watch(self) -> None:
        while True:
            time.sleep(0.1)
            with self._lock:
                if self._begun is not None and self._interrupt and self._begun.past(self.seconds):
                    self._fired = True
                    self._interrupt()
                    if give_up and self._begun.past(3 * self.seconds + 1):
                        give_up()


class _Moment:
    """When a call of this thread began, on both clocks."""

    __slots__ = ("_clock", "_computed", "_wall")

    def __init__(self) -> None:
        self._wall = time.monotonic()
        self._clock: int | None = None
        self._computed = 0.0
        if hasattr(time, "pthread_getcpuclockid"):
            self._clock = time.pthread_getcpuclockid(threading.get_ident())
            self._computed = time.clock_gettime(self._clock)

    def past(self, seconds: float) -> bool:
        wall = time.monotonic() - self._wall
        if self._clock is None:
            return wall > seconds
        return time.clock_gettime(self._clock) - self._computed > seconds or wall > _WAITING * seconds
