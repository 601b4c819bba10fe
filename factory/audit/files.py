"""What a run's files say of themselves: versions, digests, shapes, and where each record is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from heapq import nsmallest
from itertools import chain
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

from factory import recipe
from factory.audit.records import Place, read
from factory.exceptions import AuditFailed, FactoryError
from factory.manifest import packages
from factory.record_schema import evidence_schema, schema, shortened
from factory.staging import MANIFEST

# The card asks its reader to put a licence in; nothing that is proven stands in it.
_FREE = ("README.md",)


def manifest(run: Path) -> dict[str, Any]:
    path = run / MANIFEST
    if not path.is_file():
        raise FactoryError(f"{run} has no {MANIFEST}: not a finished run of factory build")
    try:
        found: dict[str, Any] = orjson.loads(path.read_bytes())
    except ValueError as error:
        raise FactoryError(f"{path} is not JSON ({error}): it was cut or edited; build the run again") from None
    problem = _problem(jsonschema_rs.Draft202012Validator(schema("manifest")), found)
    if not problem and not {"instances", "timeout"} <= found["arguments"].keys():
        problem = "arguments: instances and timeout are missing"
    if problem:
        raise FactoryError(f"{path} is not the manifest of a run: {problem}")
    return found


def versions(manifest: Mapping[str, Any]) -> None:
    """Other versions may word an error differently or fill a database with other rows."""
    installed = packages()
    for name, built in manifest["packages"].items():
        if name in ("text2sql-factory", "duckdb") and installed.get(name) != built:
            raise FactoryError(
                f"The run was built with {name} {built}, installed is {installed.get(name)}: "
                f"audit it with pip install {name}=={built}, or build it again"
            )
    for name, built in manifest["recipes"].items():
        version = recipe.load(name).version
        if version != built:
            raise FactoryError(
                f"The run was built by version {built} of {name}, installed is {version}: build it again"
            )


def changed(run: Path, manifest: Mapping[str, Any]) -> list[Path]:
    """Record files that aren't as they were written. Raises AuditFailed for any other file that is changed, or missing.

    A record file that no build wrote is an error too.
    """
    listed = manifest["files"]
    for path in sorted(run.rglob("*.jsonl")):
        name = path.relative_to(run).as_posix()
        if name not in listed:
            raise AuditFailed(f"{name} is not in the manifest: no build wrote it")
    changed = []
    for name, expected in listed.items():
        path = run / name
        if not path.is_file():
            raise AuditFailed(f"{name} is missing from {run}")
        with path.open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == expected["sha256"]
        if same or name in _FREE:
            continue
        if name.count("/") != 2:
            raise AuditFailed(f"{name}: changed since the build (the digest differs)")
        changed.append(path)
    return changed


def places(run: Path, paths: Iterable[Path], sample: int | None) -> dict[str, list[Place]]:
    """Database → where its records are, so that each is opened once and no record is held."""
    every = _places(run, paths)
    found: dict[str, list[Place]] = {}
    for place, record in read(every if sample is None else _drawn(every, sample)):
        for validator, under in _shapes(place.path.parent.parent.name, place.form):
            problem = _problem(validator, record[under] if under else record)
            if problem:
                raise AuditFailed(f"{place.told(run)}: {under + '.' if under else ''}{problem}")
        found.setdefault(record["database"], []).append(place)
    return {name: _paired(places) for name, places in found.items()}


def _places(run: Path, paths: Iterable[Path]) -> Iterator[Place]:
    for path in paths:
        offset = 0
        with path.open("rb") as file:
            for line, text in enumerate(file, start=1):
                try:
                    record = orjson.loads(text)
                except ValueError as error:
                    where = f"{path.relative_to(run).as_posix()}:{line}"
                    raise AuditFailed(f"{where}: not JSON ({error})") from None
                yield Place(path, line, offset, str(record.get("id")) if isinstance(record, dict) else "None")
                offset += len(text)


def _drawn(places: Iterable[Place], rows: int) -> Iterator[Place]:
    """All places of so many examples. Ids are digests, so the smallest are a random draw, the same one each time."""
    found: dict[str, list[Place]] = {}
    limit = ""
    for place in places:
        if not limit or place.ident <= limit:
            found.setdefault(place.ident, []).append(place)
            if len(found) > 2 * rows:
                found = {ident: found[ident] for ident in nsmallest(rows, found)}
                limit = max(found)
    return chain.from_iterable(found[ident] for ident in nsmallest(rows, found))


def _paired(places: list[Place]) -> list[Place]:
    """In the order of the files, but the records of one example after each other: they state the same."""
    order: dict[str, int] = {}
    for place in places:
        order.setdefault(place.ident, len(order))
    return sorted(places, key=lambda place: order[place.ident])


@cache
def _shapes(name: str, form: str) -> list[tuple[jsonschema_rs.Draft202012Validator, str]]:
    """Validators, each with the key that it is for; "" means the whole record."""
    found = [(jsonschema_rs.Draft202012Validator(schema(form)), "")]
    if promised := evidence_schema(name):
        found.append((jsonschema_rs.Draft202012Validator({**promised, "$ref": f"#/$defs/{form}"}), "evidence"))
    return found


def _problem(validator: jsonschema_rs.Draft202012Validator, content: Any) -> str | None:
    if validator.is_valid(content):
        return None
    error = next(iter(validator.iter_errors(content)))
    key = ".".join(map(str, error.instance_path))
    return (f"{key}: " if key else "") + shortened(error.message)


def once_each(run: Path, places: Iterable[Place]) -> None:
    """Raises AuditFailed for a record whose id another one of its form has."""
    seen: set[tuple[str, str]] = set()
    for place in places:
        if (place.form, place.ident) in seen:
            raise AuditFailed(f"{place.told(run)}: another {place.form.upper()} record has this id")
        seen.add((place.form, place.ident))
