"""Which faults a query gets: families by how often they occur, operators so that none is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from heapq import heapify, heappop
from random import Random

from factory.mutations.edits import Mutation, Operator, apart
from factory.mutations.operators import operators
from factory.mutations.query import Query

# How often a family of faults is tried first. Slips in names, types and grouping are what models still make; plain
# syntax errors get rare with size, but there are many ways to make one.
PRIOR: Mapping[str, float] = {
    "name": 6,
    "grouping": 3,
    "scope": 3,
    "function": 3,
    "type": 3,
    "value": 3,
    "argument": 2,
    "dialect": 3,
    "geo": 3,
    "syntax": 3,
    "structure": 2,
    "set_operation": 1,
}


def draw_faults(query: Query, rng: Random, count: int, uses: Counter[str]) -> list[tuple[Operator, Mutation]]:
    """`count` faults at different places, or none; a family is drawn first, then its operator that was used least.

    `uses` counts operators over all queries so far and is added to.
    """
    found: list[tuple[Operator, Mutation]] = []
    for operator in _ranked(rng, uses):
        options = [m for m in operator.propose(query, query.database, rng) if all(apart(m, n) for _, n in found)]
        if options:
            found.append((operator, rng.choice(options)))
            uses[operator.name] += 1
            if len(found) == count:
                return found
    return []


@cache
def _families() -> Mapping[str, tuple[tuple[str, Operator], ...]]:
    families: dict[str, list[tuple[str, Operator]]] = {}
    for operator in operators():
        families.setdefault(operator.fault, []).append((operator.name, operator))
    return {fault: tuple(members) for fault, members in families.items()}


def _ranked(rng: Random, uses: Counter[str]) -> Iterator[Operator]:
    """Operators in the order in which they are to be tried: one of each family, then the next of each, …"""
    ranked: dict[str, list[tuple[float, str, Operator]]] = {}
    left = list(_families())
    while left:
        # A weighted shuffle: the key u^(1/w) is that of Efraimidis and Spirakis (2006).
        for family in sorted(left, key=lambda f: -(rng.random() ** (1 / PRIOR.get(f, 1)))):
            if family not in ranked:
                ranked[family] = [(uses[name] + rng.random() * 3, name, o) for name, o in _families()[family]]
                heapify(ranked[family])
            yield heappop(ranked[family])[2]
            if not ranked[family]:
                left.remove(family)
