"""One column: its generator, what the instance changes about it, its type and its NULLs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from factory.check_spec import generator
from factory.populate import geo_shapes, moments, nested, places, values
from factory.populate.draw import (
    BOUNDARIES,
    DUPLICATES,
    NULLS,
    ORDINARY,
    Bools,
    Draw,
    generator_of,
    rounded,
    without,
)
from factory.populate.projected import projected
from factory.populate.ties import few_levels, few_words
from factory.spec import ColumnSpec

NULL_SHARE = 0.45  # of nullable columns in the instance that is about NULLs

GENERATORS: Mapping[str, Callable[[Draw], pl.Series]] = {
    "": values.sequence,
    "sequence": values.sequence,
    "pattern": values.pattern,
    "random": values.random,
    "choice": values.choice,
    "given": values.given,
    "faker": values.faker,
    "lognormal": values.numbers,
    "normal": values.numbers,
    "uniform": values.numbers,
    "integers": values.numbers,
    "poisson": values.numbers,
    "bool": values.flag,
    "time": moments.time,
    "after": moments.after,
    "copy": values.copy,
    "text": values.text,
    "point": places.point,
    "line": geo_shapes.line,
    "area": geo_shapes.area,
    "track": geo_shapes.track,
    "property": places.layer_property,
}
_LEVELLED = ("choice", "lognormal", "normal", "uniform", "integers", "poisson", "property")
_TYPES: Mapping[str, type[pl.DataType] | pl.DataType] = {
    "INTEGER": pl.Int64,
    "BIGINT": pl.Int64,
    "DOUBLE": pl.Float64,
    "DECIMAL": pl.Float64,
    "VARCHAR": pl.String,
    "BOOLEAN": pl.Boolean,
    "DATE": pl.Date,
    "TIMESTAMP": pl.Datetime("us"),
    "TIME": pl.Time,
    "GEOMETRY": pl.String,
}


def draw_column(draw: Draw) -> pl.Series:
    """A column that is neither a reference nor an expression."""
    if draw.column.nested:
        return nested.nested(draw, draw_column)
    column, kind = draw.column, generator(draw.column)
    drawn = GENERATORS[kind](draw)
    if column.base not in draw.table.key:
        if column.role == "measure" and kind in _LEVELLED and draw.instance in (BOUNDARIES, DUPLICATES):
            drawn = few_levels(draw, _ordinary(draw, kind), extremes=draw.instance == BOUNDARIES)
        elif column.role in ("name", "place", "category") and kind != "copy" and draw.instance == DUPLICATES:
            drawn = few_words(draw, drawn)
    if column.type.startswith("GEOMETRY("):
        drawn = projected(drawn, column.type)
    return with_nulls(draw, typed(drawn, column))


def _ordinary(draw: Draw, kind: str) -> pl.Series:
    """The column as the ordinary instance has it, but for NULLs; of a kind that hangs on nothing else."""
    layer = draw.table.layer
    every = places.feature_rows(layer) if layer is not None else draw.features
    turn = replace(
        draw,
        instance=ORDINARY,
        n=len(every) if layer is not None else draw.table.rows,
        rng=generator_of(draw.spec.id, draw.table.base, draw.column.base, ORDINARY),
        features=every,
    )
    return typed(GENERATORS[kind](turn), draw.column)


def typed(drawn: pl.Series, column: ColumnSpec) -> pl.Series:
    """Rounded and cast as the SQL type says; what is no finite number becomes NULL."""
    type_ = _TYPES[column.type.split("(")[0]]
    if type_ == pl.Float64 or (type_ == pl.Int64 and drawn.dtype != pl.Int64):
        numbers = rounded(drawn.cast(pl.Float64).to_numpy(), column)
        drawn = without(pl.Series(numbers), ~np.isfinite(numbers))
    return drawn if drawn.dtype == type_ else drawn.cast(type_)


def with_nulls(draw: Draw, drawn: pl.Series) -> pl.Series:
    """A layer's own gaps are kept and, save in the instance about NULLs, not added to."""
    share, n = draw.column.null, draw.n
    if not share or not n:
        return drawn
    if draw.instance == NULLS:
        share = NULL_SHARE
    elif "property" in draw.column.gen:
        return drawn
    unknown = draw.rng.random(n) < share
    if draw.instance in (ORDINARY, NULLS) and n > 5 and not unknown.any():
        unknown[draw.rng.integers(n)] = True
    if draw.instance == NULLS and draw.column.role == "measure":
        unknown |= _group_without_values(draw)
    return without(drawn, unknown)


def _group_without_values(draw: Draw) -> Bools:
    """The rows of one parent, or of one category, that lack all their nullable measures."""
    for column in draw.table.columns:
        if column.role in ("reference", "category") and column.base in draw.rows:
            values_ = draw.rows[column.base]
            group: Bools = (values_ == values_.drop_nulls()[:1]).fill_null(False).to_numpy()
            if len(group) == draw.n and 2 * group.sum() < draw.n:
                return group
    return np.zeros(draw.n, dtype=bool)
