"""Answers about points in zones."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import numpy as np
import shapely

from factory.oracle.case import Case, Row


def zone_of_point(case: Case) -> list[Row]:
    names = case.others.names
    found = []
    for columns, zones in zip(case.rows.columns, case.zones_of(case.rows.shapes), strict=True):
        found += [(*columns, names[zone]) for zone in zones]
        if not zones and case.parameters["keep"]:
            found.append((*columns, None))
    return found


def _counts(case: Case) -> Counter[int]:
    return Counter(zone for zones in case.zones_of(case.rows.shapes) for zone in zones)


def count_per_zone(case: Case) -> list[Row]:
    counts = _counts(case)
    return [(*columns, counts[zone]) for zone, columns in enumerate(case.others.columns)]


def outside_zones(case: Case) -> list[Row]:
    zones = case.zones_of(case.rows.shapes)
    return [columns for columns, inside in zip(case.rows.columns, zones, strict=True) if not inside]


def density(case: Case) -> list[Row]:
    counts, areas = _counts(case), case.areas(case.others.shapes)
    unit = case.parameters["unit"]
    return [(*columns, counts[zone] / (areas[zone] / unit)) for zone, columns in enumerate(case.others.columns)]


def top_zone_per_kind(case: Case) -> list[Row]:
    counts: Counter[tuple[Any, int]] = Counter()
    for kind, zones in zip(case.rows.extra(0), case.zones_of(case.rows.shapes), strict=True):
        counts.update((kind, zone) for zone in zones)
    best: dict[Any, int] = {}
    for (kind, _), count in counts.items():
        best[kind] = max(best.get(kind, 0), count)
    return [(kind, *case.others.columns[zone], n) for (kind, zone), n in counts.items() if n == best[kind]]


def zone_by_time(case: Case) -> list[Row]:
    counts: Counter[tuple[int, Any]] = Counter()
    for moment, zones in zip(case.rows.extra(0), case.zones_of(case.rows.shapes), strict=True):
        counts.update((zone, _period(moment, case.parameters["per"])) for zone in zones)
    return [(*case.others.columns[zone], period, n) for (zone, period), n in counts.items()]


def _period(moment: datetime, per: str) -> Any:
    if per == "hour":
        return moment.hour
    day = datetime(moment.year, moment.month, moment.day)
    return day.replace(day=1) if per == "month" else day


def grid(case: Case) -> list[Row]:
    cell = case.parameters["cell"]
    counts: Counter[tuple[float, float]] = Counter()
    for x, y in _coordinates(case):
        for value in (x, y):
            if abs(value / cell - round(value / cell)) < 1e-9:
                case.note("a point between two cells")
        counts[float(np.floor(x / cell) * cell), float(np.floor(y / cell) * cell)] += 1
    return [(*at, n) for at, n in counts.items() if n >= case.parameters["least"]]


def box_filter(case: Case) -> list[Row]:
    west, south, east, north = case.parameters["bounds"]
    found = []
    for columns, (x, y) in zip(case.rows.columns, _coordinates(case), strict=True):
        if min(abs(x - west), abs(x - east), abs(y - south), abs(y - north)) < 1e-10:
            case.note("a point on the edge of the box")
        if west < x < east and south < y < north:
            found.append(columns)
    return [(len(found),)] if case.parameters["count"] else found


def mean_centre(case: Case) -> list[Row]:
    groups = _by_kind(case)
    return [(kind, float(np.mean([x for x, _ in at])), float(np.mean([y for _, y in at]))) for kind, at in groups]


def _by_kind(case: Case) -> list[tuple[Any, list[tuple[float, float]]]]:
    found: dict[Any, list[tuple[float, float]]] = {}
    for kind, at in zip(case.rows.extra(0), _coordinates(case), strict=True):
        found.setdefault(kind, []).append(at)
    return list(found.items())


def activity_space(case: Case) -> list[Row]:
    groups: dict[Any, list[int]] = {}
    for row, kind in enumerate(case.rows.extra(0)):
        groups.setdefault(kind, []).append(row)
    found = []
    for kind, rows in groups.items():
        if len(rows) >= 3:
            hull = shapely.convex_hull(shapely.multipoints(case.rows.metric[rows]))
            found.append((kind, float(shapely.area(hull)) / case.parameters["unit"]))
    return found


def _coordinates(case: Case) -> list[tuple[float, float]]:
    shapes = case.rows.shapes
    return list(zip(shapely.get_x(shapes).tolist(), shapely.get_y(shapes).tolist(), strict=True))
