"""Puts an intent's question as one of many people would."""

from __future__ import annotations

from random import Random

from factory.intents.intent import Intent
from factory.intents.registers import (
    colloquial,
    follow_up,
    formal,
    imperative,
    plain,
    rambling,
    shorthand,
    technical,
)
from factory.intents.registers.said import Register, Said
from factory.records import Database

REGISTERS: tuple[tuple[Register, int], ...] = (
    (plain.say, 14),
    (formal.say, 6),
    (imperative.say, 11),
    (shorthand.say, 23),
    (rambling.say, 9),
    (colloquial.say, 18),
    (follow_up.say, 15),
    (technical.say, 4),
)


def speak(intent: Intent, database: Database, rng: Random) -> tuple[Intent, Said]:
    """The intent comes back, since a follow-up asks a changed one: its SQL answers `Said.question`.

    A register that has nothing to say about the intent leaves it to the plain one.
    """
    register = rng.choices([say for say, _ in REGISTERS], weights=[weight for _, weight in REGISTERS])[0]
    said = register(intent, database, rng) or plain.say(intent, database, rng)
    assert said is not None
    return said
