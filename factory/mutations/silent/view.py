"""A query's tree with what an operator asks of it: scopes, sources, owners of columns, and copies to edit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from sqlglot import exp

from factory.intents import sql
from factory.records import Column, Database, Table

Node = TypeVar("Node", bound=exp.Expr)


@dataclass(frozen=True, slots=True)
class Use:
    """What a column reference comes down to. `source` is the qualifier in `select`, where it is read from its table."""

    table: Table
    column: Column
    source: str
    select: exp.Select


class View:
    """Nodes handed out belong to a copy of the tree that was given; change their twins in an Edit."""

    def __init__(self, tree: exp.Expr, database: Database) -> None:
        # A builder may have put one node in two places; in a copy every place has its own.
        self.tree = tree.copy()
        self.database = database
        for node in self.nodes:
            # Where a parsed node stood in its text; copying that costs more than copying the node.
            if node._meta:
                node._meta = None

    @cached_property
    def nodes(self) -> list[exp.Expr]:
        return list(self.tree.walk())

    @cached_property
    def places(self) -> dict[int, int]:
        return {id(node): place for place, node in enumerate(self.nodes)}

    @cached_property
    def recursive(self) -> frozenset[int]:
        """What stands in a CTE that refers to itself or in one that it reads: with a change there it may never end."""
        ctes = {cte.alias: cte for cte in self.tree.find_all(exp.CTE)}
        reads = {name: {table.name for table in cte.this.find_all(exp.Table)} for name, cte in ctes.items()}
        kept = [name for name in ctes if name in reads[name]]
        for name in kept:
            kept += [other for other in ctes if other in reads[name] and other not in kept]
        return frozenset(id(node) for name in kept for node in ctes[name].this.walk())

    def all(self, *kinds: type[Node]) -> Iterator[Node]:
        """Nodes of these kinds, breadth first, but for those of recursive CTEs."""
        for node in self.nodes:
            if isinstance(node, kinds) and id(node) not in self.recursive:
                yield node

    @property
    def selects(self) -> Iterator[exp.Select]:
        return self.all(exp.Select)

    @cached_property
    def outermost(self) -> exp.Select | None:
        """The SELECT whose output is the answer; None for a set operation."""
        return self.tree if isinstance(self.tree, exp.Select) else None

    def edit(self) -> Edit:
        return Edit(self)

    def own(self, select: exp.Expr, *kinds: type[Node]) -> Iterator[Node]:
        """Nodes of a SELECT itself, not of the queries inside it."""
        for node in select.walk(prune=lambda n: n is not select and isinstance(n, exp.Query)):
            if isinstance(node, kinds) and node is not select:
                yield node

    def same(self, node: Node) -> list[Node]:
        """The node and its repetitions in the same SELECT, as in GROUP BY."""
        select = scope(node)
        if select is None:
            return [node]
        return [n for n in self.own(select, type(node)) if n == node]

    def sources(self, select: exp.Select) -> dict[str, exp.Expr]:
        """Qualifier → table or derived table, in the order written."""
        first = select.args.get("from_")
        joins = select.args.get("joins") or ()
        return {s.alias_or_name: s for s in (*((first.this,) if first else ()), *(j.this for j in joins))}

    def qualifier(self, select: exp.Select, name: str) -> str | None:
        """How a column of a source is written there: bare only with one source, and if the others are bare."""
        if len(self.sources(select)) > 1 or any(column.table == name for column in self.own(select, exp.Column)):
            return name
        return None

    def query_named(self, name: str) -> exp.Expr | None:
        """The body of a CTE."""
        return next((cte.this for cte in self.all(exp.CTE) if cte.alias == name), None)

    def table(self, source: exp.Expr) -> Table | None:
        """The base table that a source is."""
        if not isinstance(source, exp.Table) or self.query_named(source.name) is not None:
            return None
        return self.database.by_name.get(source.name)

    def tables(self, select: exp.Select) -> dict[str, Table]:
        """The sources that are base tables."""
        found = ((name, self.table(source)) for name, source in self.sources(select).items())
        return {name: table for name, table in found if table is not None}

    def resolve(self, column: exp.Expr, depth: int = 0) -> Use | None:
        """The base column behind a reference, through CTEs and derived tables; None for computed ones."""
        select = scope(column)
        if not isinstance(column, exp.Column) or depth > 8:
            return None
        if select is not None and not column.table and (order := within(column, exp.Order)) is not None:
            named = next((e for e in select.expressions if isinstance(e, exp.Alias) and e.alias == column.name), None)
            if named is not None and order.parent is select:
                return self.resolve(named.this, depth + 1)
        while select is not None:
            for name, source in self.sources(select).items():
                if column.table and column.table != name:
                    continue
                table = self.table(source)
                if table is not None:
                    if column.name in table.by_name:
                        return Use(table, table.column(column.name), name, select)
                    continue
                output = self.output(source, column.name)
                if output is not None:
                    return self.resolve(output, depth + 1)
            select = scope(select)
        return None

    def output(self, source: exp.Expr, name: str) -> exp.Expr | None:
        """What a derived table or CTE puts out under a name."""
        body = self.query_named(source.name) if isinstance(source, exp.Table) else source.this
        while isinstance(body, (exp.SetOperation, exp.Subquery)):
            body = body.this
        if not isinstance(body, exp.Select):
            return None
        return next((e.unalias() for e in body.expressions if e.alias_or_name == name), None)

    def free(self, base: str) -> str:
        """A name that nothing in the query has."""
        taken = {node.name.lower() for node in self.nodes if isinstance(node, exp.Identifier)} | {
            t.lower() for t in self.database.by_name
        }
        name, n = base, 1
        while name.lower() in taken:
            n += 1
            name = f"{base}{n}"
        return name


class Edit:
    """A copy of a view's tree, addressed by the nodes of the original."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.tree = view.tree.copy()
        self._nodes = list(self.tree.walk())

    def twin(self, node: Node) -> Node:
        found = self._nodes[self.view.places[id(node)]]
        assert isinstance(found, type(node))
        return found

    def put(self, node: exp.Expr, new: exp.Expr) -> None:
        twin = self.twin(node)
        if twin is self.tree:
            self.tree = new
        else:
            twin.replace(new)

    def put_same(self, node: exp.Expr, new: exp.Expr) -> None:
        """Replaces the node and its repetitions in the same SELECT."""
        for one in self.view.same(node):
            self.put(one, new.copy())

    def rename(self, old: str, new: str) -> None:
        """Names of outputs and CTEs that speak of what was changed: `max_price` after MAX became MIN.

        Nothing is renamed if a name would then mean two things.
        """
        kept = {c.name for t in self.view.database.tables for c in t.columns} | set(self.view.database.by_name)
        names = {n.name for n in self.tree.find_all(exp.Identifier)}
        renamed = {n: _worded(n, old, new) for n in sorted(names - kept)}
        changed = {n: other for n, other in renamed.items() if other != n}
        if set(changed.values()) & (names | kept):
            return
        for identifier in self.tree.find_all(exp.Identifier):
            if identifier.name in changed:
                identifier.replace(sql.name(changed[identifier.name]))


def _worded(name: str, old: str, new: str) -> str:
    return f"_{name}_".replace(f"_{old}_", f"_{new}_")[1:-1]


def within(node: exp.Expr, *kinds: type[Node]) -> Node | None:
    """The nearest such node around this one, in the same SELECT."""
    at = node.parent
    while at is not None and not isinstance(at, exp.Query):
        if isinstance(at, kinds):
            return at
        at = at.parent
    return None


def sibling(at: exp.Column, other: Column) -> exp.Column:
    """Another column of the same source, written the same way."""
    return sql.column(other.name, at.table or None)


def scope(node: exp.Expr) -> exp.Select | None:
    """The SELECT that a node stands in."""
    return node.find_ancestor(exp.Select)
