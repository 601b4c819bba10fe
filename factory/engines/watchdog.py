"""A time limit for calls that only another thread can interrupt."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# A statement that hears no interrupt holds its process up for good; a process that can be spared says how it ends.
give_up: Callable[[], None] | None = None
_PATIENCE = 1.0


class Watchdog:
    """Interrupts what runs longer than `seconds`.

    One thread looks at the deadline ten times a second, so that guarding a statement costs microseconds
    instead of a new timer thread. The lock rules out an interrupt that hits the next statement.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()
        self._deadline: float | None = None
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
            self._deadline = time.monotonic() + self.seconds
        try:
            yield
        finally:
            with self._lock:
                self._deadline = self._interrupt = None

    @property
    def fired(self) -> bool:
        """Whether the last guarded call was interrupted."""
        return self._fired

    def _watch(self) -> None:
        while True:
            time.sleep(0.1)
            with self._lock:
                if self._deadline is not None and self._interrupt and time.monotonic() > self._deadline:
                    self._fired = True
                    self._interrupt()
                    if give_up and time.monotonic() > self._deadline + _PATIENCE + 2 * self.seconds:
                        give_up()
