"""Other tables that might answer a query as well."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents.style import render
from factory.wide.catalog import Entry, WideDatabase
from factory.wide.derived import from_joined, from_totals
from factory.wide.queries import STYLE, Alternative, Template, parsed, put, table_nodes, tables_in, written

# What most often gives the same rows comes first: a question that is dropped costs less then.
_LIKELY = ("filtered", "table", "draft", "old", "archive")


def alternatives(query: str, database: WideDatabase, shown: frozenset[str]) -> list[Alternative]:
    """What could stand in for tables of the query, among those that are shown.

    Each copy for its original and the original for its copy, all of one kind at once, extracts together, joined views
    and totals. Which of them give the same rows is for the engine to say.
    """
    tree = parsed(query)
    needed = tables_in(tree)
    found: list[Alternative] = []
    swaps = [s for name in needed if name in database.entry for s in _swaps(name, database, shown)]
    swaps.sort(key=lambda swap: swap[1].kind not in _LIKELY)
    for name in needed:
        if name in database.entry:
            found += _extracts(tree, name, database, shown)
            found += from_totals(tree, name, database, shown)
            found += from_joined(tree, name, database, shown)
    template = Template(tree)
    kinds: dict[str, dict[str, str]] = {}
    for name, entry in swaps:
        found.append(template.filled({name: entry.name}))
        kinds.setdefault(f"{entry.kind}{entry.detail}", {})[name] = entry.name
    found += (template.filled(together) for together in kinds.values() if len(together) > 1)
    # One that reads all that the query reads, and more, is no smaller set.
    kept = (a for a in found if not set(needed) <= set(a.tables))
    return list({a.query: a for a in kept}.values())


def _swaps(name: str, database: WideDatabase, shown: frozenset[str]) -> Iterator[tuple[str, Entry]]:
    own = database.entry[name]
    for other in database.groups[own.group]:
        if other.name == name or other.name not in shown or other.kind in ("summary", "part") or own.kind == "part":
            continue
        if own.kind != "summary":
            yield name, other


def _extracts(tree: exp.Expr, name: str, database: WideDatabase, shown: frozenset[str]) -> Iterator[Alternative]:
    group = database.groups[database.entry[name].group]
    years = tuple(e.name for e in group if e.kind == "year" and e.name in shown)
    if len(years) < 2 or database.entry[name].kind != "table":
        return
    changed = tree.copy()
    for node in table_nodes(changed):
        if written(node) == name:
            put(node, years)
    yield Alternative(render(changed, STYLE), tables_in(changed), tuple((name, year) for year in years))
