"""What a person calls a column, and how a filter on it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.infer.flags import flag_speech
from factory.infer.measures import measure_speech, strip_noun
from factory.infer.moments import moment_speech
from factory.infer.nouns import Named, short_phrase
from factory.infer.words import LEXICON, Words, is_person, label_of, noun_of, opaque, plural, singular, split
from factory.metadata import LiveColumn
from factory.records import Role

_LABELS: Mapping[str, str] = LEXICON["labels"]
_MARKS = ("code", "name", "description")
_LINKS = ("with", "by", "in", "through", "via", "from", "for")
_TOWNS = ("city", "town")


def speech_of(column: LiveColumn, words: Words, role: Role, named: Named) -> Mapping[str, Any]:
    """The spoken fields of a `Column` by name: at least `label`, without the table's noun where it repeats it."""
    if column.comment and opaque(words) and (said := short_phrase(column.comment)):
        words = tuple(split(said))
    person, noun = is_person(named.noun), named.noun
    if role in ("key", "reference", "geometry"):
        return {"label": label_of(words)}
    if role == "measure":
        return measure_speech(column, words, noun, person=person)
    if role == "timestamp":
        return moment_speech(column, words, noun, person=person)
    if role == "flag":
        return flag_speech(words, noun, person=person)
    bare = strip_noun(words, noun)
    own = (noun_of(bare) in (noun, noun[-1:])) or bare[-2:] in (("full", "name"), (noun[-1], "name"))
    if role == "name" and own:
        bare = ("name",)
    marks = {"text": ("text",), "place": _MARKS, "category": _MARKS}.get(role, ())
    if len(bare) > 1 and bare[-1] in marks and (role == "text" or _worded(column)):
        bare = bare[:-1]
    if len(bare) > 1 and bare[0] == "calendar":
        bare = bare[1:]
    bare = (*bare[:-1], singular(bare[-1]))
    if role == "category" and bare[0] in ("is", "has") and len(bare) > 1:
        bare = (*bare[1:], "flag")
    label = _LABELS.get(label_of(bare), label_of(bare))
    if bare[-1] in _LINKS and len(bare) > 1 and role != "name":
        return {"label": label, "phrase": f"{label_of(bare)} {{}}"}
    if role == "place" and label in _TOWNS:
        return {"label": label, "phrase": "in {}"}
    if role == "place" and label == "region":
        return {"label": label, "phrase": "in the {} region"}
    return {"label": label}


def _worded(column: LiveColumn) -> bool:
    """Whether the values are words, so that nobody calls them codes."""
    return all(len(str(value)) > 2 and str(value).replace(" ", "").isalpha() for value in column.top)


def distinct_labels(columns: list[tuple[str, Words, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Spoken fields with labels that differ within the table, and their plurals.

    `columns` holds (name, words, spoken fields). A column whose short label is taken gets its whole name's words.
    """
    labels = [_spoken(fields["label"], name) for name, _, fields in columns]
    taken: set[str] = set()
    found = []
    for (name, words, fields), label in zip(columns, labels, strict=True):
        options = [label] if labels.count(label) == 1 else []
        options += [label_of(words), label, " ".join(split(name)), name]
        chosen = next((o for o in options if o and o not in taken), name)
        taken.add(chosen)
        if chosen not in (label, fields["label"]):
            # A phrase that doesn't name the column can't tell it from the one that has the same label.
            fields = {k: v for k, v in fields.items() if k not in ("phrase", "more", "less")}
        found.append({**fields, "label": chosen, "plural": plural(chosen)})
    return found


def _spoken(label: str, name: str) -> str:
    """A letter or a number is no noun: "with an x above 5"."""
    return label if len(label) > 1 and any(map(str.isalpha, label)) else f"{name} value"
