"""What an answer is computed from: rows with shapes, and the measuring of them with an eye on the edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]
Row = tuple[Any, ...]

DEGREES = 4326
# A point is on the edge of a polygon within about 20 cm, of a box or grid cell within a ten-billionth of a degree.
EDGE_DEGREES = 2e-6
EDGE_GROUND = 0.2
EXACT_DEGREES = 1e-10
# A distance, area or speed is too close to call within a millionth, or a centimetre.
EDGE_SHARE = 1e-6
EDGE_METRES = 0.01
# A projected length or area may differ from that on the ellipsoid by as much as the projections in use distort.
LENGTH_DISTORTION = 0.04
AREA_DISTORTION = 0.01

_GEOD = Geod(ellps="WGS84")


class Disagreement(Exception):
    """The planar and the ellipsoidal measure are further apart than any sensible projection makes them."""


@lru_cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(f"EPSG:{source}", f"EPSG:{target}", always_xy=True)


@dataclass
class Layer:
    """Rows of one source: their values, how many of these are shown, and their shapes.

    Shapes are kept as stored, in the system `stored`; `shapes` has them in the system `common`, in which predicates are
    tested, and `metric` in `crs`, in which lengths are measured.
    """

    values: list[Row]
    shown: int
    raw: Shapes
    crs: int | None
    stored: int = DEGREES
    common: int = DEGREES

    @property
    def columns(self) -> list[Row]:
        return [row[: self.shown] for row in self.values]

    @property
    def names(self) -> list[Any]:
        return [row[self.shown - 1] for row in self.values]

    def extra(self, at: int) -> list[Any]:
        return [row[self.shown + at] for row in self.values]

    @cached_property
    def shapes(self) -> Shapes:
        return project(self.raw, self.stored, self.common)

    @cached_property
    def metric(self) -> Shapes:
        """The shapes in the projected system, vertex by vertex."""
        assert self.crs is not None
        return project(self.raw, self.stored, self.crs)

    @cached_property
    def degrees(self) -> Shapes:
        return project(self.raw, self.stored, DEGREES)


def project(shapes: Shapes, source: int, target: int) -> Shapes:
    if source == target:
        return shapes
    transform: Any = _transformer(source, target).transform
    return np.asarray(shapely.transform(shapes, transform, interleaved=False), dtype=np.object_)


@dataclass
class Case:
    """`edges` collects what a hair's breadth would have decided otherwise."""

    layers: Mapping[str, Layer]
    parameters: Mapping[str, Any]
    crs: int | None
    edges: list[str] = field(default_factory=list)

    @property
    def rows(self) -> Layer:
        return self.layers["rows"]

    @property
    def others(self) -> Layer:
        return self.layers["others"]

    @property
    def common(self) -> int:
        """The system that the shapes of all layers are compared in: that of the zones, if there are any."""
        return (self.layers.get("others") or self.rows).stored

    def note(self, edge: str) -> None:
        self.edges.append(edge)

    def measured(self, shapes: Shapes) -> Shapes:
        """Shapes that are in the common system, in the one that lengths and areas are measured in."""
        assert self.crs is not None
        return project(shapes, self.common, self.crs)

    # --- predicates

    def zones_of(self, points: Shapes) -> list[list[int]]:
        """For each point the polygons that it lies in; a point at a border is noted."""
        zones = self.others.shapes
        borders = shapely.STRtree(shapely.boundary(zones))
        edge = EDGE_DEGREES if self.common == DEGREES else EDGE_GROUND
        near = borders.query(points, predicate="dwithin", distance=edge)
        for point, zone in near.T.tolist():
            self.note(f"row {point} is at the border of zone {zone}")
        found: list[list[int]] = [[] for _ in points]
        for point, zone in shapely.STRtree(zones).query(points, predicate="within").T.tolist():
            found[point].append(zone)
        return [sorted(zones_) for zones_ in found]

    def at_most(self, measured: Floats, limit: float) -> npt.NDArray[np.bool_]:
        close = np.abs(measured - limit) <= max(EDGE_METRES, EDGE_SHARE * abs(limit))
        if close.any():
            self.note(f"{int(close.sum())} distances are {limit:g} within the tolerance")
        return np.asarray(measured <= limit)

    def first(self, ascending: Sequence[float], count: int) -> None:
        """Notes when the values on both sides of the cut after `count` are too close to call."""
        if len(ascending) > count:
            a, b = ascending[count - 1], ascending[count]
            if abs(b - a) <= max(EDGE_METRES, EDGE_SHARE * abs(a)):
                self.note("a tie at the cut")

    # --- measures

    def distances(self, a: Layer, b: Layer) -> Floats:
        """Metres between every row of `a` and every row of `b`."""
        return self._distances(a, b, np.arange(len(a.values))[:, None], np.arange(len(b.values))[None, :])

    def distances_between(self, a: Layer, b: Layer, pairs: Sequence[tuple[int, int]]) -> Floats:
        if not pairs:
            return np.empty(0)
        at = np.asarray(pairs)
        return self._distances(a, b, at[:, 0], at[:, 1])

    def _distances(self, a: Layer, b: Layer, i: Any, j: Any) -> Floats:
        i, j = np.broadcast_arrays(i, j)
        points = bool((shapely.get_type_id(a.raw) == 0).all() and (shapely.get_type_id(b.raw) == 0).all())
        geodesic = _geodesic(a.degrees, b.degrees, i, j) if points else None
        if self.crs is None:
            assert geodesic is not None, "only points are measured on the ellipsoid"
            return geodesic
        planar = np.asarray(shapely.distance(a.metric[i], b.metric[j]), dtype=np.float64)
        if geodesic is not None and geodesic.size:
            off = np.abs(planar - geodesic) > LENGTH_DISTORTION * geodesic + 1
            # Far from where it is meant for, a projection may distort as it likes: nothing is decided there.
            off &= np.minimum(planar, geodesic) < 800_000
            if off.any():
                raise Disagreement(f"planar and geodesic distances differ in {int(off.sum())} of {off.size} pairs")
        return planar

    def areas(self, shapes: Shapes) -> Floats:
        planar = np.asarray(shapely.area(self.measured(shapes)), dtype=np.float64)
        for shape, area in zip(project(shapes, self.common, DEGREES).tolist(), planar.tolist(), strict=True):
            true = abs(_geodesic_area(shape))
            if abs(area - true) > AREA_DISTORTION * true + 1:
                raise Disagreement(f"planar area {area:.6g}, geodesic area {true:.6g}")
        return planar


def _geodesic(a: Shapes, b: Shapes, i: Any, j: Any) -> Floats:
    ax, ay, bx, by = (f(s) for s in (a, b) for f in (shapely.get_x, shapely.get_y))
    _, _, metres = _GEOD.inv(ax[i].ravel(), ay[i].ravel(), bx[j].ravel(), by[j].ravel())
    return np.asarray(metres, dtype=np.float64).reshape(i.shape)


def _geodesic_area(shape: BaseGeometry) -> float:
    """With holes taken off, whichever way the rings wind.

    An edge is straight in degrees (the 49th parallel, say), so it is followed in short steps: a geodesic would bulge.
    """
    shape = shapely.segmentize(shape, 0.25)
    total = 0.0
    for polygon in getattr(shape, "geoms", [shape]):
        if polygon.geom_type != "Polygon":
            continue
        total += abs(_GEOD.geometry_area_perimeter(shapely.Polygon(polygon.exterior))[0])
        total -= sum(abs(_GEOD.geometry_area_perimeter(shapely.Polygon(ring))[0]) for ring in polygon.interiors)
    return total
