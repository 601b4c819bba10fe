"""Proves emitted records again: from the files alone, in databases made anew."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from factory import recipe
from factory.catalog import Opened, opened
from factory.exceptions import AuditFailed, FactoryError
from factory.prove import prove


class _Place(NamedTuple):
    path: Path
    line: int
    offset: int


@dataclass(frozen=True, slots=True)
class Audited:
    """How much was proven again."""

    records: int
    databases: int
    statements: int


def audit(
    run: Path,
    *,
    files: Mapping[str, Path] | None = None,
    sample: int | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Audited:
    """Checks file digests, databases, prompts and every claim of every record.

    `files` maps the names of users' databases to where they lie. Raises AuditFailed for the first thing that
    doesn't hold, FactoryError when the folder is no finished run.
    """
    manifest = _manifest(run)
    _digests(run, manifest)
    places = _places(run, sample)
    total = sum(len(found) for found in places.values())
    done = statements = 0
    for name, found in places.items():
        with _open(name, manifest, files or {}) as source:
            source.engine.log = []
            for path, line, record in _read(found):
                _check(record, source, manifest, f"{path.relative_to(run)}:{line}")
                done += 1
                progress(done, total)
            statements += len(source.engine.log)
    return Audited(done, len(places), statements)


def _manifest(run: Path) -> dict[str, Any]:
    path = run / "manifest.json"
    if not path.is_file():
        raise FactoryError(f"{run} has no manifest.json: not a finished run of factory build")
    found: dict[str, Any] = orjson.loads(path.read_bytes())
    return found


def _digests(run: Path, manifest: dict[str, Any]) -> None:
    listed = manifest["files"]
    for name, expected in listed.items():
        path = run / name
        if not path.is_file():
            raise AuditFailed(f"{name} is missing from {run}")
        with path.open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
        if actual != (expected["sha256"] if isinstance(expected, dict) else expected):
            raise AuditFailed(f"{name} is not the file that the manifest describes: its digest differs")
    for path in sorted(run.rglob("*.jsonl")):
        if str(path.relative_to(run)) not in listed:
            raise AuditFailed(f"{path.relative_to(run)} is not in the manifest")


def _places(run: Path, sample: int | None) -> dict[str, list[_Place]]:
    """Database → where its records are, so that each is opened once and no record is held."""
    found: dict[str, list[_Place]] = {}
    for path in sorted(run.glob("*/*/*.jsonl")):
        offset = 0
        with path.open("rb") as file:
            for line, text in enumerate(file if sample is None else islice(file, sample), start=1):
                found.setdefault(orjson.loads(text)["database"], []).append(_Place(path, line, offset))
                offset += len(text)
    return found


def _read(places: list[_Place]) -> Iterator[tuple[Path, int, dict[str, Any]]]:
    for path, group in groupby(places, key=lambda place: place.path):
        with path.open("rb") as file:
            for place in group:
                file.seek(place.offset)
                yield path, place.line, orjson.loads(file.readline())


def _open(name: str, manifest: dict[str, Any], files: Mapping[str, Path]) -> Any:
    if name not in manifest["databases"]:
        raise AuditFailed(f"Database {name} is not in the manifest")
    arguments = manifest["arguments"]
    found = opened(
        str(files[name].resolve()) if name in files else name,
        instances=arguments["instances"],
        timeout=arguments["timeout"],
    )
    return _Checked(found, name, manifest["databases"][name])


class _Checked:
    """An opened database that is the one the run was built from."""

    def __init__(self, found: Any, name: str, digest: str) -> None:
        self.found, self.name, self.digest = found, name, digest

    def __enter__(self) -> Opened:
        try:
            source: Opened = self.found.__enter__()
        except FactoryError as error:
            raise AuditFailed(
                f"Database {self.name} can't be opened: {error}. For your own database give --database FILE"
            ) from None
        if source.database.digest != self.digest:
            self.found.__exit__(None, None, None)
            raise AuditFailed(f"Database {self.name} has other content than when the run was built")
        return source

    def __exit__(self, *exception: Any) -> None:
        self.found.__exit__(*exception)


def _check(record: dict[str, Any], source: Opened, manifest: dict[str, Any], place: str) -> None:
    where = f"{place} (id {record['id']})"
    name = record["recipe"]
    maker = recipe.load(name, {k: str(v) for k, v in manifest["options"].get(name, {}).items()})
    first = (record.get("messages") or record["prompt"])[0]["content"]
    if source.database.schema_text not in first:
        raise AuditFailed(f"{where}: the schema in the prompt is not that of {record['database']}")
    if record["question"] not in first:
        raise AuditFailed(f"{where}: the prompt doesn't hold the question")
    verdict = prove(maker.restate(record), source.engine)
    if verdict.reason:
        detail = re.sub(r"\s+", " ", verdict.detail)[:200]
        raise AuditFailed(f"{where}: {verdict.reason}" + (f" ({detail})" if detail else ""))
