"""Where the shapes of a column lie, in degrees, whatever system their type names."""

from __future__ import annotations

import re

from factory.metadata import LiveColumn

Extent = tuple[float, float, float, float]
_SYSTEM = re.compile(r"GEOMETRY\('([^']+)'\)")


def degrees(column: LiveColumn) -> Extent | None:
    """The extent as it is where no system is named; None for a system that PROJ doesn't know."""
    named = _SYSTEM.fullmatch(column.type)
    if column.extent is None or named is None:
        return column.extent
    # Few databases name systems, and loading PROJ takes a while.
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        west, south, east, north = Transformer.from_crs(named[1], "EPSG:4326", always_xy=True).transform_bounds(
            *column.extent
        )
    except ProjError:
        return None
    return west, south, east, north
