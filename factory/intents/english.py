"""Small pieces of English: lists, numbers with units, dates, sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

_PREFIXED = {"USD": "${}", "EUR": "€{}", "GBP": "£{}", "%": "{}%"}
_MONEY = ("USD", "EUR", "GBP")


def listed(words: Sequence[str], last: str = "and") -> str:
    """ "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def number(value: Any, unit: str | None = None) -> str:
    """A number as people write it, with its unit: "1,250", "$45.50", "12%", "3.5 kg"."""
    text = _digits(value)
    if unit and text == "1" and unit.islower() and len(unit) > 3:
        unit = unit.removesuffix("s")  # "1 day"; short units such as "ms" and "kWh" have no plural
    if not unit:
        return text
    if unit in _MONEY and "." in text and len(text.partition(".")[2]) == 1:
        text += "0"
    negative = text.startswith("-")
    said = _PREFIXED.get(unit, "{} " + unit).format(text.lstrip("-"))
    return f"-{said}" if negative else said


def _digits(value: Any) -> str:
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    text = f"{value:.10g}"
    return f"{value:,.2f}" if abs(value) >= 10_000 and len(text.partition(".")[2]) <= 2 else text


def day(value: date | datetime) -> str:
    return f"{value.day} {value:%B %Y}"


def sentence(text: str) -> str:
    """One space between words, a capital at the start, and an end mark."""
    text = " ".join(text.split())
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".?!" else text + "."


def capped(text: str) -> str:
    return text[:1].upper() + text[1:]


def article(noun: str) -> str:
    """The noun phrase with "a" or "an", by its sound as far as the first letters tell."""
    start = noun.lower()
    vowel = start.startswith(("a", "e", "i", "o", "u", "hour", "honest", "heir"))
    consonant = start.startswith(("eu", "one", "uni", "use", "uti", "ur", "once")) and not start.startswith(
        ("unin", "unim", "urb", "urg")
    )
    return f"{'an' if vowel and not consonant else 'a'} {noun}"


def choose(voice: int, *options: str) -> str:
    """The wording that `voice` stands for; an intent keeps its voice, so that it always speaks the same."""
    return options[voice % len(options)]
