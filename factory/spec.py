"""What a database TOML says, as types. See docs/databases.md for the meaning of every key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from factory.records import Role


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """`base` is the name in the TOML and the one that generators refer to; `name` is the variant's.

    `parts` are the keys or fields of a JSON, STRUCT or MAP column, `items` says how a list is filled.
    """

    base: str
    name: str
    type: str
    role: Role
    label: str
    plural: str
    gen: Mapping[str, Any] = field(default_factory=dict)
    comment: str | None = None
    unit: str | None = None
    null: float = 0.0
    additive: bool = False
    optional: bool = False
    synonyms: tuple[str, ...] = ()
    phrase: str | None = None
    more: str | None = None
    less: str | None = None
    yes: str | None = None
    no: str | None = None
    missing: str | None = None
    most: str | None = None
    least: str | None = None
    geometry: str | None = None
    parts: tuple[ColumnSpec, ...] = ()
    items: Mapping[str, Any] = field(default_factory=dict)

    @property
    def nested(self) -> bool:
        return bool(self.parts or self.items)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """`layer` is set when the rows are a reference layer's features; `key` holds base names."""

    base: str
    name: str
    label: str
    plural: str
    kind: str
    columns: tuple[ColumnSpec, ...]
    key: tuple[str, ...]
    rows: int = 0
    person: bool = False
    optional: bool = False
    comment: str | None = None
    synonyms: tuple[str, ...] = ()
    layer: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class RelationSpec:
    """All four names are base names."""

    child: str
    child_column: str
    parent: str
    parent_column: str
    verb: str
    verb_negative: str
    inverse: str
    skew: float = 0.0
    null: float = 0.0


@dataclass(frozen=True, slots=True)
class SpatialSpec:
    """All four names are base names."""

    point_table: str
    point_column: str
    zone_table: str
    zone_column: str


@dataclass(frozen=True, slots=True)
class Spec:
    """A database as its file says, or a variant of it (`variant` > 0, other `name`s, same bases)."""

    name: str
    title: str
    description: str
    start: date
    end: date
    tables: tuple[TableSpec, ...]
    relations: tuple[RelationSpec, ...]
    spatial: tuple[SpatialSpec, ...] = ()
    variant: int = 0
    comments: bool = True

    @property
    def id(self) -> str:
        return f"{self.name}@{self.variant}" if self.variant else self.name

    @property
    def geo(self) -> bool:
        return any(c.type.startswith("GEOMETRY") for t in self.tables for c in t.columns)
