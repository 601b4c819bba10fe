"""Spatial functions as other engines have them, and with arguments that don't fit."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Call, Layout, Span, layout, some
from factory.mutations.layout.spelling import misspell_name
from factory.mutations.layout.wording import Wording, shortened
from factory.mutations.query import ColumnUse, Query
from factory.records import Column, Database

# What PostGIS, SQL Server, Oracle and BigQuery call it; DuckDB has none of these.
_FOREIGN = {
    "ST_CONTAINS": ("STContains", "SDO_CONTAINS"),
    "ST_WITHIN": ("STWithin", "SDO_INSIDE", "ST_Inside"),
    "ST_INTERSECTS": ("STIntersects", "SDO_ANYINTERACT", "ST_Intersect"),
    "ST_DISTANCE": ("STDistance", "SDO_DISTANCE"),
    "ST_DISTANCE_SPHERE": ("ST_DistanceSphere", "ST_DistanceSpheroid"),
    "ST_DISTANCE_SPHEROID": ("ST_DistanceSpheroid", "ST_DistanceSphere"),
    "ST_DWITHIN": ("ST_DWithinSphere", "SDO_WITHIN_DISTANCE"),
    "ST_GEOMFROMTEXT": ("ST_GeogFromText", "ST_GeometryFromText", "ST_GeomFromEWKT", "ST_GeographyFromText"),
    "ST_POINT": ("ST_GeogPoint", "STPoint"),
    "ST_X": ("ST_Longitude", "ST_Long", "STX"),
    "ST_Y": ("ST_Latitude", "ST_Lat", "STY"),
    "ST_ASTEXT": ("ST_AsEWKT", "STAsText"),
    "ST_AREA": ("STArea", "SDO_AREA"),
    "ST_AREA_SPHEROID": ("ST_GeodesicArea", "ST_AreaSpheroid"),
    "ST_LENGTH": ("STLength", "SDO_LENGTH"),
    "ST_LENGTH_SPHEROID": ("ST_LengthSpheroid", "ST_GeodesicLength"),
    "ST_TRANSFORM": ("STTransform", "ST_Reproject"),
    "ST_BUFFER": ("STBuffer", "SDO_BUFFER"),
    "ST_CENTROID": ("STCentroid", "SDO_CENTROID"),
}
_PAIRS = ("ST_CONTAINS", "ST_WITHIN", "ST_INTERSECTS", "ST_DISTANCE", "ST_DISTANCE_SPHERE", "ST_DWITHIN")
_SINGLES = ("ST_X", "ST_Y", "ST_AREA", "ST_LENGTH", "ST_CENTROID", "ST_ASTEXT", "ST_AREA_SPHEROID")

_MISSPELT = Wording(
    (
        "There is no function `{wrong}`; the spatial function is spelt `{right}`.",
        "`{wrong}` is a typo of `{right}`, so the catalog doesn't find it.",
        "The engine looks for `{wrong}` and knows only `{right}`.",
    ),
    ("Correct the name to `{right}`.", "Write `{right}`."),
)
_OTHER = Wording(
    (
        "`{wrong}` is another engine's name; DuckDB's spatial functions have `{right}` for this.",
        "DuckDB has no `{wrong}`. The function that does it here is `{right}`.",
        "The catalog doesn't know `{wrong}`, which belongs to another spatial database.",
    ),
    ("Use `{right}`.", "Replace `{wrong}` by `{right}`."),
)
_GEOGRAPHY = Wording(
    (
        "DuckDB has no type `geography`; spatial columns are GEOMETRY.",
        "The cast to `geography` is PostGIS; here that type doesn't exist, and `{column}` is a GEOMETRY already.",
        "`geography` is not a type in this engine, so the cast can't be resolved.",
    ),
    ("Drop the cast and pass `{column}`.", "Use `{column}` without `::geography`."),
)
_MISSING = Wording(
    (
        "`{name}` relates two geometries, and `{wrong}` passes only one.",
        "The call `{wrong}` lacks an argument: `{missing}` is not there.",
        "No form of `{name}` takes what `{wrong}` gives it; `{missing}` is missing.",
    ),
    ("Pass both geometries: `{right}`.", "Complete the call: `{right}`."),
)
_EXTRA = Wording(
    (
        "`{name}` has no form with the extra argument `{extra}`; that is how PostGIS calls it.",
        "`{wrong}` passes one argument too many: DuckDB's `{name}` doesn't take `{extra}`.",
        "The `{extra}` at the end matches no candidate of `{name}`.",
    ),
    ("Remove `{extra}`: `{right}`.", "Call it as `{right}`."),
)
_NOT_GEOMETRY = Wording(
    (
        "`{wrong}` is {type}, but `{name}` works on geometries; the geometry is in `{right}`.",
        "`{name}` is given the {type} column `{wrong}` where it needs a GEOMETRY.",
        "There is no `{name}` for {type}. The location is stored in `{right}`, not in `{wrong}`.",
    ),
    ("Pass `{right}` instead of `{wrong}`.", "Use the geometry column `{right}`."),
)


def spatial(at: Layout, *names: str) -> list[Call]:
    return [call for call in at.calls if call.name.startswith("ST_") and (not names or call.name in names)]


def geometries(at: Layout, call: Call) -> list[tuple[ColumnUse, Column]]:
    """Arguments of a call that are geometry columns."""
    found = []
    for span in at.arguments(call):
        for use in at.query.column_uses:
            if use.alias_start == span.start and use.end == span.end and use.column and use.column.geometry:
                found.append((use, use.column))
    return found


def whole(at: Layout, call: Call) -> tuple[str, str]:
    return at.text[call.start : call.name_end], shortened(at.text[call.start : call.end], 200)


def geo_function_misspelt(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for call in some(rng, [call for call in spatial(at) if len(call.name) > 6]):
        name, _text = whole(at, call)
        wrong = name[:3] + misspell_name(name[3:], rng)
        if wrong.lower() not in ("st_", name.lower()):
            edits = (Edit(call.start, call.name_end, wrong),)
            yield _MISSPELT.fault("geo_function_misspelt", edits, rng, wrong=wrong, right=name)


def geo_function_foreign(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for call in some(rng, [call for call in spatial(at) if call.name in _FOREIGN]):
        name, _text = whole(at, call)
        wrong = rng.choice(_FOREIGN[call.name])
        wrong = wrong.lower() if name.islower() else wrong
        edits = (Edit(call.start, call.name_end, wrong),)
        yield _OTHER.fault("geo_function_foreign", edits, rng, wrong=wrong, right=name)


def geo_geography_cast(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [site[0] for call in spatial(at) for site in geometries(at, call)]
    for use in some(rng, sites):
        column = query.text[use.alias_start : use.end]
        edits = (Edit(use.end, use.end, rng.choice(("::geography", "::GEOGRAPHY"))),)
        yield _GEOGRAPHY.fault("geo_geography_cast", edits, rng, column=column)


def geo_argument_missing(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for call in some(rng, [call for call in spatial(at, *_PAIRS) if len(at.arguments(call)) > 1]):
        first, second, *rest = at.arguments(call)
        cut = Span(first.end, second.end) if rest or rng.random() < 0.6 else Span(first.start, second.start)
        missing = second if cut.start == first.end else first
        name, right = whole(at, call)
        wrong = query.text[call.start : cut.start] + query.text[cut.end : call.end]
        names = {"name": name, "right": right, "wrong": shortened(wrong, 200), "missing": at.slice(missing)}
        yield _MISSING.fault("geo_argument_missing", (Edit(*cut, ""),), rng, **names)


def geo_argument_extra(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    extras = {"ST_DISTANCE": "true", "ST_GEOMFROMTEXT": "4326", "ST_POINT": "4326", "ST_DWITHIN": "true"}
    extras |= {"ST_AREA": "true", "ST_LENGTH": "true"}
    for call in some(rng, spatial(at, *extras)):
        name, right = whole(at, call)
        extra = extras[call.name]
        wrong = f"{query.text[call.start : call.end - 1]}, {extra})"
        names = {"name": name, "right": right, "wrong": shortened(wrong, 200), "extra": extra}
        edits = (Edit(call.end - 1, call.end - 1, f", {extra}"),)
        yield _EXTRA.fault("geo_argument_extra", edits, rng, **names)


def geo_not_a_geometry(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for call in spatial(at, *_PAIRS, *_SINGLES):
        for use, column in geometries(at, call):
            table = use.table
            others = [c for c in (table.columns if table else ()) if c.role in ("name", "place", "key", "code")]
            others = [c for c in others if c.name != column.name]
            if others:
                sites.append((call, use, rng.choice(others)))
    for call, use, other in some(rng, sites):
        prefix = query.text[use.alias_start : use.start]
        names = {"name": whole(at, call)[0], "wrong": prefix + other.name, "type": other.type}
        names["right"] = prefix + use.node.name
        edits = (Edit(use.start, use.end, other.name),)
        yield _NOT_GEOMETRY.fault("geo_not_a_geometry", edits, rng, **names)


OPERATORS: tuple[Operator, ...] = (
    Operator(geo_function_misspelt, "geo", "geo.function", "tree", "A spatial function is misspelt"),
    Operator(geo_function_foreign, "geo", "geo.other_engine", "tree", "Another engine's spatial function"),
    Operator(geo_geography_cast, "geo", "geo.type", "tree", "A cast to geography"),
    Operator(geo_argument_missing, "geo", "geo.argument", "tree", "A spatial function with one geometry"),
    Operator(geo_argument_extra, "geo", "geo.argument", "tree", "A spatial call with PostGIS's last argument"),
    Operator(geo_not_a_geometry, "geo", "geo.argument", "tree", "A name or key for a geometry"),
)
