"""Questions about places, one workflow after the other."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from factory.intents.geo.every import workflows
from factory.intents.geo.workflow import GeoIntent
from factory.records import Database

# Rounds without any question after which a database has none.
_PATIENCE = 5


def in_turns(database: Database, rng: Random) -> Iterator[GeoIntent]:
    """Endless, every workflow that the database has once a round."""
    draws = list(workflows().values())
    empty = 0
    while empty < _PATIENCE:
        rng.shuffle(draws)
        found = [intent for draw in draws if (intent := draw(database, rng)) is not None]
        empty = 0 if found else empty + 1
        yield from found
