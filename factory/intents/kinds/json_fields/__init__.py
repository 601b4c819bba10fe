"""What JSON objects hold: "How many page views have the browser 'Chrome' in the payload?", "Average load time there".

The fields of a STRUCT and the entries of a MAP are asked about in the same words; only the way to reach them differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from factory.intents.intent import Intent
from factory.intents.kinds.json_fields.drawing import draw_fields
from factory.intents.kinds.json_fields.fields import Fields
from factory.records import Database


@dataclass(frozen=True, kw_only=True)
class JsonFields(Fields):
    kind = "json_fields"


def draw(database: Database, rng: Random) -> Intent | None:
    return draw_fields(database, rng, "JSON", JsonFields)
