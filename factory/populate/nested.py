"""JSON, STRUCT, MAP and list columns: each part is drawn like a column of its own, and all are put together at once.

JSON and MAP are text here, which the engine casts; the order of keys is that of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from factory.populate.draw import BOUNDARIES, DUPLICATES, NULLS, Bools, Draw, Floats, Ints, generator_of

NULL_SHARE = 0.45
EMPTY_SHARE = 0.3  # of lists, in the instances about NULLs and boundaries
FEW = 4
ENOUGH = 5  # rows for a NULL and an empty list in every instance

DrawColumn = Callable[[Draw], pl.Series]


def nested(draw: Draw, draw_part: DrawColumn) -> pl.Series:
    """The whole column; `draw_part` draws a column of its own, ties and NULLs of the instance included."""
    if draw.column.items:
        values = _lists(draw)
    else:
        parts = {part.base: draw_part(_turn(draw, part.base)) for part in draw.column.parts}
        values = _put_together(draw.type, parts)
    return _with_nulls(values, _unknown(draw))


def _turn(draw: Draw, part: str) -> Draw:
    """A part's turn: a random stream of its own, so that a new part leaves the others as they are."""
    column = next(p for p in draw.column.parts if p.base == part)
    base = f"{draw.column.base}.{part}"
    return replace(
        draw,
        column=replace(column, base=base),
        rng=generator_of(draw.spec.id, draw.table.base, base, draw.instance),
    )


def _unknown(draw: Draw) -> Bools:
    share = draw.column.null
    if not share or not draw.n:
        return np.zeros(draw.n, dtype=bool)
    unknown: Bools = draw.rng.random(draw.n) < (NULL_SHARE if draw.instance == NULLS else share)
    if draw.n > ENOUGH and not unknown.any():
        unknown[draw.rng.integers(draw.n)] = True
    return unknown


def _with_nulls(values: pl.Series, unknown: Bools) -> pl.Series:
    if not unknown.any():
        return values
    frame = pl.DataFrame([values.alias("value"), pl.Series("unknown", unknown)])
    return frame.select(pl.when(~pl.col("unknown")).then(pl.col("value"))).to_series()


def _put_together(type_: str, parts: Mapping[str, pl.Series]) -> pl.Series:
    frame = pl.DataFrame([series.alias(name) for name, series in parts.items()])
    if type_ == "STRUCT":
        return frame.select(pl.struct(pl.all())).to_series()
    key = '"{}":{}' if type_ == "JSON" else "{}={}"
    said = [pl.format(key, pl.lit(name), _written(pl.col(name), frame[name].dtype, type_)) for name in parts]
    inner = pl.concat_str(said, separator="," if type_ == "JSON" else ", ", ignore_nulls=True)
    return frame.select(pl.format("{}{}{}", pl.lit("{"), inner, pl.lit("}"))).to_series()


def _written(value: pl.Expr, dtype: pl.DataType, type_: str) -> pl.Expr:
    return pl.format('"{}"', value) if dtype == pl.String and type_ == "JSON" else value.cast(pl.String)


def _lists(draw: Draw) -> pl.Series:
    """Different items in each list, drawn by their weights; few kinds of items in the instance about duplicates."""
    items = draw.column.items
    choice = items["choice"]
    weights = np.asarray(items.get("weights", [1.0] * len(choice)), dtype=np.float64)
    dtype = pl.String if draw.type == "VARCHAR[]" else pl.Int64
    if not draw.n:
        return pl.Series([], dtype=pl.List(dtype))
    if draw.instance == DUPLICATES:
        kept = draw.rng.permutation(len(choice))[:FEW]
        weights[np.setdiff1d(np.arange(len(choice)), kept)] = 1e-9
    sizes = _sizes(draw, np.asarray(items["sizes"], dtype=np.float64))
    # The largest of log-weights with Gumbel noise are a weighted sample without replacement.
    noise: Floats = draw.rng.gumbel(size=(draw.n, len(choice)))
    order: Ints = np.argsort(-(np.log(weights) + noise), axis=1)[:, : max(int(sizes.max()), 1)]
    rows = pl.Series(order.ravel()).reshape(order.shape).arr.to_list()
    frame = pl.DataFrame([rows.alias("at"), pl.Series("size", sizes)])
    heads = frame.select(pl.col("at").list.head(pl.col("size"))).to_series()
    words = pl.Series(choice, dtype=dtype)
    return heads.list.eval(pl.element().replace_strict(np.arange(len(choice)), words, return_dtype=dtype))


def _sizes(draw: Draw, weights: Floats) -> Ints:
    sizes: Ints = draw.rng.choice(len(weights), size=draw.n, p=weights / weights.sum())
    if draw.instance in (NULLS, BOUNDARIES) and weights[0]:
        sizes[draw.rng.random(draw.n) < EMPTY_SHARE] = 0
    if draw.n > ENOUGH and weights[0] and sizes.all():
        sizes[draw.rng.integers(draw.n)] = 0
    return sizes
