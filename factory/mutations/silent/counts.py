"""Counts of other things: values for rows, repeats or none."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.neighbour import Operator
from factory.mutations.silent.view import View, scope
from factory.mutations.silent.wording import code

Found = Iterator[tuple[exp.Expr, str]]


def _optional(select: exp.Select) -> set[str]:
    """Sources that may be without a match."""
    return {join.this.alias_or_name for join in select.args.get("joins") or () if join.side == "LEFT"}


def count_column_for_rows(view: View, rng: Random) -> Found:
    """Rows without a value are no longer counted."""
    for node in view.all(exp.Count):
        select = scope(node)
        if select is None or not isinstance(node.this, exp.Star) or node is not view.same(node)[0]:
            continue
        columns = [(name, c) for name, table in view.tables(select).items() for c in table.columns if c.nulls]
        columns = [(name, c) for name, c in columns if c.role not in ("geometry", "text")]
        if columns:
            name, column = rng.choice(columns)
            at = sql.column(column.name, name if len(view.sources(select)) > 1 else None)
            new = exp.Count(this=at)
            edit = view.edit()
            edit.put_same(node, new)
            yield edit.tree, rng.choice((f"Count {code(at)}: {code(new)}.", f"{code(new)} is the number wanted."))


def count_rows_for_column(view: View, rng: Random) -> Found:
    for node in view.all(exp.Count):
        select = scope(node)
        if select is None or not isinstance(node.this, exp.Column) or node is not view.same(node)[0]:
            continue
        use = view.resolve(node.this)
        if use is None or (not use.column.nulls and use.source not in _optional(use.select)):
            continue
        edit = view.edit()
        edit.put_same(node, sql.count_rows())
        yield edit.tree, rng.choice(("Count the rows: `COUNT(*)`.", "`COUNT(*)` gives the number for each group."))


def distinct_count_dropped(view: View, rng: Random) -> Found:
    for node in view.all(exp.Count):
        if not isinstance(node.this, exp.Distinct) or len(node.this.expressions) != 1 or node is not view.same(node)[0]:
            continue
        at = node.this.expressions[0]
        new = exp.Count(this=at.copy())
        edit = view.edit()
        edit.put_same(node, new)
        edit.rename("distinct", "count")
        yield edit.tree, rng.choice((f"Count {code(at)}: {code(new)}.", f"{code(new)} says how many there are."))


def distinct_count_added(view: View, rng: Random) -> Found:
    """Different values instead of rows: of a reference, a parent's key, or the column that was counted."""
    for node in view.all(exp.Count):
        select = scope(node)
        if select is None or isinstance(node.this, exp.Distinct) or node is not view.same(node)[0]:
            continue
        if isinstance(node.this, exp.Star):
            tables = view.tables(select)
            group = select.args.get("group")
            grouped = {g.name for g in group.expressions} if group is not None else set()
            options = [
                sql.column(c.name, name if len(view.sources(select)) > 1 else None)
                for name, table in tables.items()
                for c in table.with_role("reference")
                if c.name not in grouped and c.distinct < table.row_count
            ]
            if not options:
                continue
            at: exp.Expr = rng.choice(options)
        else:
            at = node.this
            use = view.resolve(at)
            if use is None or (use.column.distinct == use.table.row_count and len(view.sources(use.select)) == 1):
                continue
        new = exp.Count(this=exp.Distinct(expressions=[at.copy()]))
        edit = view.edit()
        edit.put_same(node, new)
        yield (
            edit.tree,
            rng.choice((f"Count each {code(at)} once: {code(new)}.", f"Repeats don't count, so take {code(new)}.")),
        )


OPERATORS: tuple[Operator, ...] = (
    Operator(count_column_for_rows, "Function.Aggregate", "Values counted instead of rows"),
    Operator(count_rows_for_column, "Function.Aggregate", "Rows counted instead of values"),
    Operator(distinct_count_dropped, "Other.DISTINCT", "Repeats are counted"),
    Operator(distinct_count_added, "Other.DISTINCT", "Repeats aren't counted, or another thing is"),
)
