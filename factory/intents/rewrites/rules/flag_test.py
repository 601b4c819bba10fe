"""`active` ↔ `active = TRUE` and `NOT active` ↔ `active = FALSE`, for boolean columns."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents.rewrites.place import places, regrouped, swapped
from factory.intents.rewrites.sources import owner
from factory.records import Database

_TESTS = (exp.Where, exp.And, exp.Or, exp.Not, exp.If)


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    for copy, column in places(tree, exp.Column, lambda n: isinstance(n.parent, _TESTS) and not regrouped(n)):
        select = column.find_ancestor(exp.Select)
        at = owner(column, select, database) if select else None
        outer = column.parent
        if at is None or at.column.type != "BOOLEAN" or (isinstance(outer, exp.If) and outer.this is not column):
            continue
        denied = isinstance(outer, exp.Not)
        test = exp.EQ(this=column.copy(), expression=exp.Boolean(this=not denied))
        yield swapped(copy, outer if denied and outer else column, test)
    for copy, test in places(tree, exp.EQ, lambda n: isinstance(n.expression, exp.Boolean) and not regrouped(n)):
        if isinstance(test.this, exp.Column) and not isinstance(test.parent, exp.Not):
            column = test.this.copy()
            yield swapped(copy, test, column if test.expression.this else exp.Not(this=column))
