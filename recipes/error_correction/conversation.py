"""The turns before the last answer: the engine's errors, one after the other, and the repair of each."""

from __future__ import annotations

from collections.abc import Sequence

from factory.records import Database, Message, SqlError, Verdict
from factory.rendering import assistant, user
from recipes.error_correction import prompts
from recipes.error_correction.claims import state
from recipes.error_correction.plan import Plan
from recipes.error_correction.reasons import aside


def conversation(verdict: Verdict, plan: Plan, order: list[int], database: Database, answer: str) -> list[Message]:
    """All messages but the last answer: each turn mends exactly the fault that was reported."""
    statements = verdict.candidate.statements
    schema, question = database.schema_text, verdict.candidate.question
    error, broken = error_of(verdict, order), statements[state(order)]
    opening = prompts.first(database.dialect, schema, question, broken, error.message, answer)
    messages = [user(opening)]
    for turn, fault in enumerate(order[:-1]):
        left = order[turn + 1 :]
        mutation = plan.mutations[fault]
        why = aside(mutation, error_of(verdict, order[turn:]), statements[state(order[turn:])])
        reasoning = f"{mutation.diagnosis}{why} {mutation.repair}"
        messages.append(assistant(prompts.reply(reasoning, statements[state(left)], answer)))
        messages.append(user(prompts.again(error_of(verdict, left).message, plan.follow_ups[turn])))
    return messages


def error_of(verdict: Verdict, left: Sequence[int]) -> SqlError:
    """What the engine says of the query that still has these faults."""
    error = verdict.outcomes[state(left), 0].error
    assert error is not None
    return error
