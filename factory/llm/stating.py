"""What a question has to say, and may not say, to be one that a proposed query answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from sqlglot import exp

from factory.judge.query import Query
from factory.llm.answers import session_bound
from factory.paraphrase.canonical import numbers
from factory.records import Database, Table

# Of whoever asks for an answer nobody speaks so; a model that talks about its task does.
_OF_CODE = re.compile(
    r"\b(sql|quer(?:y|ies)|subquer\w+|json|dictionary|schema|database)\b|\w_\w|\w\(\)|[{}`]", re.IGNORECASE
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”")


def unstated(question: str, sql: str, database: Database) -> str:
    """Why the question can't be one that the query answers; "" when nothing speaks against it.

    Every value that the query compares with, and its LIMIT, must be in the question, every number of the question in
    the query, and the question must name a table or a column that is read, in words.
    """
    query = Query(sql, database.dialect)
    if not isinstance(query.tree, exp.Query):
        return "proposal_not_a_query"
    if query.random or query.clock or session_bound(sql):
        return "proposal_left_to_chance"
    tables = [database.by_name[node.name] for node in query.tree.find_all(exp.Table) if node.name in database.by_name]
    if not tables:
        return "proposal_reads_no_table"
    said = question.lower()
    of_code = _OF_CODE.search(_QUOTED.sub("", said))
    if of_code and not any(of_code[0] in words for words in _names(database.tables)):
        return "proposal_speaks_of_code"
    if not any(words in said for words in _names(tables, {node.name for node in query.tree.find_all(exp.Column)})):
        return "proposal_names_nothing_read"
    literals = list(query.tree.find_all(exp.Literal))
    texts = [str(one.this).strip("%") for one in literals if one.is_string and isinstance(one.parent, _COMPARED)]
    asked = set(numbers(question))
    for text in texts:
        if text.lower() not in said and not set(numbers(text)) & asked and not _dated(text, asked):
            return "proposal_states_not_all"
    wanted = {n for one in literals if not one.is_string for n in numbers(str(one.this))}
    quoted = {n for text in texts for n in numbers(text)}
    if not wanted - {"0", "1", "100"} <= asked:
        return "proposal_states_not_all"
    return (
        "" if asked <= wanted | quoted | {n for t in texts for n in re.findall(r"\d+", t)} else "proposal_adds_number"
    )


_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between, exp.Like, exp.ILike)


def _dated(text: str, asked: set[str]) -> bool:
    """A date is stated when its year is."""
    year = re.match(r"(\d{4})-\d\d-\d\d", text)
    return bool(year and any(year[1] in number for number in asked))


def _names(tables: Sequence[Table], columns: Collection[str] | None = None) -> set[str]:
    """What people call the tables and their columns, or those of the columns that are given."""
    called = {word for table in tables for word in (table.label, table.plural, table.name)}
    for table in tables:
        for column in table.columns:
            if columns is None or column.name in columns:
                called |= {column.label, column.plural, column.name}
    return {word.lower().replace("_", " ") for word in called}
