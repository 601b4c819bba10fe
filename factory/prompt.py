"""The part that every prompt about a database shares. Used for training records and at inference alike."""

from __future__ import annotations

_NAMES = {"duckdb": "DuckDB"}


def context(dialect: str, schema_text: str, question: str) -> str:
    """Engine, schema and question, as the first part of a user message."""
    return f"{_NAMES.get(dialect, dialect)} schema:\n\n{schema_text}\n\nQuestion: {question}"


def fenced(sql: str) -> str:
    return f"```sql\n{sql}\n```"


def unfenced(text: str) -> str:
    """The SQL of the first fence, or the whole text when it has none."""
    _, opened, rest = text.partition("```sql\n")
    return rest.partition("\n```")[0] if opened else text.strip()
