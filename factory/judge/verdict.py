"""What the judge says of a pair, and how it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from factory.judge.pairs import Pair
from factory.records import Row

Kind = Literal["same", "differs", "raises", "undecided"]
Level = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Parting:
    """Where two queries part. `instance` names the data; `own` is False when it was derived from the user's.

    `missing` are rows that only the gold query gives, `extra` those of the prediction alone; both are empty when only
    the order of the rows differs.
    """

    instance: str
    own: bool
    missing: tuple[Row, ...]
    extra: tuple[Row, ...]
    gold_rows: int
    predicted_rows: int
    order_only: bool = False


@dataclass(frozen=True, slots=True)
class Confidence:
    """How much an agreement says: `killed` of the `tried` near misses gave other rows on the instances that judged.

    `instances` gave a verdict, `filled` of them with rows that are not just NULLs.
    """

    level: Level
    tried: int
    killed: int
    instances: int
    filled: int

    @property
    def kill_score(self) -> float | None:
        return round(self.killed / self.tried, 4) if self.tried else None


@dataclass(frozen=True, slots=True)
class Judged:
    """`reason` is a snake_case word for `undecided`, `message` the engine's text where it raised.

    `own_data` is what a comparison on the user's rows alone would have said: same, differs, raises or None.
    """

    pair: Pair
    verdict: Kind
    reason: str | None = None
    message: str | None = None
    own_data: Literal["same", "differs", "raises"] | None = None
    confidence: Confidence | None = None
    witness: Parting | None = None
    notes: tuple[str, ...] = ()


def record(judged: Judged, *, database: str, dialect: str) -> dict[str, Any]:
    """The line of `--out`: valid under schemas/records/verdict.schema.json."""
    pair, confidence, witness = judged.pair, judged.confidence, judged.witness
    return {
        "place": pair.place,
        "database": database,
        "dialect": dialect,
        "question": pair.question,
        "gold": pair.gold,
        "predicted": pair.predicted,
        "verdict": judged.verdict,
        "reason": judged.reason,
        "message": judged.message,
        "own_data": judged.own_data,
        "confidence": confidence and _confidence(confidence),
        "witness": witness and _witness(witness),
        "notes": list(judged.notes),
    }


def _confidence(found: Confidence) -> Mapping[str, Any]:
    return {
        "level": found.level,
        "kill_score": found.kill_score,
        "near_misses": found.tried,
        "killed": found.killed,
        "instances": found.instances,
        "instances_with_rows": found.filled,
    }


def _witness(found: Parting) -> Mapping[str, Any]:
    return {
        "instance": found.instance,
        "own_data": found.own,
        "order_only": found.order_only,
        "gold_rows": found.gold_rows,
        "predicted_rows": found.predicted_rows,
        "missing": [[cell(value) for value in row] for row in found.missing],
        "extra": [[cell(value) for value in row] for row in found.extra],
    }


def cell(value: Any) -> str | None:
    """A value as text of bounded length that any JSON writer takes."""
    if value is None:
        return None
    text = str(value)
    text = text if len(text) <= 500 else f"{text[:499]}…"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
