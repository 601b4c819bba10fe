"""`JOIN b ON a.x = b.x` → `JOIN b USING (x)`, where x is in no other table on the left."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents import sql
from factory.intents.rewrites.place import has, places
from factory.intents.rewrites.rules.join_order import starred
from factory.intents.rewrites.sources import sources
from factory.records import Database


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    for copy, select in places(tree, exp.Select, lambda s: has(s, "joins") and not starred(s)):
        if any(not c.table for j in select.args["joins"] for c in j.find_all(exp.Column)):
            continue
        around = sources(select, database)
        changed = False
        for i, join in enumerate(select.args["joins"], 1):
            on = join.args.get("on")
            if not isinstance(on, exp.EQ) or join.side.upper() not in ("", "LEFT") or not _columns(on):
                continue
            before = [s for s in around[:i] if s.table is None or on.this.name in s.table.by_name]
            sides = {on.this.table, on.expression.table}
            alone = len(before) == 1 and before[0].table is not None
            if alone and on.this.name == on.expression.name and sides == {around[i].qualifier, before[0].qualifier}:
                join.set("using", [sql.name(on.this.name)])
                join.set("on", None)
                changed = True
        if changed:
            yield copy


def _columns(on: exp.EQ) -> bool:
    return isinstance(on.this, exp.Column) and isinstance(on.expression, exp.Column)
