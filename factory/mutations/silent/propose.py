"""All neighbours of a query, or a choice of them by how often such faults occur."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import count, islice
from pkgutil import iter_modules
from random import Random

from sqlglot import exp

from factory.intents.style import Style, render
from factory.mutations import silent
from factory.mutations.silent.neighbour import Neighbour, Operator
from factory.mutations.silent.taxonomy import COUNTS, Prior
from factory.mutations.silent.view import View
from factory.records import Database

_STYLE = Style()


@cache
def operators() -> tuple[Operator, ...]:
    """Those of every module of the package that has `OPERATORS`, sorted by name.

    Raises ValueError when two share a name, or when one has a type that no fault is counted under.
    """
    found: dict[str, Operator] = {}
    for module in sorted(m.name for m in iter_modules(silent.__path__)):
        for operator in getattr(import_module(f"{silent.__name__}.{module}"), "OPERATORS", ()):
            if operator.name in found:
                raise ValueError(f"two operators are called {operator.name}")
            if operator.taxonomy not in COUNTS:
                raise ValueError(f"{operator.name} has an unknown type: {operator.taxonomy}")
            found[operator.name] = operator
    return tuple(found[name] for name in sorted(found))


def neighbours(
    tree: exp.Expr, database: Database, rng: Random, most: int = 0, prior: Prior = "uniform"
) -> list[Neighbour]:
    """Up to `most` neighbours (0 for all), no two with the same text and none with the tree's own.

    With `most` and the "uniform" prior, operators take turns in an order drawn with `rng`, so that one with many sites
    doesn't crowd out the others. With "nl2sql-bugs", also without `most`, a type of fault is drawn by how often models
    commit it, among those that this query can have, and then an operator of that type. The tree stays as it is.
    """
    found = _Found(tree, database, rng, shuffled=bool(most) or prior == "nl2sql-bugs")
    if prior == "nl2sql-bugs":
        drawn = _by_count(found, rng)
    elif most:
        drawn = _in_turns(found, rng)
    else:
        drawn = (neighbour for operator in operators() for neighbour in found.of(operator))
    return list(islice(drawn, most or None))


class _Found:
    """An operator's neighbours, made when they are first asked for: an operator costs more than a draw."""

    def __init__(self, tree: exp.Expr, database: Database, rng: Random, *, shuffled: bool) -> None:
        self._view, self._rng, self._shuffled = View(tree, database), rng, shuffled
        self._seen = {render(tree, _STYLE)}
        self._of: dict[str, list[Neighbour]] = {}

    def of(self, operator: Operator) -> list[Neighbour]:
        """Those whose text no earlier one has. Taking one out of the list keeps it from being drawn again."""
        if operator.name not in self._of:
            found = self._of[operator.name] = []
            for wrong, mistake in operator.propose(self._view, self._rng):
                text = render(wrong, _STYLE)
                if text not in self._seen:
                    self._seen.add(text)
                    found.append(Neighbour(operator.name, operator.taxonomy, wrong, mistake))
            if self._shuffled:
                self._rng.shuffle(found)
        return self._of[operator.name]


def _in_turns(found: _Found, rng: Random) -> Iterator[Neighbour]:
    """One of each operator, then the next one of each."""
    drawn = list(operators())
    rng.shuffle(drawn)
    for turn in count():
        drawn = [operator for operator in drawn if turn == 0 or turn < len(found.of(operator))]
        if not drawn:
            return
        yield from (found.of(operator)[turn] for operator in drawn if turn < len(found.of(operator)))


def _by_count(found: _Found, rng: Random) -> Iterator[Neighbour]:
    """A type by its count, then one of its operators; what has nothing left is drawn no more."""
    of_type: dict[str, list[Operator]] = {}
    for operator in operators():
        of_type.setdefault(operator.taxonomy, []).append(operator)
    while of_type:
        (kind,) = rng.choices(list(of_type), weights=[COUNTS[kind] for kind in of_type])
        while of_type[kind]:
            operator = rng.choice(of_type[kind])
            if queue := found.of(operator):
                yield queue.pop()
                break
            of_type[kind].remove(operator)
        else:
            del of_type[kind]


def applicability(tree: exp.Expr, database: Database) -> Mapping[str, bool]:
    """Operator → whether it has a place in this query, for all operators. Nothing is executed."""
    view, text = View(tree, database), render(tree, _STYLE)
    return {
        operator.name: any(render(wrong, _STYLE) != text for wrong, _ in operator.propose(view, Random(operator.name)))
        for operator in operators()
    }
