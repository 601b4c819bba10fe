"""`a JOIN b` ↔ `b JOIN a`, for inner joins."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents.rewrites.place import has, places
from factory.records import Database

STRUCTURAL = True


def rewrite(tree: exp.Expr, _: Database) -> Iterator[exp.Expr]:
    for copy, select in places(tree, exp.Select, _starts_inner):
        start, first = select.args["from_"], select.args["joins"][0]
        left, right = start.this.copy(), first.this.copy()
        start.set("this", right)
        first.set("this", left)
        first.set("kind", None)
        yield copy
    for copy, select in places(tree, exp.Select, _ends_loose):
        joins = select.args["joins"]
        select.set("joins", [joins[1].copy(), joins[0].copy(), *(j.copy() for j in joins[2:])])
        yield copy


def _starts_inner(select: exp.Select) -> bool:
    joins = select.args.get("joins") or []
    return bool(joins) and has(select, "from_") and inner(joins[0]) and not starred(select)


def _ends_loose(select: exp.Select) -> bool:
    """Whether the second join can do without the first."""
    joins = select.args.get("joins") or []
    if len(joins) < 2 or not all(inner(j) for j in joins[:2]) or starred(select):
        return False
    columns = list(joins[1].args["on"].find_all(exp.Column))
    return all(c.table not in ("", joins[0].this.alias_or_name) for c in columns)


def inner(join: exp.Join) -> bool:
    plain = not join.side and join.kind.upper() in ("", "INNER") and not join.args.get("method")
    return plain and bool(join.args.get("on")) and not join.this.find(exp.Lateral, exp.Unnest)


def starred(select: exp.Select) -> bool:
    return any(e.is_star and not e.find(exp.Count) for e in select.expressions)
