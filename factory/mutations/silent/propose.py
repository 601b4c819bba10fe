"""All neighbours of a query, or a choice of them that favours no operator."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from random import Random

from sqlglot import exp

from factory.intents.style import Style, render
from factory.mutations import silent
from factory.mutations.silent.neighbour import Neighbour, Operator
from factory.mutations.silent.view import View
from factory.records import Database

_STYLE = Style()


@cache
def operators() -> tuple[Operator, ...]:
    """Those of every module of the package that has `OPERATORS`, sorted by name; ValueError when two share one."""
    found: dict[str, Operator] = {}
    for module in sorted(m.name for m in iter_modules(silent.__path__)):
        for operator in getattr(import_module(f"{silent.__name__}.{module}"), "OPERATORS", ()):
            if operator.name in found:
                raise ValueError(f"two operators are called {operator.name}")
            found[operator.name] = operator
    return tuple(found[name] for name in sorted(found))


def neighbours(tree: exp.Expr, database: Database, rng: Random, most: int = 0) -> list[Neighbour]:
    """Up to `most` neighbours (0 for all), no two with the same text and none with the tree's own.

    With `most`, operators take turns in an order drawn with `rng`, so that one with many sites doesn't crowd out the
    others. The tree stays as it is.
    """
    view = View(tree, database)
    seen = {render(tree, _STYLE)}
    drawn = list(operators())
    if most:
        rng.shuffle(drawn)
    queues: list[list[Neighbour]] = []
    for operator in drawn:
        found = []
        for wrong, mistake in operator.propose(view, rng):
            text = render(wrong, _STYLE)
            if text not in seen:
                seen.add(text)
                found.append(Neighbour(operator.name, operator.taxonomy, wrong, mistake))
        if most:
            rng.shuffle(found)
        queues.append(found)
    if not most:
        return [neighbour for queue in queues for neighbour in queue]
    turns = max(map(len, queues), default=0)
    return [queue[turn] for turn in range(turns) for queue in queues if turn < len(queue)][:most]
