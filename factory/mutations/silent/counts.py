"""Counts of other things: values for rows, repeats or none."""

from __future__ import annotations

from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View, scope
from factory.mutations.silent.wording import code, named, placed


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
            at = sql.column(column.name, view.qualifier(select, name))
            edit = view.edit()
            edit.put_same(node, exp.Count(this=at))
            says = f"Counts the values of {code(at)} where all rows are asked for, also those without one."
            yield edit.tree, placed(node, view, says)


def count_rows_for_column(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in view.all(exp.Count):
        select = scope(node)
        if select is None or not isinstance(node.this, exp.Column) or node is not view.same(node)[0]:
            continue
        use = view.resolve(node.this)
        if use is None or (not use.column.nulls and use.source not in _optional(use.select)):
            continue
        edit = view.edit()
        edit.put_same(node, sql.count_rows())
        says = (
            f"Counts 1 for what has no {use.table.plural}, since the left join leaves a row for it."
            if use.source in _optional(use.select)
            else f"Counts the rows without {code(node.this)} as well."
        )
        yield edit.tree, placed(node, view, says)


def distinct_count_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in view.all(exp.Count):
        if not isinstance(node.this, exp.Distinct) or len(node.this.expressions) != 1 or node is not view.same(node)[0]:
            continue
        at = node.this.expressions[0]
        edit = view.edit()
        edit.put_same(node, exp.Count(this=at.copy()))
        edit.rename("distinct", "count")
        use = view.resolve(at)
        one = f"each of the {_counted(view, use.table.name, use.column.name)}" if use else code(at)
        yield edit.tree, placed(node, view, f"Counts {one} as often as it occurs instead of once.")


def _counted(view: View, table: str, column: str) -> str:
    """What the values of a column stand for: the parents of a reference, else the column's plural."""
    for relation in view.database.parents(table):
        if relation.child_column == column:
            return view.database.table(relation.parent).plural
    found = view.database.table(table)
    return found.plural if found.key == (column,) else found.column(column).plural


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
                (table, c, sql.column(c.name, view.qualifier(select, name)))
                for name, table in tables.items()
                for c in table.with_role("reference")
                if c.name not in grouped and c.distinct < table.row_count
            ]
            if not options:
                continue
            table, column, at = rng.choice(options)
            rows = next(iter(tables.values()))
            wrong = f"different {_counted(view, table.name, column.name)}"
            says = f"Counts the {wrong} where {rows.plural if len(tables) == 1 else 'rows'} are asked for."
        else:
            at = node.this
            use = view.resolve(at)
            if use is None or (use.column.distinct == use.table.row_count and len(view.sources(use.select)) == 1):
                continue
            says = f"Counts each value of {named(use.column.name)} once where every occurrence counts."
        edit = view.edit()
        edit.put_same(node, exp.Count(this=exp.Distinct(expressions=[at.copy()])))
        yield edit.tree, placed(node, view, says)


def distinct_aggregate(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Equal values of different rows are added up or averaged once."""
    for node in view.all(exp.Sum, exp.Avg):
        use = view.resolve(node.this)
        if use is None or node is not view.same(node)[0] or use.column.distinct > 0.7 * use.table.row_count:
            continue
        edit = view.edit()
        edit.put_same(node, type(node)(this=exp.Distinct(expressions=[node.this.copy()])))
        says = f"Takes equal values of {code(node.this)} once, though they are of different rows."
        yield edit.tree, placed(node, view, says)


OPERATORS: tuple[Operator, ...] = (
    Operator(distinct_aggregate, "Other.DISTINCT", "Equal values of several rows aggregated once"),
    Operator(count_column_for_rows, "Function.Aggregate", "Values counted instead of rows"),
    Operator(count_rows_for_column, "Function.Aggregate", "Rows counted instead of values"),
    Operator(distinct_count_dropped, "Other.DISTINCT", "Repeats are counted"),
    Operator(distinct_count_added, "Other.DISTINCT", "Repeats aren't counted, or another thing is"),
)
