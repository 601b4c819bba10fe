"""A silent fault: another tree, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Protocol

from sqlglot import exp

from factory.mutations.silent.view import View

Found = Iterator[tuple[exp.Expr, str]]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A query one slip away from the right one.

    `mistake` is what a reader would say is wrong with it, as a sentence whose subject is the query and whose first
    word is the verb: "Counts the rows where ...". Whether the neighbour runs, and whether its rows differ anywhere,
    is for the engine to say.
    """

    operator: str
    taxonomy: str
    tree: exp.Expr
    mistake: str


class Propose(Protocol):
    """Wrong trees, each with its mistake; none where the fault has no place. Its name is the operator's."""

    __name__: str

    def __call__(self, view: View, rng: Random, /) -> Found: ...


@dataclass(frozen=True, slots=True)
class Operator:
    """`taxonomy` is one of the types in `taxonomy.COUNTS`."""

    propose: Propose
    taxonomy: str
    about: str

    @property
    def name(self) -> str:
        return self.propose.__name__
