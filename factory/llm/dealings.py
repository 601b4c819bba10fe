"""The way of a proven record past the model: another wording, its reasoning, its mistakes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, Self

from factory.llm.desk import Desk, Record, answers
from factory.llm.on_policy import answered_by_model
from factory.llm.overlap import Dealings
from factory.llm.reasons import reasoned
from factory.llm.wording import reworded
from factory.once import Once
from factory.recipe import Recipe, Target
from factory.records import Example, Verdict


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a candidate: a reason, or examples. `fates` count what a model wrote for it."""

    verdict: Verdict
    examples: tuple[Example, ...]
    fates: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, verdict: Verdict, maker: Recipe, target: Target) -> Self:
        return cls(verdict, () if verdict.reason else tuple(maker.render(verdict, target)))


def dealt(made: Made, desk: Desk) -> Dealings[Made]:
    """Asks nothing for what was rejected. A record for which the model writes nothing proven stays as it was made, but
    a question of the model's own, whose words no rule can check, has to be one that the model can answer."""
    if made.verdict.reason or not made.examples:
        return made
    engine = Once(desk.engine)
    engine.turn_to(made.examples[0].id)
    record = Record(made.verdict, made.examples[0], engine)
    if desk.llm.propose and desk.llm.roundtrip:
        tried = yield from answers(record, record.example.prompt, desk, desk.llm.roundtrip)
        if not any(answer.fate == "right" for answer in tried):
            return Made(replace(made.verdict, reason="proposal_fails_roundtrip"), (), record.fates)
    if desk.llm.paraphrase:
        yield from reworded(record, desk)
    if desk.llm.reasoning:
        yield from reasoned(record, desk)
    if desk.llm.on_policy:
        yield from answered_by_model(record, desk)
    return Made(record.verdict, (_noted(record.example, record.told), *made.examples[1:]), record.fates)


def _noted(example: Example, told: dict[str, Any]) -> Example:
    against = {**example.evidence, **told, **example.rejected_evidence} if example.rejected_evidence else {}
    tags = [*example.tags]
    if "template_question" in told:
        tags.append("wording:model" if told["template_question"] else "wording:template")
    if "reasoning_by" in told:
        tags.append(f"reasoning:{told['reasoning_by']}")
    return replace(example, evidence={**example.evidence, **told}, rejected_evidence=against, tags=tuple(tags))
