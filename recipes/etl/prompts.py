"""The words of the conversations: what the operator sends, and what is asked about a table."""

from __future__ import annotations

from collections import Counter

from factory.metadata import LiveColumn, LiveTable, schema_text
from factory.prompt import context
from factory.records import ScratchTable
from recipes.etl.case import Case

_FUNCTION = (
    "The function llm_transform(text, instruction [, constraint]) has a language model apply the instruction to each "
    "text and returns its answer as text. The constraint is a list of choices ('a|b|c') or a regular expression "
    "('/…/'); without one the instruction alone says what comes back."
)
_ASK = "Answer with the SQL only."


def about_table(dialect: str, schema: str, question: str) -> str:
    """Schema, question, what the function does, and the task."""
    return f"{context(dialect, schema, question)}\n\n{_FUNCTION}\n\n{_ASK}"


def first(case: Case, dialect: str) -> str:
    """The whole user message of a case."""
    if case.table is None:
        return case.prompt
    return about_table(dialect, metadata(case.table), case.question)


def metadata(table: ScratchTable) -> str:
    """The schema text that the live catalog would give for the table, whose first column is its key."""
    columns = []
    for n, (name, kind) in enumerate(table.columns):
        cells = [row[n] for row in table.rows]
        ranked = sorted(Counter(cells).items(), key=lambda pair: (-pair[1], str(pair[0])))
        text = kind == "VARCHAR"
        columns.append(
            LiveColumn(
                name=name,
                type=kind,
                nullable=n > 0,
                comment=None,
                distinct=len(ranked),
                low=None if text else min(cells),
                high=None if text else max(cells),
                top=tuple(value for value, _ in ranked[:30]) if text else (),
            )
        )
    live = LiveTable(table.name, None, tuple(columns), (table.columns[0][0],), (), len(table.rows))
    return str(schema_text([live]))
