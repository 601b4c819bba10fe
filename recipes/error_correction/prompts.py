"""The words of the error_correction conversation, and the way back from them."""

from __future__ import annotations

from factory.prompt import context, fenced

_QUERY = "This query fails:"
_ERROR = "Error:"
_ASK = {
    "cot": "Say briefly what is wrong, then give the corrected SQL.",
    "sql": "Answer with the corrected SQL only.",
}
FOLLOW_UPS = (
    "Now it fails with another error:",
    "That error is gone, but there is a new one:",
    "It still doesn't run:",
    "Thanks. Now I get this:",
)


def first(dialect: str, schema_text: str, question: str, sql: str, error: str, answer: str) -> str:
    """Schema, question, broken SQL and the engine's error, verbatim."""
    return (
        f"{context(dialect, schema_text, question)}\n\n"
        f"{_QUERY}\n{fenced(sql)}\n\n"
        f"{_ERROR}\n```\n{error}\n```\n\n{_ASK[answer]}"
    )


def quoted(text: str, answer: str) -> tuple[str, str]:
    """The broken query and the error of a first message, whatever its schema and question hold.

    Read from the end, since only the schema and the question are anybody's text. Raises ValueError when
    the message is none of `first`.
    """
    body, ended, _ = text.rpartition(f"\n```\n\n{_ASK[answer]}")
    body, _, error = body.rpartition(f"\n```\n\n{_ERROR}\n```\n")
    _, found, sql = body.rpartition(f"\n\n{_QUERY}\n```sql\n")
    if not (ended and found):
        raise ValueError("not the first message of an error_correction record")
    return sql, error


def again(error: str, lead: str = FOLLOW_UPS[0]) -> str:
    """What a user sends when the corrected query fails in another way."""
    return f"{lead}\n```\n{error}\n```"


def quoted_again(text: str) -> str:
    """The error of a follow-up message."""
    return text.partition("\n```\n")[2].removesuffix("\n```")


def reply(reasoning: str, sql: str, answer: str) -> str:
    return sql if answer == "sql" else f"{reasoning}\n\n{fenced(sql)}"
