"""A silent fault: another tree, and the thought that leads to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Protocol

from sqlglot import exp

from factory.mutations.silent.view import View


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A query one slip away from the right one.

    `mistake` is the wrong step of reasoning, said as a plan and without a hint that it is wrong. Whether the
    neighbour runs, and whether its rows differ anywhere, is for the engine to say.
    """

    operator: str
    taxonomy: str
    tree: exp.Expr
    mistake: str


class Propose(Protocol):
    """Wrong trees, each with its mistake. The function's name is the operator's."""

    __name__: str

    def __call__(self, view: View, rng: Random, /) -> Iterator[tuple[exp.Expr, str]]: ...


@dataclass(frozen=True, slots=True)
class Operator:
    """`taxonomy` is the type of fault in the terms of NL2SQL-BUGs: "Condition.Explicit Missing"."""

    propose: Propose
    taxonomy: str
    about: str

    @property
    def name(self) -> str:
        return self.propose.__name__
