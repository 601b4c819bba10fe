"""Answers about areas among each other."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import shapely

from factory.oracle.case import Case, Floats, Row


def _overlaps(case: Case) -> list[list[tuple[int, float]]]:
    """For each row the zones that it meets, and the area of the overlap."""
    zones = case.others.shapes
    found = []
    for shape in case.rows.shapes:
        met = np.flatnonzero(shapely.intersects(zones, shape))
        shared = shapely.area(case.measured(shapely.intersection(zones[met], shape))) if len(met) else np.empty(0)
        found.append(list(zip(met.tolist(), shared.tolist(), strict=True)))
    return found


def area_weighted(case: Case) -> list[Row]:
    whole: Floats = case.areas(case.rows.shapes)
    sums: dict[int, float] = {}
    for row, (value, met) in enumerate(zip(case.rows.extra(0), _overlaps(case), strict=True)):
        for zone, shared in met:
            sums[zone] = sums.get(zone, 0.0) + float(value) * shared / float(whole[row])
    return [(*case.others.columns[zone], value) for zone, value in sums.items()]


def largest_overlap(case: Case) -> list[Row]:
    found = []
    for columns, met in zip(case.rows.columns, _overlaps(case), strict=True):
        if met:
            order = sorted(met, key=lambda one: -one[1])
            case.first([-area for _, area in order], 1)
            found.append((*columns, case.others.names[order[0][0]]))
    return found


def _touching(case: Case) -> list[tuple[int, int]]:
    shapes = case.rows.shapes
    pairs = shapely.STRtree(shapes).query(shapes, predicate="touches").T.tolist() if len(shapes) else []
    return [(i, j) for i, j in pairs]


def adjacent(case: Case) -> list[Row]:
    keys, names = [row[0] for row in case.rows.values], case.rows.names
    return [(names[i], names[j]) for i, j in _touching(case) if keys[i] < keys[j]]


def neighbours_of(case: Case) -> list[Row]:
    names = case.rows.names
    return [case.rows.columns[j] for i, j in _touching(case) if names[i] == case.parameters["name"]]


def dissolve(case: Case) -> list[Row]:
    groups: dict[Any, list[int]] = {}
    for row, kind in enumerate(case.rows.extra(0)):
        groups.setdefault(kind, []).append(row)
    unit, length_unit = case.parameters["unit"], case.parameters["length_unit"]
    found = []
    for kind, rows in groups.items():
        merged = np.array([shapely.union_all(case.rows.shapes[rows])], dtype=object)
        perimeter = float(shapely.length(case.measured(merged))[0])
        found.append((kind, float(case.areas(merged)[0]) / unit, perimeter / length_unit))
    return found


def zone_of_centre(case: Case) -> list[Row]:
    centres = np.asarray(shapely.centroid(case.rows.shapes), dtype=object)
    names = case.others.names
    zones = case.zones_of(centres)
    return [
        (*columns, names[zone]) for columns, inside in zip(case.rows.columns, zones, strict=True) for zone in inside
    ]


def invalid_shapes(case: Case) -> list[Row]:
    valid = shapely.is_valid(case.rows.shapes)
    return [columns for columns, fine in zip(case.rows.columns, valid, strict=True) if not fine]


def invalid_per_kind(case: Case) -> list[Row]:
    valid = shapely.is_valid(case.rows.shapes)
    return list(Counter(k for k, fine in zip(case.rows.extra(0), valid, strict=True) if not fine).items())
