"""What a shard hands to the merge: one result a candidate, as bytes that are the same wherever they are made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import orjson
import pyarrow as pa

from factory.dedupe import Likeness
from factory.exceptions import FactoryError
from factory.records import Candidate, Example, Verdict

_FAST = pa.Codec("zstd", compression_level=1)
_EXAMPLE = tuple(f.name for f in fields(Example))
_MESSAGES = ("messages", "prompt", "chosen", "rejected")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one candidate within its shard.

    `reason` is None for one that is proven and new there; only such a result has `examples`, and `likeness`, by which
    the merge holds it against the other shards. `said` is what a reader of the rejects wants to see. `fates` are what
    the recipe counts.
    """

    reason: str | None
    said: dict[str, Any]
    detail: str = ""
    likeness: Likeness | None = None
    fates: tuple[tuple[str, str], ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class ShardResult:
    """The results of a shard, in the order of its proposals; `dry` when its database had nothing more to offer."""

    database: str
    digest: str
    dry: bool
    results: list[Result]


def said_of(candidate: Candidate) -> dict[str, Any]:
    return {
        "recipe": candidate.recipe,
        "database": candidate.database,
        "question": candidate.question,
        "statements": {name: candidate.statements[name] for name in candidate.subject},
        "tags": list(candidate.tags),
    }


def result_of(verdict: Verdict, fates: Iterable[tuple[str, str]], examples: Iterable[Example]) -> Result:
    candidate = verdict.candidate
    accepted = verdict.reason is None
    return Result(
        reason=verdict.reason,
        said=said_of(candidate),
        detail=verdict.detail,
        likeness=Likeness.of(candidate) if accepted else None,
        fates=tuple(fates),
        examples=tuple(examples) if accepted else (),
    )


def encode(found: ShardResult) -> bytes:
    """Raises FactoryError for a record that JSON can't hold."""
    head = {"database": found.database, "digest": found.digest, "dry": found.dry, "results": len(found.results)}
    try:
        lines = b"\n".join([orjson.dumps(head), *(orjson.dumps(_plain(result)) for result in found.results)])
    except TypeError as error:
        raise FactoryError(f"A record of {found.database} can't be written as JSON: {error}") from None
    return len(lines).to_bytes(8, "big") + bytes(_FAST.compress(lines, asbytes=True))


def decode(content: bytes) -> ShardResult:
    """Raises ValueError for anything but the whole of what `encode` gave."""
    try:
        lines = _FAST.decompress(content[8:], int.from_bytes(content[:8], "big"), asbytes=True).split(b"\n")
    except (OSError, pa.ArrowException) as error:
        raise ValueError(str(error)) from None
    head = orjson.loads(lines[0])
    if head["results"] != len(lines) - 1:
        raise ValueError(f"{len(lines) - 1} results instead of {head['results']}")
    return ShardResult(head["database"], head["digest"], head["dry"], [_result(orjson.loads(x)) for x in lines[1:]])


def _plain(result: Result) -> dict[str, Any]:
    likeness = result.likeness
    return {
        "reason": result.reason,
        "said": result.said,
        "detail": result.detail,
        "likeness": likeness
        and [likeness.bucket, *(part.hex() for part in (likeness.pair, likeness.skeleton, likeness.question))],
        "fates": result.fates,
        "examples": [{name: getattr(example, name) for name in _EXAMPLE} for example in result.examples],
    }


def _result(found: dict[str, Any]) -> Result:
    likeness = None
    if found["likeness"]:
        bucket, *digests = found["likeness"]
        pair, shape, question = map(bytes.fromhex, digests)
        likeness = Likeness(pair, shape, bucket, question)
    return Result(
        reason=found["reason"],
        said=found["said"],
        detail=found["detail"],
        likeness=likeness,
        fates=tuple((kind, fate) for kind, fate in found["fates"]),
        examples=tuple(_example(values) for values in found["examples"]),
    )


def _example(values: dict[str, Any]) -> Example:
    for name in _MESSAGES:
        values[name] = None if values[name] is None else tuple(values[name])
    values["tags"] = tuple(values["tags"])
    return Example(**values)
