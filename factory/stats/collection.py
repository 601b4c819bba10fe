"""Runs and benchmark files → what is measured of them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import sqlglot
from sqlglot import exp

from factory.exceptions import FactoryError
from factory.intents.skeleton import skeleton
from factory.staging import MANIFEST
from factory.stats.constructs import CONSTRUCTS, constructs
from factory.stats.variety import Variety, variety


@dataclass(frozen=True, slots=True)
class Measured:
    """`shares` are of the queries that could be parsed, by construct; `unparsed` counts the others."""

    name: str
    rows: int
    unparsed: int
    shares: dict[str, float]
    variety: Variety


def of_run(run: Path) -> Measured:
    """All SFT records of a finished run. Raises FactoryError when the folder is none."""
    if not (run / MANIFEST).is_file():
        raise FactoryError(f"{run} has no {MANIFEST}: not a finished run of factory build")
    return measure(run.name, _records(run), ("duckdb",))


def _records(run: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(run.glob("*/sft/*.jsonl")):
        with path.open("rb") as file:
            for line in file:
                record = orjson.loads(line)
                yield record["question"], record["sql"]


def of_file(path: Path) -> Measured:
    """A JSON list of objects with `question` and `query` (Spider) or `SQL` (BIRD). Raises FactoryError."""
    try:
        found = orjson.loads(path.read_bytes())
    except ValueError as error:
        raise FactoryError(f"{path} is not JSON ({error})") from None
    if not isinstance(found, list):
        raise FactoryError(f"{path} is not a JSON list of questions")
    pairs = []
    for n, row in enumerate(found):
        sql = (row.get("query") or row.get("SQL")) if isinstance(row, dict) else None
        if not (isinstance(sql, str) and isinstance(row.get("question"), str)):
            raise FactoryError(f"{path}: entry {n} has no `question` with `query` or `SQL`")
        pairs.append((row["question"], sql))
    return measure(path.stem, pairs, ("sqlite", "duckdb"))


def measure(name: str, pairs: Iterable[tuple[str, str]], dialects: tuple[str, ...]) -> Measured:
    """Raises FactoryError when there is no pair; a query is read in the first dialect that can."""
    questions: list[str] = []
    shapes: list[str] = []
    counts: Counter[str] = Counter()
    with _silent():
        for question, sql in pairs:
            questions.append(question)
            tree = _parsed(sql, dialects)
            if tree is not None:
                shapes.append(skeleton(tree))
                counts.update(constructs(tree))
    if not questions:
        raise FactoryError(f"{name} has no questions to measure")
    shares = {construct: counts[construct] / max(1, len(shapes)) for construct in CONSTRUCTS}
    return Measured(name, len(questions), len(questions) - len(shapes), shares, variety(questions, shapes))


def _parsed(sql: str, dialects: tuple[str, ...]) -> exp.Expr | None:
    for dialect in dialects:
        try:
            tree = sqlglot.parse_one(sql, dialect=dialect)
        except sqlglot.errors.SqlglotError:
            continue
        if isinstance(tree, exp.Query):
            return tree
    return None


@contextmanager
def _silent() -> Iterator[None]:
    """sqlglot logs what it doesn't support; here the count of unparsed queries says enough."""
    log = logging.getLogger("sqlglot")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before
