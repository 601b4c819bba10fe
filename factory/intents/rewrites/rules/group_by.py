"""GROUP BY expressions → GROUP BY their positions, their aliases, or ALL."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents import sql
from factory.intents.rewrites.place import aggregates, has, places
from factory.records import Database


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    for copy, select in places(tree, exp.Select, _simple):
        numbers = [exp.Literal.number(_position(select, e)) for e in select.args["group"].expressions]
        select.set("group", exp.Group(expressions=numbers))
        yield copy
    # DuckDB has no QUALIFY after GROUP BY ALL.
    for copy, select in places(tree, exp.Select, lambda s: _simple(s) and _all(s) and not has(s, "qualify")):
        select.set("group", exp.Group(all=True))
        yield copy
    columns = {c.name.lower() for t in database.tables for c in t.columns}
    for copy, select in places(tree, exp.Select, _simple):
        grouped = select.args["group"].expressions
        chosen = [select.expressions[_position(select, e) - 1] for e in grouped]
        # A column of the same name would win over the alias.
        aliases = [e.alias if isinstance(e, exp.Alias) and e.alias.lower() not in columns else "" for e in chosen]
        if any(aliases) and not has(select, "joins") and not select.find_ancestor(exp.Select):
            by = [sql.column(a) if a else e.copy() for a, e in zip(aliases, grouped, strict=True)]
            select.set("group", exp.Group(expressions=by))
            yield copy


def _simple(select: exp.Select) -> bool:
    group = select.args.get("group")
    if group is None or not group.expressions or {k for k, v in group.args.items() if v} != {"expressions"}:
        return False
    return all(not isinstance(e, exp.Literal) and _position(select, e) for e in group.expressions)


def _position(select: exp.Select, value: exp.Expr) -> int:
    """1-based; 0 when it is none of the outputs."""
    return next((i for i, e in enumerate(select.expressions, 1) if e.unalias() == value), 0)


def _all(select: exp.Select) -> bool:
    """ALL groups by every output without an aggregate: it must find just the groups."""
    groups = select.args["group"].expressions
    rest = [e.unalias() for e in select.expressions if e.unalias() not in groups]
    if len(groups) != len({id(g) for g in groups}) or any(e.find(exp.Window, exp.Query) for e in select.expressions):
        return False
    return all(aggregates(value) and not _mixed(value) for value in rest)


def _mixed(value: exp.Expr) -> bool:
    """Whether a column stands beside an aggregate: ALL would want it in the groups."""
    return any(c.find_ancestor(exp.AggFunc, exp.Select) is None or not _inside(c) for c in value.find_all(exp.Column))


def _inside(column: exp.Column) -> bool:
    return isinstance(column.find_ancestor(exp.AggFunc, exp.Select), exp.AggFunc)
