"""Do two results agree, on one instance after the other, under one and the same order of columns?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factory.compare import difference, same, same_value
from factory.records import Outcome, Row

# Ways to pair columns that are tried before the judge gives up on a pair.
MOST_ORDERS = 2000

Groups = tuple[tuple[Row, ...], ...]


class TooManyOrders(Exception):
    """More pairings of columns fit than can be tried."""


class Columns:
    """Remembers what it has compared, since a prediction may not swap its columns on one instance alone."""

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._seen: list[tuple[Outcome, Outcome, Groups | None]] = []
        self._order: tuple[int, ...] | None = None

    def agree(self, gold: Outcome, predicted: Outcome, groups: Groups | None = None) -> bool:
        """Whether the rows are the same; with `groups`, also whether they come group by group.

        Rows that agree are remembered, those that don't are not. Raises TooManyOrders.
        """
        width = len(gold.columns)
        if width != len(predicted.columns) or len(gold.rows) != len(predicted.rows):
            return False
        straight = tuple(range(width))
        current = self._order if self._order is not None else straight
        case = (gold, predicted, groups)
        if _holds(case, current):
            self._seen.append(case)
            self._order = current
            return True
        if self._strict or width < 2:
            return False
        for order in _orders(gold, predicted):
            if order != current and _holds(case, order) and all(_holds(past, order) for past in self._seen):
                self._seen.append(case)
                self._order = order
                return True
        return False

    def parting(self, gold: Outcome, predicted: Outcome) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """Rows that only one side has."""
        if self._order is None or len(predicted.columns) != len(self._order):
            return difference(gold, predicted)
        missing, extra = difference(gold, _arranged(predicted, self._order))
        return (missing, extra) if missing or extra else difference(gold, predicted)


def groups_of(outcome: Outcome, keys: Sequence[int], width: int, *, collated: bool) -> Groups:
    """The first `width` columns of consecutive rows whose keys are equal: within a group any order will do.

    `collated` lets texts tie that differ in case or in blanks at their end, as a column's collation may.
    """
    found: list[list[Row]] = []
    last: Row | None = None
    for row in outcome.rows:
        key = tuple(_folded(row[i]) if collated else row[i] for i in keys)
        if last is None or not all(same_value(a, b) for a, b in zip(key, last, strict=True)):
            found.append([])
        found[-1].append(row[:width])
        last = key
    return tuple(tuple(group) for group in found)


def _folded(value: object) -> object:
    return value.rstrip().lower() if isinstance(value, str) else value


def _holds(case: tuple[Outcome, Outcome, Groups | None], order: tuple[int, ...]) -> bool:
    gold, predicted, groups = case
    if len(order) != len(predicted.columns):
        return False
    arranged = _arranged(predicted, order)
    if groups is None:
        return gold.rows == arranged.rows or same(gold, arranged)
    if same(gold, arranged, ordered=True):
        return True
    at = 0
    for group in groups:
        part = Outcome(gold.columns, arranged.rows[at : at + len(group)])
        if not same(Outcome(gold.columns, group), part):
            return False
        at += len(group)
    return at == len(arranged.rows)


def _arranged(outcome: Outcome, order: tuple[int, ...]) -> Outcome:
    if order == tuple(range(len(outcome.columns))):
        return outcome
    columns = tuple(outcome.columns[i] for i in order)
    return Outcome(columns, tuple(tuple(row[i] for i in order) for row in outcome.rows))


def _orders(gold: Outcome, predicted: Outcome) -> Iterator[tuple[int, ...]]:
    """Orders of the prediction's columns in which each holds the values of its counterpart."""
    width = len(gold.columns)
    mine, theirs = _single(gold), _single(predicted)
    fits = [[j for j in range(width) if same(mine[i], theirs[j])] for i in range(width)]
    tried = 0
    taken: list[int] = []

    def extend() -> Iterator[tuple[int, ...]]:
        nonlocal tried
        if len(taken) == width:
            tried += 1
            if tried > MOST_ORDERS:
                raise TooManyOrders
            yield tuple(taken)
            return
        for j in fits[len(taken)]:
            if j not in taken:
                taken.append(j)
                yield from extend()
                taken.pop()

    yield from extend()


def _single(outcome: Outcome) -> list[Outcome]:
    return [Outcome((name,), tuple((row[i],) for row in outcome.rows)) for i, name in enumerate(outcome.columns)]
