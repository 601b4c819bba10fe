"""vLLM inside of this process: one engine for a run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from factory.exceptions import FactoryError, ModelUnavailable
from factory.llm.request import More, Request, Response


class InProcess:
    """`model` is a folder or a name of the Hub, as `vllm.LLM` takes it. The engine starts with the first request, so a
    run that the cache answers costs none."""

    lanes = 1
    batch = 256

    def __init__(self, model: str, *, name: str, seed: int = 0, engine: Mapping[str, Any] | None = None) -> None:
        """`engine` are further arguments of `vllm.LLM`, such as max_model_len.

        Raises FactoryError when vLLM isn't installed.
        """
        from importlib.util import find_spec

        if find_spec("vllm") is None:
            raise FactoryError(
                "--llm vllm:MODEL needs vLLM: pip install 'text2sql-factory[vllm]', or give --llm the URL of a server"
            )
        self.name = name
        self._model, self._seed, self._given = model, seed, dict(engine or {})
        self._engine: Any = None
        # vLLM 0.32 on a CPU dies of a seeded request whose prompt it reads in two pieces.
        self._seeded = True
        self._count = 0
        self._places: dict[str, int] = {}

    def complete(self, requests: Sequence[Request], more: More) -> Iterator[tuple[int, Response]]:
        """Requests join the running ones as they come, so the model never waits for the slowest of a batch."""
        engine = self._started().llm_engine
        given = waiting = 0
        fresh = list(requests)
        try:
            while fresh or engine.has_unfinished_requests():
                for place, request in enumerate(fresh, start=given):
                    prompt = self._prompt(request)
                    if len(prompt) + request.sampling.max_tokens > engine.model_config.max_model_len:
                        yield place, Response("", "too_long")
                        continue
                    self._count += 1
                    self._places[str(self._count)] = place
                    engine.add_request(str(self._count), {"prompt_token_ids": prompt}, _params(request, self._seeded))
                    waiting += 1
                given += len(fresh)
                for output in engine.step() if waiting else ():
                    if output.finished:
                        waiting -= 1
                        first = output.outputs[0]
                        yield self._places.pop(output.request_id), Response(first.text, first.finish_reason or "stop")
                fresh = list(more(self.batch - waiting))
        except FactoryError:
            raise
        except Exception as error:
            raise ModelUnavailable(
                f"vLLM fails on {self.name}: {_first_line(error)}. Its log says more; what was answered before is kept"
            ) from error

    def close(self) -> None:
        self._engine = None

    def _started(self) -> Any:
        if self._engine is None:
            os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
            try:
                from vllm import LLM
                from vllm.platforms import current_platform

                given: dict[str, Any] = {"seed": self._seed, "disable_log_stats": True}
                if current_platform.is_cpu():
                    # Compiling takes longer there than it saves; without a number vLLM would take nearly all memory.
                    given["enforce_eager"] = True
                    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "2")
                    self._seeded = False
                self._engine = LLM(self._model, **given | self._given)
            except Exception as error:
                raise ModelUnavailable(
                    f"vLLM can't serve '{self._model}': {_first_line(error)}. A MODEL is a folder, or a name of the Hub"
                ) from error
        return self._engine

    def _prompt(self, request: Request) -> list[int]:
        tokenizer = self._engine.get_tokenizer()
        try:
            found = tokenizer.apply_chat_template(list(request.messages), add_generation_prompt=True, return_dict=False)
        except ValueError as error:
            raise ModelUnavailable(
                f"{self.name} is no chat model ({_first_line(error)}): choose one that was tuned to follow instructions"
            ) from None
        return list(found)


def _params(request: Request, seeded: bool) -> Any:
    from vllm import SamplingParams
    from vllm.sampling_params import StructuredOutputsParams

    form = None
    if request.schema:
        # White space without end is valid JSON too, and small models fall for it.
        form = StructuredOutputsParams(json=request.schema, disable_any_whitespace=True)
    elif request.regex:
        form = StructuredOutputsParams(regex=request.regex)
    sampling = request.sampling
    return SamplingParams(
        temperature=sampling.temperature,
        max_tokens=sampling.max_tokens,
        seed=sampling.seed if seeded else None,
        structured_outputs=form,
    )


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:200].rstrip(".")
