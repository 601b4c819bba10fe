"""Bounds that are moved, turned round, or lose the end of a range."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.clauses import parts, period
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code, instead

_BOUNDS: dict[type[exp.Expr], type[exp.Expr]] = {exp.GT: exp.GTE, exp.GTE: exp.GT, exp.LT: exp.LTE, exp.LTE: exp.LT}
_TURNED: dict[type[exp.Expr], type[exp.Expr]] = {exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE}


def _compared(view: View, turn: dict[type[exp.Expr], type[exp.Expr]]) -> Found:
    for node in view.all(exp.GT, exp.GTE, exp.LT, exp.LTE):
        if node is not view.same(node)[0]:
            continue
        new = turn[type(node)](this=node.this.copy(), expression=node.expression.copy())
        edit = view.edit()
        edit.put_same(node, new)
        yield edit.tree, instead(node, new, view)


def boundary_moved(view: View, rng: Random) -> Found:  # noqa: ARG001
    return _compared(view, _BOUNDS)


def comparison_turned(view: View, rng: Random) -> Found:  # noqa: ARG001
    return _compared(view, _TURNED)


def between_end_open(view: View, rng: Random) -> Found:  # noqa: ARG001
    """The range without its upper end."""
    for node in view.all(exp.Between):
        at, low, high = node.this, node.args["low"], node.args["high"]
        low_end = exp.GTE(this=at.copy(), expression=low.copy())
        high_end = exp.LT(this=at.copy(), expression=high.copy())
        edit = view.edit()
        edit.put(node, sql.both(low_end, high_end))
        yield edit.tree, f"Leaves the upper end {code(high)} out of the range of {code(at)}."


def _months(view: View) -> Iterator[tuple[exp.GTE, exp.LT, date]]:
    """Half-open periods: both comparisons, and the first day after."""
    for node in view.all(exp.And):
        pair = parts(node)[-2:]
        if len(pair) == 2 and period(*pair) and isinstance(pair[0], exp.GTE) and isinstance(pair[1], exp.LT):
            end = pair[1].expression
            if isinstance(end, exp.Literal) and end.is_string:
                try:
                    yield pair[0], pair[1], date.fromisoformat(end.this)
                except ValueError:
                    continue


def last_day_lost(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A period of timestamps written with the date of its last day, whose hours it then leaves out."""
    for _, end, after in _months(view):
        use = view.resolve(end.this)
        if use is None or use.column.type == "DATE":
            continue
        last = sql.literal(after - timedelta(days=1))
        edit = view.edit()
        edit.put(end, exp.LTE(this=end.this.copy(), expression=last))
        says = f"Ends the period of {code(end.this)} at midnight, when its last day, {code(last)}, only begins."
        yield edit.tree, says


OPERATORS: tuple[Operator, ...] = (
    Operator(boundary_moved, "Operator.Comparison", "A bound is included, or no longer"),
    Operator(comparison_turned, "Operator.Comparison", "Less for more, or more for less"),
    Operator(between_end_open, "Condition.Explicit Mismatch", "BETWEEN without its upper end"),
    Operator(last_day_lost, "Function.Date/Time", "A period of timestamps that ends when its last day starts"),
)
