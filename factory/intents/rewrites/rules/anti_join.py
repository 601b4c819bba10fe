"""NOT EXISTS or NOT IN ↔ LEFT JOIN … IS NULL. The column tested is tied by `=`, so it is NULL only without a match."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents import sql
from factory.intents.rewrites.conditions import conjuncts, set_where, where
from factory.intents.rewrites.matches import read, tidy
from factory.intents.rewrites.place import has, places
from factory.intents.rewrites.sources import bare_all, owner, qualify_all, sources
from factory.records import Database

STRUCTURAL = True


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    for copy, select in places(tree, exp.Select, lambda s: has(s, "where")):
        if _to_join(select, database):
            yield copy
    for copy, select in places(tree, exp.Select, lambda s: has(s, "where", "joins")):
        if _to_exists(select, database):
            yield copy
    for copy, select in places(tree, exp.Select, lambda s: has(s, "where", "joins")):
        if _to_exists(select, database, inside=True):
            yield copy


def _to_join(select: exp.Select, database: Database) -> bool:
    parts = where(select)
    for i, part in enumerate(parts):
        match = read(part, select, database)
        if match is None or not match.negated or has(match.inner, "joins"):
            continue
        set_where(select, [*parts[:i], *parts[i + 1 :]])
        if not qualify_all(select, database):
            return False
        tie = exp.EQ(this=match.reference.copy(), expression=match.key.copy())
        on = sql.both(tie, *(p.copy() for p in where(match.inner)))
        select.append("joins", exp.Join(this=match.inner.args["from_"].this.copy(), side="LEFT", on=on))
        missing = exp.Is(this=match.reference.copy(), expression=exp.Null())
        set_where(select, [*where(select), missing])
        return True
    return False


def _to_exists(select: exp.Select, database: Database, *, inside: bool = False) -> bool:
    """`inside`: as NOT IN, where neither side can be NULL."""
    joins = select.args.get("joins") or []
    last = joins[-1] if joins else None
    if last is None or last.side.upper() != "LEFT" or not isinstance(last.this, exp.Table) or not last.args.get("on"):
        return False
    added = sources(select, database)[-1]
    parts = where(select)
    tests = [p for p in parts if isinstance(p, exp.Is) and isinstance(p.expression, exp.Null)]
    test = next((p for p in tests if isinstance(p.this, exp.Column) and p.this.table == added.qualifier), None)
    on = conjuncts(last.args["on"])
    tie = next((p for p in on if isinstance(p, exp.EQ) and test and test.this in (p.this, p.expression)), None)
    if added.table is None or test is None or tie is None:
        return False
    other = tie.expression if tie.this == test.this else tie.this
    if not isinstance(other, exp.Column) or other.table in ("", added.qualifier):
        return False
    used = [c for c in select.find_all(exp.Column) if c.find_ancestor(exp.Join) is not last and c is not test.this]
    if any(c.table in ("", added.qualifier) for c in used):
        return False
    key = owner(other, select, database)
    reference = owner(test.this, select, database)
    rest = [p for p in on if p is not tie]
    if inside and (
        key is None
        or key.nullable
        or reference is None
        or reference.column.nullable
        or any(c.table != added.qualifier for p in rest for c in p.find_all(exp.Column))
    ):
        return False
    select.set("joins", joins[:-1] or None)
    inner = exp.Select(expressions=[exp.Literal.number(1)]).from_(last.this.copy(), copy=False)
    denied: exp.Expr
    if inside:
        inner.set("expressions", [test.this.copy()])
        set_where(inner, rest)
        bare_all(inner)
        denied = exp.In(this=other.copy(), query=exp.Subquery(this=inner))
    else:
        set_where(inner, on)
        denied = exp.Exists(this=inner)
    set_where(select, [exp.Not(this=denied) if p is test else p for p in parts])
    if inside:
        tidy(select)
    return True
