"""Right queries with their wrong neighbours, and the order in which these are tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from random import Random

from sqlglot import exp

from factory.intents.style import Style, render
from factory.mutations.silent.neighbour import Neighbour
from factory.mutations.silent.propose import applicability, neighbours, operators
from factory.mutations.silent.taxonomy import COUNTS, Prior
from factory.records import Database
from recipes.judging.facts import Change, facts, parted, unrenamed
from recipes.judging.reasons import speakable

_PLAIN = Style()
# One question in so many is asked which types of fault it can't have: that takes all operators.
ASKED = 10


@dataclass(frozen=True, slots=True)
class Base:
    """A right query, the rules that led to it, and its wrong neighbours as the prior draws them."""

    rewrites: tuple[str, ...]
    tree: exp.Expr
    wrong: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A wrong query and the right one that it was made from; `changes` is None where no reason is to be given.

    `texts` are the right one and the wrong one, laid out alike.
    """

    base: Base
    neighbour: Neighbour
    changes: tuple[Change, ...] | None
    texts: tuple[str, str]


def with_neighbours(
    rewrites: tuple[str, ...], tree: exp.Expr, database: Database, rng: Random, prior: Prior, most: int
) -> Base:
    """Up to `most` wrong ones: an operator costs more than a draw, and with a bound only those drawn are asked."""
    return Base(rewrites, tree, tuple(neighbours(tree, database, rng, most, prior)))


def inapplicable(tree: exp.Expr, database: Database) -> tuple[str, ...]:
    """Types of fault that the query can't have."""
    fitting = applicability(tree, database)
    found = {operator.taxonomy for operator in operators() if fitting[operator.name]}
    return tuple(name for name in COUNTS if name not in found)


def faults(bases: Sequence[Base], most: int, *, said: bool) -> list[Fault]:
    """Up to `most`, the bases in turn, no query twice; with `said` only those that a reason can be given for."""
    found: list[Fault] = []
    plain = [render(base.tree, _PLAIN) for base in bases]
    seen = set(plain)
    read = [facts(base.tree) if said else [] for base in bases]
    for row in zip_longest(*(base.wrong for base in bases)):
        for base, right, told, neighbour in zip(bases, plain, read, row, strict=True):
            if neighbour is None or len(found) == most:
                continue
            text = render(neighbour.tree, _PLAIN)
            if text in seen:
                continue
            seen.add(text)
            changes = parted(told, facts(unrenamed(neighbour.tree, base.tree))) if said else None
            if not said:
                found.append(Fault(base, neighbour, None, (right, text)))
            elif changes and speakable(changes):
                found.append(Fault(base, neighbour, tuple(changes), (right, text)))
        if len(found) == most:
            break
    return found


def apart(one: Fault, other: Fault) -> bool:
    """Whether what is said of the one is untrue of the other."""
    mine, theirs = one.changes or (), other.changes or ()
    places = {(c.within, c.kind, c.old) for c in mine}
    texts = {c.new for c in mine if c.new}
    return bool(theirs) and not any((c.within, c.kind, c.old) in places or c.new in texts for c in theirs)
