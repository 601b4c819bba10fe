"""What a run asks of a model, and where the model is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from factory.llm.cache import Cache
from factory.llm.lanes import Lanes
from factory.llm.request import Model

IN_PROCESS = "vllm:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where and how the model is reached: nothing of it decides a byte of the records.

    `where` is "vllm:MODEL" or a URL; `engine` are arguments of `vllm.LLM`.
    """

    where: str
    cache: Path
    timeout: float = 120.0
    concurrency: int = 16
    retries: int = 5
    engine: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Llm:
    """What the records depend on, beside what the model answers: which model, and what it is asked to write.

    `paraphrase` wordings of a question, `roundtrip` and `on_policy` answers to a prompt; 0 asks for none.
    `on_policy_share` is that of the model's own mistakes where there is a made one too. `seeds` are documents or
    queries that proposals start from.
    """

    model: str
    served: Served = field(repr=False, compare=False)
    seed: int = 0
    temperature: float = 0.8
    max_tokens: int = 512
    paraphrase: int = 0
    roundtrip: int = 0
    on_policy: int = 0
    on_policy_share: float = 1.0
    reasoning: bool = False
    propose: bool = False
    seeds: tuple[str, ...] = ()

    @property
    def in_process(self) -> bool:
        return self.served.where.startswith(IN_PROCESS)

    def __post_init__(self) -> None:
        if not 0 <= self.on_policy_share <= 1:
            raise ValueError("on_policy_share is a share from 0 to 1")

    def identity(self) -> dict[str, Any]:
        """For the manifest: plain values, no place and no secret."""
        names = (
            "model", "seed", "temperature", "max_tokens", "paraphrase", "roundtrip", "on_policy", "on_policy_share",
            "reasoning", "propose",
        )  # fmt: skip
        seeds = hashlib.sha256("\0".join(self.seeds).encode()).hexdigest() if self.seeds else ""
        return {name: getattr(self, name) for name in names} | {"seeds": seeds}


def opened_lanes(llm: Llm) -> Lanes:
    """Raises FactoryError when the client isn't installed or the cache can't be used. Nothing is asked yet."""
    return Lanes(model_of(llm), Cache(llm.served.cache))


def model_of(llm: Llm) -> Model:
    """The model itself, without a cache before it."""
    served = llm.served
    if llm.in_process:
        from factory.llm.vllm import InProcess

        return InProcess(served.where.removeprefix(IN_PROCESS), name=llm.model, seed=llm.seed, engine=served.engine)
    from factory.llm.openai import OpenAICompatible

    return OpenAICompatible(
        served.where, llm.model, timeout=served.timeout, concurrency=served.concurrency, retries=served.retries
    )
