"""What people call a measure: its unit, whether it can be summed, and how a threshold on it reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from factory.infer.keys import whole
from factory.infer.words import LEXICON, Words, label_of, noun_of, plural, singular
from factory.metadata import LiveColumn

_UNITS: Mapping[str, str] = LEXICON["units"]
_ADDITIVE = frozenset(LEXICON["measures"]["additive"])
_NOT_ADDITIVE = frozenset(LEXICON["measures"]["not_additive"])
_AVERAGING = frozenset(LEXICON["measures"]["averaging"])
_SUMS = frozenset(LEXICON["measures"]["sums"])
_MASS = frozenset(LEXICON["measures"]["mass"])
_DIMENSIONS = frozenset(LEXICON["measures"]["dimensions"])
_AFTER: Mapping[str, Mapping[str, Any]] = LEXICON["unit_after"]
_SPOKEN = sorted({*_UNITS.values(), *(u.lower() for u in _UNITS.values())}, key=lambda u: (-len(u), u))
_IN_UNIT = re.compile(rf"(?:\bin |\()({'|'.join(map(re.escape, _SPOKEN))})(?![\w/])")
_CANONICAL = {unit.lower(): unit for unit in _UNITS.values()}


def measure_speech(column: LiveColumn, words: Words, noun: Words, *, person: bool) -> Mapping[str, Any]:
    """Fields of a `Column` with role "measure": label, unit, additive, more and less."""
    words, unit = _with_unit(words)
    if unit is None and column.comment:
        unit = _commented_unit(column.comment)
        # "hours" of working hours are what is counted: with the unit one would say them twice.
        unit = None if unit in (words[0], words[-1]) else unit
    if unit == "%" and column.high is not None and abs(column.high) <= 1:
        unit = None  # a share such as 0.15, which nobody calls 15 %
    if counted := _counted(column, words, unit):
        return {
            "label": f"number of {counted}",
            "additive": not set(words) & (_AVERAGING | {"age"}),
            "more": f"with more than {{}} {counted}",
            "less": f"with fewer than {{}} {counted}",
        }
    bare = strip_noun(words, noun)
    if bare[-1] in _SUMS:
        bare = (*bare, "amount")
    elif unit or not whole(column):
        bare = (*bare[:-1], singular(bare[-1]))
    if len(bare) == 1 and bare[0].endswith("ed") and len(bare[0]) > 5:
        bare = (*bare, "amount")
    elif bare[0] in _MASS and bare[-1].endswith(("ed", "nt", "ld")) and len(bare) == 2:
        bare = ("amount", "of", *bare)
    said: dict[str, Any] = {"label": label_of(bare), "unit": unit, "additive": unit != "%" and _additive(bare)}
    if bare == ("age",) and person:
        said |= {"more": "older than {}", "less": "younger than {}"}
    elif bare == ("weight",) and unit:
        said |= {"more": "weighing more than {}", "less": "weighing less than {}"}
    return said


def strip_noun(words: Words, noun: Words) -> Words:
    """customer, name → name in the table of customers."""
    for own in (noun, noun[-1:]):
        if len(words) > len(own) and noun_of(words[: len(own)]) == own:
            return words[len(own) :]
    return words


def _with_unit(words: Words) -> tuple[Words, str | None]:
    """Takes a unit off the end of a name: weight, kg → weight in kg."""
    *rest, last = words
    if not rest or rest[-1] == "per":
        return words, None
    if last == "minimum" and rest[-1] in _DIMENSIONS:
        last = "minutes"
    if last in _AFTER and rest[-1] in _AFTER[last]["after"]:
        return tuple(rest), str(_AFTER[last]["unit"])
    unit = _UNITS.get(last)
    if unit is None:
        return words, None
    written_out = unit.isalpha() and unit.islower() and len(unit) > 3
    if written_out and rest[-1] not in _DIMENSIONS:
        return (*rest, unit), None
    return tuple(rest), unit


def _commented_unit(comment: str) -> str | None:
    if re.match(r"(in )?(percent|percentage)\b", comment, re.IGNORECASE):
        return "%"
    found = _IN_UNIT.search(comment)
    return _CANONICAL[found[1].lower()] if found else None


def _counted(column: LiveColumn, words: Words, unit: str | None) -> str:
    """What an integer counts, in the plural: num_rooms, room_count, rooms and rooms_sold all count rooms."""
    *rest, last = words
    if words[0] == "number" and rest:
        things = [w for w in words[1:] if w != "of"] if words[1] == "of" else list(words[1:])
        return label_of([*things[:-1], things[-1] if singular(things[-1]) != things[-1] else plural(things[-1])])
    if last in ("count", "counts") and rest:
        return label_of([*rest[:-1], rest[-1] if singular(rest[-1]) != rest[-1] else plural(rest[-1])])
    timed = words[0] in _UNITS.values() and len(words) > 1 and last not in _ADDITIVE | _NOT_ADDITIVE
    money = singular(last) in _ADDITIVE | _NOT_ADDITIVE and not whole(column)
    if unit or set(words) & _SUMS or (money and not timed):
        return ""
    first_plural = singular(words[0]) != words[0] and (
        len(words) == 1 or timed or words[1] == "per" or last.endswith(("ed", "old", "ade"))
    )
    return label_of(words) if first_plural or singular(last) != last else ""


def _additive(words: Words) -> bool:
    kept = {singular(word) for word in words}
    last = singular(words[-1])
    if "total" in kept and not {"score", "rate", "rating", "percentage"} & kept:
        return True
    if last in _NOT_ADDITIVE or kept & _AVERAGING:
        return False
    return bool(({last, words[-1]} | (kept if not kept & _NOT_ADDITIVE else set())) & _ADDITIVE)
