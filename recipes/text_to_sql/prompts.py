"""The words of the text_to_sql conversation."""

from __future__ import annotations

from collections.abc import Sequence

from factory.prompt import context, fenced

_ASK = {
    "cot": "Think it through in short numbered steps, then give the SQL.",
    "sql": "Answer with the SQL only.",
}
_NEXT = "\nFollow-up: "


def asked(earlier: Sequence[str], question: str) -> str:
    """What the user has asked so far, the question to answer last."""
    return _NEXT.join((*earlier, question))


def first(dialect: str, schema_text: str, question: str, answer: str) -> str:
    """Schema, question and task: the whole user message."""
    return f"{context(dialect, schema_text, question)}\n\n{_ASK[answer]}"


def reply(reasoning: str, sql: str, answer: str) -> str:
    return sql if answer == "sql" else f"{reasoning}\n\n{fenced(sql)}"
