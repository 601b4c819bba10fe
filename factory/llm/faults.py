"""Which type of fault a model's wrong query has, where its tree tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import partial
from random import Random

from sqlglot import exp

from factory.intents.style import Style, render
from factory.judge.query import statements
from factory.mutations.silent.propose import neighbours
from factory.records import Database

OTHER = "Other.Other"
_NEAR = 0.7
_SYMBOLS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "neq": "<>", "eq": "="}
_PREDICATES = frozenset({
    "ST_CONTAINS", "ST_CONTAINSPROPERLY", "ST_COVEREDBY", "ST_COVERS", "ST_CROSSES", "ST_DISJOINT", "ST_DWITHIN",
    "ST_DWITHIN_SPHEROID", "ST_EQUALS", "ST_INTERSECTS", "ST_INTERSECTS_EXTENT", "ST_OVERLAPS", "ST_TOUCHES",
    "ST_WITHIN", "ST_WITHINPROPERLY",
})  # fmt: skip
_CONVERSIONS = frozenset({"ST_TRANSFORM", "ST_SETCRS", "ST_FLIPCOORDINATES"})
_MEASURES = frozenset({
    "ST_AREA", "ST_AREA_SPHEROID", "ST_BUFFER", "ST_CENTROID", "ST_CONVEXHULL", "ST_DISTANCE", "ST_DISTANCE_SPHERE",
    "ST_DISTANCE_SPHEROID", "ST_ENVELOPE", "ST_INTERSECTION", "ST_LENGTH", "ST_LENGTH_SPHEROID",
    "ST_PERIMETER", "ST_PERIMETER_SPHEROID", "ST_UNION", "ST_UNION_AGG", "ST_X", "ST_Y",
})  # fmt: skip
# What a place is made of in the query: longitude first.
_MADE = ("ST_MAKEENVELOPE", "ST_MAKEPOINT", "ST_POINT")
_Named = Callable[[exp.Expr], Counter[str]]


def fault(gold: str, wrong: str, database: Database) -> tuple[str, str]:
    """Type of the taxonomy and the mistake in words.

    A query that is one slip away from the gold is told by that slip; else by the first part in which the two differ:
    tables, then what is computed, grouped, restricted, compared with, and shown.
    """
    right, other = _tree(gold, database), _tree(wrong, database)
    if right is None or other is None:
        return OTHER, "Gives other rows."
    style = Style()
    text = render(other, style)
    # All the slips of a query take a second to make: not for one that has little in common with it.
    if SequenceMatcher(None, render(right, style).split(), text.split()).ratio() >= _NEAR:
        for neighbour in neighbours(right, database, Random(gold)):
            if render(neighbour.tree, style) == text:
                return neighbour.taxonomy, neighbour.mistake
    for named, lost_type, added_type, both_type, what in _PARTS:
        mine, theirs = named(right), named(other)
        lost, added = mine - theirs, theirs - mine
        if lost or added:
            kind = both_type if lost and added else lost_type if lost else added_type
            return kind, _told(what, sorted(lost), sorted(added))
    return OTHER, "Gives other rows."


def _tree(sql: str, database: Database) -> exp.Expr | None:
    """Of a script its last statement: those before it make room for what that one writes."""
    found = statements(sql, database.dialect)
    return found[-1] if found else None


def _told(what: str, lost: list[str], added: list[str]) -> str:
    if lost and added:
        return f"Has the {what} {', '.join(added)} where {', '.join(lost)} is asked for."
    return (
        f"Lacks the {what} {', '.join(lost)}."
        if lost
        else f"Has the {what} {', '.join(added)}, which nothing asks for."
    )


def _tables(tree: exp.Expr) -> Counter[str]:
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return Counter({t.name.lower(): 1 for t in tree.find_all(exp.Table) if t.name not in own})


def _aggregates(tree: exp.Expr) -> Counter[str]:
    return Counter(node.key for node in tree.find_all(exp.AggFunc))


def _called(tree: exp.Expr, names: frozenset[str]) -> Counter[str]:
    called = (node.name if isinstance(node, exp.Anonymous) else node.sql_name() for node in tree.find_all(exp.Func))
    return Counter(name.upper() for name in called if name.upper() in names)


def _places(tree: exp.Expr) -> Counter[str]:
    return Counter(node.sql() for node in tree.find_all(exp.Anonymous) if node.name.upper() in _MADE)


def _groups(tree: exp.Expr) -> Counter[str]:
    found = (e for group in tree.find_all(exp.Group) for e in group.expressions)
    return Counter(e.name.lower() or e.key for e in found)


def _conditions(tree: exp.Expr) -> Counter[str]:
    kinds = (exp.Predicate, exp.Not)
    where = [part.this for kind in (exp.Where, exp.Having, exp.Qualify) for part in tree.find_all(kind)]
    return Counter(column.name.lower() for part in where for column in part.find_all(exp.Column) if part.find(*kinds))


def _operators(tree: exp.Expr) -> Counter[str]:
    kinds = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NEQ, exp.EQ, exp.In, exp.Between, exp.Like, exp.ILike, exp.Is)
    found = (node.key for part in tree.find_all(exp.Where, exp.Having) for node in part.find_all(*kinds))
    return Counter(_SYMBOLS.get(key, key.upper()) for key in found)


def _values(tree: exp.Expr) -> Counter[str]:
    return Counter(str(literal.this) for literal in tree.find_all(exp.Literal))


def _distinct(tree: exp.Expr) -> Counter[str]:
    return Counter("DISTINCT" for _ in tree.find_all(exp.Distinct))


def _directions(tree: exp.Expr) -> Counter[str]:
    return Counter("descending" if o.args.get("desc") else "ascending" for o in tree.find_all(exp.Ordered))


def _limits(tree: exp.Expr) -> Counter[str]:
    return Counter("LIMIT" for _ in tree.find_all(exp.Limit))


def _shown(tree: exp.Expr) -> Counter[str]:
    select = tree if isinstance(tree, exp.Select) else tree.find(exp.Select)
    return Counter(e.unalias().name.lower() or e.unalias().key for e in (select.expressions if select else ()))


# Part, the types of the taxonomy when something of it is lost, added, or other, and what it is called.
_PARTS: tuple[tuple[_Named, str, str, str, str], ...] = (
    (_tables, "Table.Missing", "Table.Redundancy", "Table.Mismatch", "table"),
    (_aggregates, "Function.Aggregate", "Function.Aggregate", "Function.Aggregate", "aggregate"),
    (
        partial(_called, names=_PREDICATES),
        "Table.Join Condition Mismatch",
        "Table.Join Condition Mismatch",
        "Table.Join Condition Mismatch",
        "spatial predicate",
    ),
    (
        partial(_called, names=_CONVERSIONS),
        "Function.Conversion",
        "Function.Conversion",
        "Function.Conversion",
        "conversion",
    ),
    (partial(_called, names=_MEASURES), "Function.Math", "Function.Math", "Function.Math", "spatial function"),
    (_groups, "Clause.Missing", "Clause.Redundancy", "Attribute.Mismatch", "grouping"),
    (
        _conditions,
        "Condition.Explicit Missing",
        "Condition.Explicit Redundancy",
        "Condition.Explicit Mismatch",
        "condition on",
    ),
    (_operators, "Operator.Comparison", "Operator.Comparison", "Operator.Comparison", "comparison"),
    (_limits, "Clause.Missing", "Clause.Redundancy", "Clause.Missing", "clause"),
    (_values, "Value.Mismatch", "Value.Mismatch", "Value.Mismatch", "value"),
    (_places, "Value.Data Format", "Value.Data Format", "Value.Data Format", "place"),
    (_distinct, "Other.DISTINCT", "Other.DISTINCT", "Other.DISTINCT", "clause"),
    (_shown, "Attribute.Missing", "Attribute.Redundancy", "Attribute.Mismatch", "output"),
    (_directions, "Other.ASC/DESC", "Other.ASC/DESC", "Other.ASC/DESC", "direction"),
)
