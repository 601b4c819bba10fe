"""Distances, areas and lengths measured in the wrong unit or extent."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.geo import arguments_of, calls, name_of
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import placed, quoted

# Divisors that turn metres into the unit asked for, each with one that is taken for it.
_DIVISORS = {
    "1000": ("1609.344", "miles", "kilometres"),
    "1609.344": ("1000", "kilometres", "miles"),
    "1000000": ("1000", "thousands of square metres", "square kilometres"),
    "2589988.110336": ("1000000", "square kilometres", "square miles"),
}


def _radii(view: View) -> Iterator[exp.Expr]:
    """Numbers of metres that a distance is compared with."""
    for node in view.all(exp.LT, exp.LTE, exp.GT, exp.GTE):
        if isinstance(node.expression, exp.Literal) and name_of(node.this).startswith("ST_DISTANCE"):
            yield node.expression
    for call in calls(view, "ST_DWITHIN"):
        radius = arguments_of(call)[-1]
        if isinstance(radius, exp.Literal):
            yield radius


def _scaled(view: View, factor: Decimal, says: str) -> Found:
    for radius in _radii(view):
        value = Decimal(radius.name) * factor
        edit = view.edit()
        edit.put(radius, sql.literal(int(value) if value == int(value) else round(value, 5).normalize()))
        yield edit.tree, placed(radius, view, says)


def kilometres_for_metres(view: View, rng: Random) -> Found:  # noqa: ARG001
    return _scaled(view, Decimal("0.001"), "Compares a distance in metres with a number of kilometres.")


def miles_for_kilometres(view: View, rng: Random) -> Found:  # noqa: ARG001
    return _scaled(view, Decimal("1.609344"), "Compares with a radius that is a mile where a kilometre is asked for.")


def degrees_for_metres(view: View, rng: Random) -> Found:  # noqa: ARG001
    return _scaled(view, 1 / Decimal(111320), "Compares a distance in metres with a number of degrees.")


def other_divisor(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Miles for kilometres in what is returned."""
    for node in view.all(exp.Div):
        known = _DIVISORS.get(node.expression.name) if isinstance(node.expression, exp.Literal) else None
        if known is None or not any(name_of(n).startswith("ST_") for n in node.this.walk() if isinstance(n, exp.Func)):
            continue
        divisor, used, meant = known
        edit = view.edit()
        edit.put_same(node, exp.Div(this=node.this.copy(), expression=exp.Literal.number(divisor)))
        yield edit.tree, placed(node, view, f"Gives {used} where {meant} are asked for.")


def overlap_ignored(view: View, rng: Random) -> Found:  # noqa: ARG001
    """The whole of what reaches into an area instead of the part within it."""
    for node in calls(view, "ST_INTERSECTION"):
        if node is not view.same(node)[0]:
            continue
        whole = arguments_of(node)[1]
        edit = view.edit()
        edit.put_same(node, whole.copy())
        yield edit.tree, placed(node, view, f"Measures all of {quoted(whole, 'it')} instead of the part that overlaps.")


def area_weight_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """value * overlap / area becomes the value."""
    for node in view.all(exp.Div):
        product = node.this
        areas = [n for side in (product, node.expression) for n in side.walk() if name_of(n) == "ST_AREA"]
        if isinstance(product, exp.Mul) and isinstance(product.this, exp.Column) and len(areas) > 1:
            edit = view.edit()
            edit.put_same(node, product.this.copy())
            says = f"Counts {quoted(product.this, 'each value')} in full, not by the share of its area that overlaps."
            yield edit.tree, placed(node, view, says)


def centroid_for_edge(view: View, rng: Random) -> Found:  # noqa: ARG001
    """The distance to the middle of a line or an area."""
    for call in calls(view, "ST_DISTANCE", "ST_DWITHIN"):
        for column in call.find_all(exp.Column):
            use = view.resolve(column)
            if use is None or use.column.geometry in (None, "POINT"):
                continue
            edit = view.edit()
            edit.put_same(column, sql.call("ST_Centroid", column.copy()))
            says = f"Measures to the centroid of {quoted(column, 'it')} instead of its nearest point."
            yield edit.tree, placed(call, view, says)


OPERATORS: tuple[Operator, ...] = (
    Operator(kilometres_for_metres, "Value.Mismatch", "A radius in kilometres"),
    Operator(miles_for_kilometres, "Value.Mismatch", "A radius in miles"),
    Operator(degrees_for_metres, "Value.Mismatch", "A radius in degrees"),
    Operator(other_divisor, "Function.Math", "Miles for kilometres in the result"),
    Operator(overlap_ignored, "Function.Math", "The whole for the overlap"),
    Operator(area_weight_dropped, "Function.Math", "A sum without its weights"),
    Operator(centroid_for_edge, "Attribute.Mismatch", "The centroid for the nearest point"),
)
