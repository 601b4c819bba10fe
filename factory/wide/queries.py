"""Queries over a wide catalog: a member's query put in its place, and other tables that might answer it as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from factory.identifiers import plain
from factory.intents import sql
from factory.intents.style import Style, render
from factory.wide.catalog import Entry, Member, WideDatabase

_STYLE = Style()


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
    return tuple(sorted({written(node) for node in _tables(tree)}))


def written(node: exp.Table) -> str:
    """A table's name as SQL writes it."""
    return f"{plain(node.db)}.{plain(node.name)}" if node.args.get("db") else plain(node.name)


def _tables(tree: exp.Expr) -> list[exp.Table]:
    ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    return [
        node
        for node in tree.find_all(exp.Table)
        if isinstance(node.this, exp.Identifier) and (node.args.get("db") or node.name.lower() not in ctes)
    ]


def in_place(tree: exp.Expr, member: Member, instead: Mapping[str, str]) -> exp.Expr:
    """A member's query with its tables where they stand in the catalog, or with copies `instead` (table → entry)."""
    tree = tree.copy()
    for node in _tables(tree):
        places = (instead[node.name],) if node.name in instead else member.places.get(node.name)
        if places:
            _put(node, places)
    return tree


def _put(node: exp.Table, places: tuple[str, ...]) -> None:
    called = node.alias_or_name
    if len(places) == 1:
        _name(node, places[0])
        if node.alias_or_name != called:
            node.set("alias", sql.called(called))
        return
    branches = [exp.Select(expressions=[exp.Star()]).from_(_named(place)) for place in places]
    union: exp.Expr = branches[0]
    for branch in branches[1:]:
        union = exp.Union(this=union, expression=branch, distinct=False)
    node.replace(exp.Subquery(this=union, alias=sql.called(called)))


def _named(place: str) -> exp.Table:
    node = exp.Table(this=sql.name("x"))
    _name(node, place)
    return node


def _name(node: exp.Table, place: str) -> None:
    found = exp.to_table(place, dialect="duckdb")
    node.set("this", found.this)
    node.set("db", found.args.get("db"))


def alternatives(query: str, database: WideDatabase, shown: frozenset[str]) -> list[Alternative]:
    """What could stand in for tables of the query, among those that are shown.

    Each copy for its original and the original for its copy, all of one kind at once, extracts together, joined views
    and totals. Which of them give the same rows is for the engine to say.
    """
    tree = parsed(query)
    needed = tables_in(tree)
    found: list[Alternative] = []
    swaps = [s for name in needed if name in database.entry for s in _swaps(name, database, shown)]
    template = _Template(tree)
    kinds: dict[str, dict[str, str]] = {}
    for name, entry in swaps:
        found.append(template.filled({name: entry.name}))
        kinds.setdefault(f"{entry.kind}{entry.detail}", {})[name] = entry.name
    found += (template.filled(together) for together in kinds.values() if len(together) > 1)
    for name in needed:
        if name in database.entry:
            found += _extracts(tree, name, database, shown)
            found += _from_totals(tree, name, database, shown)
            found += _from_joined(tree, name, database, shown)
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


class _Template:
    """A query's text with a mark for each of its tables: dozens of copies go in without another look at the tree."""

    def __init__(self, tree: exp.Expr) -> None:
        self.tables = tables_in(tree)
        self._marks = {name: f"_table_{at}_" for at, name in enumerate(self.tables)}
        marked = tree.copy()
        for node in _tables(marked):
            _put(node, (self._marks[written(node)],))
        self._text = render(marked, _STYLE)

    def filled(self, instead: Mapping[str, str]) -> Alternative:
        text = self._text
        for name, mark in self._marks.items():
            text = text.replace(mark, instead.get(name, name))
        tables = tuple(sorted({instead.get(name, name) for name in self.tables}))
        return Alternative(text, tables, tuple(sorted(instead.items())))


def _extracts(tree: exp.Expr, name: str, database: WideDatabase, shown: frozenset[str]) -> Iterator[Alternative]:
    group = database.groups[database.entry[name].group]
    years = tuple(e.name for e in group if e.kind == "year" and e.name in shown)
    if len(years) < 2 or database.entry[name].kind != "table":
        return
    changed = tree.copy()
    for node in _tables(changed):
        if written(node) == name:
            _put(node, years)
    yield Alternative(render(changed, _STYLE), tables_in(changed), tuple((name, year) for year in years))


