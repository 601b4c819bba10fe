"""By which of its columns a query sorts its rows."""

from __future__ import annotations

import sqlglot
from sqlglot import exp


def sort_keys(text: str) -> tuple[int, ...]:
    """Places of the sort keys among the outputs; empty when it doesn't sort, or by something that it doesn't show."""
    tree = sqlglot.parse_one(text, dialect="duckdb")
    order = tree.args.get("order")
    query = tree
    while isinstance(query, exp.SetOperation):
        query = query.this
    if order is None or not isinstance(query, exp.Select) or query.is_star:
        return ()
    outputs = [output.unalias() for output in query.expressions]
    names = [output.alias_or_name.lower() for output in query.expressions]
    found = [_place(ordered.this, outputs, names) for ordered in order.expressions]
    return tuple(place for place in found if place is not None) if None not in found else ()


def _place(key: exp.Expr, outputs: list[exp.Expr], names: list[str]) -> int | None:
    if isinstance(key, exp.Literal):
        return int(key.this) - 1 if key.is_int and 0 < int(key.this) <= len(outputs) else None
    if isinstance(key, exp.Column) and not key.table and names.count(key.name.lower()) == 1:
        return names.index(key.name.lower())
    if key in outputs:
        return outputs.index(key)
    same = [i for i, output in enumerate(outputs) if _may_be(key, output)]
    return same[0] if len(same) == 1 else None


def _may_be(key: exp.Expr, output: exp.Expr) -> bool:
    """Whether both are a column of one name, of which only one says the table."""
    if not isinstance(key, exp.Column) or not isinstance(output, exp.Column):
        return False
    return key.name == output.name and not (key.table and output.table)
