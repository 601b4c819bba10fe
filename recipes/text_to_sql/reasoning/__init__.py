"""How a person gets from a question to a query: read off the query's tree, so that it can't say anything else."""

from __future__ import annotations

from sqlglot import exp

from factory.intents.style import Style, render
from factory.records import Database
from recipes.text_to_sql.reasoning.context import Context
from recipes.text_to_sql.reasoning.query import steps

__all__ = ["reasoning"]


def reasoning(tree: exp.Expr, database: Database, style: Style, voice: int) -> str:
    """Numbered steps, one a line, in the order in which one thinks: tables, joins, filters, groups, aggregates,
    windows, output, order, cut. `voice` picks the wording; the same voice words another query alike."""
    inline = Style(lower=style.lower)
    context = Context(database, voice, lambda node: f"`{render(node, inline)}`")
    return "\n".join(f"{n}. {step}" for n, step in enumerate(steps(tree, context), start=1))
