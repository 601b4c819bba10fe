"""Generation and proof at the same time: while the model answers for some records, others are proven."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Generic, TypeVar

from factory.llm.request import Request, Response

T = TypeVar("T")
# A record's dealings with the model: it yields requests, is sent their answers, and returns what became of it.
Dealings = Generator[Sequence[Request], list[Response], T]
Ask = Callable[[Sequence[Request]], list["Future[Response]"]]


class _Open(Generic[T]):
    """Dealings that are under way: `waiting` until all answers are there, then `result` or further waiting."""

    def __init__(self, dealings: Dealings[T], ask: Ask) -> None:
        self._dealings = dealings
        self._ask = ask
        self.waiting: list[Future[Response]] = []
        self.result: list[T] = []
        self._advance(None)

    def advance(self) -> None:
        """Goes on as far as the answers allow."""
        while not self.result and all(future.done() for future in self.waiting):
            self._advance([future.result() for future in self.waiting])

    def _advance(self, answers: list[Response] | None) -> None:
        try:
            wanted = next(self._dealings) if answers is None else self._dealings.send(answers)
            self.waiting = self._ask(wanted)
        except StopIteration as done:
            self.result.append(done.value)


def overlapped(tasks: Iterable[Dealings[T]], ask: Ask, window: int) -> Iterator[T]:
    """The results in the order of the tasks, of which up to `window` are under way at once.

    Tasks are advanced in this thread, in an order that depends on the model's speed: what one does must not depend on
    what another did.
    """
    under_way: deque[_Open[T]] = deque()
    for dealings in tasks:
        under_way.append(_Open(dealings, ask))
        for one in under_way:
            one.advance()
        yield from _finished(under_way)
        while len(under_way) >= window:
            yield from _some(under_way)
    while under_way:
        yield from _some(under_way)


def _some(under_way: deque[_Open[T]]) -> Iterator[T]:
    """Waits until an answer comes that lets one of the tasks go on."""
    for one in under_way:
        one.advance()
    found = list(_finished(under_way))
    if not found:
        missing = [future for one in under_way for future in one.waiting if not future.done()]
        if missing:
            # With a limit, so that a signal is heeded while nothing comes.
            wait(missing, timeout=1.0, return_when=FIRST_COMPLETED)
    yield from found


def _finished(under_way: deque[_Open[T]]) -> Iterator[T]:
    while under_way and under_way[0].result:
        yield under_way.popleft().result[0]
