"""`COUNT(*)` ↔ `COUNT(key)`, where the key can't be NULL."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents import sql
from factory.intents.rewrites.place import has, places, swapped
from factory.intents.rewrites.sources import owner, sources
from factory.records import Database


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    copy = tree.copy()
    changed = False
    for node in [n for n in copy.find_all(exp.Count) if isinstance(n.this, exp.Star)]:
        select = node.find_ancestor(exp.Select)
        if select is None or not (around := sources(select, database)):
            continue
        first = around[0]
        if first.table is None or first.optional or len(first.table.key) != 1:
            continue
        key = first.table.key[0]
        bare = not has(select, "joins") and not any(c.table for c in select.find_all(exp.Column))
        if first.table.column(key).nullable or (bare and key.lower() in _aliases(select)):
            continue
        node.set("this", sql.column(key, None if bare else first.qualifier))
        changed = True
    if changed:
        yield copy
    for other, count in places(tree, exp.Count, lambda n: isinstance(n.this, exp.Column)):
        select = count.find_ancestor(exp.Select)
        at = owner(count.this, select, database) if select else None
        if at is not None and not at.nullable:
            # HAVING and ORDER BY may repeat it; counting rows there gives the same.
            yield swapped(other, count, sql.count_rows())


def _aliases(select: exp.Select) -> set[str]:
    return {e.alias.lower() for e in select.expressions if isinstance(e, exp.Alias)}
