"""What people call a date or a time, and how a period of it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.infer.words import LEXICON, Words, label_of
from factory.metadata import LiveColumn

_NOUNS: Mapping[str, str] = LEXICON["moments"]
_PHRASES: Mapping[str, str] = LEXICON["moment_phrases"]
_IRREGULAR = frozenset(LEXICON["moment_verbs"]["irregular"])
_INTRANSITIVE = frozenset(LEXICON["moment_verbs"]["intransitive"])
_TIMES = frozenset({"date", "time", "datetime", "timestamp", "day"})
_STARTS, _ENDS = frozenset({"from", "since"}), frozenset({"to", "until", "thru", "through"})


def moment_speech(column: LiveColumn, words: Words, noun: Words, *, person: bool) -> Mapping[str, Any]:
    """Fields of a `Column` with role "timestamp": label and phrase."""
    kind = "date" if column.type == "DATE" or words[-1] == "date" else "time"
    stem = list(words)
    while len(stem) > 1 and (stem[-1] in _TIMES or stem[-1] in ("at", "on", "by")):
        stem.pop()
    if "birth" in stem or "born" in stem or stem[-1] in ("birthday", "birthdate"):
        return {"label": "date of birth", "phrase": "born {}"}
    if stem[0] == "date" and len(stem) > 1:
        # date_added, date_of_loss
        stem = stem[2:] if stem[1] == "of" and len(stem) > 2 else stem[1:]
    if stem[-1] in _TIMES:
        return {"label": label_of(stem)}
    if stem[-1] in _STARTS | _ENDS and len(stem) > 1:
        base = "validity" if stem[:-1] == ["valid"] else label_of(stem[:-1])
        return {"label": f"{base} {'start' if stem[-1] in _STARTS else 'end'} {kind}"}
    verb = " ".join(stem[-2:]) if " ".join(stem[-2:]) in _NOUNS else stem[-1]
    before = label_of(stem[: -len(verb.split())])
    what = _NOUNS.get(verb, verb)
    passive = verb.endswith("ed") or verb in _IRREGULAR
    label = f"{before} {what} {kind}".strip()
    if passive and verb not in _NOUNS:
        label = f"{kind} {before} {verb}".replace("  ", " ")
    said: dict[str, Any] = {"label": label}
    if verb in ("ordered", "order") and noun[-1] == "order" and not before:
        said["phrase"] = "placed {}"
    elif verb in _INTRANSITIVE and not before:
        said["phrase"] = f"{'who' if person else 'that'} {verb} {{}}"
    elif passive and before in ("", "last", "first"):
        said["phrase"] = f"{before} {verb} {{}}".strip()
    elif not before and what in _PHRASES:
        said["phrase"] = _PHRASES[what]
    return said
