"""Well-known text, reference systems and kinds of geometry that a spatial function can't work with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Call, Layout, Span, layout, some
from factory.mutations.layout.spelling import misspell_name
from factory.mutations.layout.wording import Wording, shortened
from factory.mutations.loud.geo import geometries, spatial, whole
from factory.mutations.query import Query
from factory.records import Database

_WKT = Wording(
    (
        "The WKT `{wrong}` can't be parsed: {fault}.",
        "`{wrong}` is not valid WKT, because {fault}.",
        "The geometry text `{wrong}` is malformed: {fault}.",
    ),
    ("Write the geometry as `{right}`.", "Correct the WKT to `{right}`."),
)
_RING = Wording(
    (
        "The ring of this polygon isn't closed: it has to end at the point where it starts, `{first}`.",
        "A polygon's first and last point must be the same; here the last one is `{last}` and the first `{first}`.",
        "The polygon text leaves out the closing point `{first}`, so its ring is open.",
    ),
    ("Repeat the first point at the end: `{right}`.", "Close the ring with `{first}`."),
)
_CRS = Wording(
    (
        "`{wrong}` is no coordinate reference system that the engine knows, so no projection can be set up.",
        "The projection can't be created because `{wrong}` doesn't name a reference system.",
        "`{wrong}` identifies no reference system: either the code doesn't exist or it isn't written like EPSG:4326.",
    ),
    ("Use `{right}`.", "Replace `{wrong}` by `{right}`."),
)
_ONE_CRS = Wording(
    (
        "The geometry carries no reference system of its own, so ST_Transform has to be told the source as "
        "well as the target.",
        "With only one reference system given, DuckDB takes the source from the geometry, and that has none.",
        "`{wrong}` names the target alone. These coordinates don't know their reference system, so the "
        "source is needed too.",
    ),
    ("Name both: `{right}`.", "Add the source reference system: `{right}`."),
)
_SRID = Wording(
    (
        "ST_Transform takes reference systems as text such as 'EPSG:4326'; bare numbers match no form of it.",
        "Bare SRID numbers are PostGIS style. DuckDB's ST_Transform wants `{right}` where the query has `{wrong}`.",
        "`{wrong}` is written as a number where a string is expected, so no ST_Transform fits these types.",
    ),
    ("Write `{right}`.", "Pass text instead of numbers: `{right}`."),
)
_COORDINATE = Wording(
    (
        "`{name}` gives the coordinate of a point, but `{wrong}` is a {kind}.",
        "A {kind} has no single coordinate, so `{name}({wrong})` can't be computed.",
        "`{name}` only accepts POINT geometries, and `{wrong}` holds {kind}s.",
    ),
    ("Pass a point: `{right}`.", "Use `{right}`."),
)


def _texts(at: Layout) -> list[Span]:
    """WKT literals, each once."""
    found: dict[str, Span] = {}
    for call in spatial(at, "ST_GEOMFROMTEXT"):
        first = at.arguments(call)[:1]
        if first and at.kinds[at.index(first[0].start)] is TokenType.STRING and at.slice(first[0]).endswith(")'"):
            found.setdefault(at.slice(first[0]), first[0])
    return list(found.values())


def geo_bad_wkt(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for span in some(rng, _texts(at)):
        right = at.slice(span)
        kind = re.match(r"'\s*([A-Za-z]+)", right)
        ways = [
            (right[:-2] + "'", "a closing parenthesis is missing"),
            (re.sub(r"(\d) (-?\d)", r"\1, \2", right), "a comma separates the two coordinates of a point"),
            (
                right.replace("((", "(").replace("))", ")"),
                "a polygon needs a second pair of parentheses for its ring",
            ),
            (re.sub(r"(\d), ?(-?\d)", r"\1; \2", right), "points are separated by commas, not semicolons"),
        ]
        if kind:
            typo = misspell_name(kind[1], rng)
            ways.append((right.replace(kind[1], typo, 1), f"there is no geometry type {typo}"))
        wrong, fault = rng.choice([way for way in ways if way[0] != right])
        edits = at.rewritten(span, wrong)
        names = {
            "wrong": shortened(wrong.strip("'")),
            "right": shortened(right.strip("'"), 200),
            "fault": fault,
        }
        yield _WKT.fault("geo_bad_wkt", edits, rng, **names)


def geo_open_ring(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for span in _texts(at):
        ring = re.fullmatch(r"'\s*POLYGON\s*\(\(([^()]*)\)\)'", at.slice(span), re.IGNORECASE)
        points = [point.strip() for point in ring[1].split(",")] if ring else []
        if len(points) > 4 and points[0] == points[-1] and ring:
            sites.append((span, ring, points))
    for span, ring, points in some(rng, sites):
        right = at.slice(span)
        cut = right[: ring.end(1)].rindex(",")
        wrong = right[:cut] + right[ring.end(1) :]
        edits = at.rewritten(span, wrong)
        names = {"first": points[0], "last": points[-2], "right": shortened(right.strip("'"), 200)}
        yield _RING.fault("geo_open_ring", edits, rng, **names)


def _systems(at: Layout) -> list[tuple[Call, list[Span]]]:
    calls = [(call, at.arguments(call)) for call in spatial(at, "ST_TRANSFORM")]
    strings = [(c, a) for c, a in calls if len(a) > 2 and all(at.slice(s).startswith("'") for s in a[1:3])]
    return [(c, a) for c, a in strings if all("EPSG:" in at.slice(s).upper() for s in a[1:3])]


def _both(at: Layout, call: Call, span: Span, wrong: str) -> list[Edit]:
    """The change in every repetition of the call."""
    offset, length = span.start - call.start, span.end - span.start
    calls = at.repetitions(call)
    return [Edit(twin.start + offset, twin.start + offset + length, wrong) for twin in calls]


def geo_unknown_crs(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for call, spans in some(rng, _systems(at)):
        span = rng.choice(spans[1:3])
        right = at.slice(span)
        code = right.strip("'").split(":")[1]
        forms = (
            "'EPSG:999999'",
            f"'ESPG:{code}'",
            f"'{code}'",
            f"'SRID:{code}'",
            f"'EPSG{code}'",
            f"'EPSG:{code}0'",
        )
        wrong = rng.choice(forms)
        yield _CRS.fault("geo_unknown_crs", _both(at, call, span, wrong), rng, wrong=wrong, right=right)


def geo_one_crs(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for call, spans in some(rng, _systems(at)):
        cut = Span(spans[0].end, spans[1].end)
        wrong = query.text[call.start : cut.start] + query.text[cut.end : call.end]
        names = {"wrong": shortened(wrong, 200), "right": whole(at, call)[1]}
        yield _ONE_CRS.fault("geo_one_crs", _both(at, call, cut, ""), rng, **names)


def geo_srid_number(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for call, spans in some(rng, _systems(at)):
        span = Span(spans[1].start, spans[2].end) if rng.random() < 0.5 else spans[2]
        right = at.slice(span)
        wrong = ", ".join(re.findall(r"\d+", right))
        yield _SRID.fault("geo_srid_number", _both(at, call, span, wrong), rng, wrong=wrong, right=right)


def geo_coordinate_of_area(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """ST_X of a polygon: the centroid is left out, or the zone's column is taken for the point's."""
    at = layout(query)
    sites = []
    shapes = [
        (use.table, column, use.alias)
        for call in spatial(at)
        for use, column in geometries(at, call)
        if column.geometry in ("POLYGON", "LINESTRING") and use.alias
    ]
    for call in spatial(at, "ST_X", "ST_Y"):
        spans = at.arguments(call)
        inner = next((c for c in spatial(at) if spans and c.start == spans[0].start and c.end == spans[0].end), None)
        if inner and inner.name == "ST_CENTROID" and geometries(at, inner):
            use, column = geometries(at, inner)[0]
            sites.append((call, spans[0], query.text[use.alias_start : use.end], str(column.geometry)))
        elif len(spans) == 1 and geometries(at, call) and shapes:
            _table, column, alias = rng.choice(shapes)
            if at.block_at(call.start) is not None and len(at.blocks) == 1:
                sites.append((call, spans[0], f"{alias}.{column.name}", str(column.geometry)))
    for call, span, wrong, kind in some(rng, sites):
        name, right = whole(at, call)
        names = {"name": name, "wrong": wrong, "kind": kind, "right": right}
        yield _COORDINATE.fault("geo_coordinate_of_area", _both(at, call, span, wrong), rng, **names)


OPERATORS: tuple[Operator, ...] = (
    Operator(geo_bad_wkt, "geo", "geo.wkt", "tree", "WKT that can't be parsed"),
    Operator(geo_open_ring, "geo", "geo.wkt", "tree", "A polygon whose ring isn't closed"),
    Operator(geo_unknown_crs, "geo", "geo.crs", "tree", "A reference system that doesn't exist"),
    Operator(geo_one_crs, "geo", "geo.crs", "tree", "ST_Transform with the target alone"),
    Operator(geo_srid_number, "geo", "geo.crs", "tree", "ST_Transform with SRID numbers"),
    Operator(geo_coordinate_of_area, "geo", "geo.kind", "tree", "ST_X or ST_Y of a polygon"),
)
