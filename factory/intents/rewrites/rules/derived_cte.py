"""A derived table ↔ a CTE that is used once."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents import sql
from factory.intents.rewrites.derived import body, drop
from factory.intents.rewrites.place import add_cte, places
from factory.records import Database

STRUCTURAL = True


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    for copy, derived in places(tree, exp.Subquery, _in_from):
        name = derived.alias
        others = sum(t.alias_or_name == name or t.name == name for t in copy.find_all(exp.Table, exp.CTE, exp.Subquery))
        if name in database.by_name or others != 1 or (isinstance(copy, exp.SetOperation) and copy.args.get("with_")):
            continue
        query = derived.this
        derived.replace(sql.table(name))
        inner = query.args.get("with_")
        if inner is None:
            yield add_cte(copy, name, query.copy())
    for copy, table in places(tree, exp.Table, lambda t: body(t)[1] is not None):
        found, cte = body(table)
        if found is None or cte is None:
            continue
        sub = exp.Subquery(this=found.copy(), alias=sql.called(table.alias_or_name))
        table.replace(sub)
        drop(cte)
        yield copy


def _in_from(node: exp.Subquery) -> bool:
    """A lateral one would lose sight of the tables beside it."""
    around = isinstance(node.parent, (exp.From, exp.Join))
    mine = {t.alias_or_name for t in node.find_all(exp.Table)}
    reaching = any(c.table and c.table not in mine for c in node.find_all(exp.Column))
    return around and bool(node.alias) and isinstance(node.this, exp.Query) and not _nested(node) and not reaching


def _nested(node: exp.Subquery) -> bool:
    """Inside a CTE: the new one would have to come before it."""
    return node.find_ancestor(exp.CTE) is not None
