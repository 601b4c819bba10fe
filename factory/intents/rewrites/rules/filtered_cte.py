"""The filtered rows of the first table as a CTE, before the rest of the query."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.identifiers import plain
from factory.intents import sql
from factory.intents.rewrites.conditions import set_where, where
from factory.intents.rewrites.place import add_cte, aggregates, free_name, has, places
from factory.intents.rewrites.rules.join_order import starred
from factory.intents.rewrites.sources import inner_selects, own_columns, owner, sources
from factory.records import Database

STRUCTURAL = True


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    if isinstance(tree, exp.SetOperation):
        return
    for copy, select in places(tree, exp.Select, lambda s: has(s, "where") and not starred(s)):
        if select.find_ancestor(exp.Query) is not None and select.find_ancestor(exp.CTE) is None:
            continue
        name = _take(select, copy, database)
        if name is not None:
            yield copy


def _take(select: exp.Select, root: exp.Expr, database: Database) -> str | None:
    """Does it in place; None when it found nothing to do."""
    first = next(iter(sources(select, database)), None)
    grouped = any(aggregates(e) for e in select.expressions)
    if first is None or first.table is None or first.optional or not grouped or inner_selects(select):
        return None
    kept: list[exp.Expr] = []
    moved: list[exp.Expr] = []
    for part in where(select):
        at = [owner(c, select, database) for c in part.find_all(exp.Column)]
        mine = bool(at) and all(a is not None and a.source.qualifier == first.qualifier for a in at)
        (moved if mine else kept).append(part)
    if not moved:
        return None
    set_where(select, kept)
    used = {key.name for join in select.args.get("joins") or [] for key in join.args.get("using") or []}
    for column in own_columns(select):
        at_one = owner(column, select, database)
        if at_one is not None and at_one.source.qualifier == first.qualifier:
            used.add(at_one.column.name)
    listed = [c.name for c in first.table.columns if c.name in used] or list(first.table.key[:1])
    table = select.args["from_"].this
    rows = exp.Select(expressions=[sql.column(c) for c in listed] or [exp.Star()])
    rows = rows.from_(sql.table(first.table.name), copy=False)
    inside = [part.copy() for part in moved]
    for part in inside:
        for column in part.find_all(exp.Column):
            column.set("table", None)
    set_where(rows, inside)
    wish = f"selected_{first.table.name.lower()}"
    name = free_name(wish if plain(wish) == wish else "selected_rows", root, database)
    new = sql.table(name)
    if any(c.table for c in own_columns(select)):
        new.set("alias", sql.called(first.qualifier))
    table.replace(new)
    add_cte(root, name, rows, first=True)
    return name
