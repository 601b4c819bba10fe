"""Tables in an order that foreign keys allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter

import numpy as np
import polars as pl

from factory.load_spec import load_spec
from factory.populate import places
from factory.populate.draw import Ints, generator_of
from factory.populate.rows import TableRows
from factory.populate.sizes import row_counts
from factory.spec import Spec, TableSpec


def populate(spec: Spec, instance: int) -> dict[str, pl.DataFrame]:
    """Rows of every table by base name, parents first; columns by base name, in the spec's order.

    Instance 0 has the ordinary size; 1 ties and boundary values, 2 many NULLs, 3 an empty table and one
    of a single row, 4 duplicates and fan-out; any further one is a small ordinary one. Geometry is text:
    WKT for points, GeoJSON for features of layers. The same spec and instance give the same rows.
    Variants have rows of their own in instance 0; the others, which only tell results apart, they share.

    Raises BadSpec for what only drawing shows, e.g. a Faker method that doesn't exist.
    """
    if spec.variant and instance:
        shared = _shared(spec.name, instance)
        return {table.base: shared[table.base].select(c.base for c in table.columns) for table in _parents_first(spec)}
    counts = row_counts(spec, instance)
    frames: dict[str, pl.DataFrame] = {}
    features: dict[str, Ints] = {}
    for table in _parents_first(spec):
        if table.layer is not None:
            every = places.feature_rows(table.layer)
            rng = generator_of(spec.id, table.base, instance, "features")
            kept = np.sort(rng.permutation(len(every))[: counts[table.base]])
            features[table.base] = every[kept]
        rows = TableRows(spec, table, instance, frames, features)
        frames[table.base] = rows.draw(counts[table.base])
    return frames


@cache
def _shared(domain: str, instance: int) -> Mapping[str, pl.DataFrame]:
    return populate(load_spec(domain), instance)


def _parents_first(spec: Spec) -> Iterator[TableSpec]:
    """In the spec's order as far as possible; a zone comes before the points that lie in it."""
    tables = {table.base: table for table in spec.tables}
    needs: dict[str, list[str]] = {name: [] for name in tables}
    for relation in spec.relations:
        if relation.parent != relation.child:
            needs[relation.child].append(relation.parent)
    for link in spec.spatial:
        if not needs[link.zone_table] and link.zone_table != link.point_table:
            needs[link.point_table].append(link.zone_table)
    for name in TopologicalSorter(needs).static_order():
        yield tables[name]
