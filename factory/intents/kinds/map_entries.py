"""Entries of a MAP column: "Count the products with the color 'blue' in the attributes"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from factory.intents.intent import Intent
from factory.intents.kinds.json_fields.drawing import draw_fields
from factory.intents.kinds.json_fields.fields import Fields
from factory.records import Database


@dataclass(frozen=True, kw_only=True)
class MapEntries(Fields):
    kind = "map_entries"


def draw(database: Database, rng: Random) -> Intent | None:
    return draw_fields(database, rng, "MAP(", MapEntries)
