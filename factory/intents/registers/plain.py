"""As the intent speaks, with the closing sentences cut short and other small words."""

from __future__ import annotations

from random import Random

from factory.intents.english import capped
from factory.intents.intent import Intent
from factory.intents.registers.ask import taken_apart
from factory.intents.registers.loose import lately
from factory.intents.registers.prose import reworded
from factory.intents.registers.said import Said
from factory.intents.registers.synonyms import contracted, varied
from factory.intents.registers.tails import shortened
from factory.intents.registers.values import dated
from factory.records import Database

_SHORT = ("{}?", "{}, please.", "{}.", "I need the {}.", "The {}?", "Any idea of the {}?", "Let me see the {}.")


def say(intent: Intent, database: Database, rng: Random) -> tuple[Intent, Said]:
    def change(text: str) -> str:
        ask = taken_apart(lately(text, intent, rng, 0.4))
        first = ask.first
        if ask.noun and rng.random() < 0.45:
            named = ask.noun.removeprefix("the ")
            first = rng.choice(_SHORT if named != ask.noun else _SHORT[:3]).format(named)
        text = " ".join([varied(capped(first), database, rng), *shortened(_varied(ask.rest, database, rng), rng)])
        return contracted(dated(text, rng, 0.4), rng, 0.4)

    return intent, Said("plain", reworded(intent, change))


def _varied(rest: tuple[str, ...], database: Database, rng: Random) -> list[str]:
    return [varied(one, database, rng, 0.5) for one in rest]
