"""What a person calls a column, and how a filter on it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.infer.flags import flag_speech
from factory.infer.measures import measure_speech, strip_noun
from factory.infer.moments import moment_speech
from factory.infer.nouns import Named, short_phrase
from factory.infer.words import Words, is_person, label_of, noun_of, opaque, plural, split
from factory.metadata import LiveColumn
from factory.records import Role

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
    if role == "name":
        bare = ("name",) if bare == ("full", "name") or noun_of(bare) in (noun, noun[-1:]) else bare
    elif role == "place" and len(bare) > 1 and bare[-1] == "name":
        bare = bare[:-1]
    label = label_of(bare)
    if role == "place" and label in _TOWNS:
        return {"label": label, "phrase": "in {}"}
    if role == "place" and label == "region":
        return {"label": label, "phrase": "in the {} region"}
    return {"label": label}


def distinct_labels(columns: list[tuple[str, Words, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Spoken fields with labels that differ within the table, and their plurals.

    `columns` holds (name, words, spoken fields). A column whose short label is taken gets its whole name's words.
    """
    wanted = [fields["label"] for _, _, fields in columns]
    taken: set[str] = set()
    found = []
    for name, words, fields in columns:
        label = fields["label"]
        options = [label] if wanted.count(label) == 1 else []
        options += [label_of(words), label, " ".join(split(name)), name]
        chosen = next((o for o in options if o and o not in taken), name)
        taken.add(chosen)
        if chosen != label:
            # A phrase that doesn't name the column can't tell it from the one that has the same label.
            fields = {k: v for k, v in fields.items() if k not in ("phrase", "more", "less")}
        found.append({**fields, "label": chosen, "plural": plural(chosen)})
    return found
