"""How an engine spells what the templates can't: measuring. One entry per engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from factory.intents.geo.crs import Crs


@dataclass(frozen=True, slots=True)
class Spelling:
    """`projected` puts a geometry in degrees into a projected system; `spheroid` is the distance of two points in
    metres on the ellipsoid."""

    projected: Callable[[str, Crs], str]
    spheroid: Callable[[str, str], str]


def _duckdb_projected(geometry: str, crs: Crs) -> str:
    # The axis order is written out, since the engine's default is a setting that will change.
    return f"ST_Transform({geometry}, 'EPSG:4326', 'EPSG:{crs.code}', TRUE)"


def _duckdb_spheroid(a: str, b: str) -> str:
    # DuckDB 1.5 takes latitude first here, unless geometry_always_xy is set; the sandbox leaves it unset.
    return f"ST_Distance_Spheroid(ST_FlipCoordinates({a}), ST_FlipCoordinates({b}))"


SPELLINGS: Mapping[str, Spelling] = {"duckdb": Spelling(_duckdb_projected, _duckdb_spheroid)}


def distance(engine: str, a: str, b: str, crs: Crs | None) -> str:
    """The distance of two geometries in metres; without a projected system both must be points."""
    spelling = SPELLINGS[engine]
    if crs is None:
        return spelling.spheroid(a, b)
    return f"ST_Distance({spelling.projected(a, crs)}, {spelling.projected(b, crs)})"


def within(engine: str, a: str, b: str, crs: Crs | None, metres: str, *, predicate: bool) -> str:
    """Whether two geometries are at most so many metres apart, by predicate or by comparing the distance."""
    if crs is None or not predicate:
        return f"{distance(engine, a, b, crs)} <= {metres}"
    spelling = SPELLINGS[engine]
    return f"ST_DWithin({spelling.projected(a, crs)}, {spelling.projected(b, crs)}, {metres})"
