"""Which tables and columns a query can't do without."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from factory.records import Database


def tables_of(tree: exp.Expr) -> frozenset[str]:
    """Every name that is read from, those of CTEs among them."""
    return frozenset(table.name for table in tree.find_all(exp.Table))


def needs(tree: exp.Expr, database: Database) -> Mapping[str, frozenset[str]]:
    """The database's tables that a query reads, with the columns that it names.

    Errs on the side of more: a name without a table counts for all tables of the query that have such a column.
    """
    read = {name: database.by_name[name] for name in sorted(tables_of(tree)) if name in database.by_name}
    called: dict[str, set[str]] = {}
    for table in tree.find_all(exp.Table):
        called.setdefault(table.alias_or_name.lower(), set()).add(table.name)
    named: dict[str, set[str]] = {name: set() for name in read}
    for identifier in tree.find_all(exp.Identifier):
        owner = identifier.parent.table if isinstance(identifier.parent, exp.Column) else ""
        for name in called.get(owner.lower(), read):
            named.get(name, set()).add(identifier.name.lower())
    every = {owner for star in tree.find_all(exp.Star) for owner in _starred(star, called, read)}
    return {
        name: frozenset(c.name for c in table.columns if name in every or c.name.lower() in named[name])
        for name, table in read.items()
    }


def _starred(star: exp.Star, called: Mapping[str, set[str]], read: Mapping[str, object]) -> list[str]:
    """The tables of which a star shows all columns: none for COUNT(*)."""
    if isinstance(star.parent, exp.Count):
        return []
    owner = star.parent.table if isinstance(star.parent, exp.Column) else ""
    return sorted(called.get(owner.lower(), read))


def hops(start: frozenset[str], database: Database) -> Mapping[str, int]:
    """How many links, foreign keys or shared geometry, lie between each reachable table and those of the query."""
    linked = [(r.child, r.parent) for r in database.relations]
    linked += [(s.point_table, s.zone_table) for s in database.spatial]
    found = dict.fromkeys(sorted(start), 0)
    step = 0
    while True:
        step += 1
        near = [pair for pair in linked if any(found.get(name) == step - 1 for name in pair)]
        fresh = [name for pair in near for name in pair if name not in found]
        if not fresh:
            return found
        found |= dict.fromkeys(fresh, step)


def alikes(wanted: Mapping[str, frozenset[str]], database: Database, most: int) -> frozenset[str]:
    """Up to `most` other tables that could be taken for those of the query: they have columns of the same name or
    label as the needed ones (keys apart), or a word of a needed table's label."""
    words: set[str] = set()
    for name, used in wanted.items():
        table = database.table(name)
        words.update(table.label.split())
        words.update(text for c in table.columns if c.name in used and _telling(c.role) for text in (c.name, c.label))
    scores = {}
    for table in database.tables:
        has = {text for c in table.columns if _telling(c.role) for text in (c.name, c.label)} | set(table.label.split())
        if table.name not in wanted and has & words:
            scores[table.name] = len(has & words)
    return frozenset(sorted(scores, key=lambda name: (-scores[name], name))[:most])


def _telling(role: str) -> bool:
    return role not in ("key", "reference")
