"""Runs and benchmark files → what is measured of them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import orjson
import sqlglot
from sqlglot import exp

from factory.exceptions import FactoryError
from factory.intents.difficulty import LEVELS, difficulty
from factory.intents.skeleton import skeleton
from factory.staging import MANIFEST
from factory.stats.constructs import CONSTRUCTS, constructs
from factory.stats.variety import Variety, variety

Progress = Callable[[int], None]


class Row(NamedTuple):
    """One question with its query; `kill_score` is None where nothing was certified."""

    question: str
    sql: str
    database: str
    kill_score: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """`shares` are of the queries that could be parsed, by construct, and `levels` by difficulty; `unparsed` counts the
    others. `lengths` are words a question and `kill_scores` one a certified row, both in file order; `databases` counts
    rows by database, the largest first."""

    name: str
    rows: int
    unparsed: int
    shares: Mapping[str, float]
    levels: Mapping[str, float]
    lengths: tuple[int, ...]
    kill_scores: tuple[float, ...]
    databases: Mapping[str, int]
    variety: Variety


def of_run(run: Path, progress: Progress = lambda _: None) -> Measured:
    """All SFT records of a finished run. Raises FactoryError when the folder is none."""
    if not (run / MANIFEST).is_file():
        raise FactoryError(f"{run} has no {MANIFEST}: not a finished run of factory build")
    return measure(run.resolve().name, _records(run), ("duckdb",), progress)


def _records(run: Path) -> Iterator[Row]:
    for path in sorted(run.glob("*/sft/*.jsonl")):
        with path.open("rb") as file:
            for line in file:
                record = orjson.loads(line)
                score = record.get("evidence", {}).get("kill_score")
                yield Row(record["question"], record["sql"], record.get("database", ""), score)


def of_file(path: Path, progress: Progress = lambda _: None) -> Measured:
    """A JSON list of objects with `question`, and `query` (Spider) or `SQL` (BIRD). Raises FactoryError."""
    try:
        found = orjson.loads(path.read_bytes())
    except ValueError as error:
        raise FactoryError(f"{path} is not JSON ({error})") from None
    if not isinstance(found, list):
        raise FactoryError(f"{path} is not a JSON list of questions")
    rows = []
    for n, row in enumerate(found):
        sql = (row.get("query") or row.get("SQL")) if isinstance(row, dict) else None
        if not (isinstance(sql, str) and isinstance(row.get("question"), str)):
            raise FactoryError(f"{path}: entry {n} has no `question` with `query` or `SQL`")
        rows.append(Row(row["question"], sql, str(row.get("db_id", ""))))
    return measure(path.stem, rows, ("sqlite", "duckdb"), progress)


def measure(name: str, rows: Iterable[Row], dialects: tuple[str, ...], progress: Progress = lambda _: None) -> Measured:
    """Raises FactoryError when there is no row; a query is read in the first dialect that can."""
    questions: list[str] = []
    shapes: list[str] = []
    scores: list[float] = []
    counts, levels, databases = Counter[str](), Counter[str](), Counter[str]()
    with _silent():
        for row in rows:
            questions.append(row.question)
            databases[row.database] += 1
            if row.kill_score is not None:
                scores.append(row.kill_score)
            tree = _parsed(row.sql, dialects)
            if tree is not None:
                shapes.append(skeleton(tree))
                counts.update(constructs(tree))
                levels[difficulty(tree)] += 1
            progress(len(questions))
    if not questions:
        raise FactoryError(f"{name} has no questions to measure")
    parsed = max(1, len(shapes))
    return Measured(
        name=name,
        rows=len(questions),
        unparsed=len(questions) - len(shapes),
        shares={construct: counts[construct] / parsed for construct in CONSTRUCTS},
        levels={level: levels[level] / parsed for level in LEVELS},
        lengths=tuple(len(question.split()) for question in questions),
        kill_scores=tuple(scores),
        databases=dict(sorted(databases.items(), key=lambda item: (-item[1], item[0]))),
        variety=variety(questions, shapes),
    )


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
