"""Questions and queries that a model writes for a schema, from nothing or from a user's texts."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from random import Random

import jsonschema_rs
import orjson
from sqlglot.errors import SqlglotError

from factory.llm.desk import Desk
from factory.llm.overlap import Ask
from factory.llm.request import Request, Response
from factory.llm.stating import unstated
from factory.prompt import context
from factory.recipe import States
from factory.records import Candidate
from factory.rendering import user

_AHEAD = 48
_SCHEMA = json.dumps({
    "type": "object",
    "properties": {
        "question": {"type": "string", "minLength": 12, "maxLength": 700},
        "sql": {"type": "string", "minLength": 12, "maxLength": 3000},
    },
    "required": ["question", "sql"],
    "additionalProperties": False,
})  # fmt: skip
_SHAPE = jsonschema_rs.Draft202012Validator(json.loads(_SCHEMA))
_SORTS = (
    "that one table answers", "that needs a join", "that needs groups and an aggregate", "about the highest or lowest",
    "that needs a subquery", "about a period of time", "about rows that lack something", "that compares two groups",
)  # fmt: skip
_ASK = (
    "{schema}\n\nWrite a question {sort} that somebody who works with {table} would ask of this database, and the "
    "{dialect} query that answers it. The question must state every value, number and condition that the query uses, "
    'in everyday words. Answer with JSON: {{"question": "...", "sql": "SELECT ..."}}'
)
_SEEDED = "\n\nLet yourself be guided by this text, which may be a document or a query of the past:\n\n{seed}"


def proposals(desk: Desk, ask: Ask, rng: Random) -> Iterator[Candidate]:
    """Candidates without end; those of which nothing can be proven carry the reason. The next ones are asked for while
    these are proven."""
    waiting: deque[Future[Response]] = deque()
    salt = rng.randrange(1 << 30)  # another shard of the same database asks for others
    number = 0
    while True:
        while len(waiting) < _AHEAD:
            waiting.extend(ask([_request(desk, salt, number + len(waiting))]))
        yield _candidate(waiting.popleft().result(), desk, number)
        number += 1


def _request(desk: Desk, salt: int, number: int) -> Request:
    database, llm = desk.target.database, desk.llm
    opening = context(database.dialect, database.schema_text, "").removesuffix("\n\nQuestion: ")
    # Its own generator, so that what is asked doesn't depend on how far ahead it is asked.
    own = Random(f"{llm.seed}:{database.name}:{salt}:{number}")
    text = _ASK.format(
        schema=opening, sort=own.choice(_SORTS), table=own.choice(database.tables).plural, dialect=database.dialect
    )
    if llm.seeds:
        text += _SEEDED.format(seed=llm.seeds[number % len(llm.seeds)])
    return Request((user(text),), desk.sampling("proposal", salt, number), schema=_SCHEMA)


def _candidate(response: Response, desk: Desk, number: int) -> Candidate:
    question, sql, reason = _read(response)
    database = desk.target.database
    reason = reason or unstated(question, sql, database)
    if not reason:
        try:
            maker = desk.maker
            assert isinstance(maker, States)
            return maker.stated(database, question, sql, Random(f"{desk.llm.seed}:{question}\n{sql}"))
        except (SqlglotError, LookupError, TypeError, ValueError, NotImplementedError):  # parsed, but not to be written
            reason = "proposal_not_understood"
    return Candidate(
        desk.maker.name, database.name, question or "(none)", {"gold": sql or "(none)"}, (), slots={"proposal": ()},
        required={"proposal": reason}, key=f"proposal {number}", subject=("gold",), tags=("proposed:model",),
    )  # fmt: skip


def _read(response: Response) -> tuple[str, str, str]:
    if not response.whole:
        return "", "", "prompt_too_long" if response.finish == "too_long" else "proposal_truncated"
    try:
        found = orjson.loads(response.text)
    except ValueError:
        return "", "", "proposal_not_json"
    if not _SHAPE.is_valid(found):
        return "", "", "proposal_not_json"
    return " ".join(found["question"].split()), found["sql"].strip().rstrip(";").rstrip(), ""
