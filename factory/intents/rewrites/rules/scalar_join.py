"""A comparison with a one-row aggregate subquery → CROSS JOIN with it; or, for one over the same rows, a window."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.identifiers import plain
from factory.intents import sql
from factory.intents.rewrites.conditions import required, set_where, where
from factory.intents.rewrites.place import add_cte, aggregates, free_name, has, places
from factory.intents.rewrites.rules.join_order import starred
from factory.intents.rewrites.sources import inner_selects, owner, qualify_all
from factory.records import Database

STRUCTURAL = True
_CLAUSES = ("group", "having", "qualify", "limit", "offset", "distinct", "with_")


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    for copy, sub in places(tree, exp.Subquery, _one_row):
        select, value = sub.find_ancestor(exp.Select), sub.this.expressions[0].unalias()
        if select is None or not required(sub.parent or sub) or has(select, "group") or _reaches(sub.this, select):
            continue
        name, column = free_name("overall", copy, database), _called(sub, copy, database)
        inner = sub.this.copy()
        inner.set("expressions", [sql.alias(value.copy(), column)])
        sub.replace(sql.column(column, name))
        # No bare column can be taken for one of the new table, whose names are new.
        if inner_selects(select) or starred(select):
            continue
        join = exp.Join(this=exp.Subquery(this=inner, alias=sql.called(name)), kind="CROSS")
        select.append("joins", join)
        yield copy
    for copy, sub in places(tree, exp.Subquery, _one_row):
        select = sub.find_ancestor(exp.Select)
        if select is not None and isinstance(copy, exp.Select) and not _reaches(sub.this, select):
            name, column = free_name("overall", copy, database), _called(sub, copy, database)
            query = sub.this.copy()
            query.set("expressions", [sql.alias(query.expressions[0].unalias(), column)])
            sub.this.replace(exp.Select(expressions=[sql.column(column)]).from_(sql.table(name), copy=False))
            yield add_cte(copy, name, query)
    for copy, sub in places(tree, exp.Subquery, _one_row):
        if _to_window(sub, database):
            yield copy


def _one_row(sub: exp.Subquery) -> bool:
    """An aggregate over all rows, compared with something."""
    query = sub.this
    if not isinstance(sub.parent, (exp.GT, exp.LT, exp.GTE, exp.LTE, exp.EQ)) or sub.find_ancestor(exp.CTE):
        return False
    if not isinstance(query, exp.Select) or has(query, *_CLAUSES) or len(query.expressions) != 1:
        return False
    value = query.expressions[0].unalias()
    return isinstance(value, exp.AggFunc) and not isinstance(value, exp.Filter)


def _called(sub: exp.Subquery, root: exp.Expr, database: Database) -> str:
    """ "avg_fee" for AVG(o.fee)."""
    value = sub.this.expressions[0].unalias()
    of = value.this.name.lower() if isinstance(value.this, exp.Column) else "rows"
    wish = f"{value.key}_{of}"
    return free_name(wish if plain(wish) == wish else "value", root, database)


def _reaches(inner: exp.Select, outer: exp.Select) -> bool:
    """Whether it is correlated."""
    mine = {t.alias_or_name.lower() for t in inner.find_all(exp.Table)}
    return any(c.table and c.table.lower() not in mine for c in inner.find_all(exp.Column)) or not has(outer, "from_")


def _to_window(sub: exp.Subquery, database: Database) -> bool:
    select = sub.find_ancestor(exp.Select)
    test = sub.parent
    if select is None or test is None or not required(test) or has(select, *_CLAUSES):
        return False
    parts = where(select)
    rest = [p for p in parts if p is not test]
    if not any(p is test for p in parts) or any(aggregates(e) for e in select.expressions):
        return False
    mine, theirs = select.copy(), sub.this.copy()
    set_where(mine, rest)
    if inner_selects(mine) or not qualify_all(mine, database) or not qualify_all(theirs, database):
        return False
    value = sub.this.expressions[0].unalias()
    column = value.this
    at = owner(column, sub.this, database) if isinstance(column, exp.Column) else None
    # The average of floats depends on the order in which they are summed up.
    if at is None or (at.column.type in ("DOUBLE", "FLOAT") and not isinstance(value, (exp.Min, exp.Max))):
        return False
    if _rows(mine) != _rows(theirs) or not isinstance(value, (exp.Avg, exp.Min, exp.Max)):
        return False
    new = test.copy()
    over: exp.Expr = exp.Window(this=type(value)(this=column.copy()))
    if column.table:
        own = select.args["from_"].this.alias_or_name
        inner = sub.this.args["from_"].this.alias_or_name
        joined = has(select, "joins")
        if joined:
            return False
        over.find(exp.Column).set("table", sql.name(own) if column.table == inner else None)  # type: ignore[union-attr]
    new.find(exp.Subquery).replace(over)  # type: ignore[union-attr]
    set_where(select, rest)
    select.set("qualify", exp.Qualify(this=new))
    return True


def _rows(select: exp.Select) -> tuple[str, ...]:
    """FROM and WHERE as text; joins only match when the aliases agree."""
    return tuple(str(select.args.get(clause) or "") for clause in ("from_", "joins", "where"))
