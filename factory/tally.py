"""Counts for the dataset card, gathered while records are written: memory stays flat however many there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from factory.records import Example
from factory.split import SPLITS
from factory.wide.name import domains_in

SHOWN = 3
_EVIDENCE = ("error_class", "fault_types", "rejected_kind", "rejected_slip")


class Tally:
    """What one recipe wrote.

    `rows` is keyed by form and split; `tags` by the part before the colon, `evidence` by key: both count records, so a
    list that names something twice counts once. `families` counts examples, `schemas` the variants seen, by split and
    family; those over a wide catalog count for each of its domains. `longest` is in characters of message text.
    """

    def __init__(self) -> None:
        self.rows: Counter[tuple[str, str]] = Counter()
        self.tags: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.evidence: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.families: Counter[tuple[str, str]] = Counter()
        self.schemas: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self.longest = 0
        self._first: dict[str, list[Example]] = {}

    def add(self, example: Example, split: str) -> None:
        self.rows["sft", split] += 1
        for family in domains_in(example.database):
            self.families[split, family] += 1
            self.schemas[split, family].add(example.database)
        for tag in dict.fromkeys(example.tags):
            key, colon, value = tag.partition(":")
            self.tags[key if colon else ""][value if colon else tag] += 1
        evidence: Mapping[str, Any] = example.evidence
        if example.rejected is not None:
            self.rows["dpo", split] += 1
            evidence = example.rejected_evidence
        for key in _EVIDENCE:
            value = evidence.get(key, [])
            self.evidence[key].update(dict.fromkeys(value).keys() if isinstance(value, list) else [value])
        length = sum(len(message["content"]) for message in example.messages)
        self.longest = max(self.longest, length)
        first = self._first.setdefault(split, [])
        if len(first) < SHOWN:
            first.append(example)

    def first(self) -> list[Example]:
        """The first examples of the train split, or of the first split that has any."""
        return next((self._first[split] for split in SPLITS if split in self._first), [])

    def written(self) -> dict[str, dict[str, int]]:
        return {form: {split: self.rows[form, split] for split in SPLITS} for form in ("sft", "dpo")}


class Coverage:
    """What became of everything a recipe tried, by kind: what its `coverage(verdict)` says, if it has one."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, fates: Iterable[tuple[str, str]]) -> None:
        for kind, fate in fates:
            self._counts[kind][fate] += 1

    def counts(self) -> dict[str, dict[str, int]]:
        """Kind → fate → count, both sorted; every kind has every fate."""
        fates = sorted({fate for counter in self._counts.values() for fate in counter})
        return {kind: {fate: self._counts[kind][fate] for fate in fates} for kind in sorted(self._counts)}


# What becomes of what a language model writes.
_BY_MODEL = ("answers", "reasonings", "wordings")


def shared(
    coverage: Mapping[str, Mapping[str, int]],
) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
    """What the recipe tried, and what a model wrote: two tables, since neither has a use for the other's columns."""
    halves: tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]] = ({}, {})
    for modelled, half in enumerate(halves):
        fates = sorted({f for counts in coverage.values() for f in counts if (f in _BY_MODEL) == bool(modelled)})
        for kind, counts in coverage.items():
            if any(counts[fate] for fate in fates):
                half[kind] = {fate: counts[fate] for fate in fates}
    return halves
