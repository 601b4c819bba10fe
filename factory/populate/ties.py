"""Fewer distinct values, for the instances that are about ties and duplicates."""

from __future__ import annotations

import numpy as np
import polars as pl

from factory.populate.draw import Draw, Floats


def few_levels(draw: Draw, ordinary: pl.Series, *, extremes: bool) -> pl.Series:
    """A measure on few levels: quantiles of the ordinary instance, as round as people ask for them.

    A question about "more than 250" then meets rows with exactly 250. `extremes` takes more of them, the
    least value (or 0) and the largest.
    """
    gen = draw.column.gen
    known = np.sort(ordinary.drop_nulls().cast(pl.Float64).to_numpy())
    if not len(known):
        return pl.Series([None] * draw.n, dtype=pl.Float64)
    marks = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95) if extremes else (0.25, 0.5, 0.75)
    levels = known[[int(mark * (len(known) - 1)) for mark in marks]]
    if "choice" not in gen and "property" not in gen:
        levels = _significant(levels)
    if extremes:
        bounded = any(kind in gen for kind in ("min", "choice", "uniform", "integers", "property"))
        least = 0.0 if known[0] >= 0 and not bounded else known[0]
        levels = np.append(levels, [least, known[-1]])
    levels = np.unique(levels)
    return pl.Series(levels[draw.rng.integers(0, len(levels), draw.n)])


def _significant(values: Floats) -> Floats:
    """To two significant digits, three below 20."""
    return np.array([float(f"{value:.{1 if abs(value) >= 20 else 2}e}") for value in values.tolist()])


def few_words(draw: Draw, drawn: pl.Series) -> pl.Series:
    """Three or four of the values drawn; one for each value of the column that they must fit."""
    if "given" in draw.column.gen:
        frame = pl.DataFrame([drawn.alias("value"), draw.source(draw.column.gen["given"]).alias("given")])
        return frame.select(pl.col("value").first().over("given")).to_series()
    distinct = drawn.drop_nulls().unique(maintain_order=True)
    if not len(distinct):
        return drawn
    kept = draw.rng.permutation(len(distinct))[: int(draw.rng.integers(3, 5))]
    return distinct[kept[draw.rng.integers(0, len(kept), draw.n)]]
