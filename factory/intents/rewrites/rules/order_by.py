"""ORDER BY an expression ↔ the alias of the output ↔ its position."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from factory.intents import sql
from factory.intents.rewrites.place import has, places
from factory.records import Database


def rewrite(tree: exp.Expr, _: Database) -> Iterator[exp.Expr]:
    for copy, select in places(tree, exp.Select, lambda s: has(s, "order")):
        if _each(select, _as_alias):
            yield copy
    for copy, select in places(tree, exp.Select, lambda s: has(s, "order") and not has(s, "distinct")):
        if _each(select, _as_expression):
            yield copy
    for copy, select in places(tree, exp.Select, lambda s: has(s, "order")):
        if _each(select, _as_position):
            yield copy


def _each(select: exp.Select, change: Callable[[exp.Select, exp.Expr], exp.Expr | None]) -> bool:
    changed = False
    for ordered in select.args["order"].expressions:
        new = change(select, ordered.this)
        if new is not None:
            ordered.set("this", new)
            changed = True
    return changed


def _as_alias(select: exp.Select, value: exp.Expr) -> exp.Expr | None:
    for output in select.expressions:
        if isinstance(output, exp.Alias) and output.this == value:
            return sql.column(output.alias)
    return None


def _as_expression(select: exp.Select, value: exp.Expr) -> exp.Expr | None:
    if not isinstance(value, exp.Column) or value.table:
        return None
    aliases = {e.alias.lower() for e in select.expressions if isinstance(e, exp.Alias)}
    for output in select.expressions:
        if isinstance(output, exp.Alias) and output.alias == value.name:
            # An alias of the same name would be taken for the column inside the expression.
            inside = {c.name.lower() for c in output.this.find_all(exp.Column) if not c.table}
            return None if inside & aliases else output.this.copy()
    return None


def _as_position(select: exp.Select, value: exp.Expr) -> exp.Expr | None:
    if isinstance(value, exp.Literal):
        return None
    for i, output in enumerate(select.expressions, 1):
        if output.is_star:
            return None
        bare = isinstance(value, exp.Column) and not value.table and output.alias == value.name
        if bare or output.unalias() == value:
            return exp.Literal.number(i)
    return None
