"""What must hold about statements, and the alternatives that a recipe offers. Imported from `factory.records`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ClaimKind = Literal[
    "succeeds",
    "fails",
    "not_empty",
    "untied",
    "same_rows",
    "differs",
    "other_error",
    "same_error",
    "raises",
    "same_text",
    "row_count",
]


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that must hold about a candidate's statements.

    succeeds(a)        runs on every instance
    fails(a)           raises on instance 0
    not_empty(a)       gives rows on instance 0, and not just one row of NULLs
    untied(a, k, c)    on instance 0, row k and row k+1 of `a` differ in column `c`: a LIMIT k cuts no tie
    same_rows(a, b)    same rows on every instance (in order, when `ordered`)
    differs(a, b)      `b` runs, and on at least one of `instances` gives other rows; the witness is kept
    other_error(a, b)  on instance 0 `a` raises and `b` runs or raises something else
    same_error(a, b)   on instance 0 both raise the same, the quoted source line apart
    raises(a, message) on instance 0 `a` raises exactly `message`
    same_text(a, b)    both statements are the same to the letter
    row_count(a, limit) on instance 0 `a` gives exactly `limit` rows
    """

    kind: ClaimKind
    a: str
    b: str = ""
    ordered: bool = False
    limit: int = 0
    column: int = 0
    instances: tuple[int, ...] | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A proposal for a slot, with the claims that would prove it.

    `given` limits it to the case that another, earlier slot was filled by the option of that name.
    """

    name: str
    claims: tuple[Claim, ...]
    given: tuple[str, str] | None = None
