"""How many rows a table has: the smallest recipe that there can be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from factory.prompt import context, fenced, unfenced
from factory.recipe import Target
from factory.records import Candidate, Claim, Database, Example, Message, Verdict


@dataclass(frozen=True)
class TableCounts:
    """`polite` says please."""

    name: ClassVar[str] = "table_counts"
    version: ClassVar[str] = "1"
    summary: ClassVar[str] = "how many rows a table has"

    polite: bool = False

    def propose(self, database: Database, rng: Random) -> Iterator[Candidate]:
        for table in rng.sample(database.tables, len(database.tables)):
            question = f"How many {table.plural} does {database.title} have{', please' if self.polite else ''}?"
            sql = f'SELECT COUNT(*) FROM "{table.name}"'
            yield self._candidate(database.name, question, sql, "COUNT(*)")

    def render(self, verdict: Verdict, target: Target) -> Iterator[Example]:
        candidate = verdict.candidate
        sql = candidate.statements["sql"]
        (count,) = verdict.outcomes["sql", 0].rows[0]
        asked = self.prompt(target.database, candidate.question, "", "")
        messages = (*asked, {"role": "assistant", "content": fenced(sql)})
        yield Example(
            id=hashlib.sha256(repr(messages).encode()).hexdigest()[:24],
            recipe=self.name,
            database=candidate.database,
            dialect=target.database.dialect,
            question=candidate.question,
            sql=sql,
            messages=messages,
            evidence={"rows": count},
            tags=candidate.tags,
        )

    def restate(self, record: Mapping[str, Any], database: Database) -> Candidate:  # noqa: ARG002
        answer = unfenced(record["messages"][-1]["content"])
        return self._candidate(record["database"], record["question"], answer, "COUNT(*)")

    def described(self, database: Database, record: Mapping[str, Any]) -> Database:  # noqa: ARG002
        return database

    def prompt(self, database: Database, question: str, sql: str, error: str) -> tuple[Message, ...]:  # noqa: ARG002
        return ({"role": "user", "content": context(database.dialect, database.schema_text, question)},)

    def _candidate(self, database: str, question: str, sql: str, skeleton: str) -> Candidate:
        return Candidate(
            recipe=self.name,
            database=database,
            question=question,
            statements={"sql": sql},
            claims=(Claim("not_empty", "sql"), Claim("succeeds", "sql")),
            key=f"{database}\n{sql}",
            skeleton=skeleton,
            subject=("sql",),
            tags=("kind:count",),
        )


recipe = TableCounts()
