"""What hands that know PostGIS write without thinking: an SRID on every geometry, and the operator of distance."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import layout, some
from factory.mutations.layout.wording import Wording, shortened
from factory.mutations.loud.geo import geometries, spatial, whole
from factory.mutations.query import Query
from factory.records import Database

_RELATING = ("ST_CONTAINS", "ST_WITHIN", "ST_INTERSECTS", "ST_TOUCHES", "ST_CROSSES", "ST_DISTANCE", "ST_DWITHIN")
_SET = Wording(
    (
        "`ST_SetSRID` is a function of PostGIS. DuckDB doesn't have it, and `{column}` needs no SRID to be compared.",
        "DuckDB knows no `ST_SetSRID`; `{column}` is compared as it is stored.",
        "There is no `ST_SetSRID` in this engine: a geometry's reference system is part of its type, or isn't kept.",
    ),
    ("Pass `{column}` itself.", "Take `ST_SetSRID` away and pass `{column}`."),
)
_OPERATOR = Wording(
    (
        "`<->` measures distances in PostGIS. In DuckDB it isn't defined for geometries.",
        "DuckDB has no operator `<->` for geometries; the distance is `{name}`.",
        "The operator `<->` comes from PostGIS and takes no geometries here.",
    ),
    ("Write `{right}`.", "Call the function: `{right}`."),
)


def geo_srid_set(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [use for call in spatial(at, *_RELATING) for use, _column in geometries(at, call)]
    for use in some(rng, sites):
        column = at.written(use)
        edits = (Edit(use.alias_start, use.alias_start, "ST_SetSRID("), Edit(use.end, use.end, ", 4326)"))
        yield _SET.fault("geo_srid_set", edits, rng, column=column)


def geo_distance_operator(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """The arguments stay as they are, with their transformations."""
    at = layout(query)
    for call in some(rng, [call for call in spatial(at, "ST_DISTANCE") if len(at.arguments(call)) == 2]):
        first, second = (at.slice(argument).strip() for argument in at.arguments(call))
        name, right = whole(at, call)
        wrong = f"({first} <-> {second})"
        names = {"name": name, "right": shortened(right, 200)}
        yield _OPERATOR.fault("geo_distance_operator", at.rewritten(call, wrong), rng, **names)


OPERATORS: tuple[Operator, ...] = (
    Operator(geo_srid_set, "geo", "geo.other_engine", "tree", "ST_SetSRID of PostGIS"),
    Operator(geo_distance_operator, "geo", "geo.other_engine", "tree", "The operator <-> of PostGIS"),
)
