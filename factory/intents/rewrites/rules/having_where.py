"""HAVING ↔ WHERE over a derived table of the groups."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents import sql
from factory.intents.rewrites.conditions import where
from factory.intents.rewrites.derived import layer
from factory.intents.rewrites.place import free_name, has, places, swapped
from factory.intents.rewrites.sources import named, outputs
from factory.records import Database

STRUCTURAL = True


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    for copy, select in places(tree, exp.Select, lambda s: has(s, "having") and has(s, "group")):
        outer = _outer(select, free_name("grouped", copy, database))
        if outer is not None:
            yield swapped(copy, select, outer)
    for copy, select in places(tree, exp.Select, lambda s: has(s, "where")):
        found = layer(select)
        if found is None or not has(found.inner, "group") or found.inner.find(exp.Window):
            continue
        condition = exp.Paren(this=sql.both(*(p.copy() for p in where(select))))
        if condition.find(exp.Query):
            continue
        columns = list(condition.find_all(exp.Column))
        values = [found.value(c) for c in columns]
        merged = found.merged() if all(v is not None for v in values) else None
        if merged is None:
            continue
        for column, value in zip(columns, values, strict=True):
            if value is not None:
                column.replace(_grouped(value))
        old = merged.args.get("having")
        whole = [old.this.copy(), condition.this] if old else [condition.this]
        merged.set("having", exp.Having(this=sql.both(*whole)))
        yield swapped(copy, select, merged)


def _grouped(value: exp.Expr) -> exp.Expr:
    return exp.Paren(this=value.copy()) if isinstance(value, exp.Binary) else value.copy()


def _outer(select: exp.Select, name: str) -> exp.Select | None:
    if not named(select) or has(select, "distinct", "qualify", "offset") or select.find(exp.Window):
        return None
    if select.args["having"].find(exp.Query):
        return None
    names = {e.unalias(): e.alias_or_name for e in select.expressions}
    condition = _by_name(select.args["having"].this, names)
    order = select.args.get("order")
    sorted_by = None
    if order is not None:
        orders = [_by_name(o.this, names) for o in order.expressions]
        if any(o is None for o in orders):
            return None
        sorted_by = order.copy()
        for ordered, value in zip(sorted_by.expressions, orders, strict=True):
            ordered.set("this", value)
    if condition is None:
        return None
    inner = select.copy()
    for clause in ("having", "order", "limit", "with_"):
        inner.set(clause, None)
    outer = exp.Select(expressions=[sql.column(n) for n in outputs(select)])
    outer = outer.from_(exp.Subquery(this=inner, alias=sql.called(name)), copy=False).where(condition, copy=False)
    outer.set("order", sorted_by)
    outer.set("limit", select.args.get("limit"))
    outer.set("with_", select.args.get("with_"))
    return outer


def _by_name(value: exp.Expr, names: dict[exp.Expr, str]) -> exp.Expr | None:
    """The value over output names; None when it needs something else than the outputs."""
    if value in names:
        return sql.column(names[value])
    if isinstance(value, exp.Column):
        return sql.column(value.name) if not value.table and value.name in names.values() else None
    if isinstance(value, (exp.AggFunc, exp.Window, exp.Query)):
        return None
    copy = value.copy()
    for key, child in list(copy.args.items()):
        if isinstance(child, list):
            new = [_by_name(c, names) if isinstance(c, exp.Expr) else c for c in child]
            if any(n is None for n in new):
                return None
            copy.set(key, new)
        elif isinstance(child, exp.Expr):
            one = _by_name(child, names)
            if one is None:
                return None
            copy.set(key, one)
    return copy
