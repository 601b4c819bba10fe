"""Answers about things that move. Extra columns of the rows: fix, mover, moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

import numpy as np

from factory.oracle.case import EDGE_SHARE, Case, Row


def _tracks(case: Case) -> Iterator[tuple[Any, list[int]]]:
    """Every mover, and its rows in the order of time, those of one moment by key."""
    fixes, movers, moments = (case.rows.extra(at) for at in range(3))
    order = sorted(range(len(fixes)), key=lambda i: (movers[i], moments[i], fixes[i]))
    for mover, rows in groupby(order, key=lambda i: movers[i]):
        yield mover, list(rows)


def _zones(case: Case) -> list[Any]:
    """The name of the zone of each row, None outside all."""
    found = []
    for zones in case.zones_of(case.rows.shapes):
        if len(zones) > 1:
            case.note("a position in two zones at once")
        found.append(case.others.names[zones[0]] if zones else None)
    return found


def dwell(case: Case) -> list[Row]:
    zones, moments = _zones(case), case.rows.extra(2)
    found = []
    for mover, rows in _tracks(case):
        for zone, visit in groupby(rows, key=lambda i: zones[i]):
            times = [moments[i] for i in visit]
            seconds = (times[-1] - times[0]).total_seconds()
            if zone is not None and seconds >= case.parameters["seconds"]:
                found.append((mover, zone, times[0], times[-1], seconds / 60))
    return found


def entries(case: Case) -> list[Row]:
    zones = _zones(case)
    counts: Counter[Any] = Counter()
    for _, rows in _tracks(case):
        counts.update(zones[b] for a, b in pairwise(rows) if zones[b] is not None and zones[a] != zones[b])
    return list(counts.items())


def origin_destination(case: Case) -> list[Row]:
    zones = _zones(case)
    counts: Counter[tuple[Any, Any]] = Counter()
    for _, rows in _tracks(case):
        inside = [zones[i] for i in rows if zones[i] is not None]
        counts.update((a, b) for a, b in pairwise(inside) if a != b)
    return [(a, b, n) for (a, b), n in counts.items()]


def speed_outliers(case: Case) -> list[Row]:
    fixes, movers, moments = (case.rows.extra(at) for at in range(3))
    steps = [step for _, rows in _tracks(case) for step in pairwise(rows)]
    limit = case.parameters["speed"]
    found = []
    for (a, b), metres in zip(steps, case.distances_between(case.rows, case.rows, steps).tolist(), strict=True):
        hours = (moments[b] - moments[a]).total_seconds() / 3600
        if hours <= 0:
            continue
        speed = metres / 1000 / hours
        if abs(speed - limit) <= EDGE_SHARE * limit:
            case.note("a speed at the limit")
        if speed > limit:
            found.append((fixes[b], movers[b], speed))
    return found


def track_length(case: Case) -> list[Row]:
    found = []
    for mover, rows in _tracks(case):
        if len(rows) >= case.parameters["least"]:
            legs = case.distances_between(case.rows, case.rows, list(pairwise(rows)))
            found.append((mover, float(np.sum(legs)) / case.parameters["unit"]))
    return found
