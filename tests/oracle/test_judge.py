"""The oracle agrees with right queries, objects to wrong ones, and won't decide on an edge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from random import Random
from typing import Any

import pytest

pytest.importorskip("shapely")
pytest.importorskip("pyproj")

from factory.catalog import Opened, opened
from factory.engines.duckdb import DuckDBEngine
from factory.engines.load import borrow, give_back
from factory.intents.geo.every import workflows
from factory.intents.geo.expectation import Expectation, Source
from factory.intents.geo.workflow import GeoIntent
from factory.intents.style import Style, render
from factory.oracle import judge
from factory.oracle.judge import ANSWERS
from factory.records import Outcome

NAMES = ("city_requests", "fleet_delivery", "vessel_traffic")
DRAWS = workflows()


@pytest.fixture(scope="module")
def databases() -> Iterator[dict[str, Opened]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(opened(name, instances=2)) for name in NAMES}


def ask(target: Opened, workflow: str, seed: int = 0) -> GeoIntent | None:
    rng = Random(f"{target.database.name}/{workflow}/{seed}")
    return next((i for _ in range(20) if (i := DRAWS[workflow](target.database, rng))), None)


def judged(intent: GeoIntent, target: Opened, text: str | None = None, instance: int = 0) -> str | None:
    def fetch(sql: str) -> Outcome:
        return target.engine.run(sql, instance)

    outcome = target.engine.run(text or render(intent.tree(), Style()), instance)
    return judge(intent.expected(), outcome, fetch).reason


@pytest.mark.slow
@pytest.mark.parametrize("workflow", sorted(DRAWS))
def test_it_agrees_with_the_engine(workflow: str, databases: dict[str, Opened]) -> None:
    """The ordinary instance, and a small one with levels, ties and few zones."""
    reasons = []
    for target in databases.values():
        intent = ask(target, workflow)
        if intent is not None:
            assert intent.workflow in ANSWERS
            reasons += [judged(intent, target, instance=k) for k in range(2)]
    assert reasons
    assert set(reasons) <= {None, "on_the_edge", "oracle_unable"}
    assert None in reasons


@pytest.mark.parametrize(
    ("workflow", "right", "wrong"),
    [
        ("count_per_zone", "LEFT JOIN", "JOIN"),
        ("density", "1000000", "1000"),
        ("near_place", ", TRUE)", ")"),
        ("length_per_zone", "ST_Intersection(", "ST_Union("),
        ("area_weighted", " / ST_Area(", " * 0 + ST_Area("),
        ("adjacent", "ST_Touches", "ST_Disjoint"),
        ("distance_to_line", " / 1000 ", " / 1609.344 "),
        ("speed_outliers", "3600.0", "60.0"),
        ("origin_destination", "LEAD(", "LAG("),
    ],
)
def test_it_objects_to_a_wrong_query(workflow: str, right: str, wrong: str, databases: dict[str, Opened]) -> None:
    reasons = []
    for target in databases.values():
        for seed in range(2):
            intent = ask(target, workflow, seed)
            text = render(intent.tree(), Style()) if intent else ""
            if intent and right in text and not target.engine.run(text.replace(right, wrong)).error:
                reasons.append(judged(intent, target, text.replace(right, wrong)))
    assert "oracle_disagrees" in reasons, reasons


# --- small cases, by hand


def small(*statements: str) -> DuckDBEngine:
    """`close` hands the connection back: loading the spatial extension is most of the time of such a case."""
    connection = borrow(spatial=True)
    for statement in statements:
        connection.execute(statement)
    return DuckDBEngine([connection], release=lambda c: give_back(c, spatial=True))


def zones(where: str) -> tuple[DuckDBEngine, Expectation]:
    """One zone with a hole, and an island; one point at `where`."""
    engine = small(
        "CREATE TABLE zone AS SELECT 1 AS id, 'Ring' AS name, ST_GeomFromText('MULTIPOLYGON (((0 0, 10 0, 10 10, "
        "0 10, 0 0), (4 4, 6 4, 6 6, 4 6, 4 4)), ((20 0, 21 0, 21 1, 20 1, 20 0)))') AS g",
        f"CREATE TABLE point AS SELECT 7 AS id, 'P' AS name, ST_GeomFromText('{where}') AS g",
    )
    sources = {
        "rows": Source("SELECT id, name, ST_AsHEXWKB(g) FROM point", ("id", "name"), 2),
        "others": Source("SELECT id, name, ST_AsHEXWKB(g) FROM zone", ("id", "name"), 2),
    }
    return engine, Expectation("count_per_zone", sources)


@pytest.mark.parametrize(
    ("where", "count", "reason"),
    [
        ("POINT (1 1)", 1, None),
        ("POINT (5 5)", 0, None),
        ("POINT (20.5 0.5)", 1, None),
        ("POINT (30 30)", 0, None),
        ("POINT (5 5)", 1, "oracle_disagrees"),
        ("POINT (10 5)", 0, "on_the_edge"),
        ("POINT (9.999999 5)", 1, "on_the_edge"),
        ("POINT (4 5)", 0, "on_the_edge"),
    ],
    ids=["inside", "in the hole", "on the island", "outside", "wrong answer", "on the border", "nearly", "hole's rim"],
)
def test_holes_islands_and_borders(where: str, count: int, reason: str | None) -> None:
    engine, expected = zones(where)
    found = Outcome(("id", "name", "n"), ((1, "Ring", count),))
    assert judge(expected, found, engine.run).reason == reason
    engine.close()


def reach(metres: float, crs: int | None, a: str, b: str) -> tuple[DuckDBEngine, Expectation]:
    engine = small(
        f"CREATE TABLE here AS SELECT 1 AS id, 'A' AS name, ST_GeomFromText('{a}') AS g",
        f"CREATE TABLE there AS SELECT 2 AS id, 'B' AS name, ST_GeomFromText('{b}') AS g",
    )
    sources = {
        "rows": Source("SELECT id, name, ST_AsHEXWKB(g) FROM here", ("id", "name"), 2),
        "others": Source("SELECT id, name, ST_AsHEXWKB(g) FROM there", ("id", "name"), 2),
    }
    return engine, Expectation("within_distance", sources, crs, {"metres": metres})


@pytest.mark.parametrize(
    ("metres", "crs", "rows", "reason"),
    [
        (6800, None, ((1, "A"),), None),
        (6780, None, (), None),
        (6791.0228, None, ((1, "A"),), "on_the_edge"),
        (6800, 32633, ((1, "A"),), None),
        (6800, None, (), "oracle_disagrees"),
    ],
)
def test_distances(metres: float, crs: int | None, rows: Any, reason: str | None) -> None:
    engine, expected = reach(metres, crs, "POINT (13.4 52.5)", "POINT (13.5 52.5)")
    assert judge(expected, Outcome(("id", "name"), rows), engine.run).reason == reason
    engine.close()


def test_across_the_antimeridian_the_ellipsoid_is_right_and_a_plane_is_caught() -> None:
    """Two points in Fiji, 21 km apart on either side of 180 degrees."""
    a, b = "POINT (179.9 -17)", "POINT (-179.9 -17)"
    engine, expected = reach(25_000, None, a, b)
    assert judge(expected, Outcome(("id", "name"), ((1, "A"),)), engine.run).reason is None
    engine.close()
    engine, expected = reach(25_000, 6933, a, b)
    assert judge(expected, Outcome(("id", "name"), ()), engine.run).reason == "oracle_disagrees"
    engine.close()


def test_what_it_cant_judge_it_says() -> None:
    engine, expected = zones("POINT (1 1)")
    assert judge(Expectation("levitation", expected.sources), Outcome(), engine.run).reason == "oracle_unable"
    engine.close()
