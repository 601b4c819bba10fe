from __future__ import annotations

from random import Random

import pytest
import sqlglot
from sqlglot import exp

from factory.catalog import opened
from factory.compare import same
from factory.intents.draw import known
from factory.intents.style import Style, render
from factory.mutations.silent import geo, geo_measures, geo_systems
from factory.mutations.silent.view import View
from factory.records import Database

WITHIN = "ST_Transform(c.place, 'EPSG:4326', 'EPSG:32615', TRUE)"
NAMES = {o.name: o for o in (*geo.OPERATORS, *geo_measures.OPERATORS, *geo_systems.OPERATORS)}


def made(sql: str, database: Database, operator: str) -> list[str]:
    tree = sqlglot.parse_one(sql, read="duckdb")
    found = NAMES[operator].propose(View(tree, database), Random(0))
    return [render(wrong, Style()).removeprefix("SELECT ") for wrong, _ in found]


@pytest.mark.parametrize(
    ("operator", "right", "wrong"),
    [
        ("zone_arguments_swapped", "ST_Contains(z.area, p.place)", "ST_Contains(p.place, z.area)"),
        ("within_for_contains", "ST_Contains(z.area, p.place)", "ST_Within(z.area, p.place)"),
        ("intersects_for_exact", "ST_Touches(a.area, b.area)", "ST_Intersects(a.area, b.area)"),
        ("intersects_for_centroid", "ST_Contains(a.area, ST_Centroid(b.area))", "ST_Intersects(a.area, b.area)"),
        ("coordinates_swapped", "ST_Point(-93.5, 37.6)", "ST_Point(37.6, -93.5)"),
        ("coordinates_swapped", "ST_MakeEnvelope(-9, 3, -8, 4)", "ST_MakeEnvelope(3, -9, 4, -8)"),
        (
            "coordinates_swapped",
            "ST_GeomFromText('POLYGON((-9 3, -8 3, -8 4, -9 3))')",
            "ST_GeomFromText('POLYGON((3 -9, 3 -8, 4 -8, 3 -9))')",
        ),
        ("transform_dropped", f"ST_Area({WITHIN})", "ST_Area(c.place)"),
        ("axis_order_forgotten", f"ST_Area({WITHIN})", f"ST_Area({WITHIN.replace(', TRUE', '')})"),
        ("web_mercator", f"ST_Area({WITHIN})", f"ST_Area({WITHIN.replace('32615', '3857')})"),
        ("system_set", f"ST_Area({WITHIN})", "ST_Area(ST_SetCRS(c.place, 'EPSG:32615'))"),
        ("kilometres_for_metres", "ST_DISTANCE(a.place, b.place) <= 5000", "ST_DISTANCE(a.place, b.place) <= 5"),
        ("miles_for_kilometres", "ST_DWithin(a.place, b.place, 5000)", "ST_DWithin(a.place, b.place, 8046.72)"),
        ("other_divisor", "ST_Length(a.place) / 1609.344", "ST_Length(a.place) / 1000"),
        ("overlap_ignored", "ST_Length(ST_Intersection(z.area, l.line))", "ST_Length(l.line)"),
        ("area_weight_dropped", "SUM(a.n * ST_Area(a.part) / ST_Area(a.area))", "SUM(a.n)"),
        ("other_coordinate", "ST_X(a.place)", "ST_Y(a.place)"),
    ],
)
def test_what_an_operator_makes(toy_database: Database, operator: str, right: str, wrong: str) -> None:
    assert wrong in made(f"SELECT {right}", toy_database, operator)


def test_drawn_questions_about_places_have_neighbours_that_run_and_differ() -> None:
    total, runs, differs = 0, 0, 0
    with opened("fleet_delivery", instances=2) as shop:
        rng = Random("geo")
        for kind in ("box", "nearby", "farthest", "zone_count"):
            intent = next(i for _ in range(50) if (i := known()[kind](shop.database, rng)) is not None)
            tree = intent.tree()
            assert isinstance(tree, exp.Expr)
            gold = [shop.engine.run(render(tree, Style()), k) for k in range(2)]
            for operator in NAMES.values():
                for wrong, mistake in operator.propose(View(tree, shop.database), rng):
                    total += 1
                    assert mistake.endswith(".")
                    found = [shop.engine.run(render(wrong, Style()), k) for k in range(2)]
                    runs += all(f.error is None for f in found)
                    differs += any(f.error is None and not same(g, f) for g, f in zip(gold, found, strict=True))
    assert total > 10
    assert runs == total
    assert differs >= 0.7 * total
