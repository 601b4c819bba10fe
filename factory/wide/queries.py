"""Queries over a wide catalog, and their tables by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from factory.identifiers import plain
from factory.intents import sql
from factory.intents.style import Style, render
from factory.wide.catalog import Member

STYLE = Style()


@dataclass(frozen=True, slots=True)
class Alternative:
    """A query that could give the rows of another one. `tables` are what it reads, `swapped` which went for which."""

    query: str
    tables: tuple[str, ...]
    swapped: tuple[tuple[str, str], ...]


def parsed(query: str) -> exp.Expr:
    return sqlglot.parse_one(query, dialect="duckdb")


def tables_in(tree: exp.Expr) -> tuple[str, ...]:
    """Tables that are read, as SQL writes them, without CTEs; sorted."""
    return tuple(sorted({written(node) for node in table_nodes(tree)}))


def written(node: exp.Table) -> str:
    """A table's name as SQL writes it."""
    return f"{plain(node.db)}.{plain(node.name)}" if node.args.get("db") else plain(node.name)


def table_nodes(tree: exp.Expr) -> list[exp.Table]:
    ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    return [
        node
        for node in tree.find_all(exp.Table)
        if isinstance(node.this, exp.Identifier) and (node.args.get("db") or node.name.lower() not in ctes)
    ]


def in_place(tree: exp.Expr, member: Member, instead: Mapping[str, str]) -> exp.Expr:
    """A member's query with its tables where they stand in the catalog, or with copies `instead` (table → entry)."""
    tree = tree.copy()
    for node in table_nodes(tree):
        places = (instead[node.name],) if node.name in instead else member.places.get(node.name)
        if places:
            put(node, places)
    return tree


def put(node: exp.Table, places: tuple[str, ...]) -> None:
    called = node.alias_or_name
    if len(places) == 1:
        rename(node, places[0])
        if node.alias_or_name != called:
            node.set("alias", sql.called(called))
        return
    branches = [exp.Select(expressions=[exp.Star()]).from_(table_named(place)) for place in places]
    union: exp.Expr = branches[0]
    for branch in branches[1:]:
        union = exp.Union(this=union, expression=branch, distinct=False)
    node.replace(exp.Subquery(this=union, alias=sql.called(called)))


def table_named(place: str) -> exp.Table:
    node = exp.Table(this=sql.name("x"))
    rename(node, place)
    return node


def rename(node: exp.Table, place: str) -> None:
    found = exp.to_table(place, dialect="duckdb")
    node.set("this", found.this)
    node.set("db", found.args.get("db"))


class Template:
    """A query's text with a mark for each of its tables: dozens of copies go in without another look at the tree."""

    def __init__(self, tree: exp.Expr) -> None:
        self.tables = tables_in(tree)
        self._marks = {name: f"_table_{at}_" for at, name in enumerate(self.tables)}
        marked = tree.copy()
        for node in table_nodes(marked):
            put(node, (self._marks[written(node)],))
        self._text = render(marked, STYLE)

    def filled(self, instead: Mapping[str, str]) -> Alternative:
        text = self._text
        for name, mark in self._marks.items():
            text = text.replace(mark, instead.get(name, name))
        tables = tuple(sorted({instead.get(name, name) for name in self.tables}))
        return Alternative(text, tables, tuple(sorted(instead.items())))
