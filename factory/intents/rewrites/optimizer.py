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
    try:
        qualified = _qualified(text, database)
        plainer = _worded(simplify(qualified.copy(), dialect="duckdb"), tree, database)
        known = {text, render(_worded(qualified.copy(), tree, database), _STYLE)}
        fitting = [name for name, (fits, _) in _RULES.items() if fits(tree)]
        for name in rng.sample(fitting, len(fitting)):
            found = _worded(_RULES[name][1](qualified.copy()), tree, database)
            if render(found, _STYLE) not in (*known, render(plainer, _STYLE)):
                return name, found
        # Nearly every query can be simplified, if only by the order of its conditions; other rules do that on the way.
        if render(plainer, _STYLE) not in known:
            return "simplify", plainer
    except (SqlglotError, ValueError):  # what DuckDB has and the optimizer can't follow
        pass
    return None


def _inner_joins(tree: exp.Expr) -> bool:
    return all(join.side == "" for join in tree.find_all(exp.Join))


def _positive(tree: exp.Expr) -> bool:
    """No NOT IN, which NULLs decide, and no count, which is 0 and not NULL where nothing matches."""
    queries = [q for q in tree.find_all(exp.Subquery, exp.Exists, exp.In) if q.find(exp.Select)]
    counted = any(q.find(exp.Count) for q in queries)
    denied = any(n.find(exp.In) and n.find(exp.Select) for n in tree.find_all(exp.Not))
    return not counted and not denied and tree.find(exp.Filter, exp.Or) is None


_RULES: Mapping[str, tuple[Callable[[exp.Expr], bool], Callable[[exp.Expr], exp.Expr]]] = {
    "pushdown_predicates": (_inner_joins, lambda tree: pushdown_predicates(tree, dialect="duckdb")),
    "merge_subqueries": (_inner_joins, merge_subqueries),
    "eliminate_subqueries": (lambda _: True, eliminate_subqueries),
    "unnest_subqueries": (_positive, unnest_subqueries),
}


def _qualified(text: str, database: Database) -> exp.Expr:
    """As the parser reads it, which is what the optimizer's rules expect. The types don't matter here."""
    schema: dict[str, object] = {t.name: {c.name: "VARCHAR" for c in t.columns} for t in database.tables}
    tree = parse_one(text, dialect="duckdb")
    return qualify(tree, schema=schema, dialect="duckdb", identify=False, quote_identifiers=False, expand_stars=False)


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
