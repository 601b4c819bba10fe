"""Shapes drawn in degrees, in the projected system that their column's type names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

_NUMBERS = re.compile(r"(-?[\d.]+) (-?[\d.]+)")
_CODE = re.compile(r"EPSG:\d+")


def projected(shapes: pl.Series, kind: str) -> pl.Series:
    """WKT with centimetres; `kind` is a type such as GEOMETRY('EPSG:32618')."""
    found = _CODE.search(kind)
    assert found
    if found[0] == "EPSG:4326":
        return shapes
    texts = shapes.to_list()
    positions = np.array([pair for text in texts for pair in _NUMBERS.findall(text or "")], dtype=np.float64)
    if not len(positions):
        return shapes
    east, north = _transformer(found[0]).transform(positions[:, 0], positions[:, 1])
    moved = iter([f"{x:.2f} {y:.2f}" for x, y in zip(east.tolist(), north.tolist(), strict=True)])
    return pl.Series([text and _NUMBERS.sub(lambda _: next(moved), text) for text in texts], dtype=pl.String)


@lru_cache
def _transformer(code: str) -> Any:
    # Loading it takes a while, and few databases have such columns.
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", code, always_xy=True)
