"""What a model is asked and what it answers: one small protocol, batches first."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from factory.records import Message


@dataclass(frozen=True, slots=True)
class Sampling:
    """`seed` makes two tries of the same prompt two requests."""

    temperature: float = 0.0
    max_tokens: int = 512
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """`schema` is the text of a JSON Schema and `regex` a pattern that the answer has to have; at most one is set."""

    messages: tuple[Message, ...]
    sampling: Sampling = Sampling()
    schema: str = ""
    regex: str = ""

    def key(self, model: str) -> str:
        """A digest of all that decides the answer. Where the model is served isn't part of it."""
        text = json.dumps([model, asdict(self)], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Response:
    """`finish` is "stop" for a whole answer, "length" for one that was cut, "too_long" when the prompt doesn't fit."""

    text: str
    finish: str = "stop"

    @property
    def whole(self) -> bool:
        return self.finish == "stop"


# Up to so many requests that came in meanwhile.
More = Callable[[int], Sequence[Request]]


class Model(Protocol):
    """`lanes` threads may call `complete` at once, each with up to `batch` requests.

    Answers come in any order, each with the place of its request. A model that answers many at once may take `more`
    while it does: their places go on from the last one. Raises ModelUnavailable for what no other try mends.
    """

    name: str
    lanes: int
    batch: int

    def complete(self, requests: Sequence[Request], more: More) -> Iterator[tuple[int, Response]]: ...

    def close(self) -> None: ...


def drawn(seed: int, *parts: Any) -> int:
    """A seed for one request, from that of the run and from what is asked."""
    return zlib.crc32(":".join(map(str, (seed, *parts))).encode()) & 0x7FFFFFFF
