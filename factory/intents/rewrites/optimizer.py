"""Rules of sqlglot's optimizer as further ways to write a query, put back into the words that a person would use.

The optimizer wants every column qualified and every output named, in lower case and with names of its own making. What
it leaves of that is undone again, so that only the rule's own work shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.eliminate_subqueries import eliminate_subqueries
from sqlglot.optimizer.merge_subqueries import merge_subqueries
from sqlglot.optimizer.pushdown_predicates import pushdown_predicates
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.simplify import simplify
from sqlglot.optimizer.unnest_subqueries import unnest_subqueries

from factory.identifiers import plain
from factory.intents import sql
from factory.intents.rewrites.conditions import conjuncts, set_where, where
from factory.intents.rewrites.matches import tidy
from factory.intents.rewrites.place import free_name
from factory.intents.style import Style, render
from factory.records import Database

_MADE = re.compile(r"_(u|col|q|t)_\d+$")
_STYLE = Style()


def optimized(tree: exp.Expr, database: Database, rng: Random) -> tuple[str, exp.Expr] | None:
    """The tree after one rule that changes it, with the rule's name; None where none does. The tree stays as it is."""
    text = render(tree, _STYLE)
    qualified = _ruled(_qualified, parse_one(text, dialect="duckdb"), database)
    plainer = _ruled(_simplified, qualified, database)
    if qualified is None or plainer is None:
        return None
    simplified = render(_worded(plainer, tree, database), _STYLE)
    known = {text, render(_worded(qualified.copy(), tree, database), _STYLE)}
    fitting = [name for name, (fits, _) in _RULES.items() if fits(tree)]
    for name in rng.sample(fitting, len(fitting)):
        result = _ruled(_RULES[name][1], qualified, database)
        found = None if result is None else _worded(result, tree, database)
        if found is not None and render(found, _STYLE) not in (*known, simplified):
            return name, found
    # Nearly every query can be simplified, if only by the order of its conditions; other rules do that on the way.
    return ("simplify", plainer) if simplified not in known else None


_Rule = Callable[[exp.Expr, Database], exp.Expr]


def _ruled(rule: _Rule, tree: exp.Expr | None, database: Database) -> exp.Expr | None:
    """A copy after the rule; None for what DuckDB has and the rule can't follow, which it says in many ways."""
    if tree is None:
        return None
    try:
        return rule(tree.copy(), database)
    except (SqlglotError, LookupError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def _inner_joins(tree: exp.Expr) -> bool:
    return all(join.side == "" for join in tree.find_all(exp.Join))


def _positive(tree: exp.Expr) -> bool:
    """No NOT IN, which NULLs decide, and no count, which is 0 and not NULL where nothing matches."""
    queries = [q for q in tree.find_all(exp.Subquery, exp.Exists, exp.In) if q.find(exp.Select)]
    counted = any(q.find(exp.Count) for q in queries)
    denied = any(n.find(exp.In) and n.find(exp.Select) for n in tree.find_all(exp.Not))
    return not counted and not denied and tree.find(exp.Filter, exp.Or) is None


def _qualified(tree: exp.Expr, database: Database) -> exp.Expr:
    """The types don't matter here."""
    schema: dict[str, object] = {t.name: {c.name: "VARCHAR" for c in t.columns} for t in database.tables}
    found: exp.Expr = qualify(
        tree, schema=schema, dialect="duckdb", identify=False, quote_identifiers=False, expand_stars=False
    )
    return found


def _simplified(tree: exp.Expr, _: Database) -> exp.Expr:
    found: exp.Expr = simplify(tree, dialect="duckdb")
    return found


_RULES: Mapping[str, tuple[Callable[[exp.Expr], bool], _Rule]] = {
    "pushdown_predicates": (_inner_joins, lambda tree, _: pushdown_predicates(tree, dialect="duckdb")),
    "merge_subqueries": (_inner_joins, lambda tree, _: merge_subqueries(tree)),
    "eliminate_subqueries": (lambda _: True, lambda tree, _: eliminate_subqueries(tree)),
    "unnest_subqueries": (_positive, lambda tree, _: unnest_subqueries(tree)),
}


def _worded(tree: exp.Expr, original: exp.Expr, database: Database) -> exp.Expr:
    _spell(tree, original, database)
    _rename(tree, database)
    for node in list(tree.find_all(exp.Table)):
        if node.alias == node.name:
            node.set("alias", None)
    for test in list(tree.find_all(exp.Is)):
        _affirm(test)
    for select in list(tree.find_all(exp.Select)):
        set_where(select, [part for part in where(select) if not _is_true(part)])
        for join in select.args.get("joins") or []:
            if kept := [part.copy() for part in conjuncts(join.args.get("on")) if not _is_true(part)]:
                join.set("on", sql.both(*kept))
        for output in list(select.expressions):
            if isinstance(output, exp.Alias) and _idle(output):
                output.replace(output.this)
        if select.args.get("from_"):
            tidy(select)
    return tree


def _affirm(test: exp.Expr) -> None:
    """`NOT x IS NULL` as `x IS NOT NULL`, and twice denied as `x IS NULL`."""
    if isinstance(test.expression, exp.Null) and isinstance(test.parent, exp.Not):
        denied = test.parent
        twice = denied.parent
        if isinstance(twice, exp.Not):
            twice.replace(test.copy())
        else:
            denied.replace(sql.not_null(test.this.copy()))


def _spell(tree: exp.Expr, original: exp.Expr, database: Database) -> None:
    """Names as they are written in the query or the database; the optimizer has put them in lower case."""
    names = [c.name for t in database.tables for c in t.columns] + [t.name for t in database.tables]
    names += [node.name for node in original.find_all(exp.Identifier)]
    written = {name.lower(): name for name in names}
    for node in tree.find_all(exp.Identifier):
        name = written.get(node.name.lower(), node.name)
        node.set("this", name)
        node.set("quoted", plain(name) != name)


def _rename(tree: exp.Expr, database: Database) -> None:
    """Names that the optimizer has made up: after the column that they stand for, or a plain word."""
    made = dict.fromkeys(node.name for node in tree.find_all(exp.Identifier) if _MADE.match(node.name))
    for name in made:
        output = next((node for node in tree.find_all(exp.Alias) if node.alias == name), None)
        wish = "matched" if name.startswith("_u") else "value"
        new = _own_name(output) or free_name(wish, tree, database)
        for node in tree.find_all(exp.Identifier):
            if node.name == name:
                node.set("this", new)
                node.set("quoted", plain(new) != new)


def _own_name(output: exp.Alias | None) -> str:
    """The name of the column that is returned, if no other one of that SELECT has it."""
    if output is None or not isinstance(output.this, exp.Column) or not isinstance(output.parent, exp.Select):
        return ""
    others = {other.alias_or_name for other in output.parent.expressions if other is not output}
    return output.this.name if output.this.name not in others else ""


def _is_true(node: exp.Expr) -> bool:
    return isinstance(node, exp.Boolean) and bool(node.this)


def _idle(output: exp.Alias) -> bool:
    """Whether the name says no more than the value, or nobody would give it one."""
    if isinstance(output.this, exp.Column):
        return output.alias == output.this.name
    inside = isinstance(output.find_ancestor(exp.Exists, exp.In, exp.Subquery), (exp.Exists, exp.In))
    return output.alias.isdigit() or inside
