"""Coordinates compared or measured in the wrong system, or with their axes exchanged."""

from __future__ import annotations

from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.geo.crs import WGS84, Crs, stored_in
from factory.mutations.silent.geo import arguments_of, calls
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code


def _transforms(view: View) -> list[exp.Expr]:
    return list(calls(view, "ST_TRANSFORM"))


def _projected(view: View) -> dict[str, tuple[exp.Expr, Crs]]:
    """Columns that are stored in a projected system, by their text, with that system."""
    found: dict[str, tuple[exp.Expr, Crs]] = {}
    for column in view.all(exp.Column):
        use = view.resolve(column) if not column.is_star else None
        # What a CTE puts out may have been transformed in it.
        read = use is not None and use.source == column.table and use.column.role == "geometry"
        crs = stored_in(use.column) if use is not None and read else None
        if crs is not None and crs != WGS84:
            found[code(column)] = (column, crs)
    return found


def transform_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Degrees for metres, or for eastings and northings."""
    if nodes := _transforms(view):
        edit = view.edit()
        for node in nodes:
            edit.put(node, arguments_of(node)[0].copy())
        if _projected(view):
            yield edit.tree, "Mixes coordinates of different systems, for lack of `ST_Transform`."
        else:
            yield edit.tree, "Measures in degrees where metres are needed, for lack of `ST_Transform`."


def system_set(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A label for a conversion: the numbers stay what they are."""
    if nodes := [n for n in _transforms(view) if len(arguments_of(n)) > 2]:
        edit = view.edit()
        for node in nodes:
            geometry, _, target = arguments_of(node)[:3]
            edit.put(node, sql.call("ST_SetCRS", geometry.copy(), target.copy()))
        yield edit.tree, "Only labels the geometries with another system by `ST_SetCRS`, which converts no coordinates."


def transformed_twice(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Eastings and northings taken for degrees."""
    for text, (column, crs) in _projected(view).items():
        inside = column.find_ancestor(exp.Anonymous)
        if inside is not None and inside.name.upper() == "ST_TRANSFORM":
            continue
        systems = (exp.Literal.string("EPSG:4326"), exp.Literal.string(f"EPSG:{crs.code}"))
        edit = view.edit()
        edit.put_same(column, sql.call("ST_Transform", column.copy(), *systems, exp.true()))
        yield edit.tree, f"Transforms {text} from degrees, though it is stored in EPSG:{crs.code} already."


def axis_order_forgotten(view: View, rng: Random) -> Found:  # noqa: ARG001
    """ST_Transform and ST_Distance_Spheroid take the latitude first unless they are told."""
    nodes = [n for n in _transforms(view) if len(arguments_of(n)) == 4]
    if nodes and not any(calls(view, "ST_BUFFER")):
        edit = view.edit()
        for node in nodes:
            edit.put(node, sql.call("ST_Transform", *(a.copy() for a in arguments_of(node)[:3])))
        yield edit.tree, "Transforms without saying that the longitude comes first, so the axes are exchanged."
    if flips := list(calls(view, "ST_FLIPCOORDINATES")):
        edit = view.edit()
        for node in flips:
            edit.put(node, arguments_of(node)[0].copy())
        yield edit.tree, "Gives the longitude first to a function that takes the latitude first."


def web_mercator(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A projection for maps, which stretches distances away from the equator."""
    nodes = [n for n in _transforms(view) if len(arguments_of(n)) > 2]
    if nodes and not _projected(view):
        edit = view.edit()
        for node in nodes:
            edit.put(arguments_of(node)[2], exp.Literal.string("EPSG:3857"))
        meant = arguments_of(nodes[0])[2].name
        yield edit.tree, f"Measures in Web Mercator, which stretches distances, instead of {meant}."


OPERATORS: tuple[Operator, ...] = (
    Operator(axis_order_forgotten, "Value.Data Format", "A function that isn't told the order of the axes"),
    Operator(transform_dropped, "Function.Conversion", "Degrees for metres"),
    Operator(system_set, "Function.Conversion", "A label where coordinates have to be converted"),
    Operator(transformed_twice, "Function.Conversion", "Metres taken for degrees"),
    Operator(web_mercator, "Function.Conversion", "Web Mercator for a metric projection"),
)
