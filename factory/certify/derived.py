"""Instances made for a pair of queries that the ordinary ones don't tell apart, and found again by their names.

Rows of instance 0 are changed to lie where the two could part: at and beside the values that are compared, with ties,
NULLs, repeats and parents without children. Keys, references and NOT NULL hold.
"""

from __future__ import annotations

from random import Random

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from factory.certify.aim import Aim, aim_at
from factory.certify.instances import build, shape
from factory.certify.scratch import Scratch, scratch_for
from factory.certify.stability import order_matters, reversed_tables
from factory.compare import same
from factory.engines.engine import Engine
from factory.records import Database, Outcome

_PREFIX = "aimed "


class Derived:
    """What two queries give on the instance called "aimed 1", "aimed 2" …: the same for the same texts and database."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database, self._engine = database, engine
        self._of: tuple[str, str] = ("", "")
        self._aim: Aim | None = None
        self._mirrored: tuple[str, str] = ("", "")

    def __call__(self, name: str, gold: str, other: str) -> tuple[Outcome, Outcome] | None:
        """None where the instance judges nothing: one of the two raises, or its rows hang on how ties are broken.

        Raises ValueError for a name that is not one of these.
        """
        number = name.removeprefix(_PREFIX)
        if number == name or not number.isdecimal() or number == "0":
            raise ValueError(f"no instance is called {name}")
        scratch = scratch_for(self._database, self._engine)
        if self._of != (gold, other):
            self._look(gold, other, scratch)
        if self._aim is None:
            return None
        try:
            rng = Random("\n".join((gold, other, name)))
            rows = build(self._aim, self._database, scratch, shape(int(number) - 1, natural=True), rng)
        except (ArithmeticError, ValueError):  # a literal that no value can lie beside
            return None
        if not scratch.fill(rows):
            return None
        first, second = (
            _stable(sql, mirror, scratch) for sql, mirror in zip((gold, other), self._mirrored, strict=True)
        )
        return (first, second) if first and second else None

    def _look(self, gold: str, other: str, scratch: Scratch) -> None:
        self._of, self._aim = (gold, other), None
        try:
            trees = [sqlglot.parse_one(sql, dialect="duckdb") for sql in (gold, other)]
            self._aim = aim_at(trees[0], trees[1:], self._database, scratch.run)
        except (SqlglotError, ArithmeticError, ValueError):
            return
        self._mirrored = (self._mirror(trees[0]), self._mirror(trees[1]))

    def _mirror(self, tree: exp.Expr) -> str:
        return reversed_tables(tree, self._database) if order_matters(tree) else ""


def _stable(sql: str, mirrored: str, scratch: Scratch) -> Outcome | None:
    found = scratch.run(sql)
    if found.error or found.truncated:
        return None
    if mirrored:
        other = scratch.run(mirrored)
        if other.error or not same(found, other):
            return None
    return found
