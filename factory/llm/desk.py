"""Where a record meets the model: what its dealings share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from factory.engines.engine import Engine
from factory.llm.answers import Answer, Right, judged_answer
from factory.llm.overlap import Dealings
from factory.llm.request import Request, Sampling, drawn
from factory.llm.settings import Llm
from factory.once import Once
from factory.recipe import Target
from factory.records import Example, Message, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One database, and what is asked about its records. `maker` is the recipe."""

    llm: Llm
    maker: Any
    target: Target
    engine: Engine
    least: float

    def sampling(self, *parts: Any, temperature: float | None = None) -> Sampling:
        warmth = self.llm.temperature if temperature is None else temperature
        return Sampling(warmth, self.llm.max_tokens, drawn(self.llm.seed, *parts))


@dataclass(slots=True)
class Record:
    """A proven record on its way past the model. `fates` counts what it wrote, `told` goes into the evidence."""

    verdict: Verdict
    example: Example
    engine: Once
    fates: Counter[tuple[str, str]] = field(default_factory=Counter)
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def right(self) -> Right:
        """What an answer to its prompt is held against."""
        gold, evidence = self.example.sql, self.example.evidence
        after = str(evidence.get("after_sql", ""))
        asked = gold if after else str(evidence.get("asked_sql") or gold)
        return Right(gold, asked, after, self.verdict.candidate.expected)


def answers(record: Record, prompt: Sequence[Message], desk: Desk, tries: int) -> Dealings[list[Answer]]:
    """What the model answers to the prompt, executed. The same prompt is never asked the same try twice."""
    requests = [Request(tuple(prompt), desk.sampling("answer", number)) for number in range(tries)]
    responses = yield requests
    right = record.right
    return [judged_answer(response, right, desk.target.database, record.engine) for response in responses]
