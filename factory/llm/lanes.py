"""Requests answered in the background, through the cache, while the caller goes on proving."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import NamedTuple

from factory.llm.cache import Cache
from factory.llm.request import Model, Request, Response

# Seconds for what is under way at the end.
_PATIENCE = 2.0


class _Asked(NamedTuple):
    key: str
    request: Request
    future: Future[Response]


class Lanes:
    """`asked` counts requests that went to the model, `known` those that the cache answered."""

    def __init__(self, model: Model, cache: Cache) -> None:
        self.model = model
        self.asked = 0
        self.known = 0
        self._cache = cache
        self._queue: SimpleQueue[_Asked | None] = SimpleQueue()
        # Daemons: a run that is stopped doesn't wait for a server that stalls.
        self._threads = [Thread(target=self._work, daemon=True, name=f"model-{i}") for i in range(model.lanes)]
        for thread in self._threads:
            thread.start()

    def ask(self, requests: Sequence[Request]) -> list[Future[Response]]:
        """A future for each request, in order. Its exception is a FactoryError where the model can't be had."""
        futures = []
        for request in requests:
            future: Future[Response] = Future()
            key = request.key(self.model.name)
            found = self._cache.get(key)
            if found is None:
                self.asked += 1
                self._queue.put(_Asked(key, request, future))
            else:
                self.known += 1
                future.set_result(found)
            futures.append(future)
        return futures

    def close(self) -> None:
        """Asks nothing more. What is under way may still arrive, and is kept, but nobody waits long for it."""
        self._waiting(sys.maxsize)
        for _ in self._threads:
            self._queue.put(None)
        until = monotonic() + _PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, until - monotonic()))
        self.model.close()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            self._answer([first, *self._waiting(self.model.batch - 1)])

    def _waiting(self, most: int) -> list[_Asked]:
        found: list[_Asked] = []
        while len(found) < most:
            try:
                asked = self._queue.get_nowait()
            except Empty:
                break
            if asked is None:  # that was the call to go home
                self._queue.put(None)
                break
            found.append(asked)
        return found

    def _answer(self, batch: list[_Asked]) -> None:
        def more(most: int) -> list[Request]:
            found = self._waiting(most)
            batch.extend(found)
            return [asked.request for asked in found]

        try:
            for place, response in self.model.complete([asked.request for asked in batch], more):
                batch[place].future.set_result(self._cache.put(batch[place].key, response))
        except BaseException as error:
            for asked in batch:
                if not asked.future.done():
                    asked.future.set_exception(error)
