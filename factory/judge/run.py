"""A file of pairs → verdicts on the screen and in a file, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema_rs

from factory.exceptions import FactoryError
from factory.judge.judge import Judge
from factory.judge.jury import Rules
from factory.judge.pairs import Pair, read_pairs
from factory.judge.report import judge_bar, summary, table
from factory.judge.source import Source, source
from factory.judge.verdict import Judged, record
from factory.record_schema import schema


def run(
    pairs: Path, database: str, out: Path | None, *, order: str, columns: str, timeout: float, force: bool, quiet: bool
) -> list[Judged]:
    """Raises FactoryError for pairs, a database or an --out that can't be used; bad SQL is a verdict."""
    if out is not None:
        _writable(out, force)
    read = read_pairs(pairs)
    rules = Rules("ignored" if order == "ignored" else "gold", "strict" if columns == "strict" else "free")
    with source(database, timeout=timeout) as opened, judge_bar(len(read), quiet=quiet) as advance:
        judged = []
        for one in judge_all(opened, read, rules):
            judged.append(one)
            advance(len(judged))
        records = [record(one, database=opened.database.name, dialect=opened.dialect) for one in judged]
    if out is not None:
        _write(out, records)
    if not quiet:
        table(judged)
    summary(judged, records[0]["database"])
    return judged


def judge_all(opened: Source, pairs: Sequence[Pair], rules: Rules) -> Iterator[Judged]:
    judge = Judge(opened, rules)
    for pair in pairs:
        yield judge.judge(pair)


def _writable(out: Path, force: bool) -> None:
    if out.exists() and not force:
        raise FactoryError(f"{out} exists: choose another --out, or add --force")
    if not out.parent.is_dir():
        raise FactoryError(f"{out.parent} is not a folder: make it first")


def _write(out: Path, records: Sequence[dict[str, Any]]) -> None:
    validator = jsonschema_rs.Draft202012Validator(schema("verdict"))
    for found in records:
        for error in validator.iter_errors(found):
            place = ".".join(map(str, error.instance_path))
            raise FactoryError(
                f"Pair {found['place']} made a bad verdict: {place}: {error.message}. Nothing was written"
            )
    with TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
        fresh = Path(folder) / out.name
        with fresh.open("w", encoding="utf-8") as file:
            for found in records:
                file.write(json.dumps(found, ensure_ascii=False) + "\n")
        fresh.replace(out)
