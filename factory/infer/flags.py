"""How a truth value reads as a clause: is_active → "that are active" and "that are not active"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.infer.measures import strip_noun
from factory.infer.words import LEXICON, Words, is_person, label_of, singular

_ADJECTIVES = frozenset(LEXICON["flags"]["adjectives"])
_HELD = frozenset(LEXICON["flags"]["held"])
_VERBS = frozenset(LEXICON["flags"]["verbs"])
_GRANTED = frozenset(LEXICON["flags"]["granted"])
_PLACING = frozenset({"to", "in", "by", "at", "on", "with", "from", "for"})
_MARKS = frozenset({"flag", "indicator", "yn", "ind", "flg"})
_ASKING = frozenset({"is", "was", "are", "were", "has", "had", "can", "did", "does"})


def flag_speech(words: Words, noun: Words, *, person: bool) -> Mapping[str, Any]:
    """Fields of a `Column` with role "flag": label, yes and no."""
    stem = words
    while len(stem) > 1 and stem[-1] in _MARKS:
        stem = stem[:-1]
    asked = stem[0] if stem[0] in _ASKING and len(stem) > 1 else ""
    stem = strip_noun(stem[1:] if asked else stem, noun)
    if len(stem) > 1 and stem[0] in _ASKING:
        asked, stem = stem[0], stem[1:]
    yes, no = _clauses(stem, asked, "who" if person else "that")
    return {"label": f"{label_of(stem)} flag", "yes": yes, "no": no}


def _clauses(stem: Words, asked: str, who: str) -> tuple[str, str]:
    said = label_of(stem)
    if asked in ("has", "had"):
        if _participle(stem[0]) or stem[0] in ("been", "won", "sold", "paid", "left"):
            return f"{who} have {said}", f"{who} have not {said}"
        return f"with {said}", f"without {said}"
    if asked == "can":
        return f"{who} can {said}", f"{who} cannot {said}"
    if asked in ("did", "does"):
        do = "did" if asked == "did" else "do"
        return f"{who} {do} {said}", f"{who} {do} not {said}"
    if stem[0] == "with" and len(stem) > 1:
        return said, f"without {label_of(stem[1:])}"
    if stem[0] in _VERBS and len(stem) > 1:
        rest = label_of((stem[0][:-1], *stem[1:]))
        return f"{who} {rest}", f"{who} do not {rest}"
    if stem[-1] in _GRANTED and len(stem) > 1 and stem[0] != "as":
        return f"with {said}", f"with no {said}"
    if stem[0] == "as" and len(stem) > 1:
        rest = label_of(stem[1:])
        return f"marked as {rest}", f"not marked as {rest}"
    if stem[0] in ("in", "on", "under") or said in _ADJECTIVES or _participle(stem[-1]) or _adjective(stem, asked):
        return f"{who} are {said}", f"{who} are not {said}"
    if stem[-1] in _HELD or singular(stem[-1]) != stem[-1]:
        return f"with {said}", f"without {said}"
    return f"marked as {said}", f"not marked as {said}"


def _participle(word: str) -> bool:
    return len(word) > 4 and word.endswith("ed") and not word.endswith(("eed", "speed"))


def _adjective(stem: Words, asked: str) -> bool:
    word = stem[-1]
    endings: tuple[str, ...] = ("able", "ible", "ous", "ful", "less")
    if asked in ("is", "was") and len(stem) == 1 and not is_person(stem):
        endings += ("ive", "ent", "ant", "ory", "ic")
    placed = _participle(stem[0]) and len(stem) > 1 and stem[1] in _PLACING
    return placed or word in _ADJECTIVES or (word.endswith(endings) and len(word) > 5)
