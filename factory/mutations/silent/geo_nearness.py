"""Nearness in time and space looked for on one side only, or by the wrong minimum."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.geo import calls
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code, placed


def _mentions_place(node: exp.Expr) -> bool:
    return any(isinstance(n, exp.Anonymous) and n.name.upper().startswith("ST_") for n in node.walk()) or bool(
        next(node.find_all(exp.StDistance), None)
    )


def one_sided_window(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Only what comes after counts as close in time."""
    if not any(calls(view, "ST_DWITHIN", "ST_DISTANCE", "ST_DISTANCE_SPHEROID")):
        return
    for node in view.all(exp.Abs):
        if isinstance(node.parent, (exp.LT, exp.LTE)) and not _mentions_place(node):
            edit = view.edit()
            edit.put(node, node.this.copy())
            says = f"Compares {code(node.this)} with its sign, so what is negative counts however far off it is."
            yield edit.tree, placed(node, view, says)
    for between in view.all(exp.Between):
        low = between.args["low"]
        if isinstance(low, exp.Sub) and isinstance(low.expression, exp.Interval):
            edit = view.edit()
            edit.put(low, low.this.copy())
            says = f"Begins the window at {code(low.this)}, so what happened shortly before doesn't count."
            yield edit.tree, placed(between, view, says)


def _nearest(view: View) -> Iterator[exp.Expr]:
    for node in view.all(exp.ArgMin):
        if isinstance(node.this, exp.Column) and _mentions_place(node.expression):
            yield node


def smallest_for_nearest(view: View, rng: Random) -> Found:  # noqa: ARG001
    """The first name by alphabet beside the smallest distance."""
    for node in _nearest(view):
        edit = view.edit()
        edit.put_same(node, exp.Min(this=node.this.copy()))
        says = f"Takes the smallest {code(node.this)} instead of the one at the smallest distance."
        yield edit.tree, placed(node, view, says)
    for node in view.all(exp.Order):
        ordered = node.expressions[0] if len(node.expressions) == 1 else None
        window = node.parent
        if ordered is None or not isinstance(window, exp.Window) or not _mentions_place(ordered.this):
            continue
        names = [a for c in calls(view, "ST_DISTANCE", "ST_DISTANCE_SPHEROID") for a in c.find_all(exp.Column)]
        partition = {c.table for c in window.args.get("partition_by") or [] if isinstance(c, exp.Column)}
        other = next((c for c in names if c.table and c.table not in partition), None)
        use = view.resolve(other) if other is not None else None
        if other is None or use is None or not use.table.key:
            continue
        key = sql.column(use.table.key[0], other.table)
        edit = view.edit()
        edit.put(ordered.this, key)
        yield edit.tree, placed(node, view, f"Takes the smallest {code(key)} instead of the smallest distance.")


OPERATORS: tuple[Operator, ...] = (
    Operator(one_sided_window, "Condition.Implicit Missing", "A window of time on one side only"),
    Operator(smallest_for_nearest, "Function.Aggregate", "The smallest name or key for the nearest"),
)
