"""How fast a run goes, and how long it will still take."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import orjson

from factory.merge import Funnel

# Seconds that a rate looks back on: databases differ, and the first one has to be opened.
WINDOW = 60.0
# Seconds between two lines of the log.
EVERY = 2.0


class Pace:
    """Rows a second, over the last minute; rows taken over from an earlier run don't count."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque([(clock(), 0)])

    def at(self, funnel: Funnel) -> float:
        now, made = self._clock(), funnel.accepted - funnel.resumed
        if now - self._seen[-1][0] >= 0.5 or len(self._seen) == 1:
            self._seen.append((now, made))
        while len(self._seen) > 2 and now - self._seen[1][0] >= WINDOW:
            self._seen.popleft()
        then, before = self._seen[0]
        return (made - before) / (now - then) if now > then else 0.0


def left(funnel: Funnel, rate: float) -> float | None:
    """Seconds until the last row; None when nobody can say yet."""
    return (funnel.wanted - funnel.accepted) / rate if rate > 0 else None


class ProgressLog:
    """A line of JSON for machines every few seconds, and one at the end."""

    def __init__(self, append: Callable[[bytes], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._append = append
        self._clock = clock
        self._pace = Pace(clock)
        self._begun = clock()
        self._spoke = float("-inf")

    def at(self, funnel: Funnel) -> None:
        rate = self._pace.at(funnel)
        if self._clock() - self._spoke < EVERY and funnel.accepted < funnel.wanted:
            return
        self._spoke = self._clock()
        remaining = left(funnel, rate)
        line = {
            "seconds": round(self._spoke - self._begun, 1),
            "wanted": funnel.wanted,
            "accepted": funnel.accepted,
            "resumed": funnel.resumed,
            "proposed": funnel.proposed,
            "rejected": dict(funnel.reasons.most_common()),
            "databases": funnel.databases,
            "rows_per_second": round(rate, 2),
            "seconds_left": None if remaining is None else round(remaining),
        }
        self._append(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
