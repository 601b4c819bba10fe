"""Draws other ways to write a query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from random import Random

from sqlglot import exp

from factory.intents.rewrites import rules
from factory.intents.style import Style, render
from factory.records import Database

Rewrite = Callable[[exp.Expr, Database], Iterator[exp.Expr]]
TWICE = 0.4
# A new plan of the query tells more than a new spelling, of which nearly every query has several.
LEAD = 3.0


@cache
def known() -> Mapping[str, Rewrite]:
    """Rule → its `rewrite`, by name."""
    return {name: import_module(f"{rules.__name__}.{name}").rewrite for name in _names()}


@cache
def structural() -> frozenset[str]:
    """Rules that change more than the spelling."""
    return frozenset(n for n in _names() if getattr(import_module(f"{rules.__name__}.{n}"), "STRUCTURAL", False))


def realisations(
    tree: exp.Expr, database: Database, rng: Random, most: int = 3
) -> list[tuple[tuple[str, ...], exp.Expr]]:
    """Up to `most` equivalent trees, each with the one or two rules that led to it; empty when no rule applies.

    No two have the same text, and none that of the tree. Rows that tie in an ORDER BY may come in another order, so a
    query whose LIMIT cuts a tie, or that numbers tied rows, has no safe realisation.
    """
    seen = {render(tree, Style())}
    found: list[tuple[tuple[str, ...], exp.Expr]] = []
    for name in _shuffled(rng):
        if len(found) == most:
            break
        first = _one(name, tree, database, rng, seen)
        if first is None:
            continue
        used: tuple[str, ...] = (name,)
        if rng.random() < TWICE:
            for other in _shuffled(rng):
                second = _one(other, first, database, rng, seen) if other != name else None
                if second is not None:
                    used, first = (name, other), second
                    break
        seen.add(render(first, Style()))
        found.append((used, first))
    return found


def _one(name: str, tree: exp.Expr, database: Database, rng: Random, seen: set[str]) -> exp.Expr | None:
    options = [t for t in known()[name](tree, database) if render(t, Style()) not in seen]
    return rng.choice(options) if options else None


def _shuffled(rng: Random) -> list[str]:
    drawn = {name: rng.random() ** (1 / (LEAD if name in structural() else 1.0)) for name in _names()}
    return sorted(drawn, key=lambda name: -drawn[name])


@cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(module.name for module in iter_modules(rules.__path__)))
