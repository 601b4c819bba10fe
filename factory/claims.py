"""What must hold about statements, what they run over, and alternatives. Imported from `factory.records`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

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
    "conforms",
]


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that must hold about a candidate's statements.

    succeeds(a)        runs on every instance
    fails(a)           raises on instance 0
    not_empty(a)       gives rows on instance 0, and not just one row of NULLs
    untied(a, k, c)    on instance 0, row k and row k+1 of `a` differ in column `c`: a LIMIT k cuts no tie
    same_rows(a, b)    same rows on every instance (in order, when `ordered`; in that of `keys`, ties aside)
    differs(a, b)      `b` runs, and on at least one of `instances` gives other rows (kept as witness). Where none does,
                       the instances made for the pair are tried that `derived` names. With `keys`, the same rows in an
                       order that sorting by these columns of `a` can't give are other rows; `b` sorts by `own_keys`
    other_error(a, b)  on instance 0 `a` raises and `b` runs or raises something else
    same_error(a, b)   on instance 0 both raise the same, the quoted source line apart
    raises(a, message) on instance 0 `a` raises exactly `message`
    same_text(a, b)    both statements are the same to the letter
    row_count(a, limit) on instance 0 `a` gives exactly `limit` rows
    conforms(a, message) on instance 0 every cell of `a` is JSON that the JSON Schema `message` admits
    """

    kind: ClaimKind
    a: str
    b: str = ""
    ordered: bool = False
    limit: int = 0
    column: int = 0
    instances: tuple[int, ...] | None = None
    derived: tuple[str, ...] = ()
    keys: tuple[int, ...] = ()
    own_keys: tuple[int, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A proposal for a slot, with the claims that would prove it.

    `given` limits it to the case that another, earlier slot was filled by the option of that name.
    """

    name: str
    claims: tuple[Claim, ...]
    given: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ScratchTable:
    """A table by its columns (name and type) and rows."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Scratch:
    """What a candidate brings along where its database has no rows of its own.

    `functions` are SQL functions of text by name: from arguments to the answer. Nothing else is ever answered.
    """

    tables: tuple[ScratchTable, ...]
    functions: Mapping[str, Mapping[tuple[str, ...], str | None]]
