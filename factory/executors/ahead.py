"""The shards that an executor has in hand: in the order in which they are merged, whoever finishes first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from factory.shard import Shard


class Ahead:
    """`done` are the shards that an earlier, broken-off run has finished."""

    def __init__(self, shards: Iterator[Shard], done: set[int]) -> None:
        self._shards = shards
        self._done = done
        self._taken: deque[Shard] = deque()
        self._unfinished = 0

    def take(self, most: int) -> Iterator[Shard]:
        """Shards to be run, until `most` of those in hand had to be.

        What an earlier run finished doesn't count, or else no one would have anything to do while it is merged.
        """
        while self._unfinished < most and (shard := next(self._shards, None)):
            self._taken.append(shard)
            if shard.index not in self._done:
                self._unfinished += 1
                yield shard

    @property
    def first(self) -> Shard | None:
        return self._taken[0] if self._taken else None

    def drop_first(self) -> None:
        self._unfinished -= self._taken.popleft().index not in self._done

    def found_cut(self, shard: Shard) -> bool:
        """Whether the shard is of those that an earlier run has finished: it has to be run again."""
        if shard.index not in self._done:
            return False
        self._done.remove(shard.index)
        self._unfinished += 1
        return True
