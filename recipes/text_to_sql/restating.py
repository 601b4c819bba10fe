"""An emitted record as a candidate again, from the record alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlglot

from factory.prompt import answered, unfenced
from factory.records import Candidate, Claim, Database
from factory.rendering import witnessed
from factory.restating import ON_POLICY, equivalents
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
        said = record["rejected"][-1]["content"]
        modelled = evidence["rejected_operator"] == ON_POLICY
        statements["wrong"] = answered(said) if modelled else unfenced(said)
        claims += (Claim("same_text", "wrong", "rejected"), _wrong(evidence["witness"]))
    same = equivalents(record, "gold")
    return Candidate(
        recipe,
        record["database"],
        record["question"],
        {**statements, **same.statements},
        (*claims, *same.claims),
        subject=("gold",),
        neighbours=near_misses(record["sql"], database),
    )


def _wrong(witness: str) -> Claim:
    """A model's query may raise an error, word by word the one in the record."""
    error = json.loads(witness).get("error")
    if error is not None:
        return Claim("raises", "rejected", message=error)
    return Claim("differs", "gold", "rejected", instances=(witnessed(witness),))


def untied_on(asked: str) -> tuple[int, ...] | None:
    """Below a LIMIT only instance 0 is known to have no tie at the cut; None stands for all instances."""
    return (0,) if sqlglot.parse_one(asked, dialect="duckdb").args.get("limit") else None
