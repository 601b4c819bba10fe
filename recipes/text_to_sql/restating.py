"""An emitted record as a candidate again, from the record alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlglot

from factory.prompt import unfenced
from factory.records import Candidate, Claim, Database
from factory.rendering import witnessed
from recipes.text_to_sql.near_misses import near_misses


def restated(record: Mapping[str, Any], database: Database, recipe: str) -> Candidate:
    """The SQL of the answer gives rows, those of the query as it was asked; the rejected one gives others."""
    evidence = record["evidence"]
    dpo = "chosen" in record
    answer = (record["chosen"] if dpo else record["messages"])[-1]["content"]
    statements = {"gold": record["sql"], "answer": unfenced(answer)}
    claims = [
        Claim("same_text", "answer", "gold"),
        Claim("succeeds", "gold"),
        Claim("not_empty", "gold"),
        Claim("row_count", "gold", limit=evidence["row_count"]),
    ]
    if asked := evidence["asked_sql"]:
        statements["asked"] = asked
        claims.append(Claim("same_rows", "asked", "gold", instances=untied_on(asked)))
    if dpo:
        statements["rejected"] = record["rejected_sql"]
        statements["wrong"] = unfenced(record["rejected"][-1]["content"])
        claims += (
            Claim("same_text", "wrong", "rejected"),
            Claim("differs", "gold", "rejected", instances=(witnessed(evidence["witness"]),)),
        )
    return Candidate(
        recipe,
        record["database"],
        record["question"],
        statements,
        tuple(claims),
        subject=("gold",),
        neighbours=near_misses(record["sql"], database),
    )


def untied_on(asked: str) -> tuple[int, ...] | None:
    """Below a LIMIT only instance 0 is known to have no tie at the cut; None stands for all instances."""
    return (0,) if sqlglot.parse_one(asked, dialect="duckdb").args.get("limit") else None
