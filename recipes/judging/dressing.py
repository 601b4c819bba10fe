"""Turns that change nothing, such as a person adds: with them a NOT, a DISTINCT or one more test is no sign of a fault.

The rewrites of `factory.intents.rewrites` keep what a query looks like; these add to it. Faults are made afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.rewrites.conditions import required, set_where, where
from factory.intents.rewrites.place import free_name, has, places, swapped
from factory.intents.rewrites.sources import named, own_columns, owner, qualify_all, sources
from factory.records import Database, Relation

SHARE = 0.4
# Why a turn that looks like more than was asked changes nothing.
NOTES = {
    "sure_value": "One column is tested for NULL that can't be NULL, which changes nothing.",
    "sure_distinct": "With the key among the columns no two rows are alike, so DISTINCT drops none.",
    "sure_join": "One more table is joined, but every row has just one match there, so none is lost or repeated.",
    "sure_exclusion": "One value is excluded that another condition keeps out already.",
    "sure_having": "HAVING drops nothing, since every group has a row.",
}
_OPPOSITE = {exp.GT: exp.LTE, exp.GTE: exp.LT, exp.LT: exp.GTE, exp.LTE: exp.GT, exp.EQ: exp.NEQ, exp.NEQ: exp.EQ}


def negated_comparison(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:  # noqa: ARG001
    """`a >= 5` as `NOT a < 5`; NULL passes neither."""
    for kind, opposite in _OPPOSITE.items():
        for copy, node in places(tree, kind, lambda n: required(n) and isinstance(n.expression, exp.Literal)):
            turned = opposite(this=node.this.copy(), expression=node.expression.copy())
            yield swapped(copy, node, exp.Not(this=exp.Paren(this=turned)))


def list_of_one(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:  # noqa: ARG001
    """`a = 'x'` as `a IN ('x')`."""
    for copy, node in places(tree, exp.EQ, lambda n: required(n) and n.expression.is_string):
        yield swapped(copy, node, exp.In(this=node.this.copy(), expressions=[node.expression.copy()]))


def sure_value(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    """`a IS NOT NULL` of a column that can't be NULL."""
    for copy, select in places(tree, exp.Select):
        around = sources(select, database)
        if not around or any(s.optional or s.table is None for s in around):
            continue
        for column in own_columns(select):
            at = owner(column, select, database)
            test = sql.not_null(column.copy())
            sure = at is not None and not at.nullable and at.column.role not in ("key", "reference", "flag")
            if sure and test not in where(select):
                set_where(select, [*where(select), test])
                yield copy
                break


def sure_distinct(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    """DISTINCT over rows that the key tells apart anyway."""
    if not isinstance(tree, exp.Select) or has(
        tree, "joins", "group", "distinct", "qualify", "limit", "with_", "order"
    ):
        return
    around = sources(tree, database)
    if len(around) != 1 or around[0].table is None or not named(tree):
        return
    key = around[0].table.key
    shown = {output.unalias().name for output in tree.expressions if isinstance(output.unalias(), exp.Column)}
    if key and shown.issuperset(key):
        copy = tree.copy()
        copy.set("distinct", exp.Distinct())
        yield copy


def sure_join(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    """A parent that every row has, joined and not used."""
    for copy, select in places(tree, exp.Select):
        around = sources(select, database)
        if not around or any(s.optional or s.table is None for s in around) or not isinstance(select.parent, _WHOLE):
            continue
        taken = {s.table.name for s in around if s.table}
        child = around[0]
        assert child.table is not None
        way = next(
            (r for r in database.parents(child.table.name) if _sure(r, database) and r.parent not in taken), None
        )
        if way is None or not qualify_all(select, database):
            continue
        alias = free_name(way.parent[:3].lower(), copy, database)
        table = sql.table(way.parent)
        table.set("alias", sql.called(alias))
        key, reference = sql.column(way.parent_column, alias), sql.column(way.child_column, child.qualifier)
        select.join(table, on=exp.EQ(this=key, expression=reference), copy=False)
        yield copy


# Where a SELECT stands that no other query is tied to by its columns.
_WHOLE = (type(None), exp.CTE)


def _sure(relation: Relation, database: Database) -> bool:
    return (
        not database.table(relation.child).column(relation.child_column).nullable and relation.parent != relation.child
    )


def sure_having(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:  # noqa: ARG001
    """HAVING with what is true of every group."""
    for copy, select in places(tree, exp.Select, lambda s: has(s, "group") and not has(s, "having")):
        select.set("having", exp.Having(this=exp.GT(this=sql.count_rows(), expression=exp.Literal.number(0))))
        yield copy


def sure_exclusion(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    """`a = 'x'` with another value of the column excluded."""
    for copy, node in places(tree, exp.EQ, lambda n: required(n) and n.expression.is_string and _beside(n)):
        select = node.find_ancestor(exp.Select)
        at = owner(node.this, select, database) if select is not None and isinstance(node.this, exp.Column) else None
        others = [v for v in at.column.values if isinstance(v, str) and v != node.expression.name] if at else []
        if others:
            more = exp.NEQ(this=node.this.copy(), expression=sql.literal(others[0]))
            yield swapped(copy, node, exp.And(this=node.copy(), expression=more))


def _beside(node: exp.Expr) -> bool:
    """Whether a condition put beside it needs no parentheses."""
    return isinstance(node.parent, (exp.Where, exp.And))


_TURNS: dict[str, Callable[[exp.Expr, Database], Iterator[exp.Expr]]] = {
    turn.__name__: turn
    for turn in (negated_comparison, list_of_one, sure_value, sure_distinct, sure_join, sure_having, sure_exclusion)
}


# Turns that only add to a query: what is quoted from it still stands there.
_ADDING = ("sure_value", "sure_distinct", "sure_having", "sure_exclusion")


def dressed(
    rewrites: tuple[str, ...], tree: exp.Expr, database: Database, rng: Random, *, adding: bool = False
) -> tuple[tuple[str, ...], exp.Expr]:
    """The tree with one such turn, in a share of the cases; otherwise as it is. `adding` leaves all that is there.

    None comes twice: nobody tests one column for NULL two times.
    """
    if rng.random() >= SHARE:
        return rewrites, tree
    names = [name for name in (_ADDING if adding else _TURNS) if name not in rewrites]
    for name in rng.sample(names, len(names)):
        options = list(_TURNS[name](tree, database))
        if options:
            return (*rewrites, name), rng.choice(options)
    return rewrites, tree
