"""How an engine spells what the templates can't: measuring. One entry per engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from factory.intents.geo.crs import WGS84, Crs


@dataclass(frozen=True, slots=True)
class Spelling:
    """`point` makes a point of two coordinates in a system, by its EPSG number; `hexadecimal` gives a geometry as WKB
    in hexadecimal; `moved` puts a geometry from one system, by its EPSG number, into another; `spheroid` is the
    distance in metres of two points in degrees on the ellipsoid."""

    point: Callable[[str, str, int], str]
    hexadecimal: Callable[[str], str]
    moved: Callable[[str, int, int], str]
    spheroid: Callable[[Placed, Placed], str]


def _duckdb_point(x: str, y: str, system: int) -> str:  # noqa: ARG001
    return f"ST_Point({x}, {y})"


def _duckdb_hexadecimal(geometry: str) -> str:
    return f"ST_AsHEXWKB({geometry})"


def _duckdb_moved(geometry: str, source: int, target: int) -> str:
    # The axis order is written out, since the engine's default is a setting that will change.
    return f"ST_Transform({geometry}, 'EPSG:{source}', 'EPSG:{target}', TRUE)"


def _duckdb_spheroid(*points: Placed) -> str:
    # DuckDB 1.5 takes latitude first here, unless geometry_always_xy is set; the sandbox leaves it unset. And it takes
    # no type that names a system.
    plain = (f"CAST({point.text} AS GEOMETRY)" if point.typed else point.text for point in points)
    return f"ST_Distance_Spheroid({', '.join(f'ST_FlipCoordinates({point})' for point in plain)})"


SPELLINGS: Mapping[str, Spelling] = {
    "duckdb": Spelling(_duckdb_point, _duckdb_hexadecimal, _duckdb_moved, _duckdb_spheroid)
}


@dataclass(frozen=True, slots=True)
class Placed:
    """The text of a geometry, and the EPSG number of the system that it is in; `typed` if its type names that."""

    text: str
    stored: int = WGS84.code
    typed: bool = False

    def put_in(self, engine: str, target: int) -> str:
        """In another system; as it is if it is in that already."""
        return self.text if self.stored == target else SPELLINGS[engine].moved(self.text, self.stored, target)


def distance(engine: str, a: Placed, b: Placed, crs: Crs | None) -> str:
    """The distance of two geometries in metres; without a projected system both must be points in degrees."""
    if crs is None:
        return SPELLINGS[engine].spheroid(a, b)
    return f"ST_Distance({a.put_in(engine, crs.code)}, {b.put_in(engine, crs.code)})"


def within(engine: str, a: Placed, b: Placed, crs: Crs | None, metres: str, *, predicate: bool) -> str:
    """Whether two geometries are at most so many metres apart, by predicate or by comparing the distance."""
    if crs is None or not predicate:
        return f"{distance(engine, a, b, crs)} <= {metres}"
    return f"ST_DWithin({a.put_in(engine, crs.code)}, {b.put_in(engine, crs.code)}, {metres})"
