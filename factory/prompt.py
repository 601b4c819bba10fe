"""The part that every prompt about a database shares. Used for training records and at inference alike."""

from __future__ import annotations

import re

_FENCE = re.compile(r"```[ \t]*(\w*)[ \t]*\n(.*?)(?:```|\Z)", re.DOTALL)
# AS may be missing: that is a mistake of its own.
_BARE = re.compile(
    r'^[ \t]*(SELECT\b|WITH\s+(?:RECURSIVE\s+)?(?:\w+|"[^"\n]+")\s*(?:AS\s*(?:(?:NOT\s+)?MATERIALIZED\s*)?)?\()',
    re.IGNORECASE | re.MULTILINE,
)
_BLANK = re.compile(r"\n[ \t]*\n\s*")
_CLAUSES = (
    "FROM", "JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "ASOF", "ON", "WHERE", "AND", "OR", "GROUP",
    "HAVING", "QUALIFY", "WINDOW", "ORDER", "LIMIT", "OFFSET", "UNION", "INTERSECT", "EXCEPT",
)  # fmt: skip
# A sentence begins with one capital, a clause is all in capitals or has none.
_GOES_ON = re.compile(rf"(?:{'|'.join((*_CLAUSES, *map(str.lower, _CLAUSES)))})\b|[,)]")
# What follows a misplaced semicolon, or is another engine's batch separator, is part of what is wrong.
_END = re.compile(rf";(?!\s*(?:(?:GO|go)\b|{_GOES_ON.pattern}))")
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
    if bare is None:
        return ""
    found = _END.split(_whole(text[bare.start(1) :]), maxsplit=1)[0].strip()
    # A bracket that was opened before it: this is a piece of what was answered.
    return "" if text[: bare.start()].strip() and found.count(")") > found.count("(") else found


def _whole(text: str) -> str:
    """The query that the text begins with: it ends at a blank line, unless it plainly goes on below."""
    for blank in _BLANK.finditer(text):
        taken, rest = text[: blank.start()].rstrip(), text[blank.end() :]
        open_still = taken.count("(") > taken.count(")") or taken.endswith(",")
        named = taken.endswith(")") and taken[:4].upper() == "WITH" and rest[:6].upper() == "SELECT"
        if not (open_still or named or _GOES_ON.match(rest)):
            return taken
    return text


def _is_sql(language: str, body: str) -> bool:
    return language.lower() in ("sql", "duckdb") or (
        not language and bool(_BARE.match(body) or _SCRIPT.match(body.lstrip()))
    )