def _from_totals(tree: exp.Expr, name: str, database: WideDatabase, shown: frozenset[str]) -> Iterator[Alternative]:
    """The query over a summary of its only table: counts become sums of counts, sums sums of totals."""
    if tables_in(tree) != (name,) or len(_tables(tree)) != 1:
        return
    for entry in database.groups[database.entry[name].group]:
        if entry.kind == "summary" and entry.name in shown:
            changed = over_totals(tree, entry)
            yield Alternative(render(changed, _STYLE), tables_in(changed), ((name, entry.name),))


def over_totals(tree: exp.Expr, entry: Entry) -> exp.Expr:
    """The query over a summary instead of its table, as far as it goes: what a summary doesn't have then raises."""
    renamed = dict(entry.renamed or {})

    def change(node: exp.Expr) -> exp.Expr:
        rows = sql.column("row_count")
        if isinstance(node, exp.Count) and not isinstance(node.this, exp.Distinct):
            return exp.Cast(this=exp.Sum(this=rows), to=exp.DataType.build("BIGINT"))
        if isinstance(node, exp.Avg) and isinstance(node.this, exp.Column) and node.this.name in renamed:
            total = exp.Sum(this=sql.column(renamed[node.this.name]))
            return exp.Div(this=total, expression=exp.Sum(this=rows))
        if isinstance(node, exp.Column) and node.name in renamed:
            return sql.column(renamed[node.name])
        return node

    changed = tree.copy().transform(change)
    for node in _tables(changed):
        _name(node, entry.name)
    return changed


def _from_joined(tree: exp.Expr, name: str, database: WideDatabase, shown: frozenset[str]) -> Iterator[Alternative]:
    """The query over a joined view in place of the table and the one that it joins."""
    for entry in database.groups[database.entry[name].group]:
        if entry.kind != "joined" or entry.name not in shown or entry.joined not in tables_in(tree):
            continue
        changed = tree.copy()
        done = [select for select in changed.find_all(exp.Select) if _joined(select, name, entry)]
        if done:
            yield Alternative(
                render(changed, _STYLE), tables_in(changed), ((name, entry.name), (entry.joined, entry.name))
            )


def _joined(select: exp.Select, name: str, entry: Entry) -> bool:
    """Whether the select joins both; if so it reads the view now, under the name of the first table."""
    places = _places(select)
    own = [at for at, place in enumerate(places) if written(place.this) == name]
    theirs = [at for at, place in enumerate(places) if written(place.this) == entry.joined]
    if len(own) != 1 or len(theirs) != 1:
        return False
    called, other = places[own[0]].this.alias_or_name, places[theirs[0]].this.alias_or_name
    renamed = entry.joined_as or {}
    for column in list(select.find_all(exp.Column)):
        if column.table == other and column.name in renamed:
            column.replace(sql.column(renamed[column.name], called))
    view = _named(entry.name)
    view.set("alias", sql.called(called))
    first, second = sorted((own[0], theirs[0]))
    places[first].set("this", view)
    select.set("joins", [join for join in select.args.get("joins") or [] if join is not places[second]])
    return True


def _places(select: exp.Select) -> list[exp.Expr]:
    """FROM and the joins, as far as they read tables."""
    start = select.args.get("from_")
    found = [start, *(select.args.get("joins") or [])] if start is not None else []
    return [place for place in found if isinstance(place.this, exp.Table)]


def reductions(query: str) -> list[Alternative]:
    """The query without a table of which it uses nothing but the key, which the other side of the join has too."""
    tree = parsed(query)
    needed = tables_in(tree)
    found: list[Alternative] = []
    for at, select in enumerate(tree.find_all(exp.Select)):
        for n, _ in enumerate(_places(select)):
            changed = tree.copy()
            if _reduced(list(changed.find_all(exp.Select))[at], n):
                tables = tables_in(changed)
                gone = tuple((name, "") for name in needed if name not in tables)
                if gone:
                    found.append(Alternative(render(changed, _STYLE), tables, gone))
    return found


def _reduced(select: exp.Select, at: int) -> bool:
    places = _places(select)
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
    for node in _tables(tree):
        select = node.find_ancestor(exp.Select)
        union = select.parent if select is not None else None
        if select is not None and written(node) == part and isinstance(union, exp.Union):
            union.replace(union.expression if union.this is select else union.this)
            return Alternative(render(tree, _STYLE), tables_in(tree), ((part, ""),))
    return None
