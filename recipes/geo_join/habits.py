"""What people write who come from PostGIS, and what DuckDB raises an error for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.geo.template import as_spelt

Habit = tuple[str, str, exp.Expr]  # operator, what is wrong, the query


def habits(tree: exp.Expr, rng: Random) -> list[Habit]:
    """Each habit that has a place in the query, once; whether DuckDB objects is for the engine to say."""
    found = []
    for name, (habit, mistake) in _HABITS.items():
        changed = habit(as_spelt(tree.copy()), rng)
        if changed is not None:
            found.append((name, mistake, changed))
    return found


def _called(tree: exp.Expr, *names: str) -> Iterator[exp.Anonymous]:
    for node in list(tree.find_all(exp.Anonymous)):
        if node.name.upper() in names:
            yield node


def _geography(tree: exp.Expr, rng: Random) -> exp.Expr | None:  # noqa: ARG001
    """Casts instead of projections, distances on the ellipsoid by ST_Distance."""
    changed = False
    for node in _called(tree, "ST_DISTANCE_SPHEROID"):
        node.set("this", "ST_Distance")
        changed = True
    for node in reversed(list(_called(tree, "ST_TRANSFORM", "ST_FLIPCOORDINATES"))):
        node.replace(_cast(node.expressions[0]))
        changed = True
    return tree if changed else None


def _cast(geometry: exp.Expr) -> exp.Expr:
    # Written as a call: what DuckDB suggests for an unknown type after :: depends on what the session did before.
    return sql.call("geography", geometry.copy())


def _one_crs(tree: exp.Expr, rng: Random) -> exp.Expr | None:  # noqa: ARG001
    """The target by its number alone."""
    changed = False
    for node in _called(tree, "ST_TRANSFORM"):
        target = node.expressions[2].name.rpartition(":")[2]
        node.set("expressions", [node.expressions[0].copy(), exp.Literal.number(target)])
        changed = True
    return tree if changed else None


def _knn(tree: exp.Expr, rng: Random) -> exp.Expr | None:  # noqa: ARG001
    """The operator `<->` in the place of the distance that is sorted by."""
    for order in tree.find_all(exp.Order):
        for node in order.find_all(exp.Anonymous):
            if node.name.upper() in ("ST_DISTANCE", "ST_DISTANCE_SPHEROID"):
                first, second = (_bare(argument) for argument in node.expressions[:2])
                node.replace(exp.Distance(this=first, expression=second))
                return tree
    return None


def _bare(geometry: exp.Expr) -> exp.Expr:
    """The geometry without what was done to it."""
    while isinstance(geometry, exp.Anonymous) and geometry.name.upper() in ("ST_TRANSFORM", "ST_FLIPCOORDINATES"):
        geometry = geometry.expressions[0]
    return geometry.copy()


def _set_srid(tree: exp.Expr, rng: Random) -> exp.Expr | None:
    """A reference system for a point or box that is made up in the query, or for what is tested."""
    for node in _called(tree, "ST_POINT", "ST_MAKEENVELOPE"):
        if node.name.upper() == "ST_MAKEENVELOPE":
            node.append("expressions", exp.Literal.number(4326))
        else:
            maker = rng.choice(("ST_MakePoint", "ST_Point"))
            point = sql.call(maker, *(argument.copy() for argument in node.expressions))
            node.replace(sql.call("ST_SetSRID", point, exp.Literal.number(4326)))
        return tree
    for node in _called(tree, *_PREDICATES):
        if all(isinstance(argument, exp.Column) for argument in node.expressions):
            srid = exp.Literal.number(4326)
            node.set("expressions", [sql.call("ST_SetSRID", a.copy(), srid.copy()) for a in node.expressions])
            return tree
    return None


def _to_degrees(tree: exp.Expr, rng: Random) -> exp.Expr | None:  # noqa: ARG001
    """Coordinates taken from a geometry that is transformed to EPSG:4326 by its number, to be sure."""
    found = [node for node in _called(tree, "ST_X", "ST_Y") if isinstance(node.expressions[0], exp.Column)]
    for node in found:
        degrees = sql.call("ST_Transform", node.expressions[0].copy(), exp.Literal.number(4326))
        node.set("expressions", [degrees])
    return tree if found else None


def _renamed(names: Mapping[str, tuple[str, ...]]) -> Callable[[exp.Expr, Random], exp.Expr | None]:
    def renamed(tree: exp.Expr, rng: Random) -> exp.Expr | None:
        found = [node for node in tree.find_all(exp.Anonymous) if node.name.upper() in names]
        if not found:
            return None
        old = rng.choice(found).name.upper()
        new = rng.choice(names[old])
        for node in found:
            if node.name.upper() == old:
                node.set("this", new)
        return tree

    return renamed


_PREDICATES = ("ST_CONTAINS", "ST_WITHIN", "ST_INTERSECTS", "ST_TOUCHES", "ST_CROSSES")
_OTHER_NAMES = {
    "ST_DISTANCE_SPHEROID": ("ST_DistanceSphere", "ST_DistanceSpheroid"),
    "ST_UNION_AGG": ("ST_Union",),
}
_HABITS: Mapping[str, tuple[Callable[[exp.Expr, Random], exp.Expr | None], str]] = {
    "geography_cast": (_geography, "Measures on the type geography of PostGIS, which DuckDB doesn't have."),
    "target_number_alone": (_one_crs, "Gives ST_Transform the target's SRID alone, as PostGIS takes it."),
    "distance_operator": (_knn, "Sorts by the operator <-> of PostGIS, which DuckDB doesn't have for geometries."),
    "srid_set": (_set_srid, "Gives the geometry an SRID in the way of PostGIS."),
    "degrees_by_number": (_to_degrees, "Transforms to EPSG:4326 by its number, in the way of PostGIS."),
    "postgis_name": (_renamed(_OTHER_NAMES), "Calls a function by the name that it has in PostGIS."),
}
