"""A spec and its tables as they are in an engine → `Database`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from factory.metadata import LiveColumn, LiveTable, live_parts
from factory.records import Column, Database, Relation, SpatialLink, Table
from factory.spec import ColumnSpec, Spec, TableSpec


def described(spec: Spec, live: Sequence[LiveTable], *, text: str, instances: int, digest: str) -> Database:
    """What the live catalog says of the spec's tables, called as the spec calls them."""
    by_name = {table.name: table for table in live}
    names = {(t.base, c.base): c.name for t in spec.tables for c in t.columns}
    called = {t.base: t.name for t in spec.tables}
    return Database(
        name=spec.id,
        family=spec.name,
        dialect="duckdb",
        title=spec.title,
        tables=tuple(_table(t, by_name[t.name]) for t in spec.tables),
        relations=tuple(
            Relation(
                called[r.child],
                names[r.child, r.child_column],
                called[r.parent],
                names[r.parent, r.parent_column],
                r.verb,
                r.verb_negative,
                r.inverse,
            )
            for r in spec.relations
        ),
        spatial=tuple(
            SpatialLink(
                called[s.point_table],
                names[s.point_table, s.point_column],
                called[s.zone_table],
                names[s.zone_table, s.zone_column],
            )
            for s in spec.spatial
        ),
        instances=instances,
        schema_text=text,
        digest=digest,
    )


def _table(spec: TableSpec, live: LiveTable) -> Table:
    columns = {column.name: column for column in live.columns}
    return Table(
        name=spec.name,
        label=spec.label,
        plural=spec.plural,
        columns=tuple(_column(c, columns[c.name]) for c in spec.columns),
        key=live.key,
        kind=spec.kind,
        person=spec.person,
        comment=live.comment,
        row_count=live.row_count,
    )


_SPOKEN = tuple(f.name for f in fields(ColumnSpec) if f.name in Column.__dataclass_fields__ and f.name != "parts")


def _column(spec: ColumnSpec, live: LiveColumn) -> Column:
    spoken: dict[str, Any] = {name: getattr(spec, name) for name in _SPOKEN}
    return Column(**{**spoken, **live_facts(live)}, parts=_parts(spec, live))


def _parts(spec: ColumnSpec, live: LiveColumn) -> tuple[Column, ...]:
    if spec.items:
        said = [Column("", "", "category", spec.label, spec.plural, phrase=spec.phrase)]
    else:
        said = [Column(**{**{name: getattr(p, name) for name in _SPOKEN}, "name": p.base}) for p in spec.parts]
    return live_parts(said, live)


def live_facts(live: LiveColumn) -> dict[str, Any]:
    """What the live catalog, not the file, says of a column."""
    return {
        "name": live.name,
        "type": live.type,
        "comment": live.comment,
        "nullable": live.nullable,
        "values": live.quantiles or live.top,
        "distinct": live.distinct,
        "nulls": live.nulls,
        "extent": live.extent,
    }
