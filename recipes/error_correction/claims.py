"""What has to hold of a query with faults: which order the engine reports them in, and that a wrong answer is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, permutations

from factory.records import Claim, Option


def state(subset: Iterable[int]) -> str:
    """The name of the statement that still has these faults."""
    return "broken" + "".join(str(i) for i in sorted(subset))


def states(size: int) -> Iterator[tuple[int, ...]]:
    """Every set of faults left, the whole first."""
    for count in range(size, 0, -1):
        yield from combinations(range(size), count)


def orders(size: int) -> tuple[Option, ...]:
    """In which order the engine reports the faults: removing the reported one, and only that, changes the error."""
    options = []
    for order in permutations(range(size)):
        claims: list[Claim] = []
        left = set(order)
        for fault in order[:-1]:
            for other in sorted(left):
                kind = "other_error" if other == fault else "same_error"
                claims.append(Claim(kind, state(left), state(left - {other})))  # type: ignore[arg-type]
            left.remove(fault)
        options.append(Option(name(order), tuple(claims)))
    return tuple(options)


def name(order: Iterable[int]) -> str:
    return ">".join(map(str, order))


def order_of(option: Option) -> list[int]:
    return [int(i) for i in option.name.split(">")]


def rejections(slip: str, fault: int, size: int, *, raises: bool, tied: bool) -> Iterator[Option]:
    """A careless repair counts only if its fault turns out to be the last one reported.

    Below a LIMIT (`tied`) only instance 0 is known to have no tie at the cut.
    """
    claim = Claim("fails", slip) if raises else Claim("differs", "fix", slip, instances=(0,) if tied else None)
    for order in permutations(range(size)):
        if order[-1] == fault:
            yield Option(slip, (claim,), given=("order", name(order)))
