"""The words of the text_to_tables conversation."""

from __future__ import annotations

from collections.abc import Sequence

from factory.prompt import context

SHAPES = ("json", "lines", "reasons", "questions")
ASKED = 5
MISSING = "Missing: "
_ASK = {
    "json": "Which of these tables does a query for this need? Answer with a JSON list of their names, nothing else. "
    "If they can't answer the question, give an empty list and, on a line of its own, what is missing.",
    "lines": "Which of these tables does a query for this need? Answer with one line for each table, in the order "
    "above: `name: 1` if it is needed, else `name: 0`. If they can't answer the question, every line is 0 and a last "
    "one says what is missing.",
    "reasons": "Which of these tables does a query for this need? Name each on a line of its own, as `name: reason`. "
    "If they can't answer the question, write one line that says what is missing.",
    "questions": f"Write {ASKED} different questions, numbered, one a line. Each must need every one of these tables "
    "and no other.",
}
_NEXT = "\nFollow-up: "


def said(earlier: Sequence[str], question: str) -> str:
    """What the user has asked so far, the question to answer last."""
    return _NEXT.join((*earlier, question))


def about(tables: Sequence[str]) -> str:
    """The question of the reverse task."""
    return f"Which questions do these tables answer: {', '.join(tables)}?"


def first(dialect: str, catalog: str, question: str, shape: str) -> str:
    """Catalog, question and task: the whole user message."""
    return f"{context(dialect, catalog, question)}\n\n{_ASK[shape]}"
