"""Copies of a tree with a place in them to edit, and names that are still free there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeVar

from sqlglot import exp

from factory.identifiers import plain
from factory.records import Database

Node = TypeVar("Node", bound=exp.Expr)


def places(
    tree: exp.Expr, kind: type[Node], wanted: Callable[[Node], bool] = lambda _: True
) -> Iterator[tuple[exp.Expr, Node]]:
    """For each wanted node a fresh copy of the tree, and the node's twin in that copy."""
    for k, node in enumerate(list(tree.find_all(kind))):
        if wanted(node):
            copy = tree.copy()
            yield copy, next(islice(copy.find_all(kind), k, None))


def swapped(root: exp.Expr, node: exp.Expr, new: exp.Expr) -> exp.Expr:
    """The tree with `new` in place of `node`, which may be the root."""
    if node is root:
        return new
    node.replace(new)
    return root


def regrouped(node: exp.Expr) -> bool:
    """Whether GROUP BY holds the same: changed in one place only, the outputs would no longer match their groups."""
    select = node.find_ancestor(exp.Select)
    group = select.args.get("group") if select else None
    return group is not None and any(n == node for n in group.find_all(type(node)))


def free_name(wish: str, root: exp.Expr, database: Database) -> str:
    """The wish, or the wish with a number, such that no table, column, alias or keyword has the name."""
    taken = {i.name.lower() for i in root.find_all(exp.Identifier)}
    taken |= {t.name.lower() for t in database.tables} | {c.name.lower() for t in database.tables for c in t.columns}
    name, n = wish, 1
    while name.lower() in taken or plain(name) != name:
        n += 1
        name = f"{wish}_{n}"
    return name


def add_cte(root: exp.Expr, name: str, query: exp.Expr, *, first: bool = False) -> exp.Expr:
    """The tree with one more CTE, after those that `query` may need (or before all of them)."""
    cte = exp.CTE(this=query, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=plain(name) != name)))
    own = root.args.get("with_")
    if own is None:
        root.set("with_", exp.With(expressions=[cte]))
    else:
        own.set("expressions", [cte, *own.expressions] if first else [*own.expressions, cte])
    return root


def aggregates(node: exp.Expr) -> bool:
    """Whether an aggregate or window function takes part outside of subqueries."""
    return any(isinstance(n, (exp.AggFunc, exp.Window)) for n in node.walk(prune=lambda n: isinstance(n, exp.Query)))


def has(select: exp.Expr, *clauses: str) -> bool:
    return any(select.args.get(clause) for clause in clauses)
