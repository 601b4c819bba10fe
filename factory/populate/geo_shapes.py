"""Lines, areas and tracks around real places: WKT, longitude first, in WGS 84."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from factory.layers import read_layer
from factory.populate.draw import Draw, Floats, weighted
from factory.populate.places import KM_PER_DEGREE, feature_rows

_LEAST_KM = 4.0


def line(draw: Draw) -> pl.Series:
    """A bent line from one place to a place nearby, through a few vertices; both ends are places of the layer."""
    gen = draw.column.gen["line"]
    places, _ = _places(draw, gen)
    low, high = gen["length_km"]
    rng = draw.rng
    drawn = []
    for start in rng.integers(0, len(places), draw.n).tolist():
        away = _km(places, places[start])
        near = np.flatnonzero((away >= low) & (away <= high))
        end = int(near[rng.integers(len(near))]) if len(near) else int(np.argsort(away)[1])
        bends = max(3, round(float(away[end]) / 12))
        along = np.linspace(0, 1, bends + 2)[:, None]
        sway = rng.normal(0, 0.05 * float(away[end]), (bends + 2, 2)) * np.sin(np.pi * along)
        drawn.append(_shifted(places[start] + along * (places[end] - places[start]), sway))
    return pl.Series([f"LINESTRING ({_positions(vertices)})" for vertices in drawn], dtype=pl.String)


def area(draw: Draw) -> pl.Series:
    """Ragged areas around places, none of which reach into another; some with a hole, some in two parts.

    `invalid` is the share whose outline crosses itself. There are no more rows with a shape of their own than places:
    beyond them the shapes are smaller ones inside a former one.
    """
    gen = draw.column.gen["area"]
    places, _ = _places(draw, gen)
    order = draw.rng.permutation(len(places))
    low, high = gen["radius_km"]
    shapes = []
    chosen = places[order[: draw.n]]
    for at in range(draw.n):
        lap, place = divmod(at, len(chosen))
        centre = chosen[place]
        away = np.sort(_km(chosen, centre))
        room = 0.45 * float(away[1]) if len(away) > 1 else high
        radius = max(min(draw.rng.uniform(low, high), room) / (1 + lap), _LEAST_KM / 4)
        broken = draw.rng.random() < gen.get("invalid", 0.0)
        shapes.append(_area(draw.rng, centre, radius, at, broken=broken))
    return pl.Series(shapes, dtype=pl.String)


def _area(rng: np.random.Generator, centre: Floats, radius: float, at: int, *, broken: bool) -> str:
    outer = _ring(rng, centre, 0.62 * radius, radius, 18)
    if broken:
        outer[[4, 11]] = outer[[11, 4]]
        return f"POLYGON (({_positions(outer)}))"
    rings = [outer]
    if at % 6 == 2:
        rings.append(_ring(rng, centre, 0.15 * radius, 0.3 * radius, 9)[::-1])
    first = ", ".join(f"({_positions(ring)})" for ring in rings)
    if at % 8 != 5:
        return f"POLYGON ({first})"
    # The second part lies beyond the first and still within the room that the neighbours leave.
    beside = _shifted(centre[None, :], np.array([[1.05 * radius, 0.25 * radius]]))[0]
    islet = _ring(rng, beside, 0.02 * radius, 0.04 * radius, 8)
    return f"MULTIPOLYGON (({first}), (({_positions(islet)})))"


def _ring(rng: np.random.Generator, centre: Floats, low: float, high: float, corners: int) -> Floats:
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = rng.uniform(low, high, corners)
    ring = _shifted(
        np.repeat(centre[None, :], corners, axis=0), np.stack([np.cos(angle), np.sin(angle)], 1) * radius[:, None]
    )
    return np.concatenate([ring, ring[:1]])


def track(draw: Draw) -> pl.Series:
    """Fixes of things that move: those with the same value in column `by` follow each other in time (column `time`).

    A track sets out from a place and keeps roughly to a course; a few fixes (`jumps`) are far off, as bad ones are.
    """
    gen = draw.column.gen["track"]
    places, weights = _places(draw, gen)
    rng, n = draw.rng, draw.n
    missing = [name for name in (gen["by"], gen["time"]) if name not in draw.rows]
    if missing:
        raise draw.problem(f"a track needs {', '.join(missing)}, listed before it")
    movers = draw.rows[gen["by"]].to_list()
    moments = draw.rows[gen["time"]].cast(pl.Datetime("us")).dt.timestamp("ms").to_list()
    low, high = gen["speed_kmh"]
    order = sorted(range(n), key=lambda i: (str(movers[i]), moments[i] or 0, i))
    starts = weighted(rng, np.cumsum(weights), n)
    found = np.zeros((n, 2))
    here, course, mover, moment = places[0], 0.0, None, 0.0
    for i in order:
        if movers[i] != mover:
            here, course = places[starts[i]], rng.uniform(0, 2 * np.pi)
            here = _shifted(here[None, :], rng.normal(0, 6, (1, 2)))[0]
        else:
            hours = min(max((moments[i] or 0) - moment, 0) / 3_600_000, 6.0)
            course += rng.normal(0, 0.5)
            step = hours * rng.uniform(low, high)
            here = _shifted(here[None, :], np.array([[step * np.cos(course), step * np.sin(course)]]))[0]
        mover, moment = movers[i], moments[i] or 0
        off = rng.random() < gen.get("jumps", 0.0)
        found[i] = _shifted(here[None, :], rng.uniform(150, 420, (1, 2)))[0] if off else here
    return pl.Series([f"POINT ({x:.5f} {y:.5f})" for x, y in found.tolist()], dtype=pl.String)


def _places(draw: Draw, gen: Mapping[str, Any]) -> tuple[Floats, Floats]:
    """Longitude and latitude of the layer's places that are asked for, and their weights."""
    at = feature_rows({"name": gen["around"], "where": gen.get("where", {})})
    if len(at) < 2:
        raise draw.problem(f"layer {gen['around']} has fewer than two features with {gen.get('where')}")
    features = read_layer(gen["around"]).features
    kept = [features[i] for i in at.tolist()]
    return np.array([[f["lon"], f["lat"]] for f in kept], dtype=np.float64), np.array(
        [max(float(f["population"]), 1.0) for f in kept]
    )


def _km(places: Floats, here: Floats) -> Floats:
    """About the distances to `here`: good enough to choose by."""
    east = (places[:, 0] - here[0]) * np.cos(np.radians(here[1]))
    return np.asarray(np.hypot(east, places[:, 1] - here[1]) * KM_PER_DEGREE)


def _shifted(positions: Floats, km: Floats) -> Floats:
    """The positions moved by kilometres east and north."""
    scale = KM_PER_DEGREE * np.cos(np.radians(positions[:, 1]))
    return np.stack([positions[:, 0] + km[:, 0] / scale, positions[:, 1] + km[:, 1] / KM_PER_DEGREE], axis=1)


def _positions(vertices: Floats) -> str:
    return ", ".join(f"{x:.5f} {y:.5f}" for x, y in vertices.tolist())
