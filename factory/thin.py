"""Leave optional tables and columns out of a spec, and with them whatever would then hang in the air."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from random import Random

from factory.check_spec import sources
from factory.spec import ColumnSpec, Spec

TABLE_SHARE = 0.4
COLUMN_SHARE = 0.35

Pair = tuple[str, str]


def thin(spec: Spec, rng: Random) -> Spec:
    """Draw what to leave out; at least two related tables stay, each with something beside its own key.

    A left-out table takes along its relations, the columns that pointed to it and the columns drawn from it.
    """
    aside = Random(repr(rng.getstate()))  # a nested column that is added to a file leaves its variants as they were
    tables = {t.base for t in spec.tables if t.optional and rng.random() < TABLE_SHARE}
    columns = {
        (t.base, c.base)
        for t in spec.tables
        for c in t.columns
        if c.optional and (aside if c.nested else rng).random() < COLUMN_SHARE
    }
    # Only members are taken away from the two sets below, so this ends at the latest with the whole spec.
    while True:
        thinned = _without(spec, tables, columns)
        needed = _needed_by_keys(spec, thinned) & tables
        bare = {t.base for t in thinned.tables if all(c.base in t.key and c.role != "reference" for c in t.columns)}
        spared = {pair for pair in columns if pair[0] not in bare}
        if needed:
            tables -= needed
        elif spared != columns:
            columns = spared
        elif tables and (bare or len(thinned.tables) < 2 or not thinned.relations):
            tables = set()
        else:
            return thinned


def _needed_by_keys(spec: Spec, thinned: Spec) -> set[str]:
    keys = {(t.base, key) for t in thinned.tables for key in t.key}
    return {r.parent for r in spec.relations if (r.child, r.child_column) in keys}


def _without(spec: Spec, tables: Set[str], columns: Set[Pair]) -> Spec:
    keys = {(t.base, key) for t in spec.tables if t.base not in tables for key in t.key}
    gone = {(t.base, c.base) for t in spec.tables if t.base in tables for c in t.columns} | columns
    gone |= {(r.child, r.child_column) for r in spec.relations if r.parent in tables}
    gone -= keys
    drawn = [(t.base, c) for t in spec.tables for c in t.columns if sources(c)]
    while True:
        hanging = {(table, column.base) for table, column in drawn if _hangs(spec, table, column, gone)} - gone - keys
        if not hanging:
            break
        gone |= hanging
    kept = tuple(
        replace(t, columns=tuple(c for c in t.columns if (t.base, c.base) not in gone))
        for t in spec.tables
        if t.base not in tables
    )
    relations = (r for r in spec.relations if not {(r.child, r.child_column), (r.parent, r.parent_column)} & gone)
    spatial = (s for s in spec.spatial if not {(s.point_table, s.point_column), (s.zone_table, s.zone_column)} & gone)
    return replace(spec, tables=kept, relations=tuple(relations), spatial=tuple(spatial))


def _hangs(spec: Spec, table: str, column: ColumnSpec, gone: Set[Pair]) -> bool:
    for source in sources(column):
        owner, _, name = source.rpartition(".")
        if (owner or table, name) in gone:
            return True
        # a parent's row is reached through the first relation to its table
        links = [(r.child, r.child_column) for r in spec.relations if (r.child, r.parent) == (table, owner)]
        if owner and links[0] in gone:
            return True
    return False
