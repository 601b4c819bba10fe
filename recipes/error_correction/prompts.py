"""The words of the error_correction conversation."""

from __future__ import annotations

from factory.prompt import context, fenced

_ASK = {
    "cot": "Say briefly what is wrong, then give the corrected SQL.",
    "sql": "Answer with the corrected SQL only.",
}


def first(dialect: str, schema_text: str, question: str, sql: str, error: str, answer: str) -> str:
    """Schema, question, broken SQL and the engine's error, verbatim."""
    return (
        f"{context(dialect, schema_text, question)}\n\n"
        f"This query fails:\n{fenced(sql)}\n\n"
        f"Error:\n```\n{error}\n```\n\n{_ASK[answer]}"
    )


def again(error: str) -> str:
    """What a user sends when the corrected query fails in another way."""
    return f"Now it fails with another error:\n```\n{error}\n```"


def quoted_error(message: str) -> str:
    """The error that a user message quotes."""
    return message.rpartition("rror:\n```\n")[2].partition("\n```")[0]


def reply(reasoning: str, sql: str, answer: str) -> str:
    return sql if answer == "sql" else f"{reasoning}\n\n{fenced(sql)}"
