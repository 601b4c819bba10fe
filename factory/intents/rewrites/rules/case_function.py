"""`CASE WHEN c THEN a ELSE b END` → `IF(c, a, b)`; `COALESCE(x, y)` ↔ `CASE WHEN x IS NULL THEN y ELSE x END`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents import sql
from factory.records import Database


def rewrite(tree: exp.Expr, _: Database) -> Iterator[exp.Expr]:
    """Every occurrence of one expression is changed: GROUP BY must go on matching the output."""
    for old in _distinct(tree, exp.Case):
        ifs, other = old.args["ifs"], old.args.get("default")
        if old.this is not None or len(ifs) != 1 or other is None:
            continue
        condition, value = ifs[0].this, ifs[0].args["true"]
        missing = isinstance(condition, exp.Is) and isinstance(condition.expression, exp.Null)
        if missing and condition.this == other:
            yield _everywhere(tree, old, exp.Coalesce(this=other.copy(), expressions=[value.copy()]))
        else:
            yield _everywhere(tree, old, sql.call("IF", condition.copy(), value.copy(), other.copy()))
    for old in _distinct(tree, exp.Coalesce):
        if len(old.expressions) != 1:
            continue
        value, other = old.this, old.expressions[0]
        yield _everywhere(tree, old, sql.call("IFNULL", value.copy(), other.copy()))
        branch = exp.If(this=exp.Is(this=value.copy(), expression=exp.Null()), true=other.copy())
        yield _everywhere(tree, old, exp.Case(ifs=[branch], default=value.copy()))


def _distinct(tree: exp.Expr, kind: type[exp.Expr]) -> list[exp.Expr]:
    found: list[exp.Expr] = []
    for node in tree.find_all(kind):
        if node not in found:
            found.append(node)
    return found


def _everywhere(tree: exp.Expr, old: exp.Expr, new: exp.Expr) -> exp.Expr:
    copy = tree.copy()
    for node in list(copy.find_all(type(old))):
        if node == old:
            node.replace(new.copy())
    return copy
