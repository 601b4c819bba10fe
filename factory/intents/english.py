"""Small pieces of English: lists, numbers with units, dates, sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

_PREFIXED = {"USD": "${}", "EUR": "€{}", "GBP": "£{}", "CAD": "C${}", "%": "{}%"}
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_MONEY = ("USD", "EUR", "GBP", "CAD")


def listed(words: Sequence[str], last: str = "and") -> str:
    """ "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def number(value: Any, unit: str | None = None) -> str:
    """A number as people write it, with its unit: "1,250", "$45.50", "12%", "3.5 kg", "1 day"."""
    text = _digits(value)
    if not unit:
        return text
    if unit in _MONEY and "." in text and len(text.partition(".")[2]) == 1:
        text += "0"
    negative = text.startswith("-")
    said = _PREFIXED.get(unit, "{} " + _counted(unit, text)).format(text.lstrip("-"))
    return f"-{said}" if negative else said


def number_range(low: Any, high: Any, unit: str | None = None) -> str:
    """ "5 to 10 minutes", "$5 to $10"; both ends are meant to be included."""
    if unit and unit not in _PREFIXED:
        return f"{number(low)} to {number(high, unit)}"
    return f"{number(low, unit)} to {number(high, unit)}"


def _counted(unit: str, text: str) -> str:
    """ "1 day", "1 person"; short units such as "ms" and "kWh" have no plural."""
    if text != "1":
        return unit
    head, space, rest = unit.partition(" ")
    if head == "people":
        head = "person"
    elif head == "nautical":
        rest = rest.removesuffix("s")
    elif head.isalpha() and head.islower() and len(head) > 3:
        head = head.removesuffix("s")
    return head + space + rest


def _digits(value: Any) -> str:
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        return f"{value:,}"
    text = f"{value:.10g}"
    if abs(value) < 1000 or "e" in text:
        return text
    decimals = len(text.partition(".")[2])
    return f"{value:,.{decimals}f}"


def day(value: date | datetime) -> str:
    return f"{value.day} {value:%B %Y}"


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def sentence(text: str) -> str:
    """One space between words, a capital at the start, and an end mark."""
    text = " ".join(text.split())
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".?!" else text + "."


def capped(text: str) -> str:
    return text[:1].upper() + text[1:]


_LETTERS_WITH_VOWEL = ("A", "E", "F", "H", "I", "L", "M", "N", "O", "R", "S", "X")
_READ_AS_WORDS = frozenset({"FIPS", "LAN", "LED", "MAC", "RAM", "SIM", "SKU"})


def article(noun: str) -> str:
    """The noun phrase with "a" or "an", by its sound as far as the first letters tell."""
    first = noun.split()[0] if noun else ""
    if len(first) > 1 and first.isupper():
        # Read out letter by letter: an ISBN, a FIPS code.
        return f"{'an' if first.startswith(_LETTERS_WITH_VOWEL) and first not in _READ_AS_WORDS else 'a'} {noun}"
    start = noun.lower()
    vowel = start.startswith(("a", "e", "i", "o", "u", "hour", "honest", "heir"))
    consonant = start.startswith(("eu", "one", "uni", "use", "uti", "ur", "once")) and not start.startswith(
        ("unin", "unim", "urb", "urg")
    )
    return f"{'an' if vowel and not consonant else 'a'} {noun}"


def choose(voice: int, *options: str) -> str:
    """The wording that `voice` stands for; an intent keeps its voice, so that it always speaks the same."""
    return options[voice % len(options)]


def worded(voice: int, *patterns: str, **parts: str) -> str:
    """One of the patterns; "[a|b]" in it is one of the texts that bars keep apart, "{name}" the part of that name.

    Every choice is made for itself, but always alike for the same voice. Choices may stand inside of choices; parts are
    put in last, so that brackets in them are text.
    """
    rng = Random(f"{voice}/{patterns[0]}")
    text = rng.choice(patterns)
    while _CHOICE.search(text):
        text = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), text)
    return text.format(**parts)


def sentences(*texts: str) -> str:
    """Each text that isn't empty as a sentence of its own."""
    return " ".join(sentence(text) for text in texts if text.strip())


def two_decimals(voice: int) -> str:
    return worded(
        voice,
        "Round to [two|2] decimals",
        "[Two|2] decimals[|, please]",
        "Rounded to two decimal places",
        "[Keep|Use|Show] two decimals",
        "[To|With] 2 decimal places",
        "Round to the nearest hundredth",
    )
