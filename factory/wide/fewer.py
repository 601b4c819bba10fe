"""Queries that do without one of their tables."""

from __future__ import annotations

from sqlglot import exp

from factory.intents.style import render
from factory.wide.derived import sources_of
from factory.wide.queries import STYLE, Alternative, parsed, table_nodes, tables_in, written


def reductions(query: str) -> list[Alternative]:
    """The query without a table of which it uses nothing but the key, which the other side of the join has too."""
    tree = parsed(query)
    needed = tables_in(tree)
    found: list[Alternative] = []
    for at, select in enumerate(tree.find_all(exp.Select)):
        for n, _ in enumerate(sources_of(select)):
            changed = tree.copy()
            if _reduced(list(changed.find_all(exp.Select))[at], n):
                tables = tables_in(changed)
                gone = tuple((name, "") for name in needed if name not in tables)
                if gone:
                    found.append(Alternative(render(changed, STYLE), tables, gone))
    return found


def _reduced(select: exp.Select, at: int) -> bool:
    places = sources_of(select)
    if len(places) < 2 or select.args.get("from_") is not places[0]:
        return False
    called = places[at].this.alias_or_name
    # FROM has no condition of its own: the first join's is the one that ties it.
    holder = places[at or 1]
    on = holder.args.get("on")
    if not isinstance(on, exp.EQ) or not isinstance(on.this, exp.Column) or not isinstance(on.expression, exp.Column):
        return False
    sides = {on.this.table: on.this, on.expression.table: on.expression}
    if called not in sides or len(sides) != 2:
        return False
    key = sides.pop(called)
    (other,) = sides.values()
    used = [column for column in select.find_all(exp.Column) if column.table == called]
    if any(column.name != key.name for column in used):
        return False
    for column in used:
        column.replace(other.copy())
    if not at:
        select.args["from_"].set("this", holder.this.copy())
    select.set("joins", [join for join in select.args["joins"] if join is not holder])
    return True


def without_part(query: str, part: str) -> Alternative | None:
    """The query with one part less of a table that stands in parts; None where the part is no branch of a union."""
    tree = parsed(query)
    for node in table_nodes(tree):
        select = node.find_ancestor(exp.Select)
        union = select.parent if select is not None else None
        if select is not None and written(node) == part and isinstance(union, exp.Union):
            union.replace(union.expression if union.this is select else union.this)
            return Alternative(render(tree, STYLE), tables_in(tree), ((part, ""),))
    return None
