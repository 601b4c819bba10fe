"""Reasoning in a model's words, taken only with a proven query and when it names nothing that isn't there."""

from __future__ import annotations

import re

import sqlglot
from sqlglot import exp

from factory.certify import settle
from factory.llm.answers import judged_answer
from factory.llm.desk import Desk, Record
from factory.llm.overlap import Dealings
from factory.llm.request import Request, Response
from factory.prompt import answered, fenced
from factory.prove import prove
from factory.recipe import Reasons
from factory.records import Database
from factory.rendering import user
from factory.second_opinion import recomputed

_TRIES = 2
_SHORTEST, _LONGEST = 40, 3_000
_ASK = (
    "{prompt}\n\nThis query is right:\n\n{sql}\n\nWrite the answer that leads up to it: the steps first, numbered and "
    "short, as if you were finding the query yourself, then the query in a fence that starts with ```sql. Name only "
    "tables and columns of the schema."
)
# It was shown the query; whoever is trained on the answer isn't.
_TOLD = re.compile(
    r"\b(?:given|provided|supplied|above|shown|right|correct|this|the following) (?:sql |final )?"
    r"(?:query|answer|solution|statement)\b"
    r"|\bas (?:given|provided|shown|stated) above\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"`([^`\n]+)`")
_DOTTED = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\.([A-Za-z_]\w*)(?![\w(])")
_SNAKE = re.compile(r"(?<!\w)[A-Za-z]\w*_\w+|(?<!\w)[a-z]+[A-Z]\w*|(?<!\w)[A-Z][a-z]+[A-Z]\w*")
_SYSTEM = re.compile(r"EPSG:\d+")
_STORED = "EPSG:4326"  # what geometries are in where no type says otherwise
_WORD = re.compile(r"[A-Za-z_]\w*")


def reasoned(record: Record, desk: Desk) -> Dealings[None]:
    """Puts the first proven reasoning and its query in the place of the template's; without one those stay."""
    record.told["reasoning_by"] = "template"
    if record.right.after:
        record.fates["no_reasoning_for_a_script", "reasonings"] += 1
        return
    (asked,) = record.example.prompt
    text = _ASK.format(prompt=asked["content"], sql=fenced(record.example.sql))
    responses = yield [Request((user(text),), desk.sampling("reasoning", number)) for number in range(_TRIES)]
    found = False
    for response in responses:
        reason = "reasoning_not_needed" if found else _replaced(record, desk, response)
        record.fates[reason or "reasoning_accepted", "reasonings"] += 1
        found = found or not reason


def _replaced(record: Record, desk: Desk, response: Response) -> str:
    """Why the reasoning can't be taken; "" when it was."""
    database = desk.target.database
    answer = judged_answer(response, record.right, database, record.engine)
    if answer.fate != "right":
        return f"reasoning_{answer.fate.removeprefix('answer_')}"
    steps = answer.text.partition("```")[0].strip()
    if not _SHORTEST <= len(steps) <= _LONGEST or answered(answer.text) != answer.sql:
        return "reasoning_of_bad_length"
    if _TOLD.search(steps):
        return "reasoning_quotes_the_task"
    if unknown(steps, answer.sql, database):
        return "reasoning_names_unknown"
    maker = desk.maker
    assert isinstance(maker, Reasons)
    candidate = maker.reasoned(record.verdict.candidate, database, answer.sql, steps)
    verdict = settle(recomputed(prove(candidate, desk.engine), desk.engine), database, desk.engine, least=desk.least)
    if verdict.reason:
        return f"reasoning_{verdict.reason}"
    (example,) = desk.maker.render(verdict, desk.target)
    record.verdict, record.example = verdict, example
    record.told["reasoning_by"] = "model"
    return ""


def unknown(steps: str, sql: str, database: Database) -> list[str]:
    """Names in the text, as identifiers are written, that neither the schema nor the query itself has; coordinate
    systems by their codes."""
    known = {name.lower() for t in database.tables for name in (t.name, *(c.name for c in t.columns))}
    tree = sqlglot.parse_one(sql, dialect=database.dialect)
    known |= {i.name.lower() for i in tree.find_all(exp.Identifier)}
    known |= {word.lower() for part in tree.find_all(exp.Literal) for word in _WORD.findall(str(part.this))}
    called = {word.lower() for word in _WORD.findall(sql)}
    named = [word for code in _CODE.findall(steps) for word in _WORD.findall(code) if word.lower() not in called]
    named += [part for pair in _DOTTED.findall(steps) for part in pair]
    named += _SNAKE.findall(steps)
    systems = [code for code in _SYSTEM.findall(steps) if code not in _SYSTEM.findall(f"{_STORED} {sql}")]
    return sorted({name for name in named if name.lower() not in known | called} | set(systems))
