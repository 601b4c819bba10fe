"""Pieces of the sentences that carry a mistake."""

from __future__ import annotations

from random import Random

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


def short(*nodes: exp.Expr) -> bool:
    """Whether a sentence can quote all of them and stay readable."""
    return sum(len(render(node, Style())) for node in nodes) <= _LONG


def tables(view: View, select: exp.Select, *, without: str = "") -> list[str]:
    """The names of what a SELECT reads, in backticks."""
    return [named(source.name or name) for name, source in view.sources(select).items() if name != without]


def conditions(nodes: list[exp.Expr]) -> str:
    return listed([code(node) for node in nodes])


def inside(node: exp.Expr, view: View) -> str:
    """ "In `per_month`, " for a node of a CTE or derived table, "In the subquery, " for one of a subquery, else ""."""
    select = scope(node) if not isinstance(node, exp.Select) else node
    holder = select.find_ancestor(exp.CTE, exp.Subquery, exp.Exists, exp.In) if select is not None else None
    if select is None or select is view.tree or holder is None:
        return ""
    if isinstance(holder, (exp.CTE, exp.Subquery)) and holder.alias:
        return f"In {named(holder.alias)}, "
    return "In the subquery, " if isinstance(holder, (exp.Subquery, exp.Exists, exp.In)) else ""


def led(node: exp.Expr, view: View, sentence: str) -> str:
    """The sentence, which starts with a verb, with the place it is about before it."""
    place = inside(node, view)
    return f"{place}{sentence[0].lower()}{sentence[1:]}" if place else sentence


def tests(node: exp.Expr, new: exp.Expr, view: View, rng: Random) -> str:
    """The wrong condition as a step, worded for the clause that the right one stands in."""
    clause = within(node, exp.Case, exp.AggFunc, exp.Filter, exp.Having, exp.Qualify, exp.Where, exp.Join)
    said = code(new)
    if isinstance(clause, exp.Having):
        sentence = rng.choice((f"Keep the groups with {said}.", f"Of the groups, those with {said} stay."))
    elif isinstance(clause, exp.Join):
        sentence = rng.choice(
            (
                f"Join {named(clause.this.alias_or_name)} where {said}.",
                f"{said} is part of the join with {named(clause.this.alias_or_name)}.",
            )
        )
    elif isinstance(clause, (exp.Where, exp.Qualify)):
        sentence = rng.choice((f"Keep the rows with {said}.", f"Filter on {said}.", f"The rows wanted have {said}."))
    else:
        sentence = rng.choice((f"Test for {said}.", f"The case to tell apart is {said}."))
    return led(node, view, sentence) if sentence[0].isalpha() else inside(node, view) + sentence


def rest(node: exp.Expr, clause: exp.Expr) -> list[exp.Expr]:
    """The other conditions of a clause."""
    return [part for part in parts(clause.this) if part is not node]
