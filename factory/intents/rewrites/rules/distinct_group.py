"""`SELECT DISTINCT a, b` ↔ `SELECT a, b … GROUP BY a, b`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents.rewrites.place import aggregates, has, places
from factory.records import Database

STRUCTURAL = True


def rewrite(tree: exp.Expr, _: Database) -> Iterator[exp.Expr]:
    for copy, select in places(tree, exp.Select, lambda s: _plain(s, "distinct", "group")):
        if not select.args["distinct"].args.get("on"):
            select.set("distinct", None)
            select.set("group", exp.Group(expressions=[e.unalias().copy() for e in select.expressions]))
            yield copy
    for copy, select in places(tree, exp.Select, lambda s: _plain(s, "group", "distinct")):
        groups = select.args["group"].expressions
        if [e.unalias() for e in select.expressions] == groups and not aggregates(select):
            select.set("group", None)
            select.set("distinct", exp.Distinct())
            yield copy


def _plain(select: exp.Select, one: str, other: str) -> bool:
    if not has(select, one) or has(select, other, "having", "qualify"):
        return False
    values = [e.unalias() for e in select.expressions]
    return not any(aggregates(v) or v.is_star or not v.find(exp.Column) or v.find(exp.Query) for v in values)
