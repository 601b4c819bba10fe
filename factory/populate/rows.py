"""One table: its columns in an order that their generators allow, its rows distinct on the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from factory.check_spec import generator, sources
from factory.exceptions import BadSpec
from factory.populate.column import NULL_SHARE, draw_column, typed, with_nulls
from factory.populate.draw import NULLS, Draw, Ints, gather, generator_of
from factory.populate.expressions import evaluate, filled
from factory.populate.references import parent_rows, tree_rows
from factory.spec import ColumnSpec, RelationSpec, Spec, TableSpec

ATTEMPTS = 8  # at rows that are distinct on the key
_FIRST = {"key": 0, "reference": 1, "category": 1}
_UNIQUE = ("", "sequence", "pattern", "property")


class TableRows:
    """A table while it is drawn. `frames` and `features` are those of the tables before it."""

    def __init__(
        self,
        spec: Spec,
        table: TableSpec,
        instance: int,
        frames: Mapping[str, pl.DataFrame],
        features: Mapping[str, Ints],
    ) -> None:
        self.spec, self.table, self.instance = spec, table, instance
        self.frames, self.features = frames, features
        self.columns = {column.base: column for column in table.columns}
        self.links = {r.child_column: r for r in spec.relations if r.child == table.base}
        self.rows: dict[str, pl.Series] = {}
        self.parents: dict[str, tuple[pl.DataFrame, Ints]] = {}
        self.n = self.first = self.attempt = 0

    def draw(self, n: int) -> pl.DataFrame:
        """About `n` rows: none when a needed parent is empty, fewer when the key allows no more."""
        orphaned = any(
            link.parent != link.child and not self.columns[name].null and not self.frames[link.parent].height
            for name, link in self.links.items()
        )
        self.n = 0 if orphaned else n
        head = self._head()
        if head and self.n:
            self._draw_distinct(head, n)
        self._draw_columns([c for c in self.table.columns if c.base not in self.rows])
        frame = pl.DataFrame([self.rows[c.base].alias(c.base) for c in self.table.columns])
        if self.table.layer is not None and frame.select(self.table.key).is_duplicated().any():
            key = ", ".join(self.table.key)
            raise BadSpec(f"{self.spec.id}: {self.table.base}: several features of the layer share the key {key}")
        return frame

    def _head(self) -> list[ColumnSpec]:
        """The key's columns and what they are drawn from, when they could repeat; else nothing."""
        names = list(self.table.key)
        if len(names) == 1 and names[0] not in self.links and generator(self.columns[names[0]]) in _UNIQUE:
            return []
        for name in names:  # grows while it is read
            names += [s for s in sources(self.columns[name]) if s in self.columns and s not in names]
        return [c for c in self.table.columns if c.base in names]

    def _draw_distinct(self, head: Sequence[ColumnSpec], n: int) -> None:
        rows: dict[str, pl.Series] = {}
        parents: dict[str, tuple[pl.DataFrame, Ints]] = {}
        kept = np.empty(0, dtype=np.int64)
        for self.attempt in range(ATTEMPTS):
            self.rows, self.parents = {}, {}
            self._draw_columns(head)
            self.first += self.n
            for name, series in self.rows.items():
                rows[name] = rows[name].append(series) if name in rows else series
            for name, (frame, index) in self.parents.items():
                before = [parents[name][1]] if name in parents else []
                parents[name] = frame, np.concatenate([*before, index])
            keys = pl.DataFrame([rows[name].alias(name) for name in self.table.key])
            distinct = keys.select(pl.struct(pl.all()).is_first_distinct()).to_series()
            kept = np.flatnonzero(distinct.to_numpy())[:n]
            if len(kept) == n:
                break
        self.n, self.first, self.attempt = len(kept), 0, 0
        self.rows = {name: series[kept] for name, series in rows.items()}
        self.parents = {name: (frame, index[kept]) for name, (frame, index) in parents.items()}

    def _draw_columns(self, columns: Sequence[ColumnSpec]) -> None:
        """Keys, references and categories first, then as sources allow; expressions together if they can."""
        pending = sorted(columns, key=lambda c: _FIRST.get(c.role, 2))
        while pending:
            waiting = {c.base for c in pending}
            ready = [c for c in pending if waiting.isdisjoint(sources(c))]
            done = [c for c in ready if "expr" not in c.gen] or ready
            if "expr" in done[0].gen:
                self._evaluate(done)
            else:
                for column in done:
                    link = self.links.get(column.base)
                    turn = self._turn(column)
                    self.rows[column.base] = self._reference(turn, link) if link else draw_column(turn)
            pending = [c for c in pending if c not in done]

    def _turn(self, column: ColumnSpec) -> Draw:
        seed = (self.spec.id, self.table.base, column.base, self.instance)
        zones = [
            s.zone_table for s in self.spec.spatial if (s.point_table, s.point_column) == (self.table.base, column.base)
        ]
        layers = {t.base: t.layer["name"] for t in self.spec.tables if t.layer is not None}
        focus = next(((layers[zone], self.features[zone]) for zone in zones if zone in self.features), None)
        return Draw(
            spec=self.spec,
            table=self.table,
            column=column,
            instance=self.instance,
            n=self.n,
            rng=generator_of(*seed, *([self.attempt] if self.attempt else [])),
            rows=self.rows,
            parents=self.parents,
            features=self.features.get(self.table.base, np.empty(0, dtype=np.int64)),
            focus=focus,
            first=self.first,
        )

    def _reference(self, draw: Draw, link: RelationSpec) -> pl.Series:
        null = NULL_SHARE if draw.column.null and self.instance == NULLS else draw.column.null
        if link.parent == link.child:
            return gather(self.rows[link.parent_column], tree_rows(draw.rng, self.n, null))
        parent = self.frames[link.parent]
        once = self.table.key == (draw.column.base,)
        index = parent_rows(
            draw.rng, parent.height, self.n, skew=link.skew, null=null, once=once, instance=self.instance
        )
        self.n = len(index)
        if link == next(r for r in self.links.values() if r.parent == link.parent):
            self.parents[link.parent] = parent, index
        return gather(parent[link.parent_column], index)

    def _evaluate(self, columns: Sequence[ColumnSpec]) -> None:
        types = {name: "VARCHAR" if c.type.startswith("GEOMETRY") else c.type for name, c in self.columns.items()}
        result = evaluate(columns, self.rows, types, self.n, f"{self.spec.id}: {self.table.base}")
        for column in columns:
            drawn = filled(typed(result[column.base], column), column)
            self.rows[column.base] = with_nulls(self._turn(column), drawn)
