from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

from factory.exceptions import UnknownName
from factory.layers import FOLDER, Layer, layer_names, read_layer, select

PROPERTIES = {
    "us_airports": ("iata", "name", "city", "state", "postal", "population", "lon", "lat"),
    "us_cities": (*("id", "name", "state", "postal", "population", "time_zone", "coastal", "lon", "lat"),),
    "us_counties": ("fips", "name", "state", "postal"),
    "us_states": ("fips", "postal", "name", "region", "division"),
    "world_cities": (
        *(
            "id",
            "name",
            "country",
            "country_code",
            "continent",
            "population",
            "time_zone",
            "coastal",
            "lon",
            "lat",
        ),
    ),
    "world_countries": ("iso2", "iso3", "name", "continent", "capital", "population", "area_km2"),
}
POINTS = [name for name in PROPERTIES if {"lon", "lat"} <= set(PROPERTIES[name])]
POLYGONS = [name for name in PROPERTIES if name not in POINTS]


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    package = find_spec("duckdb_extension_spatial")
    assert package is not None
    assert package.submodule_search_locations is not None
    [extension] = Path(package.submodule_search_locations[0]).glob("extensions/*/spatial.duckdb_extension")
    with duckdb.connect() as connection:
        connection.execute(f"LOAD '{extension}'")
        for name in layer_names():
            layer = read_layer(name)
            columns = [key for key in ("name", "state", "country") if key in layer.properties]
            rows = [[feature[key] for key in columns] + [feature["geometry"]] for feature in layer.features]
            typed = ", ".join(f"{column} VARCHAR" for column in [*columns, "geojson"])
            connection.execute(f"CREATE TABLE {name}_raw ({typed})")
            places = ", ".join("?" * (len(columns) + 1))
            connection.executemany(f"INSERT INTO {name}_raw VALUES ({places})", rows)
            connection.execute(
                f"""CREATE TABLE {name} AS
                    SELECT * EXCLUDE geojson, ST_GeomFromGeoJSON(geojson) AS geom FROM {name}_raw"""
            )
        yield connection


def count(db: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = db.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def test_names() -> None:
    assert layer_names() == sorted(PROPERTIES)


@pytest.mark.parametrize("name", sorted(PROPERTIES))
def test_every_feature_has_every_property(name: str) -> None:
    layer = read_layer(name)
    assert layer.kind == ("point" if name in POINTS else "polygon")
    assert layer.properties == PROPERTIES[name]
    for feature in layer.features:
        assert tuple(feature) == (*PROPERTIES[name], "geometry")
        assert all(value not in (None, "") for value in feature.values())
    keys = [feature[layer.properties[0]] for feature in layer.features]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("name", POINTS)
def test_points_have_longitude_first(name: str) -> None:
    for feature in read_layer(name).features:
        assert json.loads(feature["geometry"])["coordinates"] == [feature["lon"], feature["lat"]]
        assert -180 <= feature["lon"] <= 180
        assert -90 <= feature["lat"] <= 90
        assert feature["population"] > 0


def test_known_places() -> None:
    [berlin] = select(read_layer("world_cities"), {"name": ["Berlin"], "country": ["Germany"]})
    assert (round(berlin["lon"]), round(berlin["lat"]), berlin["coastal"]) == (13, 53, False)
    [lisbon] = select(read_layer("world_cities"), {"name": ["Lisbon"]})
    assert lisbon["coastal"]


@pytest.mark.parametrize("name", POLYGONS)
def test_polygons_are_valid_and_within_bounds(db: duckdb.DuckDBPyConnection, name: str) -> None:
    bad = f"""SELECT count(*) FROM {name} WHERE NOT ST_IsValid(geom) OR ST_IsEmpty(geom)
              OR ST_XMin(geom) < -180 OR ST_XMax(geom) > 180 OR ST_YMin(geom) < -90 OR ST_YMax(geom) > 90
              OR ST_GeometryType(geom) NOT IN ('POLYGON', 'MULTIPOLYGON')"""
    assert count(db, bad) == 0


@pytest.mark.parametrize("name", ["us_states", "world_countries"])
def test_neighbours_touch_and_do_not_overlap(db: duckdb.DuckDBPyConnection, name: str) -> None:
    pairs = f"FROM {name} a JOIN {name} b ON ST_Intersects(a.geom, b.geom) AND a.name < b.name"
    assert count(db, f"SELECT count(*) {pairs} WHERE ST_Touches(a.geom, b.geom)") > 100
    assert count(db, f"SELECT count(*) {pairs} WHERE ST_Area(ST_Intersection(a.geom, b.geom)) > 1e-6") == 0


@pytest.mark.parametrize(
    ("points", "zones", "matches", "strays"),
    [
        pytest.param("world_cities", "world_countries", "z.name = p.country", 0, id="cities-countries"),
        pytest.param("us_cities", "us_states", "z.name = p.state", 1, id="cities-states"),
        pytest.param("us_airports", "us_states", "z.name = p.state", 1, id="airports-states"),
        pytest.param("us_cities", "us_counties", "z.state = p.state", 1, id="cities-counties"),
    ],
)
def test_places_lie_where_they_say(
    db: duckdb.DuckDBPyConnection, points: str, zones: str, matches: str, strays: int
) -> None:
    joined = f"FROM {points} p JOIN {zones} z ON ST_Contains(z.geom, p.geom)"
    assert count(db, f"SELECT count(*) {joined} WHERE NOT ({matches})") <= strays
    assert count(db, f"SELECT count(*) {joined} WHERE {matches}") > 100


def test_names_join() -> None:
    countries = {(f["name"], f["iso2"]) for f in read_layer("world_countries").features}
    assert {(f["country"], f["country_code"]) for f in read_layer("world_cities").features} <= countries
    states = {(f["name"], f["postal"]) for f in read_layer("us_states").features}
    for name in ("us_cities", "us_counties", "us_airports"):
        assert {(f["state"], f["postal"]) for f in read_layer(name).features} <= states


def test_select_filters_on_every_property() -> None:
    states = read_layer("us_states")
    assert len(states.features) == 51
    west = select(states, {"region": ["West"]})
    assert len(west) == 13
    assert {f["name"] for f in select(states, {"region": ["West"], "division": ["Pacific"]})} == {
        *("Alaska", "California", "Hawaii", "Oregon", "Washington"),
    }
    assert select(states, {}) == states.features


def test_unknown_names() -> None:
    with pytest.raises(UnknownName, match=r"Unknown layer 'us_state'\. Did you mean us_states\?"):
        read_layer("us_state")
    with pytest.raises(UnknownName, match=r"Unknown property of layer us_states 'regoin'\. Did you mean region\?"):
        select(read_layer("us_states"), {"regoin": ["West"]})


def test_layers_are_read_once() -> None:
    layer: Layer = read_layer("us_states")
    assert read_layer("us_states") is layer


def test_every_layer_has_its_licence_and_stays_small() -> None:
    sizes = []
    for name in layer_names():
        assert "Source: " in (FOLDER / f"{name}.license.md").read_text(encoding="utf-8")
        assert f"`{name}`" in (FOLDER / "README.md").read_text(encoding="utf-8")
        sizes.append((FOLDER / f"{name}.geojson").stat().st_size)
    assert max(sizes) <= 600_000
    assert sum(sizes) <= 1_600_000
