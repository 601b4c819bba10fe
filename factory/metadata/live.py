"""What the live catalog and data say of tables and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

SAMPLE_ABOVE = 200_000
_NUMERIC = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)
_REAL = ("FLOAT", "DOUBLE", "DECIMAL")
_TIMES = ("DATE", "TIMESTAMP")


class Connection(Protocol):
    """A DuckDB connection, as far as reading the catalog needs one."""

    def execute(self, query: str, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class LiveColumn:
    """`top` holds up to 30 values, most frequent first (none for numbers and times, which have `quantiles`;
    for geometry (x, y) of the centres of a few rows). `parts` are the keys of JSON objects and of a MAP, the fields of
    a STRUCT, or the one kind of item of a list, whose name is empty; the `nulls` of a part are the rows with a value in
    the column and none in the part. `repeats`: a list holds the item twice, or NULL."""

    name: str
    type: str
    nullable: bool
    comment: str | None
    distinct: int = 0
    nulls: int = 0
    low: Any = None
    high: Any = None
    top: tuple[Any, ...] = ()
    quantiles: tuple[Any, ...] = ()
    geometry: str | None = None
    extent: tuple[float, float, float, float] | None = None
    parts: tuple[LiveColumn, ...] = ()
    repeats: bool = False

    @property
    def numeric(self) -> bool:
        return self.type.startswith(_NUMERIC + _REAL) and "[" not in self.type

    @property
    def temporal(self) -> bool:
        return self.type.startswith(_TIMES) and "[" not in self.type

    @property
    def nested(self) -> bool:
        """Whether a value has parts that a query can reach for."""
        return self.type == "JSON" or self.type.startswith(("STRUCT(", "MAP(")) or self.type.endswith("]")


@dataclass(frozen=True, slots=True)
class LiveTable:
    """`foreign_keys` holds (own columns, parent table, parent columns)."""

    name: str
    comment: str | None
    columns: tuple[LiveColumn, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...]
    row_count: int

    @property
    def key_columns(self) -> frozenset[str]:
        """Columns of the key and of foreign keys, whose ranges say nothing."""
        return frozenset(self.key).union(*(own for own, _, _ in self.foreign_keys))
