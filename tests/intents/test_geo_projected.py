"""Layers in metres beside layers in degrees: what is stored, how a question gets across, what goes wrong without."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

import duckdb
import pytest
from sqlglot import exp

from factory.catalog import Opened, opened
from factory.compare import same
from factory.engines.duckdb import load_spatial
from factory.intents.geo import line_tables, point_tables, polygon_tables, zone_tables
from factory.intents.geo.crs import CONUS_ALBERS, WGS84, shared, stored_in
from factory.intents.geo.every import workflows
from factory.intents.geo.workflow import GeoIntent
from factory.intents.style import Style, render
from factory.mutations.silent import geo_systems
from factory.mutations.silent.geo_ways import WAYS, way_of
from factory.mutations.silent.view import View
from factory.oracle import judge
from factory.reasoning import context_of
from factory.records import Column
from recipes.geo_join.thoughts import thoughts

NAMES = ("city_requests@17", "real_estate@5")
PLAIN = Style()
WRONG = {o.name: o for o in geo_systems.OPERATORS}


@pytest.fixture(scope="module")
def databases() -> Iterator[list[Opened]]:
    with ExitStack() as stack:
        yield [stack.enter_context(opened(name, instances=2)) for name in NAMES]


@pytest.fixture(scope="module")
def asked(databases: list[Opened]) -> list[tuple[GeoIntent, Opened]]:
    """Up to two questions of each workflow that reach from degrees to metres."""
    found: list[tuple[GeoIntent, Opened]] = []
    for target in databases:
        rng, counts = Random(target.database.name), Counter[str]()
        for draw in [draw for draw in workflows().values() for _ in range(6)]:
            intent = draw(target.database, rng)
            if intent is None or intent.other_at is None or counts[intent.workflow] == 2:
                continue
            if stored_in(intent.at) != stored_in(intent.other_at):
                counts[intent.workflow] += 1
                found.append((intent, target))
    return found


def column(name: str, kind: str, extent: tuple[float, float, float, float]) -> Column:
    return Column(name, kind, "geometry", name, name, geometry="POINT", extent=extent)


DEGREES = column("here", "GEOMETRY", (-74.3, 40.4, -73.6, 41.0))
UTM = column("surveyed", "GEOMETRY('EPSG:32618')", (500_000, 4_400_000, 600_000, 4_600_000))


def test_what_a_type_or_an_extent_says_of_the_system() -> None:
    assert stored_in(DEGREES) == WGS84
    assert stored_in(UTM) == shared(UTM, DEGREES) == shared(DEGREES, UTM)
    assert stored_in(column("albers", "GEOMETRY('EPSG:5070')", (0, 0, 1, 1))) == CONUS_ALBERS
    assert stored_in(column("parquet", "GEOMETRY('OGC:CRS84')", (0, 0, 1, 1))) == WGS84
    # Feet, metres that no type names, and places that the system isn't meant for.
    feet = column("feet", "GEOMETRY('EPSG:2263')", (900_000, 100_000, 1_000_000, 200_000))
    assert stored_in(feet) is None
    assert stored_in(column("bare", "GEOMETRY", (500_000, 4_400_000, 600_000, 4_600_000))) is None
    assert shared(UTM, feet) is None
    assert shared(UTM, column("west", "GEOMETRY", (-123.2, 32.5, -115.3, 48.8))) is None


def test_rows_are_where_the_type_says_on_every_instance(databases: list[Opened]) -> None:
    seen = 0
    for target in databases:
        for table in target.database.tables:
            for geometry in table.with_role("geometry"):
                crs = stored_in(geometry)
                if crs in (None, WGS84):
                    continue
                seen += 1
                assert f"{geometry.name} GEOMETRY('EPSG:{crs.code}')" in target.database.schema_text
                for instance in range(2):
                    back = f"ST_Transform({geometry.name}, 'EPSG:{crs.code}', 'EPSG:4326', TRUE)"
                    text = f"SELECT MIN(ST_XMin({back})), MAX(ST_YMax({back})), ANY_VALUE(TYPEOF({geometry.name}))"
                    ((west, north, kind),) = target.engine.run(f"{text} FROM {table.name}", instance).rows
                    assert -116 < west < -70
                    assert 24 < north < 46
                    assert kind == geometry.type
    assert seen == 2


def test_only_questions_that_know_how_get_columns_in_metres(databases: list[Opened]) -> None:
    for target in databases:
        for tables in (point_tables, line_tables, polygon_tables, zone_tables):
            assert all(stored_in(c) == WGS84 for _, c in tables(target.database))
    assert any(stored_in(c) != WGS84 for _, c in point_tables(databases[0].database, projected=True))
    assert any(stored_in(c) != WGS84 for _, c in zone_tables(databases[1].database, projected=True))


def test_a_question_gets_from_one_system_to_the_other_and_the_oracle_agrees(
    asked: list[tuple[GeoIntent, Opened]],
) -> None:
    assert len({intent.workflow for intent, _ in asked}) >= 12
    for intent, target in asked:
        text = render(intent.tree(), PLAIN)
        moves = re.findall(r"'EPSG:(\d+)', 'EPSG:(\d+)', TRUE\)", text)
        assert moves, text
        assert all(source != aim for source, aim in moves)
        for instance in range(2):
            found = target.engine.run(text, instance)
            assert not found.error, text
            reason = judge(intent.expected(), found, lambda sql, k=instance, t=target: t.engine.run(sql, k)).reason
            assert reason in (None, "on_the_edge"), text


def test_forgetting_it_runs_and_gives_other_rows(asked: list[tuple[GeoIntent, Opened]]) -> None:
    total, differing = Counter[str](), Counter[str]()
    for intent, target in asked:
        tree = intent.tree()
        gold = target.engine.run(render(tree, PLAIN))
        for name, operator in WRONG.items():
            for wrong, mistake in operator.propose(View(tree, target.database), Random(0)):
                found = target.engine.run(render(wrong, PLAIN))
                assert not found.error, found.error
                assert "Web Mercator" not in mistake
                assert way_of(name, wrong) in WAYS
                total[name] += 1
                differing[name] += not same(gold, found)
    assert set(total) == {"axis_order_forgotten", "transform_dropped", "system_set", "transformed_twice"}
    assert all(differing[name] >= 0.8 * total[name] for name in total), (total, differing)


def test_the_reasoning_says_what_is_stored_how(asked: list[tuple[GeoIntent, Opened]]) -> None:
    for intent, target in asked:
        tree = intent.tree()
        said = " ".join(thoughts(tree, context_of(target.database, PLAIN, 0)))
        assert "in meters" in said, said
        assert "`ST_Transform`" in said
        assert "coordinates are degrees" not in said
        forgotten = next(iter(WRONG["transform_dropped"].propose(View(tree, target.database), Random(0))))[0]
        assert isinstance(forgotten, exp.Expr)
        assert "EPSG:4326 to" not in " ".join(thoughts(forgotten, context_of(target.database, PLAIN, 0)))


def test_a_file_of_ones_own_with_layers_in_several_systems(tmp_path: Path) -> None:
    """A CRS is kept in files from storage version 1.5 on."""
    path = tmp_path / "own.duckdb"
    connection = duckdb.connect()
    load_spatial(connection)
    connection.execute(f"ATTACH '{path}' AS own (STORAGE_VERSION 'v1.5.0')")
    for statement in (
        "CREATE TABLE own.zone (zone_id INTEGER PRIMARY KEY, zone_name VARCHAR, geom GEOMETRY('EPSG:32618'))",
        "CREATE TABLE own.shop (shop_id INTEGER PRIMARY KEY, shop_name VARCHAR, place GEOMETRY('OGC:CRS84'))",
        "INSERT INTO own.zone SELECT i, 'Zone ' || i, ST_MakeEnvelope(500000 + 5000 * i, 4500000, 505000 + 5000 * i, "
        "4510000) FROM range(12) AS t(i)",
        "INSERT INTO own.shop SELECT i, 'Shop ' || i, ST_Point(-75 + 0.7 * (i * 37 % 300) / 300, "
        "40.6 + 0.15 * (i * 101 % 300) / 300) FROM range(300) AS t(i)",
    ):
        connection.execute(statement)
    connection.close()
    with opened(str(path)) as own:
        assert [(link.point_table, link.zone_table) for link in own.database.spatial] == [("shop", "zone")]
        for name in ("count_per_zone", "zone_of_point", "outside_zones", "density"):
            intent = workflows()[name](own.database, Random(1))
            assert intent is not None
            text = render(intent.tree(), PLAIN)
            assert "'EPSG:4326', 'EPSG:32618', TRUE" in text
            found = own.engine.run(text)
            assert found.rows
            assert judge(intent.expected(), found, own.engine.run).reason in (None, "on_the_edge")


def test_types_that_name_degrees_are_asked_like_those_that_name_nothing() -> None:
    """DuckDB 1.5 measures on the ellipsoid between types without a system only."""
    with opened("airline@11722", instances=2) as target:
        assert "GEOMETRY('EPSG:4326')" in target.database.schema_text
        rng, cast = Random(3), 0
        for draw in [draw for draw in workflows().values() for _ in range(2)]:
            intent = draw(target.database, rng)
            if intent is None:
                continue
            text = render(intent.tree(), PLAIN)
            cast += "AS GEOMETRY)" in text
            assert "Spheroid" not in text or "AS GEOMETRY)" in text
            found = target.engine.run(text)
            assert not found.error, found.error
            assert judge(intent.expected(), found, target.engine.run).reason in (None, "on_the_edge")
        assert cast > 3
