"""What a careless repair is, and how it is put into the words of the careful one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import NamedTuple, Protocol

from factory.mutations.edits import Edit, Mutation
from factory.mutations.layout.sites import Layout
from factory.mutations.query import Query

_CODE = re.compile(r"`` .+? ``|`[^`]+`")


@dataclass(frozen=True, slots=True)
class Slip:
    """Edits of the *right* query that leave it wrong. Whether they do, and how, is for the engine to say.

    `diagnosis` and `repair` are what the one who slips says, or "" for what the mutation says itself: a change that is
    made in passing is not spoken of. `counterpart` is how the careful one would put the right repair in the same
    manner, where the mutation's own words differ.
    """

    name: str
    edits: tuple[Edit, ...]
    diagnosis: str = ""
    repair: str = ""
    counterpart: str = ""

    @property
    def spoken(self) -> bool:
        return bool(self.repair)


class Fault(NamedTuple):
    """A mutation of a query, seen by one who repairs it."""

    query: Query
    mutation: Mutation
    view: Layout

    @property
    def edit(self) -> Edit:
        return self.mutation.edits[0]

    @property
    def right(self) -> str:
        """What stands in the right query where the first edit is."""
        return self.query.text[self.edit.start : self.edit.end]

    @property
    def broken(self) -> str:
        return self.edit.text

    @property
    def misspelt(self) -> bool:
        """Nobody takes a slip of the finger for another name."""
        return "misspelt" in self.mutation.operator or "typo" in self.mutation.operator

    @property
    def uniform(self) -> bool:
        """Is the same text replaced by the same everywhere?"""
        texts = {(self.query.text[e.start : e.end], e.text) for e in self.mutation.edits}
        return len(texts) == 1

    def touches(self, start: int, end: int) -> bool:
        a, b = self.mutation.site
        return start < b and a < end

    def instead(self, name: str, wrong: str) -> Iterator[Slip]:
        """The slip that puts `wrong` where the right text belongs, if the repair names that text."""
        if not self.uniform or wrong in (self.right, self.broken) or self.right in self.broken:
            return
        said = reworded(self.mutation, self.right, wrong)
        if said:
            edits = tuple(Edit(e.start, e.end, wrong) for e in self.mutation.edits)
            yield Slip(name, edits, *said)


class Propose(Protocol):
    """Slips of one kind for a fault. The function's name is the kind's, if it yields no other."""

    __name__: str

    def __call__(self, fault: Fault, rng: Random, /) -> Iterator[Slip]: ...


def reworded(mutation: Mutation, right: str, wrong: str) -> tuple[str, str] | None:
    """Diagnosis and repair with `wrong` for `right` in what they quote; None if they can't be read that way.

    A wrong answer that talks like the right one leaves only the SQL to tell them apart.
    """
    if not right.strip() or not wrong.strip() or "`" in wrong:
        return None
    # A digit next to a point or a minus is part of another number.
    before = r"[\w'\".-]" if right.isdigit() else r"[\w'\"]"
    pattern = re.compile(rf"(?<!{before}){re.escape(right)}(?![\w'\"])")
    told = mutation.diagnosis + mutation.repair
    if any(code.strip("` ") == wrong for code in _CODE.findall(told)):
        return None
    diagnosis, repair = (
        _CODE.sub(lambda code: pattern.sub(lambda _: wrong, code.group()), text)
        for text in (mutation.diagnosis, mutation.repair)
    )
    return None if repair == mutation.repair else (diagnosis, repair)


def cut(view: Layout, start: int, end: int) -> Edit:
    """Removes a range with the white space before it."""
    while start > 0 and view.text[start - 1].isspace():
        start -= 1
    return Edit(start, end, "")
