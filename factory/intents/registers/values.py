"""Dates and numbers as people jot them down; only forms that can be read in one way."""

from __future__ import annotations

import re
from random import Random

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = re.compile(rf"\b(\d{{1,2}}) ({_MONTHS}) (\d{{4}})\b")
_FROM_MONTH = re.compile(rf"\bon or after 1 ({_MONTHS}) (\d{{4}})\b")
_BEFORE_MONTH = re.compile(rf"\bbefore 1 ({_MONTHS}) (\d{{4}})\b")
_IN_MONTH = re.compile(rf"\bin ({_MONTHS}) (20[1-9]\d)\b")
_QUARTER = re.compile(r"\bin the (first|second|third|fourth) quarter of (\d{4})\b")
_HALF = re.compile(r"\bin the (first|second) half of (\d{4})\b")
_LATER = re.compile(r"\bin (\d{4}) or later\b")
_GROUPED = re.compile(r"(?<![\d.,])([$€£]|C\$)?(\d{1,3}(?:,\d{3})+)(?![\d,]|\.\d)")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}


def dated(text: str, rng: Random, chance: float = 0.6) -> str:
    """Dates in one of the usual ways of writing them, the same way all over the text."""
    if rng.random() >= chance:
        return text
    way = rng.choice(("iso", "american", "short", "of"))
    text = _FROM_MONTH.sub(lambda m: f"from {m[1]} {m[2]} on", text) if rng.random() < 0.5 else text
    text = _BEFORE_MONTH.sub(lambda m: f"before {m[1]} {m[2]}", text) if rng.random() < 0.5 else text
    text = _LATER.sub(lambda m: rng.choice((f"from {m[1]} on", f"in {m[1]} or after", f"from {m[1]} onwards")), text)
    return _DAY.sub(lambda m: _day(way, m), text)


def _day(way: str, m: re.Match[str]) -> str:
    number = _MONTHS.split("|").index(m[2]) + 1
    if way == "iso":
        return f"{m[3]}-{number:02d}-{int(m[1]):02d}"
    if way == "american":
        return f"{m[2]} {m[1]}, {m[3]}"
    return f"{m[1]} {m[2][:3]} {m[3]}" if way == "short" else f"the {_ordinal(int(m[1]))} of {m[2]} {m[3]}"


def _ordinal(n: int) -> str:
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def abbreviated(text: str, rng: Random) -> str:
    """ "Q3 2023", "H1 2023", "in Mar '24"."""
    text = _QUARTER.sub(lambda m: rng.choice(("in Q{} {}", "in Q{} of {}")).format(_ORDINALS[m[1]], m[2]), text)
    text = _HALF.sub(lambda m: rng.choice(("in H{} {}", "in H{} of {}")).format(_ORDINALS[m[1]], m[2]), text)
    shape = rng.choice(("in {0} '{2}", "in {1} {3}", "in {1} '{2}"))
    return _IN_MONTH.sub(lambda m: shape.format(m[1], m[1][:3], m[2][2:], m[2]), text)


def rounded_off(text: str) -> str:
    """ "$1,500" as "$1.5k", "130,000,000" as "130M"; a number that this would cut short stays."""
    return _GROUPED.sub(_thousands, text)


def _thousands(m: re.Match[str]) -> str:
    value = int(m[2].replace(",", ""))
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            short = f"{value / size:g}"
            return f"{m[1] or ''}{short}{letter}" if value == round(float(short) * size) and len(short) < 5 else m[0]
    return m[0]
