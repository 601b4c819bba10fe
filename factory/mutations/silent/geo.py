"""Places looked for in the wrong way: the predicate, its arguments, and the axes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code, placed

_PAIR = re.compile(r"(-?[\d.]+) (-?[\d.]+)")


def calls(view: View, *names: str) -> Iterator[exp.Expr]:
    for node in view.all(exp.Anonymous, exp.StPoint, exp.StDistance):
        if name_of(node) in names:
            yield node


def name_of(node: exp.Expr) -> str:
    return (node.name if isinstance(node, exp.Anonymous) else getattr(node, "sql_name", str)()).upper()


def arguments_of(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.Anonymous):
        return list(node.expressions)
    return [node.this, node.expression]


def zone_arguments_swapped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A point contains no polygon."""
    for node in calls(view, "ST_CONTAINS", "ST_WITHIN"):
        first, second = arguments_of(node)
        edit = view.edit()
        edit.put(node, sql.call(node.name, second.copy(), first.copy()))
        says = f"Asks whether the place contains the area, with the arguments of `{node.name}` exchanged."
        yield edit.tree, placed(node, view, says)


def within_for_contains(view: View, rng: Random) -> Found:  # noqa: ARG001
    """The other predicate with the same order of arguments."""
    for node in calls(view, "ST_CONTAINS", "ST_WITHIN"):
        contains = name_of(node) == "ST_CONTAINS"
        edit = view.edit()
        edit.twin(node).set("this", "ST_Within" if contains else "ST_Contains")
        used, meant = ("ST_Within", "ST_Contains") if contains else ("ST_Contains", "ST_Within")
        yield (
            edit.tree,
            placed(node, view, f"Uses `{used}` with the arguments of `{meant}`, whose order is the reverse."),
        )


def bounding_box_for_zone(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in calls(view, "ST_CONTAINS"):
        zone, point = arguments_of(node)
        use = view.resolve(zone)
        if use is None or use.column.role != "geometry":
            continue
        edit = view.edit()
        edit.put(node, sql.call("ST_Contains", sql.call("ST_Envelope", zone.copy()), point.copy()))
        yield edit.tree, placed(node, view, f"Tests the bounding box of {code(zone)} instead of the area itself.")


def coordinates_swapped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Latitude before longitude, in a point, a box or a text with corners."""
    for node in calls(view, "ST_POINT", "ST_MAKEENVELOPE", "ST_GEOMFROMTEXT"):
        arguments = [a.copy() for a in arguments_of(node)]
        if name_of(node) == "ST_GEOMFROMTEXT":
            new: list[exp.Expr] = [exp.Literal.string(_PAIR.sub(r"\2 \1", arguments[0].name))]
            what = "the corners of the box"
        elif len(arguments) == 4:
            west, south, east, north = arguments
            new, what = [south, west, north, east], "the corners of the box"
        else:
            new, what = arguments[::-1], "the point"
        edit = view.edit()
        spelt = node.name if isinstance(node, exp.Anonymous) else "ST_Point"
        edit.put(node, sql.call(spelt, *new))
        yield edit.tree, placed(node, view, f"Gives {what} with the latitude first, where the longitude comes first.")


def intersects_for_exact(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A predicate that holds wherever two places share a point."""
    for node in calls(view, "ST_TOUCHES", "ST_CROSSES"):
        edit = view.edit()
        edit.put(node, sql.call("ST_Intersects", *(a.copy() for a in arguments_of(node))))
        meant = "touch" if name_of(node) == "ST_TOUCHES" else "cross"
        yield edit.tree, placed(node, view, f"Accepts any that intersect where they must {meant}.")


def intersects_for_centroid(view: View, rng: Random) -> Found:  # noqa: ARG001
    """The whole area where its centre decides."""
    for node in calls(view, "ST_CONTAINS", "ST_WITHIN"):
        arguments = arguments_of(node)
        centred = [a for a in arguments if name_of(a) == "ST_CENTROID"]
        if centred:
            whole = [arguments_of(a)[0] if name_of(a) == "ST_CENTROID" else a for a in arguments]
            edit = view.edit()
            edit.put(node, sql.call("ST_Intersects", *(a.copy() for a in whole)))
            yield edit.tree, placed(node, view, "Takes every area that is touched, not just that of the centroid.")


def other_coordinate(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in calls(view, "ST_X", "ST_Y"):
        if node is not view.same(node)[0]:
            continue
        upright = name_of(node) == "ST_Y"
        edit = view.edit()
        edit.put_same(node, sql.call("ST_X" if upright else "ST_Y", *(a.copy() for a in arguments_of(node))))
        used, meant = ("longitude", "latitude") if upright else ("latitude", "longitude")
        edit.rename(meant, used)
        yield edit.tree, placed(node, view, f"Takes the {used} where the {meant} is meant.")


OPERATORS: tuple[Operator, ...] = (
    Operator(zone_arguments_swapped, "Table.Join Condition Mismatch", "The point asked to contain the area"),
    Operator(within_for_contains, "Table.Join Condition Mismatch", "ST_Within for ST_Contains, or the reverse"),
    Operator(bounding_box_for_zone, "Table.Join Condition Mismatch", "The bounding box for the area"),
    Operator(intersects_for_exact, "Table.Join Condition Mismatch", "ST_Intersects for a narrower predicate"),
    Operator(intersects_for_centroid, "Table.Join Condition Mismatch", "ST_Intersects where the centroid decides"),
    Operator(coordinates_swapped, "Value.Data Format", "Latitude and longitude exchanged"),
    Operator(other_coordinate, "Attribute.Mismatch", "The longitude for the latitude, or the reverse"),
)
