"""A message from somebody with a story: who they are, what it is for, and at last the question."""

from __future__ import annotations

from functools import partial
from random import Random

from factory.intents.english import capped
from factory.intents.intent import Intent
from factory.intents.registers.ask import Ask, taken_apart
from factory.intents.registers.context import Context
from factory.intents.registers.loose import lately, named
from factory.intents.registers.prose import lower_first, reworded
from factory.intents.registers.said import Said
from factory.intents.registers.synonyms import contracted, varied
from factory.intents.registers.tails import shortened
from factory.intents.registers.values import dated
from factory.records import Database

_WANTS = (
    "I need {noun}.",
    "I'd need {noun}.",
    "can you get me {noun}?",
    "could you dig up {noun}?",
    "what I'm missing is {noun}.",
    "I'm after {noun}.",
    "could you send me {noun}?",
    "do you have {noun}?",
    "is there a way to get {noun}?",
    "I can't find {noun}.",
    "would you mind pulling {noun}?",
    "all I want is {noun}.",
    "I just need {noun}.",
    "please get me {noun}.",
    "I have to come up with {noun}.",
    "can someone tell me {noun}?",
    "what I'd like to see is {noun}.",
    "I'm trying to find out {noun}.",
    "could somebody look up {noun}?",
)
_DEEDS = (
    "could you {deed}?",
    "can you {deed}?",
    "I need you to {deed}.",
    "please {deed}.",
    "would you mind helping me {deed}?",
    "I'm meant to {deed}.",
    "I want to {deed}.",
    "I have to {deed}.",
    "help me {deed}.",
)
# Such a wish is put as a question, but asks for a deed.
_PLEADING = ("can ", "could ", "would ", "do you ", "is there ")


def say(intent: Intent, database: Database, rng: Random) -> tuple[Intent, Said]:
    context = Context(intent, database, rng)

    def change(text: str) -> str:
        ask = taken_apart(lately(text, intent, rng, 0.85))
        wish = varied(_wish(ask, rng), database, rng)
        link = context.link(asking=wish.endswith("?") and not wish.lower().startswith(_PLEADING))
        opening = context.opening()
        greeting = context.greeting() if rng.random() < 0.35 else ""
        if greeting.endswith(","):
            opening[0] = context.after_comma(opening[0])
        wish = lower_first(wish) if link.endswith((":", ",")) else capped(wish)
        rest = shortened(list(ask.rest), rng)
        last = context.closing() if rng.random() < 0.25 else ""
        if last and rest and not rest[-1].endswith((".", "?", "!")):
            rest[-1] += "."
        parts = [greeting, *opening, link, wish, *rest, last]
        return contracted(dated(" ".join(part for part in parts if part), rng, 0.5), rng)

    return intent, Said(
        "rambling", _casual(reworded(intent, change, partial(named, intent=intent, database=database, rng=rng)), rng)
    )


def _wish(ask: Ask, rng: Random) -> str:
    if ask.noun:
        return rng.choice(_WANTS).format(noun=ask.noun)
    if ask.deed:
        # "Help me give me" is said by nobody.
        frames = [one for one in _DEEDS if " me " not in one and "I'm" not in one] if " me " in ask.deed else _DEEDS
        return rng.choice(frames).format(deed=ask.deed)
    return ask.bare + ask.first[-1]


def _casual(text: str, rng: Random) -> str:
    text = " ".join(text.split())
    return text[:-1] if text.endswith(".") and rng.random() < 0.2 else text
