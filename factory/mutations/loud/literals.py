"""Text values in the wrong quotes, or in none; column names in a value's quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.identifiers import NEVER_BARE
from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import layout, some
from factory.mutations.layout.wording import Wording
from factory.mutations.query import Query
from factory.records import Database

_COMPARED = (exp.EQ, exp.NEQ, exp.In, exp.Like, exp.ILike, exp.GT, exp.GTE, exp.LT, exp.LTE)
_BARE = re.compile(r"[A-Za-z][A-Za-z_]*")

_DOUBLE = Wording(
    (
        'Double quotes are for names: `"{value}"` is read as a column, and no such column is in scope.',
        "The engine looks for a column called `{value}`: in standard SQL a text value takes single quotes, "
        "double quotes are for names.",
        '`"{value}"` is meant as a value, but double quotes make it a column, and none is called that.',
    ),
    ("Put the value in single quotes: `{literal}`.", "Write `{literal}` with single quotes."),
)
_UNQUOTED = Wording(
    (
        "`{value}` has no quotes, so it is taken for a column name, and no table in the query has it.",
        "The engine can't find a column `{value}`. It is a text value whose quotes are missing.",
        "Without quotes `{value}` is an identifier, not a string, and it resolves to nothing.",
    ),
    ("Quote the value: `{literal}`.", "Write it as the string `{literal}`."),
)
_COLUMN_QUOTED = Wording(
    (
        "`'{column}'` in single quotes is just a piece of text, not the column, and `{name}` can't work on text.",
        "Single quotes turn the column name into a string, so `{name}` is handed the word '{column}' "
        "instead of the column's values.",
        "`{name}('{column}'…)` passes a string literal where the column `{column}` is meant; the types don't fit.",
    ),
    (
        "Remove the single quotes so that `{column}` is the column.",
        "Refer to the column without quotes: `{column}`.",
    ),
)


def _strings(query: Query) -> list[tuple[int, int, str]]:
    """Text literals that a column is compared with: start, end, value."""
    found = []
    for node in query.nodes:
        if isinstance(node, exp.Literal) and node.is_string and isinstance(node.parent, _COMPARED):
            start, end = node.meta.get("start"), node.meta.get("end")
            if start is not None and end is not None and isinstance(node.parent.this, exp.Column):
                found.append((start, end + 1, str(node.this)))
    return sorted(found)


def string_double_quoted(query: Query, database: Database, rng: Random) -> Iterator[Mutation]:
    columns = {name.lower() for table in database.tables for name in table.by_name}
    # A bare table name or alias would be read as the whole row.
    columns.update(name.lower() for use in query.table_uses for name in (use.alias, use.node.name))
    sites = [s for s in _strings(query) if '"' not in s[2] and "'" not in s[2] and s[2].lower() not in columns]
    for start, end, value in some(rng, [s for s in sites if s[2]]):
        names = {"value": value, "literal": query.text[start:end]}
        yield _DOUBLE.fault("string_double_quoted", (Edit(start, end, f'"{value}"'),), rng, **names)


def string_unquoted(query: Query, database: Database, rng: Random) -> Iterator[Mutation]:
    taken = {name.lower() for table in database.tables for name in (table.name, *table.by_name)} | NEVER_BARE
    taken.update(use.alias.lower() for use in query.table_uses)
    sites = [s for s in _strings(query) if _BARE.fullmatch(s[2]) and s[2].lower() not in taken]
    for start, end, value in some(rng, sites):
        names = {"value": value, "literal": query.text[start:end]}
        yield _UNQUOTED.fault("string_unquoted", (Edit(start, end, value),), rng, **names)


def column_single_quoted(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for call in at.called("SUM", "AVG", "ROUND", "YEAR", "MONTH"):
        inner = at.arguments(call)
        for use in query.column_uses:
            if inner and inner[0].end == use.end and inner[0].start in (use.start, use.alias_start):
                sites.append((use.alias_start, use.end, use.node.name, query.text[call.start : call.name_end]))
    grouped = [block.clauses["group"] for block in at.blocks if "group" in block.clauses]
    repeated = {at.text[c.start : c.end] for c in grouped}
    for start, end, column, name in some(rng, sites):
        if any(f"{name}(" in text for text in repeated):
            continue
        edits = (Edit(start, end, f"'{column}'"),)
        yield _COLUMN_QUOTED.fault("column_single_quoted", edits, rng, column=column, name=name)


OPERATORS: tuple[Operator, ...] = (
    Operator(string_double_quoted, "name", "literal.double_quoted", "tree", "A text value in double quotes"),
    Operator(string_unquoted, "name", "literal.unquoted", "tree", "A text value without quotes"),
    Operator(column_single_quoted, "argument", "column.quoted", "tree", "A column name in single quotes"),
)
