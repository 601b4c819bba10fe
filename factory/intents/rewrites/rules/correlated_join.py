"""A correlated scalar aggregate → a join with the aggregate per key.

In a comparison that rows must pass, no match and NULL both drop the row, so an inner join will do; as an output it is a
left join. COUNT, which is 0 without a match, gets COALESCE.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.identifiers import plain
from factory.intents import sql
from factory.intents.rewrites.conditions import conjuncts, required, set_where, where
from factory.intents.rewrites.place import free_name, has, places
from factory.intents.rewrites.sources import inner_selects, owner, qualify_all, sources
from factory.records import Database

STRUCTURAL = True
_NULL_WITHOUT_ROWS = (exp.Sum, exp.Avg, exp.Min, exp.Max)


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    for copy, sub in places(tree, exp.Subquery, lambda n: isinstance(n.this, exp.Select)):
        if _joined(sub, copy, database):
            yield copy


def _joined(sub: exp.Subquery, root: exp.Expr, database: Database) -> bool:
    select, query = sub.find_ancestor(exp.Select), sub.this
    if select is None or isinstance(sub.parent, (exp.From, exp.Join, exp.In, exp.Exists)) or has(select, "group"):
        return False
    if has(query, "group", "having", "limit", "distinct", "qualify", "order", "with_") or len(query.expressions) != 1:
        return False
    value = query.expressions[0].unalias()
    counted = isinstance(value, exp.Count)
    compared = isinstance(sub.parent, (exp.GT, exp.LT, exp.GTE, exp.LTE, exp.EQ)) and required(sub.parent)
    if not counted and not isinstance(value, _NULL_WITHOUT_ROWS):
        return False
    output = sub.find_ancestor(exp.Where, exp.Having, exp.Join, exp.Order, exp.Select) is select
    if not compared and not output:
        return False
    ties = [p for p in where(query) if _tie(p, query, select, database)]
    rest = [p for p in where(query) if not any(p is t for t in ties)]
    mine = {s.qualifier for s in sources(query, database)}
    if len(ties) != 1 or mine & {s.qualifier for s in sources(select, database)}:
        return False
    reference, key = _tie(ties[0], query, select, database) or (None, None)
    if reference is None or key is None:
        return False
    inner = query.copy()
    set_where(inner, rest)
    if any(c.table and c.table not in mine for c in inner.find_all(exp.Column)):
        return False
    name, column = free_name("per_key", root, database), _called(value, root, database)
    inner.set("expressions", [reference.copy(), sql.alias(inner.expressions[0].unalias().copy(), column)])
    inner.set("group", exp.Group(expressions=[reference.copy()]))
    at: exp.Expr = sql.column(column, name)
    if counted:
        at = exp.Coalesce(this=at, expressions=[exp.Literal.number(0)])
    key = key.copy()
    sub.replace(at)
    if inner_selects(select) and any(not c.table for s in inner_selects(select) for c in s.find_all(exp.Column)):
        return False
    if not qualify_all(select, database):
        return False
    on = exp.EQ(this=sql.column(reference.name, name), expression=key)
    side = "LEFT" if counted or not compared else None
    select.append("joins", exp.Join(this=exp.Subquery(this=inner, alias=sql.called(name)), on=on, side=side))
    return True


def _called(value: exp.Expr, root: exp.Expr, database: Database) -> str:
    of = value.this.name.lower() if isinstance(value.this, exp.Column) else "rows"
    wish = f"{value.key}_{of}"
    return free_name(wish if plain(wish) == wish else "value", root, database)


def _tie(
    part: exp.Expr, query: exp.Select, outer: exp.Select, database: Database
) -> tuple[exp.Column, exp.Column] | None:
    """`inner column = outer column`, in either order."""
    if not isinstance(part, exp.EQ) or len(conjuncts(part)) != 1:
        return None
    for one, other in ((part.this, part.expression), (part.expression, part.this)):
        if not isinstance(one, exp.Column) or not isinstance(other, exp.Column) or not other.table:
            continue
        if owner(one, query, database) and not owner(other, query, database) and owner(other, outer, database):
            return one, other
    return None
