"""Does the engine's answer hold when it is computed again from plain rows, and is it safe from the edges?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import shapely

from factory.intents.geo.expectation import Expectation, Source
from factory.oracle import areas, distances, tracks, zones
from factory.oracle.case import Case, Disagreement, Layer, Row
from factory.records import Outcome

# What two libraries may differ by in a length, area or mean.
RELATIVE = 1e-6
ABSOLUTE = 1e-6

ANSWERS: Mapping[str, Callable[[Case], list[Row]]] = {
    "zone_of_point": zones.zone_of_point,
    "count_per_zone": zones.count_per_zone,
    "outside_zones": zones.outside_zones,
    "density": zones.density,
    "top_zone_per_kind": zones.top_zone_per_kind,
    "zone_by_time": zones.zone_by_time,
    "grid": zones.grid,
    "box_filter": zones.box_filter,
    "mean_centre": zones.mean_centre,
    "activity_space": zones.activity_space,
    "within_distance": distances.within_distance,
    "near_place": distances.near_place,
    "nearest": distances.nearest,
    "k_nearest": distances.nearest,
    "uncovered": distances.uncovered,
    "close_in_space_and_time": distances.close_in_space_and_time,
    "distance_to_line": distances.distance_to_line,
    "corridor": distances.corridor,
    "length_per_zone": distances.length_per_zone,
    "line_crosses_zone": distances.line_crosses_zone,
    "area_weighted": areas.area_weighted,
    "adjacent": areas.adjacent,
    "neighbours_of": areas.neighbours_of,
    "dissolve": areas.dissolve,
    "zone_of_centre": areas.zone_of_centre,
    "largest_overlap": areas.largest_overlap,
    "invalid_shapes": areas.invalid_shapes,
    "invalid_per_kind": areas.invalid_per_kind,
    "dwell": tracks.dwell,
    "entries": tracks.entries,
    "origin_destination": tracks.origin_destination,
    "speed_outliers": tracks.speed_outliers,
    "track_length": tracks.track_length,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """`reason` is None when the oracle agrees, else "oracle_disagrees", "on_the_edge" or "oracle_unable"."""

    reason: str | None
    detail: str = ""


def judge(expected: Expectation, found: Outcome, fetch: Callable[[str], Outcome]) -> Judgement:
    """Computes the answer from rows that `fetch` reads, and compares it with the engine's.

    Column order counts, the order of rows doesn't. An answer that hangs on an edge is dropped even if both agree.
    """
    if expected.workflow not in ANSWERS:
        return Judgement("oracle_unable", f"no oracle for {expected.workflow}")
    if found.error or found.truncated:
        return Judgement("oracle_unable", found.error.message if found.error else "too many rows")
    layers: dict[str, Layer] = {}
    for part, source in expected.sources.items():
        read = fetch(source.sql)
        if read.error or read.truncated:
            return Judgement("oracle_unable", read.error.message if read.error else "too many rows")
        layers[part] = _layer(source, read.rows, expected.crs)
    case = Case(layers, expected.parameters, expected.crs)
    for layer in layers.values():
        layer.common = case.common
    try:
        rows = ANSWERS[expected.workflow](case)
    except Disagreement as error:
        return Judgement("oracle_disagrees", str(error))
    if case.edges:
        return Judgement("on_the_edge", case.edges[0])
    difference = _difference(rows, list(found.rows))
    return Judgement("oracle_disagrees", difference) if difference else Judgement(None)


def _layer(source: Source, rows: tuple[Row, ...], crs: int | None) -> Layer:
    """Rows without a geometry take no part: no predicate holds for them."""
    kept = [row for row in rows if row[-1] is not None]
    # One call for all: thousands of positions would take longer to be called for than to be read.
    shapes = np.asarray(shapely.from_wkb(np.array([row[-1] for row in kept], dtype=object)), dtype=object)
    return Layer([row[:-1] for row in kept], source.shown, shapes, crs, source.crs)


def _difference(expected: list[Row], found: list[Row]) -> str:
    """The first difference as text, empty when there is none."""
    if len(expected) != len(found):
        return f"{len(expected)} rows expected, {len(found)} found"
    left, right = (sorted(map(_comparable, rows)) for rows in (expected, found))
    for (key, numbers), (other_key, other_numbers) in zip(left, right, strict=True):
        if key != other_key:
            return f"{key} expected, {other_key} found"
        for a, b in zip(numbers, other_numbers, strict=True):
            if not math.isclose(a, b, rel_tol=RELATIVE, abs_tol=ABSOLUTE):
                return f"{key}: {a!r} expected, {b!r} found"
    return ""


def _comparable(row: Row) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """What has to be equal, as text, and the numbers with decimals, which only have to be close."""
    return (
        tuple(_text(v) for v in row if not isinstance(v, (float, Decimal))),
        tuple(float(v) for v in row if isinstance(v, (float, Decimal))),
    )


def _text(value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if isinstance(value, np.integer):
        value = int(value)
    return repr(value)
