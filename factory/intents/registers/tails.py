"""The sentences after the question proper: which columns, which order, how a month is written. Said shorter."""

from __future__ import annotations

import re
from random import Random

_SHOW = re.compile(
    r"^(?:Please )?(?:Show|Return|Give|I want to see|I'd like to see|List|Output|Get me|I need) "
    r"(?P<all>(?:the|their|its) (?P<nouns>"
    r"(?:(?!\b(?:first|last|order|too|well|beside|next|each|every|only)\b)[^.?!;:])+))\.$"
)
_FIRST_DAY = re.compile(r"first day|date on which it starts")
_UNIT = re.compile(r"\b(week|month|quarter)s?\b")
# Two decimals and nothing else: "Round to one decimal" asks for another answer, and so may what follows a comma.
_ROUND = re.compile(
    r"^(?:Round to (?:(?:two|2) decimals?(?: places?)?|the nearest hundredth)|Two decimal\w*(?: places?)?)\.$"
)
_SHOWN = (
    "Show {all}.",
    "{Nouns}, please.",
    "I only need {all}.",
    "{Nouns} will do.",
    "Columns: {nouns}.",
    "Output {all}.",
    "Give me {all}.",
    "I need {all}.",
    "{Nouns}: nothing else.",
    "Just {all}.",
    "What I need: {nouns}.",
    "Get me {all}.",
    "In the result: {nouns}.",
    "Report {all}.",
    "The output: {nouns}.",
    "Return {nouns}.",
    "I'd like {all}.",
)
_DATED = (
    "Give each {unit} as its first day.",
    "Date each {unit} by its first day.",
    "Use the {unit}'s first day as its date.",
    "{Unit}s as first-of-{unit} dates.",
    "Each {unit} is to be given as the date of its first day.",
    "Write {unit}s as the date they start on.",
    "Show {unit}s by first day.",
    "The {unit} should be its first day.",
    "The first day stands for the {unit}.",
    "{Unit}s as start dates.",
    "Let every {unit} carry its first day.",
    "{Unit}s go by their first day.",
)
_ROUNDED = (
    "Round to 2 decimals.",
    "Two decimals, please.",
    "2 decimal places.",
    "Rounded to two decimals.",
    "To two decimal places.",
    "Keep 2 decimals.",
    "Two digits after the point.",
    "With 2 decimals.",
    "Two decimals are enough.",
    "Give two decimal places.",
)


def shortened(rest: list[str], rng: Random, chance: float = 0.85) -> list[str]:
    """The closing sentences in fewer or other words; what they don't know stays as it is."""
    return [_shorter(one, rng) if rng.random() < chance else one for one in rest]


def _shorter(one: str, rng: Random) -> str:
    if shown := _SHOW.match(one):
        nouns = shown["nouns"]
        return rng.choice(_SHOWN).format(all=shown["all"], nouns=nouns, Nouns=nouns[:1].upper() + nouns[1:])
    if _FIRST_DAY.search(one) and (unit := _UNIT.search(one)):
        return rng.choice(_DATED).format(unit=unit[1], Unit=unit[1].capitalize())
    if _ROUND.match(one):
        return rng.choice(_ROUNDED)
    return one


def columns(one: str) -> str | None:
    """What a closing sentence asks to see, without its article; None when it says something else."""
    shown = _SHOW.match(one)
    return shown["nouns"] if shown else None


def first_day_of(one: str) -> str | None:
    """The unit that a closing sentence wants written as its first day."""
    unit = _UNIT.search(one) if _FIRST_DAY.search(one) else None
    return unit[1] if unit else None


def rounded(one: str) -> bool:
    return bool(_ROUND.match(one))
