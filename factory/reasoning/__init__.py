"""How a person gets from a question to a query: read off the query's tree, so that it can't say anything else."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from factory.intents.style import Style, render
from factory.reasoning.context import Context
from factory.reasoning.query import steps
from factory.records import Database

__all__ = ["Context", "context_of", "numbered", "reasoning", "steps"]


def reasoning(tree: exp.Expr, database: Database, style: Style, voice: int) -> str:
    """Numbered steps, one a line, in the order in which one thinks: tables, joins, filters, groups, aggregates,
    windows, output, order, cut. `voice` picks the wording; the same voice words another query alike."""
    return numbered(steps(tree, context_of(database, style, voice)))


def context_of(database: Database, style: Style, voice: int) -> Context:
    """For those who put steps together themselves."""
    inline = Style(lower=style.lower)
    return Context(database, voice, lambda node: f"`{render(node, inline)}`")


def numbered(said: Iterable[str]) -> str:
    return "\n".join(f"{n}. {step}" for n, step in enumerate(said, start=1))
