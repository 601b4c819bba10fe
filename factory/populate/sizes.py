"""How many rows each table has in an instance."""

from __future__ import annotations

import math

from factory.populate.draw import BOUNDARIES, DUPLICATES, NULLS, ORDINARY, SPARSE, generator_of
from factory.populate.places import feature_rows
from factory.spec import Spec, TableSpec


def row_counts(spec: Spec, instance: int) -> dict[str, int]:
    """Rows wanted by base name; a table may get fewer when its parents or its key allow no more."""
    counts = {table.base: _rows(spec, table, instance) for table in spec.tables}
    if instance == SPARSE:
        rng = generator_of(spec.id, "sparse")
        own = [table for table in spec.tables if table.layer is None]
        parents = {r.parent for r in spec.relations if r.parent != r.child}
        leaves = [t.base for t in own if t.base not in parents and t.kind != "dimension"]
        leaves = leaves or [t.base for t in own if t.base not in parents]
        if len(spec.tables) > 1 and leaves:
            counts[leaves[rng.integers(len(leaves))]] = 0
        rest = [t.base for t in own if counts[t.base] > 1]
        if len(rest) > 1:
            counts[rest[rng.integers(len(rest))]] = 1
    return counts


def _rows(spec: Spec, table: TableSpec, instance: int) -> int:
    base = len(feature_rows(table.layer)) if table.layer is not None else table.rows
    if instance == ORDINARY:
        return base
    rng = generator_of(spec.id, table.base, instance, "rows")
    if instance == SPARSE:
        wanted = int(rng.integers(5, 26))
    elif instance in (BOUNDARIES, NULLS, DUPLICATES):
        share = math.log(max(base, 12) / 12) / math.log(5000 / 12)
        wanted = min(60, 12 + round(44 * share) + int(rng.integers(0, 5)))
    else:
        wanted = max(12, round(0.08 * base))
    return min(base, wanted)
