"""Coordinate systems: in which one lengths and areas of some data are measured, and how people call it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import atan2, atanh, cos, cosh, radians, sin, sinh, sqrt

from factory.records import Column

Extent = tuple[float, float, float, float]

# A UTM zone reaches 3 degrees to either side of its meridian; 2 beyond it is still true to about 1 in 500.
_UTM_REACH = 5.0
_CONUS = (-130.0, 20.0, -62.0, 53.0)


@dataclass(frozen=True, slots=True)
class Crs:
    """`code` is the EPSG number of a projected system in metres, or of WGS84 in degrees."""

    code: int
    said: str


WGS84 = Crs(4326, "degrees (EPSG:4326)")
CONUS_ALBERS = Crs(5070, "the Conus Albers projection (EPSG:5070)")
EQUAL_AREA = Crs(6933, "the equal-area projection EPSG:6933")
_DECLARED = re.compile(r"GEOMETRY\('EPSG:(\d+)'\)")


def stored_in(column: Column) -> Crs | None:
    """The system of a column's coordinates: the one that its type names, or degrees if they can be.

    None for coordinates that can't be degrees and are in no system of metres that is known here.
    """
    if column.type == "GEOMETRY('OGC:CRS84')":  # what GeoParquet calls degrees with the longitude first
        return WGS84
    declared = _DECLARED.fullmatch(column.type)
    if declared:
        return _named(int(declared[1]))
    if column.type != "GEOMETRY" or column.extent is None:
        return None
    west, south, east, north = column.extent
    return WGS84 if max(-west, east) <= 180 and max(-south, north) <= 90 else None


def _named(code: int) -> Crs | None:
    side, number = divmod(code, 100)
    if side in (326, 327) and 1 <= number <= 60:
        return Crs(code, f"UTM zone {number}{'N' if side == 326 else 'S'} (EPSG:{code})")
    return next((crs for crs in (WGS84, CONUS_ALBERS, EQUAL_AREA) if crs.code == code), None)


def shared(first: Column, second: Column) -> Crs | None:
    """For lengths between the shapes of two columns: that in which one of them is stored, else one around both.

    None where only the ellipsoid will do, or where the system of one isn't meant for the places of the other.
    """
    systems = [stored_in(column) for column in (first, second)]
    metric = [crs for crs in systems if crs not in (None, WGS84)]
    if not metric:
        return around([first.extent, second.extent])
    if None in systems or len(set(metric)) > 1:
        return None
    degrees = [column.extent for column, crs in zip((first, second), systems, strict=True) if crs == WGS84]
    return metric[0] if not degrees or _reaches(metric[0], degrees[0]) else None


def _reaches(crs: Crs | None, extent: Extent | None) -> bool:
    if crs is None or extent is None:
        return False
    if crs == CONUS_ALBERS:
        return _inside(extent, _CONUS)
    return around([extent]) == crs


def _inside(extent: Extent, area: Extent) -> bool:
    return area[0] <= extent[0] and extent[2] <= area[2] and area[1] <= extent[1] and extent[3] <= area[3]


def around(extents: Iterable[Extent | None]) -> Crs | None:
    """For lengths over all the extents: a UTM zone, or Conus Albers; None where only the ellipsoid will do, or where
    no extent is known."""
    known = [extent for extent in extents if extent]
    if not known:
        return None
    west, south, east, north = joined(known)
    number = int(((west + east) / 2 + 180) // 6) + 1
    meridian = 6 * number - 183
    if max(meridian - west, east - meridian) <= _UTM_REACH and south * north > 0 and max(-south, north) < 84:
        return _named((32600 if north > 0 else 32700) + number)
    return CONUS_ALBERS if _inside((west, south, east, north), _CONUS) else None


def utm_position(crs: Crs, longitude: float, latitude: float) -> tuple[float, float] | None:
    """Easting and northing, true to a few centimetres; None in a system that isn't a UTM zone.

    Transverse Mercator by its series in the third flattening n, up to n^3.
    """
    side, number = divmod(crs.code, 100)
    if side not in (326, 327):
        return None
    n = 1 / (2 * 298.257223563 - 1)
    e = 2 * sqrt(n) / (1 + n)
    phi, lam = radians(latitude), radians(longitude - (6 * number - 183))
    conformal = sinh(atanh(sin(phi)) - e * atanh(e * sin(phi)))
    xi, eta = atan2(conformal, cos(lam)), atanh(sin(lam) / sqrt(1 + conformal**2))
    terms = (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16,
        13 * n**2 / 48 - 3 * n**3 / 5,
        61 * n**3 / 240,
    )
    radius = 0.9996 * 6378137 / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    east = eta + sum(a * cos(2 * k * xi) * sinh(2 * k * eta) for k, a in enumerate(terms, 1))
    north = xi + sum(a * sin(2 * k * xi) * cosh(2 * k * eta) for k, a in enumerate(terms, 1))
    return 500_000 + radius * east, radius * north + (10_000_000 if side == 327 else 0)


def for_areas(extents: Iterable[Extent | None]) -> Crs:
    return around(extents) or EQUAL_AREA


def for_area_of(column: Column) -> Crs:
    """For areas of a column's own shapes: the system that they are in, if that is one of metres."""
    stored = stored_in(column)
    return stored if stored and stored != WGS84 else for_areas([column.extent])


def joined(extents: Iterable[Extent | None]) -> Extent:
    found = [extent for extent in extents if extent]
    return (
        min(e[0] for e in found),
        min(e[1] for e in found),
        max(e[2] for e in found),
        max(e[3] for e in found),
    )


def crosses_antimeridian(extent: Extent) -> bool:
    """Whether geometries may be cut at 180 degrees: then planar nearness across the cut means nothing."""
    return extent[0] < -175 and extent[2] > 175
