"""LEFT JOIN and GROUP BY the key of the left table ↔ a scalar subquery per row, or children grouped before the join."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents import sql
from factory.intents.rewrites.conditions import conjuncts, set_where, where
from factory.intents.rewrites.place import free_name, has, places
from factory.intents.rewrites.sources import owner, sources
from factory.records import Database

STRUCTURAL = True


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    for copy, select in places(tree, exp.Select, lambda s: has(s, "group", "joins")):
        if _rewritten(select, copy, database, first=False):
            yield copy
    for copy, select in places(tree, exp.Select, lambda s: has(s, "group", "joins")):
        if _rewritten(select, copy, database, first=True):
            yield copy


def _rewritten(select: exp.Select, root: exp.Expr, database: Database, *, first: bool) -> bool:
    """In place; `first`: the children are grouped before the join, not asked for row by row."""
    around = sources(select, database)
    join = (select.args.get("joins") or [None])[0]
    if len(around) != 2 or join is None or join.side.upper() != "LEFT" or not isinstance(join.this, exp.Table):
        return False
    parent, child = around
    if parent.table is None or child.table is None or len(parent.table.key) != 1 or not join.args.get("on"):
        return False
    if has(select, "having", "qualify", "distinct", "order", "limit") or not has(select, "group"):
        return False
    groups = select.args["group"].expressions
    key = parent.table.key[0]
    if not all(isinstance(g, exp.Column) and g.table == parent.qualifier for g in groups):
        return False
    if key not in [g.name for g in groups] or parent.table.column(key).nullable:
        return False
    values = [e for e in select.expressions if e.unalias() not in groups]
    if len(values) != 1 or any(c.table == child.qualifier for p in where(select) for c in p.find_all(exp.Column)):
        return False
    on = conjuncts(join.args["on"])
    tie = next(
        (
            p
            for p in on
            if isinstance(p, exp.EQ) and {_table(p.this), _table(p.expression)} == {parent.qualifier, child.qualifier}
        ),
        None,
    )
    if tie is None:
        return False
    reference = tie.this if _table(tie.this) == child.qualifier else tie.expression
    theirs = tie.expression if reference is tie.this else tie.this
    rest = [p for p in on if p is not tie]
    if any(c.table != child.qualifier for p in rest for c in p.find_all(exp.Column)) or theirs.name != key:
        return False
    value = values[0]
    call = value.unalias()
    counted = isinstance(call, exp.Count) and isinstance(call.this, exp.Column)
    summed = isinstance(call, exp.Coalesce) and isinstance(call.this, exp.Sum)
    inside = list(value.find_all(exp.Column))
    if not (counted or summed) or any(c.table != child.qualifier for c in inside):
        return False
    if counted:
        at = owner(call.this, select, database)
        if at is not None and not at.column.nullable:
            call = sql.count_rows()
    child_table = join.this.copy()
    output = value.alias_or_name
    if not first:
        inner = exp.Select(expressions=[call.copy()]).from_(child_table, copy=False)
        set_where(inner, [tie, *rest])
        value.replace(sql.alias(exp.Subquery(this=inner), output))
        select.set("joins", None)
    else:
        name, column = free_name("per_key", root, database), output
        total = call.this.copy() if summed else call.copy()
        inner = exp.Select(expressions=[reference.copy(), sql.alias(total, column)]).from_(child_table, copy=False)
        set_where(inner, rest)
        inner.set("group", exp.Group(expressions=[reference.copy()]))
        at_value = exp.Coalesce(this=sql.column(column, name), expressions=[exp.Literal.number(0)])
        value.replace(sql.alias(at_value, output))
        join.set("this", exp.Subquery(this=inner, alias=sql.called(name)))
        join.set("on", exp.EQ(this=sql.column(reference.name, name), expression=theirs.copy()))
    select.set("group", None)
    return True


def _table(node: exp.Expr) -> str:
    return node.table if isinstance(node, exp.Column) else ""
