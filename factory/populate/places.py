"""Rows of reference layers, and points scattered around places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from factory.layers import read_layer
from factory.populate.draw import ORDINARY, Draw, Floats, Ints, weighted

KM_PER_DEGREE = 111.32
_POSITION = re.compile(r"\[\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\]")


def feature_rows(layer: Mapping[str, Any]) -> Ints:
    """Positions of the features that a table's `layer` (or a point's `around`) asks for."""
    wanted = layer.get("where", {})
    features = read_layer(layer["name"]).features
    kept = [at for at, f in enumerate(features) if all(f.get(k) in values for k, values in wanted.items())]
    return np.array(kept, dtype=np.int64)


@lru_cache(maxsize=128)
def _property(layer: str, name: str) -> pl.Series:
    return pl.Series([feature.get(name) for feature in read_layer(layer).features], strict=False)


def layer_property(draw: Draw) -> pl.Series:
    layer, name = (draw.table.layer or {})["name"], draw.column.gen["property"]
    features = read_layer(layer).features
    if features and name not in features[0]:
        raise draw.problem(f"layer {layer} has no property '{name}'. Properties: {', '.join(features[0])}")
    return _property(layer, name)[draw.features]


@lru_cache(maxsize=16)
def _boxes(layer: str) -> Floats:
    """West, south, east, north of each feature."""
    boxes = []
    for feature in read_layer(layer).features:
        positions = np.array(_POSITION.findall(feature["geometry"]), dtype=np.float64)
        boxes.append([*positions.min(axis=0), *positions.max(axis=0)])
    return np.array(boxes)


def point(draw: Draw) -> pl.Series:
    """WKT points. In a small instance most lie around places within the zones that the instance has."""
    gen = draw.column.gen["point"]
    layer = gen["around"]
    at = feature_rows({"name": layer, "where": gen.get("where", {})})
    if not len(at):
        raise draw.problem(f"no feature of layer {layer} has {gen.get('where')}")
    lon, lat, people = (_property(layer, name)[at].cast(pl.Float64).to_numpy() for name in ("lon", "lat", "population"))
    weights = np.maximum(people, 1.0)
    if draw.focus is not None and draw.instance != ORDINARY:
        west, south, east, north = _boxes(draw.focus[0])[draw.focus[1]].T[:, :, None]
        inside = ((west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)).any(axis=0)
        weights = np.where(inside, weights, 0.1 * weights)
    place = weighted(draw.rng, np.cumsum(weights), draw.n)
    north_km, east_km = draw.rng.normal(0, gen.get("spread_km", 5.0), (2, draw.n))
    y = lat[place] + north_km / KM_PER_DEGREE
    x = lon[place] + east_km / (KM_PER_DEGREE * np.cos(np.radians(lat[place])))
    return pl.Series([f"POINT ({a:.5f} {b:.5f})" for a, b in zip(x.tolist(), y.tolist(), strict=True)])
