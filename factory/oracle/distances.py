"""Answers about how far things are from each other, and from lines."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import shapely

from factory.oracle.case import Case, Floats, Layer, Row


def within_distance(case: Case) -> list[Row]:
    reached = case.at_most(_nearest(case), case.parameters["metres"])
    return [columns for columns, near in zip(case.rows.columns, reached, strict=True) if near]


def _nearest(case: Case) -> Floats:
    """The distance of each row to the nearest of the others; infinite without any."""
    return np.asarray(case.distances(case.rows, case.others).min(axis=1, initial=np.inf))


def near_place(case: Case) -> list[Row]:
    metric, place = case.parameters["metric"], case.parameters["place"]
    if metric is not None and case.crs is not None:
        here = Layer([()], 0, np.array([shapely.Point(*metric)], dtype=object), case.crs, case.crs)
    else:
        here = Layer([()], 0, np.array([shapely.Point(*place)], dtype=object), case.crs)
    reached = case.at_most(case.distances(case.rows, here), case.parameters["metres"])[:, 0]
    if case.parameters["count"]:
        return [(int(reached.sum()),)]
    return [columns for columns, near in zip(case.rows.columns, reached, strict=True) if near]


def nearest(case: Case) -> list[Row]:
    k, unit, names = case.parameters["k"], case.parameters["unit"], case.others.names
    found = []
    if not names:
        return []
    for columns, away in zip(case.rows.columns, case.distances(case.rows, case.others), strict=True):
        order = np.argsort(away, kind="stable")
        case.first(away[order].tolist(), k)
        found += [(*columns, names[at], float(away[at]) / unit) for at in order[:k].tolist()]
    return found


def uncovered(case: Case) -> list[Row]:
    reached = case.at_most(_nearest(case), case.parameters["metres"])
    return [columns for columns, near in zip(case.rows.columns, reached, strict=True) if not near]


def close_in_space_and_time(case: Case) -> list[Row]:
    rows, moments = case.rows, case.rows.extra(0)
    reach = timedelta(seconds=case.parameters["seconds"])
    order = sorted(range(len(moments)), key=lambda i: moments[i])
    pairs = []
    for at, i in enumerate(order):
        for j in order[at + 1 :]:
            if moments[j] - moments[i] > reach:
                break
            pairs.append((i, j))
    near = case.at_most(case.distances_between(rows, rows, pairs), case.parameters["metres"])
    keys = [row[0] for row in rows.values]
    return [(min(keys[i], keys[j]), max(keys[i], keys[j])) for (i, j), close in zip(pairs, near, strict=True) if close]


def distance_to_line(case: Case) -> list[Row]:
    if not case.others.values:
        return []
    away = case.distances(case.rows, case.others).min(axis=1) / case.parameters["unit"]
    return [(*columns, float(d)) for columns, d in zip(case.rows.columns, away, strict=True)]


def corridor(case: Case) -> list[Row]:
    """A buffer of 64 segments per quarter falls short of the circle by 0.03 %, which counts as an edge."""
    metres = case.parameters["metres"]
    away = case.distances(case.rows, case.others)
    if ((away > metres * (1 - 2e-4)) & (away < metres * (1 + 2e-4))).any():
        case.note("a point at the rim of the corridor")
    return [columns for columns, near in zip(case.rows.columns, away <= metres, strict=True) if near.any()]


def length_per_zone(case: Case) -> list[Row]:
    lines, zones = case.rows.shapes, case.others
    found = []
    for columns, zone in zip(zones.columns, zones.shapes, strict=True):
        touched = lines[shapely.intersects(zone, lines)]
        if len(touched):
            inside = case.measured(shapely.intersection(zone, touched))
            found.append((*columns, float(shapely.length(inside).sum()) / case.parameters["unit"]))
    return found


def line_crosses_zone(case: Case) -> list[Row]:
    names = case.others.names
    found = []
    for columns, line in zip(case.rows.columns, case.rows.shapes, strict=True):
        for zone in np.flatnonzero(shapely.crosses(line, case.others.shapes)).tolist():
            found.append((*columns, names[zone]))
            inside = shapely.length(shapely.intersection(line, case.others.shapes[zone]))
            if min(inside, shapely.length(line) - inside) < 1e-5:
                case.note("a line that barely crosses")
    return found
