"""What a generator is given, and the small helpers that all generators share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
import polars as pl

from factory.exceptions import BadSpec
from factory.spec import ColumnSpec, Spec, TableSpec

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ORDINARY, BOUNDARIES, NULLS, SPARSE, DUPLICATES = range(5)


@dataclass(frozen=True, slots=True)
class Draw:
    """One column's turn. `rows` has the columns of the table that are drawn already, by base name.

    `parents` has, by parent table, its frame and the parent row of each row (-1: none). `features` are
    the positions of a layer table's features in its layer. `first` is the number of rows drawn before.
    """

    spec: Spec
    table: TableSpec
    column: ColumnSpec
    instance: int
    n: int
    rng: np.random.Generator
    rows: Mapping[str, pl.Series]
    parents: Mapping[str, tuple[pl.DataFrame, Ints]]
    features: Ints
    focus: tuple[str, Ints] | None = None
    first: int = 0

    @property
    def type(self) -> str:
        return self.column.type.split("(")[0]

    def problem(self, text: str) -> BadSpec:
        return BadSpec(f"{self.spec.id}: {self.table.base}.{self.column.base}: {text}")

    def source(self, name: str) -> pl.Series:
        """Values of `column` in this row, or of `table.column` in its parent row (NULL without one)."""
        owner, _, column = name.rpartition(".")
        if not owner and column in self.rows:
            return self.rows[column]
        if owner in self.parents and column in self.parents[owner][0].columns:
            frame, index = self.parents[owner]
            return gather(frame[column], index)
        raise self.problem(f"drawn from '{name}', which this variant has left out; leave out both")


def generator_of(*key: object) -> np.random.Generator:
    """A random generator that depends on the key alone."""
    return np.random.default_rng(np.random.SeedSequence(crc32("/".join(map(str, key)).encode())))


def gather(values: pl.Series, index: Ints) -> pl.Series:
    """`values[index]`, NULL where the index is negative."""
    missing = index < 0
    if not missing.any():
        return values[index]
    if missing.all():
        return pl.Series([None] * len(index), dtype=values.dtype)
    return without(values[np.maximum(index, 0)], missing)


def without(values: pl.Series, unknown: Bools) -> pl.Series:
    """`values`, NULL where `unknown`."""
    return values.set(pl.Series(unknown), None) if unknown.any() else values


def weighted(rng: np.random.Generator, cumulative: Floats, n: int) -> Ints:
    """`n` positions, drawn by cumulative weights (which needn't end at 1)."""
    at = np.searchsorted(cumulative, rng.random(n) * cumulative[-1], side="right")
    return np.asarray(np.minimum(at, len(cumulative) - 1), dtype=np.int64)


@lru_cache(maxsize=64)
def scale_of(type_: str) -> tuple[int, float] | None:
    """Decimal places and largest value of a DECIMAL(p,s)."""
    match = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", type_)
    if match is None:
        return None
    digits, scale = int(match[1]), int(match[2])
    return scale, float(10 ** (digits - scale)) - 10.0**-scale


def rounded(values: Floats, column: ColumnSpec) -> Floats:
    """Rounded and bounded as `round`, `min`, `max` and the SQL type say. NaN stays."""
    gen: Mapping[str, Any] = column.gen
    if "min" in gen or "max" in gen:
        values = np.clip(values, gen.get("min"), gen.get("max"))
    if "round" in gen:
        values = np.round(values, gen["round"])
    elif column.type == "DOUBLE" and not ("choice" in gen or "choices" in gen or "property" in gen):
        size = np.median(np.abs(values[np.isfinite(values)])) if np.isfinite(values).any() else 1.0
        values = values if "copy" in gen and "noise" not in gen else np.round(values, 2 if size >= 1 else 4)
    decimal = scale_of(column.type)
    if decimal:
        values = np.clip(np.round(values, decimal[0]), -decimal[1], decimal[1])
    elif column.type in ("INTEGER", "BIGINT"):
        bound = 2**31 - 1 if column.type == "INTEGER" else 2**53
        values = np.clip(np.round(values), -bound, bound)
    return values + 0.0  # no negative zero


def period_of(spec: Spec, gen: Mapping[str, Any]) -> tuple[date, date]:
    start, end = gen.get("start", spec.start), gen.get("end", spec.end)
    return date.fromisoformat(str(start)), date.fromisoformat(str(end))
