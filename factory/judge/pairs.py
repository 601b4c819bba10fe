"""Pairs of a gold and a predicted query, from a JSONL file or a JSON list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factory.exceptions import FactoryError

_GOLD = ("gold", "query", "sql", "gold_sql", "reference")
_PREDICTED = ("predicted", "prediction", "pred", "predicted_sql", "pred_sql")
_QUESTION = ("question", "nl")


@dataclass(frozen=True, slots=True)
class Pair:
    """`place` is the line of a JSONL file, or the position in a JSON list; both count from 1."""

    place: int
    gold: str
    predicted: str
    question: str | None = None


def read_pairs(path: Path) -> list[Pair]:
    """Raises FactoryError with file, line (or item) and cure for the first thing that is no pair. Key case is free."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FactoryError(f"{path} is not UTF-8 text ({error.reason} at byte {error.start})") from None
    found = list(_listed(path, text) if text.lstrip().startswith("[") else _lines(path, text))
    if not found:
        raise FactoryError(f"{path} holds no pairs: give one JSON object with gold and predicted a line")
    return found


def _lines(path: Path, text: str) -> Iterator[Pair]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found = json.loads(line)
            except ValueError as error:
                raise FactoryError(f"{path}:{number}: not JSON ({error}); write one object a line") from None
            yield _pair(f"{path}:{number}", number, found)


def _listed(path: Path, text: str) -> Iterator[Pair]:
    try:
        found = json.loads(text)
    except ValueError as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise FactoryError(f"{path}{line}: not a JSON list ({error})") from None
    for number, item in enumerate(found, 1):
        yield _pair(f"{path}: item {number}", number, item)


def _pair(where: str, place: int, found: Any) -> Pair:
    if not isinstance(found, dict):
        raise FactoryError(f"{where}: a pair is a JSON object, not {type(found).__name__}")
    lowered = {str(key).lower(): value for key, value in found.items()}
    gold = _text(where, lowered, _GOLD, required=True)
    predicted = _text(where, lowered, _PREDICTED, required=True)
    return Pair(place, gold or "", predicted or "", _text(where, lowered, _QUESTION, required=False))


def _text(where: str, found: Mapping[str, Any], names: tuple[str, ...], *, required: bool) -> str | None:
    name = next((name for name in names if name in found), None)
    if name is None or (found[name] is None and not required):
        if required:
            raise FactoryError(f"{where}: no key {names[0]} (or {', '.join(names[1:])})")
        return None
    if not isinstance(found[name], str):
        raise FactoryError(f"{where}: {name} must be text, not {type(found[name]).__name__}")
    # An empty prediction is a model that said nothing: the engine's error is its verdict. An empty gold is a mistake.
    if required and names is _GOLD and not found[name].strip():
        raise FactoryError(f"{where}: {name} is empty")
    return str(found[name])
