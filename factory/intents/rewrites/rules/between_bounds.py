"""`x BETWEEN a AND b` ↔ `x >= a AND x <= b`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents.rewrites.conditions import conjuncts, rebuild, tops
from factory.intents.rewrites.place import places, regrouped, swapped
from factory.records import Database


def rewrite(tree: exp.Expr, _: Database) -> Iterator[exp.Expr]:
    for copy, node in places(tree, exp.Between, lambda n: not regrouped(n)):
        at = node.this
        both: exp.Expr = exp.And(
            this=exp.GTE(this=at.copy(), expression=node.args["low"].copy()),
            expression=exp.LTE(this=at.copy(), expression=node.args["high"].copy()),
        )
        if isinstance(node.parent, (exp.Not, exp.Or)):
            both = exp.Paren(this=both)
        yield swapped(copy, node, both)
    for k in range(len(tops(tree))):
        copy = tree.copy()
        top = tops(copy)[k]
        parts = conjuncts(top)
        for low in parts:
            if not isinstance(low, exp.GTE) or not isinstance(low.this, exp.Column):
                continue
            high = next((p for p in parts if isinstance(p, exp.LTE) and p.this == low.this), None)
            if high is not None:
                whole = exp.Between(this=low.this.copy(), low=low.expression.copy(), high=high.expression.copy())
                yield rebuild(copy, [low, high], [whole], top)
                break
