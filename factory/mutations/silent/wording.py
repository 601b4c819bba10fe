"""Pieces of the sentences that say what is wrong with a query. Each starts with a verb, the query being its subject."""

from __future__ import annotations

from sqlglot import exp

from factory.intents.english import listed
from factory.intents.style import Style, render
from factory.mutations.silent.clauses import parts
from factory.mutations.silent.view import View, scope, within

_LONG = 110


def code(node: exp.Expr) -> str:
    """The node's SQL in backticks."""
    return f"`{render(node, Style())}`"


def named(name: str) -> str:
    return f"`{name}`"


def codes(nodes: list[exp.Expr]) -> str:
    return listed([code(node) for node in nodes])


def short(*nodes: exp.Expr) -> bool:
    """Whether a sentence can quote all of them and stay readable."""
    return sum(len(render(node, Style())) for node in nodes) <= _LONG


def quoted(node: exp.Expr, otherwise: str) -> str:
    """The node's SQL if it is short, else what it is called."""
    return code(node) if short(node) else otherwise


def tables(view: View, select: exp.Select, *, without: str = "") -> list[str]:
    """The names of what a SELECT reads, in backticks."""
    return [named(source.name or name) for name, source in view.sources(select).items() if name != without]


def _place(node: exp.Expr, view: View) -> str:
    """ "in `per_month`" for a node of a CTE or derived table, "in the subquery" for one of a subquery, else ""."""
    select = scope(node) if not isinstance(node, exp.Select) else node
    holder = select.find_ancestor(exp.CTE, exp.Subquery, exp.Exists, exp.In) if select is not None else None
    if select is None or select is view.tree or holder is None:
        return ""
    if isinstance(holder, (exp.CTE, exp.Subquery)) and holder.alias:
        return f"in {named(holder.alias)}"
    return "in the subquery"


def placed(node: exp.Expr, view: View, sentence: str) -> str:
    """The sentence with the place it is about in parentheses, where that isn't the outermost query."""
    place = _place(node, view)
    return f"{sentence.removesuffix('.')} ({place})." if place else sentence


def instead(old: exp.Expr, new: exp.Expr, view: View) -> str:
    """One condition for another, worded for the clause that it stands in."""
    clause = within(old, exp.Case, exp.AggFunc, exp.Filter, exp.Having, exp.Qualify, exp.Where, exp.Join)
    if isinstance(clause, exp.Having):
        verb = "Keeps the groups with"
    elif isinstance(clause, exp.Join):
        verb = f"Joins {named(clause.this.alias_or_name)} where"
    elif isinstance(clause, (exp.Where, exp.Qualify)):
        verb = "Keeps the rows with"
    else:
        verb = "Tests for"
    if short(old, new):
        return placed(old, view, f"{verb} {code(new)} instead of {code(old)}.")
    return placed(old, view, f"{verb} {quoted(new, 'a condition')} that the question doesn't set.")


def rest(node: exp.Expr, clause: exp.Expr) -> list[exp.Expr]:
    """The other conditions of a clause."""
    return [part for part in parts(clause.this) if part is not node]
