"""`COUNT(DISTINCT x)` of all rows → the count over a DISTINCT subquery. COUNT(x) leaves NULL out, as before."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents import sql
from factory.intents.rewrites.place import free_name, has, places, swapped
from factory.records import Database

STRUCTURAL = True


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    for copy, select in places(tree, exp.Select, _alone):
        output = select.expressions[0]
        value = output.unalias().this.expressions[0]
        inner = select.copy()
        inner.set("with_", None)
        inner.set("expressions", [value.copy()])
        inner.set("distinct", exp.Distinct())
        count: exp.Expr = exp.Count(this=sql.column(value.name))
        sub = exp.Subquery(this=inner, alias=sql.called(free_name("different", copy, database)))
        outer = exp.Select(expressions=[sql.alias(count, output.alias)]).from_(sub, copy=False)
        outer.set("with_", select.args.get("with_"))
        yield swapped(copy, select, outer)


def _alone(select: exp.Select) -> bool:
    if len(select.expressions) != 1 or has(select, "group", "having", "qualify", "order", "limit", "distinct"):
        return False
    output = select.expressions[0]
    call = output.unalias()
    if not isinstance(output, exp.Alias) or not isinstance(call, exp.Count) or not isinstance(call.this, exp.Distinct):
        return False
    return len(call.this.expressions) == 1 and isinstance(call.this.expressions[0], exp.Column)
