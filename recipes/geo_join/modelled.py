"""What of a geo_join record a language model may write. That it is right is for others to prove."""

from __future__ import annotations

from dataclasses import replace

import sqlglot

from factory.intents.geo.workflow import GeoIntent
from factory.recipe import WrongAnswer
from factory.records import Candidate, Claim, Database, Example
from factory.rendering import told, with_rejected
from factory.restating import ON_POLICY
from recipes.geo_join.plan import Plan
from recipes.geo_join.proposing import by_containment


def _plan(candidate: Candidate) -> Plan:
    assert isinstance(candidate.payload, Plan)
    return candidate.payload


def intent(candidate: Candidate) -> GeoIntent | None:
    return _plan(candidate).intent


def reasoned(candidate: Candidate, database: Database, sql: str, reasoning: str) -> Candidate:
    """The model's query has to give the rows of the one that was asked for, and those that the oracle computes. No made
    mistake is kept: told in the template's words, it could be known by its style alone."""
    plan = _plan(candidate)
    original = plan.asked or plan.gold
    tree = sqlglot.parse_one(sql, dialect=database.dialect)
    return replace(
        candidate,
        statements={"original": original, "gold": sql},
        claims=(Claim("not_empty", "gold"), Claim("succeeds", "gold"), Claim("same_rows", "original", "gold")),
        slots={},
        payload=replace(
            plan,
            gold=sql,
            steps=reasoning,
            asked=original if original != sql else "",
            wrong={},
            joined=by_containment(tree),
        ),
    )


def rejecting(example: Example, wrong: WrongAnswer) -> Example:
    """The example with a wrong answer of the model's as it was given."""
    against = {
        "rejected_kind": "loud" if wrong.error else "silent",
        "rejected_operator": ON_POLICY,
        "rejected_type": wrong.type,
        "rejected_way": ON_POLICY,
        "mistake": wrong.mistake,
        "error_message": wrong.error.message if wrong.error else "",
        "witness": told(wrong.witness) if wrong.witness else "",
    }
    return with_rejected(example, wrong.text, wrong.sql, against)
