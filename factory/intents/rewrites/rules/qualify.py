"""A filter on a window function in a query around it ↔ QUALIFY."""

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
    names = {c.name.lower() for t in database.tables for c in t.columns}
    for copy, select in places(tree, exp.Select, lambda s: has(s, "where")):
        found = layer(select)
        if found is None or not found.inner.find(exp.Window):
            continue
        condition = exp.Paren(this=sql.both(*(p.copy() for p in where(select))))
        columns = list(condition.find_all(exp.Column))
        values = [found.value(c) for c in columns]
        computed = any(v is not None and v.find(exp.Window) for v in values)
        lost = any(isinstance(e, exp.Alias) for e in found.outer.expressions) or condition.find(exp.Query)
        # Windows that are no longer output would be fewer, which changes nothing for the others.
        merged = None if lost or None in values or not computed else found.merged()
        if merged is None:
            continue
        kept = outputs(merged)
        for column, value in zip(columns, values, strict=True):
            if value is not None:
                alias = column.name in kept and column.name.lower() not in names and value.find(exp.Window)
                column.replace(sql.column(column.name) if alias else value.copy())
        merged.set("qualify", exp.Qualify(this=condition.this))
        yield swapped(copy, select, merged)
    for copy, select in places(tree, exp.Select, lambda s: has(s, "qualify") and not has(s, "distinct", "group")):
        outer = _around(select, copy, database)
        if outer is not None:
            yield swapped(copy, select, outer)


def _around(select: exp.Select, root: exp.Expr, database: Database) -> exp.Select | None:
    if not named(select) or has(select, "offset") or select.args["qualify"].find(exp.Query):
        return None
    inner, shown = select.copy(), outputs(select)
    condition = exp.Paren(this=inner.args["qualify"].this.copy())
    for window in list(condition.find_all(exp.Window)):
        same = next((e.alias for e in inner.expressions if isinstance(e, exp.Alias) and e.this == window), None)
        if same is None:
            wish = f"{window.this.key}_value" if isinstance(window.this, exp.AggFunc) else "position"
            same = free_name(wish, root, database)
            if same in outputs(inner):
                return None
            inner.append("expressions", sql.alias(window.copy(), same))
        window.replace(sql.column(same))
    order = inner.args.get("order")
    loose = [c for part in (condition, order) if part is not None for c in part.find_all(exp.Column)]
    if any(c.name not in outputs(inner) or c.table for c in loose):
        return None
    for clause in ("qualify", "order", "limit", "with_"):
        inner.set(clause, None)
    name = free_name("numbered", root, database)
    outer = exp.Select(expressions=[sql.column(n) for n in shown])
    outer = outer.from_(exp.Subquery(this=inner, alias=sql.called(name)), copy=False)
    outer = outer.where(condition.this.copy(), copy=False)
    for clause in ("order", "limit", "with_"):
        outer.set(clause, select.args[clause].copy() if select.args.get(clause) else None)
    return outer
