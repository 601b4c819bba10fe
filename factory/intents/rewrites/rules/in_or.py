"""`x IN (1, 2)` ↔ `x = 1 OR x = 2`, and `x NOT IN (1, 2)` → `x <> 1 AND x <> 2`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents.rewrites.place import places, regrouped, swapped
from factory.records import Database

# Longer lists nobody spells out.
LONGEST = 4


def rewrite(tree: exp.Expr, _: Database) -> Iterator[exp.Expr]:
    for copy, node in places(tree, exp.In, lambda n: 1 < len(n.expressions) <= LONGEST and not regrouped(n)):
        at, values = node.this, node.expressions
        if isinstance(node.parent, exp.Not):
            parts: list[exp.Expr] = [exp.NEQ(this=at.copy(), expression=v.copy()) for v in values]
            whole = _chain(exp.And, parts)
            outer = node.parent
            if isinstance(outer.parent, (exp.Or, exp.Not)):
                whole = exp.Paren(this=whole)
            yield swapped(copy, outer, whole)
        else:
            whole = _chain(exp.Or, [exp.EQ(this=at.copy(), expression=v.copy()) for v in values])
            alone = isinstance(node.parent, (exp.Where, exp.Or, exp.Paren, exp.If))
            yield swapped(copy, node, whole if alone else exp.Paren(this=whole))
    for copy, top in places(tree, exp.Or, lambda n: not isinstance(n.parent, exp.Or) and not regrouped(n)):
        parts = list(top.flatten())
        first = parts[0]
        if not isinstance(first, exp.EQ) or not isinstance(first.this, exp.Column):
            continue
        if all(isinstance(p, exp.EQ) and p.this == first.this and _constant(p.expression) for p in parts):
            whole = exp.In(this=first.this.copy(), expressions=[p.expression.copy() for p in parts])
            yield swapped(copy, top.parent if isinstance(top.parent, exp.Paren) else top, whole)


def _constant(value: exp.Expr) -> bool:
    return isinstance(value, (exp.Literal, exp.Neg))


def _chain(kind: type[exp.And] | type[exp.Or], parts: list[exp.Expr]) -> exp.Expr:
    whole = parts[0]
    for part in parts[1:]:
        whole = kind(this=whole, expression=part)
    return whole
