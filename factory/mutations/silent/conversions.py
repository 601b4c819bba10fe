"""Values turned into another type than the question needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code, placed, quoted

_COMPARISONS = (exp.GT, exp.GTE, exp.LT, exp.LTE)


def _compared(view: View, role: str) -> dict[exp.Expr, list[exp.Expr]]:
    """Columns of a role and their comparisons with a literal."""
    found: dict[exp.Expr, list[exp.Expr]] = {}
    for node in view.all(*_COMPARISONS):
        use = view.resolve(node.this)
        if use is not None and use.column.role == role and isinstance(node.expression, exp.Literal):
            found.setdefault(node.this, []).append(node)
    return found


def _text(value: exp.Expr) -> exp.Expr:
    return exp.Cast(this=value.copy(), to=exp.DataType.build("VARCHAR", dialect="duckdb"))


def date_compared_as_text(view: View, rng: Random) -> Found:  # noqa: ARG001
    """With the day first, so that text and time order differently."""
    for at, nodes in _compared(view, "timestamp").items():
        edit = view.edit()
        for node in nodes:
            try:
                moment = datetime.fromisoformat(node.expression.name)
            except ValueError:
                break
            written = sql.call("STRFTIME", at.copy(), exp.Literal.string("%d/%m/%Y"))
            edit.put(node, type(node)(this=written, expression=exp.Literal.string(f"{moment:%d/%m/%Y}")))
        else:
            yield edit.tree, placed(nodes[0], view, f"Compares {code(at)} as text with the day first, not as a date.")


def number_compared_as_text(view: View, rng: Random) -> Found:  # noqa: ARG001
    for at, nodes in _compared(view, "measure").items():
        edit = view.edit()
        for node in nodes:
            edit.put(node, type(node)(this=_text(at), expression=exp.Literal.string(node.expression.name)))
        yield edit.tree, placed(nodes[0], view, f"Compares {code(at)} as text, where 9 comes after 10.")


def _numeric(view: View, at: exp.Expr) -> bool:
    if isinstance(at, exp.Column) and not at.table and view.outermost is not None:
        output = next((e.unalias() for e in view.outermost.expressions if e.alias == at.name), at)
        at = output if output is not at else at
    use = view.resolve(at)
    return isinstance(at, (exp.Count, exp.Sum, exp.Avg)) or (use is not None and use.column.role == "measure")


def sorted_as_text(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Where a LIMIT keeps other rows for it."""
    for order in view.all(exp.Order):
        first = order.expressions[0]
        if not isinstance(order.parent, exp.Select) or not _numeric(view, first.this):
            continue
        if order.parent.args.get("distinct") is not None or order.parent.args.get("limit") is None:
            continue
        edit = view.edit()
        edit.put(first.this, _text(first.this))
        says = f"Sorts {quoted(first.this, 'numbers')} as text, where 9 comes after 10."
        yield edit.tree, placed(order, view, says)


def _outputs(view: View) -> Iterator[exp.Expr]:
    if view.outermost is not None:
        yield from view.outermost.expressions


def result_cut_to_integer(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A mean or a ratio without its decimals."""
    for output in _outputs(view):
        value = output.unalias()
        inner = value.this if isinstance(value, exp.Round) else value
        if not isinstance(inner, (exp.Avg, exp.Div)) or value is not view.same(value)[0]:
            continue
        edit = view.edit()
        edit.put(value, exp.Cast(this=inner.copy(), to=exp.DataType.build("INTEGER", dialect="duckdb")))
        yield edit.tree, f"Turns {quoted(inner, 'the result')} into a whole number."


def time_of_day_kept(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A timestamp where its date is meant."""
    for node in view.all(exp.Cast):
        use = view.resolve(node.this)
        if use is None or node.to.sql() != "DATE" or not use.column.type.startswith("TIMESTAMP"):
            continue
        if node is not view.same(node)[0] or isinstance(node.parent, exp.Sub):
            continue
        edit = view.edit()
        edit.put_same(node, node.this.copy())
        yield edit.tree, placed(node, view, f"Keeps the time of day of {code(node.this)} where the date is meant.")


OPERATORS: tuple[Operator, ...] = (
    Operator(date_compared_as_text, "Function.Conversion", "Dates compared as text"),
    Operator(number_compared_as_text, "Function.Conversion", "Numbers compared as text"),
    Operator(sorted_as_text, "Function.Conversion", "Numbers sorted as text"),
    Operator(result_cut_to_integer, "Function.Conversion", "A result turned into a whole number"),
    Operator(time_of_day_kept, "Function.Conversion", "A timestamp for a date"),
)
