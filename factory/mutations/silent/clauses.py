"""Clauses as lists of conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.view import Edit, View


def parts(condition: exp.Expr) -> list[exp.Expr]:
    """What AND combines, in the order written."""
    if isinstance(condition, exp.And):
        return parts(condition.this) + parts(condition.expression)
    return [condition]


def wheres(view: View) -> Iterator[tuple[exp.Select, exp.Where]]:
    """SELECTs that filter rows, with their WHERE."""
    for select in view.selects:
        where = select.args.get("where")
        if where is not None:
            yield select, where


def joins(view: View) -> Iterator[tuple[exp.Select, exp.Join]]:
    for select in view.selects:
        for join in select.args.get("joins") or ():
            yield select, join


def left_joins(view: View) -> Iterator[tuple[exp.Select, exp.Join]]:
    for select, join in joins(view):
        if join.side == "LEFT" and join.args.get("on") is not None:
            yield select, join


def keep(edit: Edit, clause: exp.Expr, kept: Sequence[exp.Expr]) -> None:
    """Leaves WHERE or HAVING with these of its conditions; without any it goes."""
    twin = edit.twin(clause)
    if kept:
        twin.set("this", sql.both(*(part.copy() for part in kept)))
    else:
        twin.pop()


def add(edit: Edit, select: exp.Select, condition: exp.Expr) -> None:
    """One more condition in a SELECT's WHERE."""
    twin = edit.twin(select)
    where = twin.args.get("where")
    if where is None:
        twin.set("where", exp.Where(this=condition))
    else:
        where.set("this", sql.both(*(part.copy() for part in parts(where.this)), condition))


def qualifiers(node: exp.Expr) -> set[str]:
    """Names that columns in it are qualified with."""
    return {column.table for column in node.find_all(exp.Column) if column.table}


def null_test(node: exp.Expr) -> exp.Expr | None:
    """What IS NULL is asked of."""
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        return _operand(node)
    return None


def not_null_test(node: exp.Expr) -> exp.Expr | None:
    """What IS NOT NULL is asked of, in either of the ways a tree may hold it."""
    if isinstance(node, exp.Not):
        return null_test(node.this)
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Not):
        return _operand(node)
    return None


def _operand(node: exp.Is) -> exp.Expr:
    value: exp.Expr = node.this
    return value


def in_where_query(select: exp.Select) -> bool:
    """Whether a SELECT is a subquery within an expression (IN, EXISTS, a scalar), not a CTE or a derived table."""
    holder = select.parent
    while isinstance(holder, exp.SetOperation):
        holder = holder.parent
    if isinstance(holder, exp.Subquery):
        return not isinstance(holder.parent, (exp.From, exp.Join, exp.SetOperation)) and not holder.alias
    return isinstance(holder, (exp.Exists, exp.In))


def period(a: exp.Expr, b: exp.Expr) -> bool:
    """Whether two conditions are the lower and the upper bound of the same value."""
    return isinstance(a, (exp.GT, exp.GTE)) and isinstance(b, (exp.LT, exp.LTE)) and a.this == b.this


def anti_join(select: exp.Select, join: exp.Join) -> bool:
    """Whether WHERE keeps the rows without a match in a left join."""
    where = select.args.get("where")
    if where is None:
        return False
    tested = [value for part in parts(where.this) if (value := null_test(part)) is not None]
    return any(isinstance(v, exp.Column) and v.table == join.this.alias_or_name for v in tested)
