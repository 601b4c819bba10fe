"""Lines, areas and tracks that are drawn around real places."""

from __future__ import annotations

from itertools import pairwise

from factory.catalog import opened


def test_areas_have_holes_and_parts_and_dont_overlap() -> None:
    with opened("fleet_delivery", instances=1) as target:
        run = target.engine.run
        assert run("SELECT COUNT(*) FROM delivery_zone WHERE NOT ST_IsValid(outline)").rows == ((0,),)
        ((holes, parts),) = run(
            "SELECT COUNT(*) FILTER (WHERE ST_NInteriorRings(outline) > 0), "
            "COUNT(*) FILTER (WHERE ST_GeometryType(outline)::VARCHAR = 'MULTIPOLYGON') FROM delivery_zone"
        ).rows
        assert holes > 2
        assert parts > 2
        overlaps = run(
            "SELECT COUNT(*) FROM delivery_zone a JOIN delivery_zone b ON a.zone_id < b.zone_id "
            "AND ST_Intersects(a.outline, b.outline)"
        )
        assert overlaps.rows == ((0,),)


def test_some_outlines_cross_themselves_where_the_file_says_so() -> None:
    for name, table, column in (("city_requests", "flood_zone", "shape"), ("air_quality", "burn_area", "perimeter")):
        with opened(name, instances=1) as target:
            ((invalid, every),) = target.engine.run(
                f"SELECT COUNT(*) FILTER (WHERE NOT ST_IsValid({column})), COUNT(*) FROM {table}"
            ).rows
            assert 0 < invalid < every / 2


def test_tracks_go_on_from_where_they_were() -> None:
    with opened("fleet_delivery", instances=1) as target:
        rows = target.engine.run(
            "SELECT trip_id, epoch(recorded_at), ST_X(fix_point), ST_Y(fix_point) FROM gps_fix ORDER BY ALL"
        ).rows
    steps = [(a, b) for a, b in pairwise(rows) if a[0] == b[0]]
    assert len(steps) > 1000
    # 96 km/h at most, at 28 degrees north and beyond; a few fixes are far off on purpose.
    far = [1 for a, b in steps if abs(b[3] - a[3]) > (b[1] - a[1]) / 3600 * 96 / 111 + 1e-4]
    assert 0 < len(far) < 0.06 * len(steps)


def test_lines_have_the_length_that_was_asked_for() -> None:
    with opened("city_requests", instances=1) as target:
        rows = target.engine.run(
            "SELECT ST_NPoints(course), "
            "ST_Length(ST_Transform(course, 'EPSG:4326', 'EPSG:32618', TRUE)) / 1000 FROM bus_route"
        ).rows
    assert all(points >= 5 for points, _ in rows)
    assert all(12 <= km < 200 for _, km in rows)


def test_variants_draw_their_own() -> None:
    texts = []
    for name in ("real_estate", "real_estate@4", "real_estate@4"):
        with opened(name, instances=1) as target:
            table, column = next(
                (t.name, c.name) for t in target.database.tables for c in t.columns if c.geometry == "LINESTRING"
            )
            texts.append(target.engine.run(f'SELECT ST_AsText("{column}") FROM "{table}" ORDER BY 1').rows)
    assert texts[0] != texts[1]
    assert texts[1] == texts[2]
