"""Queries over what was made of tables: totals of one, a view that joins two."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents import sql
from factory.intents.style import render
from factory.wide.catalog import Entry, WideDatabase
from factory.wide.queries import STYLE, Alternative, parsed, rename, table_named, table_nodes, tables_in, written


def over(query: str, entry: Entry) -> Alternative | None:
    """The query over a summary or a joined view, if that has all columns that it needs."""
    tree = parsed(query)
    if entry.kind == "summary":
        if tables_in(tree) != (entry.of,) or len(table_nodes(tree)) != 1:
            return None
        found: Alternative | None = over_totals(tree, entry)
    else:
        found = over_joined(tree, entry.of, entry)
    if found is None:
        return None
    return found if _has_all(parsed(found.query), entry) else None


def _has_all(tree: exp.Expr, entry: Entry) -> bool:
    """Whether a query over a derived table finds its columns there, and none in a table that is gone."""
    called = {node.alias_or_name for node in table_nodes(tree) if written(node) == entry.name}
    known = {node.alias_or_name for node in tree.find_all(exp.Table, exp.Subquery, exp.CTE)}
    outputs = {alias.alias.lower() for alias in tree.find_all(exp.Alias)}
    has = {column.name.lower() for column in entry.columns}
    for column in tree.find_all(exp.Column):
        if column.table and column.table not in known:
            return False
        if column.table in called and column.name.lower() not in has:
            return False
        if not column.table and entry.kind == "summary" and column.name.lower() not in has | outputs:
            return False
    return True


def from_totals(tree: exp.Expr, name: str, database: WideDatabase, shown: frozenset[str]) -> Iterator[Alternative]:
    """The query over a summary of its only table: counts become sums of counts, sums sums of totals."""
    if tables_in(tree) != (name,) or len(table_nodes(tree)) != 1:
        return
    for entry in database.groups[database.entry[name].group]:
        if entry.kind == "summary" and entry.name in shown:
            yield over_totals(tree, entry)


def over_totals(tree: exp.Expr, entry: Entry) -> Alternative:
    """As far as it goes: what a summary doesn't have then raises."""
    renamed = dict(entry.renamed or {})

    def change(node: exp.Expr) -> exp.Expr:
        rows = sql.column("row_count")
        if isinstance(node, exp.Filter) and isinstance(node.this, exp.Count):
            counted = exp.Filter(this=exp.Sum(this=rows), expression=node.expression.transform(change))
            return sql.call("COALESCE", counted, exp.Literal.number(0))
        if isinstance(node, (exp.Count, exp.Sum)) and isinstance(node.this, exp.Case):
            return exp.Sum(this=_weighted(node.this.transform(change)))
        if isinstance(node, exp.Count) and not isinstance(node.this, exp.Distinct):
            return exp.Sum(this=rows)
        if isinstance(node, exp.Avg) and isinstance(node.this, exp.Column) and node.this.name in renamed:
            total = exp.Sum(this=sql.column(renamed[node.this.name]))
            return exp.Div(this=total, expression=exp.Sum(this=rows))
        if isinstance(node, exp.Column) and node.name in renamed:
            return sql.column(renamed[node.name])
        return node

    changed = tree.copy().transform(change)
    for node in table_nodes(changed):
        rename(node, entry.name)
    return Alternative(render(changed, STYLE), tables_in(changed), ((entry.of, entry.name),))


def _weighted(case: exp.Expr) -> exp.Expr:
    """A CASE that gives 1 for each row counted, with the rows of a group instead."""
    one = exp.Literal.number(1)
    for branch in case.args["ifs"]:
        if branch.args["true"] == one:
            branch.set("true", sql.column("row_count"))
    if case.args.get("default") == one:
        case.set("default", sql.column("row_count"))
    return case


def from_joined(tree: exp.Expr, name: str, database: WideDatabase, shown: frozenset[str]) -> Iterator[Alternative]:
    """The query over a joined view in place of the table and the one that it joins."""
    for entry in database.groups[database.entry[name].group]:
        if entry.kind == "joined" and entry.name in shown and (found := over_joined(tree, name, entry)):
            yield found


def over_joined(tree: exp.Expr, name: str, entry: Entry) -> Alternative | None:
    changed = tree.copy()
    if entry.joined not in tables_in(tree) or not [s for s in changed.find_all(exp.Select) if _joined(s, name, entry)]:
        return None
    swapped = (name, entry.name), (entry.joined, entry.name)
    return Alternative(render(changed, STYLE), tables_in(changed), swapped)


def _joined(select: exp.Select, name: str, entry: Entry) -> bool:
    """Whether the select joins both; if so it reads the view now, under the name of the first table."""
    places = sources_of(select)
    own = [at for at, place in enumerate(places) if written(place.this) == name]
    theirs = [at for at, place in enumerate(places) if written(place.this) == entry.joined]
    if len(own) != 1 or len(theirs) != 1:
        return False
    called, other = places[own[0]].this.alias_or_name, places[theirs[0]].this.alias_or_name
    renamed = entry.joined_as or {}
    for column in list(select.find_all(exp.Column)):
        if column.table == other and column.name in renamed:
            column.replace(sql.column(renamed[column.name], called))
    view = table_named(entry.name)
    view.set("alias", sql.called(called))
    first, second = sorted((own[0], theirs[0]))
    places[first].set("this", view)
    select.set("joins", [join for join in select.args.get("joins") or [] if join is not places[second]])
    return True


def sources_of(select: exp.Select) -> list[exp.Expr]:
    """FROM and the joins, as far as they read tables."""
    start = select.args.get("from_")
    found = [start, *(select.args.get("joins") or [])] if start is not None else []
    return [place for place in found if isinstance(place.this, exp.Table)]
