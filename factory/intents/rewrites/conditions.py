"""Conditions as lists of what must hold."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from factory.intents import sql
from factory.intents.rewrites.place import regrouped


def conjuncts(condition: exp.Expr | None) -> list[exp.Expr]:
    """The parts of an AND, in the order written."""
    if condition is None:
        return []
    if isinstance(condition, exp.And):
        return [*conjuncts(condition.left), *conjuncts(condition.right)]
    if isinstance(condition, exp.Paren) and isinstance(condition.this, exp.And):
        return conjuncts(condition.this)
    return [condition]


def where(select: exp.Select) -> list[exp.Expr]:
    clause = select.args.get("where")
    return conjuncts(clause.this) if clause else []


def set_where(select: exp.Select, parts: Sequence[exp.Expr]) -> None:
    kept = [part.copy() for part in parts]
    select.set("where", exp.Where(this=sql.both(*kept)) if kept else None)


def rebuild(root: exp.Expr, old: Sequence[exp.Expr], new: Sequence[exp.Expr], top: exp.Expr) -> exp.Expr:
    """`top`, an AND of many, with the parts `old` replaced by `new` where the first of them stood."""
    parts: list[exp.Expr] = []
    for part in conjuncts(top):
        if part is old[0]:
            parts += [n.copy() for n in new]
        elif not any(part is o for o in old):
            parts.append(part.copy())
    whole = sql.both(*parts)
    if top is root:
        return whole
    top.replace(whole)
    return root


def tops(tree: exp.Expr) -> list[exp.Expr]:
    """The outermost AND of each condition."""
    found: list[exp.Expr] = []
    for node in tree.find_all(exp.And):
        above = node.parent
        while isinstance(above, exp.Paren):
            above = above.parent
        if not isinstance(above, exp.And) and not regrouped(node):
            found.append(node)
    return found


def required(node: exp.Expr) -> bool:
    """Whether a row is kept only if this is true: FALSE and NULL are the same there."""
    above = node.parent
    while isinstance(above, (exp.And, exp.Paren)):
        above = above.parent
    return isinstance(above, (exp.Where, exp.Having, exp.Qualify))
