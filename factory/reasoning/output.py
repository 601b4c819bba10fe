"""What is shown, in which order, and where it ends."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents.english import capped, listed
from factory.reasoning.conditions import below
from factory.reasoning.context import Context
from factory.reasoning.nodes import aggregated, bare, group_keys, holds, output_meant


def output(select: exp.Select, context: Context) -> Iterator[str]:
    keys = group_keys(select)
    computed, shown, looked_up, plain = [], [], [], False
    for one in select.expressions:
        inner = one.unalias()
        name = context.name(one.args["alias"]) if isinstance(one, exp.Alias) else ""
        if isinstance(inner, exp.Subquery):
            looked_up.append(below(inner, context) + (f" as {name}" if name else ""))
        elif isinstance(inner, exp.Star):
            plain, name = True, "all columns" if not inner.args.get("except_") else context.code(inner)
        elif isinstance(inner, exp.Column):
            plain, name = True, context.with_name(one)
        elif inner not in keys and not aggregated(one) and not holds(inner, exp.Window):
            computed.append(context.with_name(one))
        shown.append(name or context.code(inner))
    if looked_up:
        yield f"Look up {listed(looked_up)}."
    if computed:
        yield f"{context.say(31, 'Compute', 'Work out', 'Derive')} {listed(computed)}."
    if (distinct := select.args.get("distinct")) is not None:
        if on := distinct.args.get("on"):
            yield f"Keep one row per {context.codes(on.expressions)}, the first in the order below: `DISTINCT ON`."
        else:
            each = "Each value" if len(shown) == 1 else "Each combination"
            yield context.say(37, f"{each} counts once: `DISTINCT`.", "Drop repeats with `DISTINCT`.")
    if plain or len(shown) > 1:
        yield f"{context.say(41, 'Return', 'Show', 'Output')} {listed(shown)}."


def ending(tree: exp.Expr, context: Context) -> Iterator[str]:
    """ORDER BY, OFFSET and LIMIT."""
    order, limit, offset = (tree.args.get(key) for key in ("order", "limit", "offset"))
    parts = []
    if order is not None:
        keys = [f"{_short(tree, o.this, context)} {_direction(o)}" for o in order.expressions]
        parts.append(f"{context.say(43, 'sort by', 'order by')} {listed(keys)}")
    if offset is not None:
        parts.append(f"skip the first {context.code(offset.expression)}")
    if limit is not None:
        count = limit.expression.sql() if isinstance(limit, exp.Limit) else context.code(limit)
        parts.append(f"keep the {'next' if offset is not None else 'first'} {'row' if count == '1' else count}")
    if parts:
        yield f"{capped(listed(parts))}."


def _short(tree: exp.Expr, value: exp.Expr, context: Context) -> str:
    """The name of the output that is just this, if it is longer than a column."""
    if isinstance(tree, exp.SetOperation) and isinstance(value, exp.Literal):
        while isinstance(tree, exp.SetOperation):
            tree = bare(tree.left)
        value = output_meant(tree, value)
    if isinstance(tree, exp.Select) and not isinstance(value, exp.Column):
        value = output_meant(tree, value)
        for one in tree.expressions:
            if isinstance(one, exp.Alias) and one.this == value:
                return context.name(one.args["alias"])
    return context.code(value)


def _direction(ordered: exp.Expr) -> str:
    said = "descending" if ordered.args.get("desc") else "ascending"
    if ordered.args.get("nulls_first") is True and ordered.args.get("explicit_nulls"):
        said += ", NULLs first"
    return said
