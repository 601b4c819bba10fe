"""Slips at the fault's place that put another wrong name there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from random import Random

from factory.mutations.layout.spelling import GENERIC_NAMES, plural, singular, slug
from factory.mutations.query import ColumnUse, TableUse
from factory.mutations.slips.slip import Fault, Slip
from factory.records import Column, Table

# Faults that leave open which name is meant; after the others only a similar one is taken for it.
_VAGUE = frozenset({"column_label", "column_assumed", "column_other_table", "table_label"})
_PREFIXES = frozenset({"dim", "fact", "fct", "tbl", "stg", "brg", "lyr"})
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")


def _column(fault: Fault) -> tuple[ColumnUse, Table, Column] | None:
    """The column reference whose name is at fault."""
    if not fault.broken.isidentifier():
        return None
    for use, source in fault.view.used_columns():
        if (use.start, use.end) == (fault.edit.start, fault.edit.end) and source.table is not None:
            return use, source.table, source.table.column(use.node.name)
    return None


def _table(fault: Fault) -> TableUse | None:
    if not fault.broken.isidentifier():
        return None
    for use in fault.query.table_uses:
        if (use.start, use.end) == (fault.edit.start, fault.edit.end) and fault.view.is_base(use):
            return use
    return None


def _plausible(fault: Fault, names: Iterable[str]) -> list[str]:
    """Names that may pass for the right one, sorted."""
    words = _words(fault.right) | _words(fault.broken)
    return sorted({n for n in names if fault.mutation.operator in _VAGUE or words & _words(n)})


def _words(name: str) -> set[str]:
    """The beginnings of its words, since a singular and its plural are alike."""
    return {word.lower()[:4] for word in _WORDS.findall(name) if len(word) > 2} - _PREFIXES


def _guesses(fault: Fault) -> list[str]:
    """Names that one might expect instead, typos aside."""
    if column := _column(fault):
        _, table, known = column
        words = known.name.lower().split("_")
        names = [slug(known.label), f"{singular(table.label.split()[-1].lower())}_{slug(known.label)}"]
        names += GENERIC_NAMES.get(known.role, ())
        names += ["_".join(words[1:]), "_".join((singular(table.name.lower()), *words))]
        return [n for n in names if n.isidentifier() and n.lower() not in {c.name.lower() for c in table.columns}]
    if (use := _table(fault)) and use.table:
        label = slug(use.table.label)
        names = [
            label,
            plural(label) if label else "",
            f"{label}_table",
            f"tbl_{label}",
            f"all_{slug(use.table.plural)}",
        ]
        known_names = {name.lower() for name in fault.query.database.by_name}
        return [n for n in names if n.isidentifier() and n.lower() not in known_names]
    return []


def guessed_name(fault: Fault, rng: Random) -> Iterator[Slip]:
    guesses = _plausible(fault, _guesses(fault))
    for guess in rng.sample(guesses, min(2, len(guesses))):
        yield from fault.instead("guessed_name", guess)


def column_of_other_table(fault: Fault, rng: Random) -> Iterator[Slip]:
    """A column that the schema has, only not in the table that is read."""
    if column := _column(fault):
        _, table, known = column
        columns = [column for owner in fault.query.database.tables for column in owner.columns]
        names = [c.name for c in columns if c.role == known.role and c.type == known.type]
        if plausible := _plausible(fault, (name for name in names if name not in table.by_name)):
            yield from fault.instead("column_of_other_table", rng.choice(plausible))


def wrong_name_quoted(fault: Fault, rng: Random) -> Iterator[Slip]:  # noqa: ARG001
    """The wrong name kept, in quotes, as if quoting could make it exist."""
    if not fault.misspelt and fault.mutation.operator != "column_casing" and (_column(fault) or _table(fault)):
        yield from fault.instead("wrong_name_quoted", f'"{fault.broken}"')


def wrong_name_qualified(fault: Fault, rng: Random) -> Iterator[Slip]:
    """The wrong name kept, with something in front of it."""
    column = _column(fault)
    if column and not column[0].alias:
        sources = [use for use in fault.query.table_uses if use.table is column[1]]
        if sources:
            yield from fault.instead("wrong_name_qualified", f"{sources[0].alias}.{fault.broken}")
    elif fault.mutation.operator in ("table_label", "table_number") and _table(fault):
        schema = rng.choice(("main", "public", "dbo"))
        yield from fault.instead("wrong_name_qualified", f"{schema}.{fault.broken}")


def other_qualifier(fault: Fault, rng: Random) -> Iterator[Slip]:
    """A column taken from another table of the query."""
    named = [use.alias for use in fault.query.table_uses]
    start, end = fault.edit.start, fault.edit.end
    for use in fault.query.column_uses:
        if use.alias and use.alias_start == start and end in (use.alias_end, use.start):
            others = sorted({name for name in named if name not in (use.alias, fault.broken)})
            if others:
                other = rng.choice(others)
                right = f"{use.alias}." if end == use.start else use.alias
                wrong = f"{other}." if end == use.start else other
                if fault.right == right:
                    yield from fault.instead("other_qualifier", wrong)
            return


def neighbour_column(fault: Fault, rng: Random) -> Iterator[Slip]:
    """A column that the table does have, but not the one that is asked for."""
    if column := _column(fault):
        _, table, known = column
        near = [c.name for c in table.columns if c.role == known.role and c is not known]
        if plausible := _plausible(fault, near):
            yield from fault.instead("neighbour_column", rng.choice(plausible))


def neighbour_table(fault: Fault, rng: Random) -> Iterator[Slip]:
    """A table that exists, but holds something else."""
    if _table(fault):
        used = {use.node.name for use in fault.query.table_uses}
        if plausible := _plausible(fault, (name for name in fault.query.database.by_name if name not in used)):
            yield from fault.instead("neighbour_table", rng.choice(plausible))
