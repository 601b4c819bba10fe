"""Intents for a database: every module in `kinds/` is a kind of question, found by being there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from random import Random

from factory.intents import kinds
from factory.intents.intent import Draw, Intent
from factory.records import Database

TRIES = 12


@cache
def known() -> Mapping[str, Draw]:
    """Kind → its `draw`, by name."""
    names = sorted(module.name for module in iter_modules(kinds.__path__))
    return {name: import_module(f"{kinds.__name__}.{name}").draw for name in names}


def intents(database: Database, rng: Random) -> Iterator[Intent]:
    """Endless questions about a database, each kind as often as any other that applies.

    Ends when no kind applies at all, as with tables of one row.
    """
    if not any(table.row_count > 1 for table in database.tables):
        return
    draws = list(known().values())
    while True:
        rng.shuffle(draws)
        found = False
        for draw in draws:
            intent = next((i for _ in range(TRIES) if (i := draw(database, rng))), None)
            if intent is not None:
                found = True
                yield intent
        if not found:
            return
