"""The kill loop: a mutant is killed by the first instance that gives it other rows than the gold query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

import sqlglot
from sqlglot.errors import SqlglotError

from factory.certify.aim import Run, aim_at
from factory.certify.instances import build, shape
from factory.certify.scratch import scratch_for
from factory.certify.stability import order_matters, reversed_tables
from factory.compare import same
from factory.engines.engine import Engine
from factory.records import Certificate, Database, Outcome

_RECURSIVE = re.compile(r"\bRECURSIVE\b", re.IGNORECASE)
_ENDLESS = ("Timeout", "Out of Memory Error")


def certify(
    gold: str,
    mutants: Mapping[str, str],
    database: Database,
    engine: Engine,
    *,
    ordered: bool,
    aimed: int = 4,
    seed: str = "",
) -> Certificate:
    """Runs every mutant on the engine's instances, smallest first, then on up to `aimed` instances made to kill.

    An instance on which the gold query raises, is cut off or depends on the order of the stored rows judges
    nothing; one on which only the order of its rows does judges the rows as a bag. A mutant that raises on an
    aimed instance alone counts as a survivor of it. The same arguments give the same certificate.
    """
    tree = _parsed(gold)
    jury = _Jury(gold, mutants, ordered, reversed_tables(tree, database) if tree and order_matters(tree) else None)
    scratch = scratch_for(database, engine)
    if tree and _RECURSIVE.search(gold):
        # A mutant that recurses for ever would cost the engine's whole time limit; here it costs a short one.
        aim = aim_at(tree, [], database, scratch.run)
        scratch.fill(build(aim, database, scratch, shape(0), Random(f"{gold}\n{seed}")))
        jury.dismiss_endless(scratch.run)
    for k in (*range(1, engine.instances), 0):
        if not jury.open:
            break
        jury.hear(lambda sql, k=k: engine.run(sql, k), ordinary=True)  # type: ignore[misc]
    if tree and jury.open and aimed:
        for k in range(aimed):
            if not jury.open:
                break
            trees = [t for name in jury.open if (t := _parsed(mutants[name]))]
            aim = aim_at(tree, trees, database, scratch.run)
            for one in (shape(2 * k), shape(2 * k + 1)):  # the second is for gold queries that can't bear ties
                rng = Random(f"{gold}\n{seed}\n{k}\n{one.untied}")
                if scratch.fill(build(aim, database, scratch, one, rng)) and jury.hear(scratch.run, ordinary=False):
                    break
    return jury.certificate()


class _Jury:
    def __init__(self, gold: str, mutants: Mapping[str, str], ordered: bool, mirrored: str | None) -> None:
        self.gold = gold
        self.mutants = mutants
        self.ordered = ordered
        self.mirrored = mirrored
        self.open = list(mutants)
        self.invalid: list[str] = []
        self.killed = 0
        self.instances = 0

    def hear(self, run: Run, *, ordinary: bool) -> bool:
        """Judges the open mutants on one instance; False when the instance is unfit."""
        right = run(self.gold)
        if right.error or right.truncated:
            return False
        ordered = self.ordered
        if self.mirrored is not None:
            other = run(self.mirrored)
            if other.error or not same(right, other):
                return False
            ordered = ordered and same(right, other, ordered=True)
        self.instances += 1
        left = []
        for name in self.open:
            wrong = run(self.mutants[name])
            if wrong.error:
                if ordinary:
                    self.invalid.append(name)
                else:
                    left.append(name)
            elif wrong.truncated or not _same(right, wrong, ordered):
                self.killed += 1
            else:
                left.append(name)
        self.open = left
        return True

    def dismiss_endless(self, run: Run) -> None:
        for name in list(self.open):
            error = run(self.mutants[name]).error
            if error and error.kind in _ENDLESS:
                self.open.remove(name)
                self.invalid.append(name)

    def certificate(self) -> Certificate:
        invalid = tuple(name for name in self.mutants if name in self.invalid)
        tried = len(self.mutants) - len(invalid)
        return Certificate(tried, self.killed, self.instances, tuple(self.open), invalid)


def _same(right: Outcome, wrong: Outcome, ordered: bool) -> bool:
    # Most survivors give the very same rows, which is cheaper to see than to judge.
    alike = len(right.columns) == len(wrong.columns) and right.rows == wrong.rows
    return alike or same(right, wrong, ordered=ordered)


def _parsed(text: str) -> sqlglot.exp.Expr | None:
    try:
        return sqlglot.parse_one(text, dialect="duckdb")
    except SqlglotError:
        return None
