"""What of a text_to_sql record a language model may write. That it is right is for others to prove."""

from __future__ import annotations

import json
from dataclasses import replace

import sqlglot
from sqlglot import exp

from factory.intents.intent import Intent
from factory.intents.registers import Said
from factory.recipe import WrongAnswer
from factory.records import Candidate, Claim, Database, Example
from factory.rendering import told, with_rejected
from factory.restating import ON_POLICY
from recipes.text_to_sql.near_misses import near_misses
from recipes.text_to_sql.plan import Plan


def _plan(candidate: Candidate) -> Plan:
    assert isinstance(candidate.payload, Plan)
    return candidate.payload


def intent(candidate: Candidate) -> Intent | None:
    plan = _plan(candidate)
    return None if plan.said.earlier else plan.intent


def reworded(candidate: Candidate, question: str) -> Candidate:
    """The question in a model's words; its register is "model"."""
    plan = _plan(candidate)
    return replace(
        candidate,
        question=question,
        tags=tuple("register:model" if tag.startswith("register:") else tag for tag in candidate.tags),
        payload=replace(plan, said=Said("model", question)),
    )


def reasoned(candidate: Candidate, database: Database, sql: str, reasoning: str) -> Candidate:
    """The model's query has to give the rows of the one that was asked for. No made mistake is kept: told in the
    template's words, it could be known by its style alone."""
    plan = _plan(candidate)
    original = plan.asked or plan.gold
    tree = sqlglot.parse_one(sql, dialect=database.dialect)
    limited = sqlglot.parse_one(original, dialect=database.dialect).find(exp.Limit)
    hidden = plan.shown.hides(tree, database)
    return replace(
        candidate,
        statements={"original": original, "gold": sql},
        claims=(
            Claim("not_empty", "gold"),
            Claim("succeeds", "gold"),
            Claim("same_rows", "original", "gold", instances=(0,) if limited else None),
        ),
        slots={"prompt": ()} if hidden else {},
        required={"prompt": "names_hidden"} if hidden else {},
        neighbours=near_misses(sql, database),
        payload=replace(
            plan, gold=sql, steps=reasoning, asked=original if original != sql else "", rewrites=("model",), wrong={}
        ),
    )


def rejecting(example: Example, wrong: WrongAnswer) -> Example:
    """The example with a wrong answer of the model's as it was given."""
    error = wrong.error and json.dumps({"instance": 0, "error": wrong.error.message}, ensure_ascii=False)
    against = {
        "rejected_operator": ON_POLICY,
        "rejected_type": wrong.type,
        "mistake": wrong.mistake,
        "witness": told(wrong.witness) if wrong.witness else error,
    }
    return with_rejected(example, wrong.text, wrong.sql, against)
