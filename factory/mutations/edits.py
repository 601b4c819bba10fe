"""A mutation is a set of splices of the query's text, so that the author's formatting survives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal, Protocol

from factory.mutations.query import Query
from factory.records import Database

Level = Literal["text", "tree"]


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `text[start:end]` of the right query by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Mutation:
    """One fault, as edits of the right query, and what a person who repairs it would say.

    `diagnosis` says what is wrong with the broken query and why the engine objects; it may use the broken
    query, its error and the schema, since the prompt shows them. `repair` says what to do, as an
    imperative. `site` is the source range that the fault concerns (two faults of one query never overlap).
    """

    operator: str
    edits: tuple[Edit, ...]
    diagnosis: str
    repair: str

    @property
    def site(self) -> tuple[int, int]:
        return min(e.start for e in self.edits), max(e.end for e in self.edits)


class Propose(Protocol):
    """Mutations of a query at places drawn with `rng`. The function's name is the name of the fault."""

    __name__: str

    def __call__(self, query: Query, database: Database, rng: Random, /) -> Iterator[Mutation]: ...


@dataclass(frozen=True, slots=True)
class Operator:
    """A way to break a query, called like the function that proposes it.

    `fault` is the family of its error, `taxonomy` its NL2SQL-BUGs-style type.
    """

    propose: Propose
    fault: str
    taxonomy: str
    level: Level
    about: str

    @property
    def name(self) -> str:
        return self.propose.__name__


def apart(a: Mutation, b: Mutation) -> bool:
    """Two faults need a word between them, else one could hide in the other."""
    return a.site[1] + 2 < b.site[0] or b.site[1] + 2 < a.site[0]


def apply(text: str, mutations: Iterable[Mutation]) -> str:
    """The text with all edits spliced in. Raises ValueError when two of them overlap."""
    return splice(text, (edit for mutation in mutations for edit in mutation.edits))


def splice(text: str, edits: Iterable[Edit]) -> str:
    """Raises ValueError when two edits overlap."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < at:
            raise ValueError(f"edits overlap at {edit.start}")
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join((*parts, text[at:]))
