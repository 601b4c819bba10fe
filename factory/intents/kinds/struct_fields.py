"""Fields of a STRUCT column: "What is the average bitrate in the client details of plays per app version?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from factory.intents.intent import Intent
from factory.intents.kinds.json_fields.drawing import draw_fields
from factory.intents.kinds.json_fields.fields import Fields
from factory.records import Database


@dataclass(frozen=True, kw_only=True)
class StructFields(Fields):
    kind = "struct_fields"


def draw(database: Database, rng: Random) -> Intent | None:
    return draw_fields(database, rng, "STRUCT(", StructFields)
