"""When a database has nothing new to offer."""

from __future__ import annotations

from collections import deque

# Under DRY of the last WINDOW proposals were accepted.
WINDOW = 300
DRY = 0.03


class Dryness:
    """What became of the last WINDOW proposals."""

    def __init__(self) -> None:
        self._recent: deque[bool] = deque(maxlen=WINDOW)

    def add(self, accepted: bool) -> None:
        self._recent.append(accepted)

    @property
    def dry(self) -> bool:
        return len(self._recent) == WINDOW and sum(self._recent) < DRY * WINDOW
