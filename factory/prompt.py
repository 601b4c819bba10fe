"""The part that every prompt about a database shares. Used for training records and at inference alike."""

from __future__ import annotations

import re

_FENCE = re.compile(r"```[ \t]*(\w*)[ \t]*\n(.*?)(?:```|\Z)", re.DOTALL)
_BARE = re.compile(
    r"^[ \t]*((?:SELECT\b|WITH\s+(?:RECURSIVE\s+)?\w+\s+AS\s*\().*?)(?:;|\n[ \t]*\n|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_SCRIPT = re.compile(
    r"(?:CREATE\s+(?:OR\s+REPLACE\s+)?TABLE|ALTER\s+TABLE|INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\S+\s+SET)\b",
    re.IGNORECASE,
)
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


def answered(text: str) -> str:
    """The SQL of an answer as models give it: in the last fence, all of a bare script that writes, or from SELECT or
    WITH on; "" without any."""
    fenced = [body for language, body in _FENCE.findall(text) if _is_sql(language, body)]
    if fenced:
        return str(fenced[-1]).strip().rstrip(";").rstrip()
    if _SCRIPT.match(text.strip()):
        return text.strip().rstrip(";").rstrip()
    bare = _BARE.search(text)
    return bare[1].strip() if bare else ""


def _is_sql(language: str, body: str) -> bool:
    return language.lower() in ("sql", "duckdb") or (
        not language and bool(_BARE.match(body) or _SCRIPT.match(body.lstrip()))
    )
