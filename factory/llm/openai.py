"""Any server that speaks OpenAI's chat protocol: `vllm serve`, llama.cpp, a vendor."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from factory.exceptions import FactoryError, ModelUnavailable
from factory.llm.request import More, Request, Response

KEY = "FACTORY_LLM_KEY"
_OPENAI = ("api.openai.com", "OPENAI_API_KEY")
# Seconds before the second try; each further one waits twice as long, up to the last number.
_PAUSE, _LONGEST = 0.5, 8.0
_TOO_LONG = (
    "context length",
    "context_length",
    "context size",
    "maximum length",
    "too long",
    "too large",
    "max_model_len",
)
_GO_ON = "What was answered is kept: the same command goes on from there"


class OpenAICompatible:
    """`concurrency` requests are under way at once; each may take `timeout` seconds, and is tried `retries` times more
    when the server is busy (429), fails (5xx), breaks the connection or sends what is no answer."""

    batch = 1

    def __init__(
        self, url: str, model: str, *, timeout: float = 120.0, concurrency: int = 16, retries: int = 5
    ) -> None:
        """Raises FactoryError for a URL that can't be one, and when the client isn't installed."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FactoryError(
                f"--llm takes vllm:MODEL or the URL of a server, such as http://localhost:8000/v1, not '{url}'"
            )
        if parts.username or parts.password or parts.query:
            raise FactoryError(f"A URL is no place for a key: put it in the environment, as {KEY}")
        try:
            import openai
        except ImportError:
            raise FactoryError("A server needs the package openai: pip install 'text2sql-factory[llm]'") from None
        self.name, self.lanes = model, concurrency
        self._url, self._timeout, self._retries = url.rstrip("/"), timeout, retries
        self._key = os.environ.get(KEY) or (os.environ.get(_OPENAI[1]) if parts.hostname == _OPENAI[0] else None) or ""
        self._client = openai.OpenAI(
            base_url=self._url,
            api_key=self._key or "none",
            # A key of this environment that belongs to another service is not sent along.
            organization="", project="",
            max_retries=0,
            timeout=openai.Timeout(timeout, connect=min(timeout, 10.0)),
        )  # fmt: skip

    def complete(self, requests: Sequence[Request], more: More) -> Iterator[tuple[int, Response]]:  # noqa: ARG002
        for place, request in enumerate(requests):
            yield place, self._answered(request)

    def close(self) -> None:
        self._client.close()

    def _answered(self, request: Request) -> Response:
        pause = _PAUSE
        for left in range(self._retries, -1, -1):
            try:
                return self._tried(request)
            except _Again as again:
                if not left:
                    raise ModelUnavailable(f"{again} after {self._retries + 1} tries. {again.cure}. {_GO_ON}") from None
                time.sleep(min(_LONGEST, again.wait or pause))
                pause *= 2
        raise AssertionError("the last try returns or raises")

    def _tried(self, request: Request) -> Response:
        import openai

        try:
            raw = self._client.chat.completions.with_raw_response.create(**self._body(request))
            return _read(raw.http_response.content, self._url)
        except openai.APITimeoutError:
            said = f"{self._url} doesn't answer within {self._timeout:g} s"
            raise _Again(said, "Raise --llm-timeout, or lower --llm-concurrency") from None
        except openai.APIConnectionError as error:
            why = _shortened(self._bare(str(error.__cause__ or error)))
            raise _Again(f"No connection to {self._url} ({why})", "Start the server, or check --llm") from None
        except openai.APIStatusError as error:
            return self._refused(error)

    def _body(self, request: Request) -> dict[str, Any]:
        sampling = request.sampling
        body: dict[str, Any] = {
            "model": self.name,
            "messages": list(request.messages),
            "temperature": sampling.temperature,
            "max_tokens": sampling.max_tokens,
            "seed": sampling.seed,
        }
        if request.schema:
            form = {"name": "answer", "schema": json.loads(request.schema), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        if request.regex:
            body["extra_body"] = {"structured_outputs": {"regex": request.regex}}
        return body

    def _refused(self, error: Any) -> Response:
        status, said = error.status_code, _shortened(self._bare(error.message))
        if status in (408, 409, 429) or status >= 500:
            cure = "Lower --llm-concurrency" if status == 429 else "Look into the server's log"
            raise _Again(f"{self._url} says {status} ({said})", cure, _asked_to_wait(error)) from None
        if status in (401, 403):
            raise ModelUnavailable(
                f"{self._url} refuses the key ({status}): set {KEY} in the environment. {_GO_ON}"
            ) from None
        if status == 404:
            raise ModelUnavailable(
                f"{self._url} has no model '{self.name}'{self._others()}. Check --llm-model and the URL's end (/v1)"
            ) from None
        if any(words in said.lower() for words in _TOO_LONG):
            return Response("", "too_long")
        raise ModelUnavailable(f"{self._url} refuses the request ({status}: {said}). {_GO_ON}") from None

    def _others(self) -> str:
        import openai

        try:
            served = [model.id for model in self._client.models.list()]
        except (openai.OpenAIError, ValueError, TypeError, AttributeError):
            return ""
        return f"; it has {', '.join(served[:5])}" if served else ""

    def _bare(self, text: str) -> str:
        """What a server says may quote the key that it was sent."""
        return text.replace(self._key, "***") if self._key else text


class _Again(Exception):
    """A failure that another try may mend; `wait` is what the server asked for, in seconds."""

    def __init__(self, said: str, cure: str, wait: float = 0.0) -> None:
        super().__init__(said)
        self.cure = cure
        self.wait = wait


def _read(content: bytes, url: str) -> Response:
    """An answer without an answer in it is one of a server or a proxy that is out of order just now."""
    try:
        choice = json.loads(content)["choices"][0]
        text, finish = choice["message"]["content"], choice.get("finish_reason") or "stop"
    except (ValueError, LookupError, TypeError, AttributeError):
        text, finish = None, ""
    if finish != "" and text is None:
        return Response("", str(finish) if finish != "stop" else "empty")
    if not isinstance(text, str):
        raise _Again(f"{url} sends no chat completion", "Check that --llm is the URL of an OpenAI-compatible server")
    return Response(text, "stop" if finish in ("stop", "eos") else str(finish))


def _asked_to_wait(error: Any) -> float:
    try:
        return max(0.0, float(error.response.headers.get("retry-after", 0)))
    except ValueError:
        return 0.0


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 200 else f"{text[:199]}…"
