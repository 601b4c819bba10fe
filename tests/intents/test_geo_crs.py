"""Which coordinate system is used where."""

from __future__ import annotations

from random import Random

import pytest

from factory.catalog import opened
from factory.intents.geo import point_tables, zone_tables
from factory.intents.geo.crs import CONUS_ALBERS, EQUAL_AREA, Crs, around, crosses_antimeridian, for_areas, utm_position
from factory.intents.kinds import geo_areas, geo_grid


@pytest.mark.parametrize(
    ("extent", "code"),
    [
        ((-74.3, 40.4, -73.6, 41.0), 32618),
        ((13.0, 52.3, 13.8, 52.7), 32633),
        ((151.0, -34.1, 151.4, -33.6), 32756),
        ((-0.6, 51.2, 0.4, 51.8), 32630),
        ((-79.8, 38.9, -71.8, 45.1), 32618),
        ((-123.2, 32.5, -115.3, 48.8), 5070),
        ((-124.7, 32.5, -114.1, 49.0), 5070),
    ],
)
def test_a_projected_system_that_fits(extent: tuple[float, float, float, float], code: int) -> None:
    found = around([extent])
    assert found is not None
    assert found.code == code
    assert f"EPSG:{code}" in found.said


@pytest.mark.parametrize(
    "extent",
    [(-179.5, 51.0, 179.8, 71.4), (-10.0, 35.0, 30.0, 60.0), (20.0, -5.0, 24.0, 5.0), (10.0, 85.0, 12.0, 88.0)],
    ids=["around the world", "a continent", "both sides of the equator", "near the pole"],
)
def test_only_the_ellipsoid_will_do(extent: tuple[float, float, float, float]) -> None:
    assert around([extent]) is None
    assert for_areas([extent]) == EQUAL_AREA


@pytest.mark.parametrize(
    ("code", "longitude", "latitude", "position"),
    [
        (32618, -74.0060, 40.7128, (583959.37, 4507350.99)),
        (32756, 151.2093, -33.8688, (334368.63, 6250948.35)),
        (32633, 13.4, 52.5, (391390.73, 5817855.24)),
    ],
)
def test_easting_and_northing(code: int, longitude: float, latitude: float, position: tuple[float, float]) -> None:
    """Against positions that PROJ gives."""
    assert utm_position(Crs(code, ""), longitude, latitude) == pytest.approx(position, abs=0.05)
    assert utm_position(CONUS_ALBERS, longitude, latitude) is None


def test_extents_are_joined() -> None:
    assert around([(-74.3, 40.4, -73.6, 41.0), None, (-118.5, 33.7, -117.9, 34.3)]) == CONUS_ALBERS


def test_the_antimeridian_is_kept_apart() -> None:
    """Alaska is cut at 180 degrees: nothing is merged, averaged or wrapped in a hull across the cut."""
    with opened("airline", instances=1) as target:
        [(states, boundary)] = zone_tables(target.database)
        assert boundary.extent is not None
        assert crosses_antimeridian(boundary.extent)
        for seed in range(20):
            intent = geo_areas.dissolve(target.database, Random(seed))
            assert intent is None, states.name
    with opened("vessel_traffic", instances=1) as target:
        wide = [c for _, c in point_tables(target.database) if c.extent and c.extent[2] - c.extent[0] > 180]
        assert wide
        for seed in range(20):
            assert geo_grid.mean_centre(target.database, Random(seed)) is None
            assert geo_grid.activity_space(target.database, Random(seed)) is None
