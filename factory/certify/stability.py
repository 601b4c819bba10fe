"""Does a result depend on the order in which the rows happen to be stored?"""

from __future__ import annotations

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from factory.compare import same
from factory.engines.engine import Engine
from factory.identifiers import quote
from factory.records import Database

_POSITIONAL = (
    exp.Limit,
    exp.Offset,
    exp.Fetch,
    exp.Order,
    exp.First,
    exp.Last,
    exp.AnyValue,
    exp.ArgMax,
    exp.ArgMin,
    exp.ArrayAgg,
    exp.GroupConcat,
    exp.Window,
    exp.TableSample,
)
# What sqlglot has no type of its own for, or not in every version.
_NAMED = frozenset({"first", "last", "arbitrary", "any_value", "list", "array_agg", "string_agg", "mode", "histogram"})


def stable(gold: str, database: Database, engine: Engine, *, ordered: bool, instance: int = 0) -> bool:
    """Whether the query gives the same rows when every table is read from its last row to its first.

    False for a LIMIT that cuts through a tie, for string_agg, first and the like over unordered rows, and, when
    `ordered`, for an ORDER BY that leaves ties. Also False when the query raises or gives more rows than the
    engine holds. A query that sqlglot can't read counts as stable if it gives the same rows twice.
    """
    first = engine.run(gold, instance)
    if first.error or first.truncated:
        return False
    try:
        tree = parse_one(gold, dialect="duckdb")
    except SqlglotError:
        return same(first, engine.run(gold, instance), ordered=ordered)
    if not ordered and not order_matters(tree):
        return True
    other = engine.run(reversed_tables(tree, database), instance)
    return other.error is None and same(first, other, ordered=ordered)


def order_matters(tree: exp.Expr) -> bool:
    """Whether anything in the query could let the order of stored rows show in which rows or values it gives."""
    for node in tree.walk():
        if isinstance(node, _POSITIONAL):
            return True
        if isinstance(node, exp.Anonymous) and str(node.this).lower() in _NAMED:
            return True
        if isinstance(node, exp.Distinct) and node.args.get("on"):
            return True
    return False


def reversed_tables(tree: exp.Expr, database: Database) -> str:
    """The query over the same tables, each read from its last row to its first: no copy of the data is needed."""
    known = {table.name.lower() for table in database.tables}
    copy = tree.copy()
    for node in list(copy.find_all(exp.Table)):
        if node.name.lower() not in known or node.args.get("db") or _is_cte(node):
            continue
        inner = parse_one(f"(SELECT * FROM {quote(node.name)} ORDER BY rowid DESC)", dialect="duckdb")
        alias = node.args.get("alias") or exp.TableAlias(this=node.this.copy())
        inner.set("alias", alias.copy())
        for part in ("joins", "laterals", "pivots"):
            if node.args.get(part):
                inner.set(part, [item.copy() for item in node.args[part]])
        node.replace(inner)
    return copy.sql(dialect="duckdb", normalize_functions=False)


def _is_cte(node: exp.Table) -> bool:
    parent = node.parent
    while parent is not None:
        held = parent.args.get("with_") or parent.args.get("with")
        if held and any(cte.alias.lower() == node.name.lower() for cte in held.expressions):
            return True
        parent = parent.parent
    return False
