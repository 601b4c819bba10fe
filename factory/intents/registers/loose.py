"""Values as people say them: "the Berlin branch", "status paid", "last quarter" beside the day on which it is said."""

from __future__ import annotations

import re
from datetime import date, timedelta
from random import Random

from factory.intents.english import day
from factory.intents.filters import Equals, Period
from factory.intents.intent import Intent
from factory.intents.registers.parts import every_filter
from factory.intents.registers.prose import Masked
from factory.records import Database

_MASK = "[\ue000-\uf8ff]"
# After these a value is a piece of text, which needs its quotes.
_SPELLED = r"(?:contains?|with|in|named|reads|is|not|than|and|or|as|by|of|to) "
_CALENDAR = re.compile(r"in the \w+ (quarter|half) of \d{4}|in [A-Z][a-z]+ \d{4}|in \d{4}")
# Beside any of these "last month" could be taken for something else.
_OTHER_TIMES = re.compile(
    r"\b(?:\w*days?|weeks?|months?|quarters?|years?|(?:week|month|quarter|year)ly|today|last|latest|previous|next|since|"
    r"before|after|ago|hours?|19\d\d|20\d\d|Q[1-4]|H[12])\b",
    re.IGNORECASE,
)
_TODAY = ("Today is {}.", "It is {} today.", "For reference, today is {}.", "As of today, {}.")


def named(masked: Masked, text: str, intent: Intent, database: Database, rng: Random, chance: float = 0.6) -> str:
    """The masked text with values that need no quotes without them, and with names before what they name."""
    quoted = {f"'{f.value}'": f.value for f in every_filter(intent) if isinstance(f, Equals)}
    labels = "|".join(re.escape(t.label) for t in sorted(database.tables, key=lambda t: (-len(t.label), t.label)))
    people = {t.label for t in database.tables if t.person}
    for match in list(re.finditer(rf"\bthe ({labels}) ({_MASK})", text)):
        value = quoted.get(masked.value(match[2]))
        if not isinstance(value, str) or rng.random() >= chance:
            continue
        masked.put(match[2], value)
        last = value.rsplit(" ", 1)[-1].lower()
        said = match[2] if match[1] in people else f"the {match[2]}"
        if match[1] not in people and last != match[1].rsplit(" ", 1)[-1].lower():
            said += f" {match[1]}"
        text = text.replace(match[0], said)
    for match in list(re.finditer(rf"\b(?!{_SPELLED})[a-z]+ ({_MASK})(?! or )", text)):
        value = quoted.get(masked.value(match[1]))
        if isinstance(value, str) and value.isalnum() and rng.random() < chance:
            masked.put(match[1], value)
    return text


def lately(text: str, intent: Intent, rng: Random, chance: float = 0.7) -> str:
    """ "in the third quarter of 2023" as "last quarter", with a sentence that says which day it is."""
    periods = [f for f in every_filter(intent) if isinstance(f, Period)]
    if len(periods) != 1 or rng.random() >= chance:
        return text
    one = periods[0]
    if one.start is None or one.end is None or not (found := _CALENDAR.fullmatch(one.words)):
        return text
    before, words, after = text.partition(one.words)
    if not words or before.endswith(("ing ", "born ")) or _OTHER_TIMES.search(before + after):
        return text  # "expiring last year" is no English, and nobody asks for infants
    unit = found[1] or ("month" if (one.end - one.start).days < 32 else "year")
    if unit == "half":
        return text
    today = _within(one.start, one.end, unit, rng)
    return f"{before}last {unit}{after} {rng.choice(_TODAY).format(day(today))}"


def _within(start: date, end: date, unit: str, rng: Random) -> date:
    """A day of the period that follows."""
    length = {"month": 28, "quarter": 90, "year": 365}[unit]
    return end + timedelta(days=rng.randrange(min(length, (end - start).days)))
