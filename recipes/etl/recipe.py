"""What an LLM does inside a SQL query: the operator's own prompts, and the SQL that uses it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, ClassVar

from factory.recipe import Target
from factory.records import Candidate, Database, Example, Message, Verdict
from factory.rendering import assistant, content_id, told, user
from recipes.etl import prompts
from recipes.etl.case import REJECTED, Case, operator_sql, proof
from recipes.etl.domains import BY_NAME, DOMAINS
from recipes.etl.operator import operator_case
from recipes.etl.queries import sql_case
from recipes.etl.restating import evidence_of, restated
from recipes.etl.source import Source
from recipes.etl.task import tasks

SHAPES = ("single", "batch", "sql")


@dataclass(frozen=True)
class Etl:
    """`tasks` are names with commas between, "" takes all; `shapes` is the mix of single values, batches and SQL."""

    name: ClassVar[str] = "etl"
    version: ClassVar[str] = "1"
    summary: ClassVar[str] = "what an LLM does inside a query: value → answer, and question → SQL with llm_transform"

    tasks: str = ""
    shapes: str = "single=0.5,batch=0.2,sql=0.3"

    def __post_init__(self) -> None:
        _mix(self.shapes)
        unknown = [name for name in _named(self.tasks) if name not in tasks()]
        if unknown:
            raise ValueError(f"there is no task '{unknown[0]}'; there are {', '.join(tasks())}")

    def domains(self) -> list[str]:
        return [domain.name for domain in DOMAINS]

    def database(self, name: str) -> Database:
        family = name.partition("@")[0]
        digest = hashlib.sha256(repr(BY_NAME[family]).encode()).hexdigest()[:32]
        return Database(name=name, family=family, dialect="duckdb", tables=(), title=family, digest=digest)

    def propose(self, database: Database, rng: Random) -> Iterator[Candidate]:
        fold, domain = BY_NAME[database.family]
        source = Source(domain, fold)
        chosen = [tasks()[name] for name in _named(self.tasks) or tasks()]
        shares = _mix(self.shapes)
        while True:
            for task in rng.sample(chosen, len(chosen)):
                shape = rng.choices(SHAPES, weights=[shares[s] for s in SHAPES])[0]
                if shape == "sql":
                    case = sql_case(task, source, rng)
                else:
                    case = operator_case(task, source, rng, batch=shape == "batch")
                if case is not None:
                    yield candidate(case, self.name, database)

    def render(self, verdict: Verdict, target: Target) -> Iterator[Example]:
        case = verdict.candidate.payload
        assert isinstance(case, Case)
        asked = (user(prompts.first(case, target.database.dialect)),)
        answer = assistant(case.answer)
        evidence = evidence_of(case, target)
        option = verdict.chosen.get("rejected")
        rejected, rejected_sql, against = None, "", {}
        if option is not None:
            number, _, broke = option.name.partition(":")
            kind, text = case.wrong[int(number)]
            rejected = assistant(text)
            rejected_sql = text if case.shape == "sql" else operator_sql(case, REJECTED)
            witness = verdict.witnesses.get(f"wrong{number}")
            error = verdict.outcomes[f"wrong{number}", 0].error
            seen = told(witness) if witness else json.dumps({"error": error.message if error else ""})
            against = {**evidence, "rejected_kind": kind, "rejected_breaks": broke, "witness": seen}
        yield Example(
            id=content_id([*asked, answer], rejected),
            recipe=self.name,
            database=target.database.name,
            dialect=target.database.dialect,
            question=case.question or case.prompt,
            sql=case.answer if case.shape == "sql" else operator_sql(case),
            messages=(*asked, answer),
            evidence=evidence,
            tags=verdict.candidate.tags,
            prompt=asked,
            chosen=(answer,),
            rejected=None if rejected is None else (rejected,),
            rejected_sql=rejected_sql,
            rejected_evidence=against,
        )

    def restate(self, record: Mapping[str, Any], database: Database) -> Candidate:
        return candidate(restated(record), self.name, database, audited=True)

    def described(self, database: Database, record: Mapping[str, Any]) -> Database:  # noqa: ARG002
        return database

    def asked(self, record: Mapping[str, Any], database: Database) -> tuple[Message, ...]:
        return (user(prompts.first(restated(record), database.dialect)),)

    def prompt(self, database: Database, question: str, sql: str, error: str) -> tuple[Message, ...]:  # noqa: ARG002
        """Without a schema the question is what the operator sends; with one it is about its tables."""
        if not database.schema_text:
            return (user(question),)
        return (user(prompts.about_table(database.dialect, database.schema_text, question)),)


def candidate(case: Case, recipe: str, database: Database, *, audited: bool = False) -> Candidate:
    """What the factory runs. An audited one must have its rejected answer proven wrong once more."""
    proven = proof(case)
    return Candidate(
        recipe=recipe,
        database=database.name,
        question=case.question or case.value,
        statements=proven.statements,
        claims=proven.claims,
        slots={"rejected": proven.options} if proven.options else {},
        required={"rejected": "rejected_not_wrong"} if audited and proven.options else {},
        key=f"{case.question or case.prompt}\n{case.answer}",
        skeleton=case.skeleton,
        subject=("gold",) if case.shape == "sql" else ("answers",),
        tags=(f"task:{case.task}", f"shape:{case.shape}"),
        scratch=proven.scratch,
        payload=case,
    )


def _named(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


@cache
def _mix(text: str) -> Mapping[str, float]:
    """Raises ValueError."""
    found = dict.fromkeys(SHAPES, 0.0)
    for part in text.split(","):
        name, _, share = part.partition("=")
        if name.strip() not in found:
            raise ValueError(f"shapes are {', '.join(SHAPES)}, not '{name.strip()}'")
        found[name.strip()] = float(share)
    if min(found.values()) < 0 or not sum(found.values()):
        raise ValueError("shares of shapes must be positive")
    return found
