"""Records of many databases, proven again by one process or several."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import groupby

from factory.audit.records import Held, Place, hold
from factory.exceptions import FactoryError
from factory.processes import context

# Enough that a database isn't opened for a few, and few enough that all processes have something to do.
_PIECE = 300


def hold_all(todo: Sequence[Held], workers: int, progress: Callable[[Place], None]) -> int:
    """How many statements it took. Raises AuditFailed for the first record, in the order of `todo`, that doesn't hold,
    whatever the number of workers."""
    if workers < 2:
        return sum(hold(held, progress) for held in todo)
    pieces = (piece for held in todo for piece in _pieces(held))
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, mp_context=context())
    under_way: deque[tuple[Held, Future[int]]] = deque()
    statements = 0
    try:
        for piece in pieces:
            under_way.append((piece, pool.submit(hold, piece)))
            if len(under_way) > 2 * workers:
                statements += _finished(under_way, progress)
        while under_way:
            statements += _finished(under_way, progress)
        pool.shutdown()
    except BaseException as error:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - others:  # they would prove their pieces to the end
            process.terminate()
            process.join()
        if isinstance(error, BrokenProcessPool):
            raise FactoryError(
                f"A process died while records of {under_way[0][0].name} or the next databases were proven: "
                "use fewer --workers if memory is short, or one to find the record"
            ) from None
        raise
    return statements


def _finished(under_way: deque[tuple[Held, Future[int]]], progress: Callable[[Place], None]) -> int:
    held, future = under_way[0]
    statements = future.result()
    under_way.popleft()
    for place in held.places:
        progress(place)
    return statements


def _pieces(held: Held) -> Iterator[Held]:
    """Records of one example stay together: they state the same, which is then proven once."""
    piece: list[Place] = []
    for _, alike in groupby(held.places, key=lambda place: place.ident):
        piece += alike
        if len(piece) >= _PIECE:
            yield held._replace(places=piece)
            piece = []
    if piece:
        yield held._replace(places=piece)
