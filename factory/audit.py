"""Proves emitted records again: from the files alone, in databases made anew."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
import orjson

from factory import recipe
from factory.catalog import Opened, opened, opened_empty
from factory.certify import Derived
from factory.exceptions import AuditFailed, FactoryError
from factory.load_spec import spec_names
from factory.manifest import packages
from factory.once import Once
from factory.prompt import context
from factory.prove import prove
from factory.record_schema import evidence_schema, schema, shortened
from factory.second_opinion import recomputed
from factory.staging import MANIFEST
from factory.wide.name import domains_in

# The card asks its reader to put a licence in; nothing that is proven stands in it.
_FREE = ("README.md",)


class _Place(NamedTuple):
    path: Path
    line: int
    offset: int
    ident: str


@dataclass(frozen=True, slots=True)
class Audited:
    """How much was proven again. `databases` counts schemas: variants and users' files."""

    sft: int
    dpo: int
    databases: int
    statements: int

    @property
    def records(self) -> int:
        return self.sft + self.dpo


def audit(
    run: Path,
    *,
    files: Mapping[str, Path] | None = None,
    sample: int | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Audited:
    """Checks versions, file digests, databases, splits, prompts and every claim of every record.

    `files` maps the names of users' databases to where they lie; `sample` bounds the records of each file. Raises
    AuditFailed for the first thing that doesn't hold, with file, line and id where it is a record, and FactoryError
    when the folder is no finished run or was built by other versions than those that are installed.
    """
    manifest = _manifest(run)
    _versions(manifest)
    changed = _changed(run, manifest)
    places = _places(run, changed or sorted(run.glob("*/*/*.jsonl")), None if changed else sample)
    total = sum(len(found) for found in places.values())
    seen: set[tuple[str, str]] = set()
    done: Counter[str] = Counter()
    statements = 0
    for name, found in places.items():
        with _open(name, manifest, files or {}) as source:
            source.engine.log = []
            once = Once(source.engine)
            for path, line, record in _read(found):
                where = f"{path.relative_to(run).as_posix()}:{line} (id {record['id']})"
                _settled(record, path, manifest, where)
                form = path.parent.name
                if (form, record["id"]) in seen:
                    raise AuditFailed(f"{where}: another {form.upper()} record has this id")
                seen.add((form, record["id"]))
                once.turn_to(record["id"])
                _check(record, source, once, manifest, where)
                done[form] += 1
                progress(done.total(), total)
            statements += len(source.engine.log)
    if changed:
        names = ", ".join(path.relative_to(run).as_posix() for path in changed)
        raise AuditFailed(f"{names}: changed since the build (the digest differs), though every record there holds")
    return Audited(done["sft"], done["dpo"], len(places), statements)


def _manifest(run: Path) -> dict[str, Any]:
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


def _versions(manifest: Mapping[str, Any]) -> None:
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


def _changed(run: Path, manifest: Mapping[str, Any]) -> list[Path]:
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


def _places(run: Path, paths: Iterable[Path], sample: int | None) -> dict[str, list[_Place]]:
    """Database → where its records are, so that each is opened once and no record is held."""
    found: dict[str, list[_Place]] = {}
    for path in paths:
        offset = 0
        with path.open("rb") as file:
            for line, text in enumerate(islice(file, sample), start=1):
                where = f"{path.relative_to(run).as_posix()}:{line}"
                try:
                    record = orjson.loads(text)
                except ValueError as error:
                    raise AuditFailed(f"{where}: not JSON ({error})") from None
                for validator, under in _shapes(path.parent.parent.name, path.parent.name):
                    problem = _problem(validator, record[under] if under else record)
                    if problem:
                        ident = record.get("id") if isinstance(record, dict) else None
                        raise AuditFailed(f"{where} (id {ident}): {under + '.' if under else ''}{problem}")
                found.setdefault(record["database"], []).append(_Place(path, line, offset, record["id"]))
                offset += len(text)
    return {name: _paired(places) for name, places in found.items()}


def _paired(places: list[_Place]) -> list[_Place]:
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


def _read(places: list[_Place]) -> Iterator[tuple[Path, int, dict[str, Any]]]:
    with ExitStack() as stack:
        files = {path: stack.enter_context(path.open("rb")) for path in {place.path: None for place in places}}
        for place in places:
            files[place.path].seek(place.offset)
            yield place.path, place.line, orjson.loads(files[place.path].readline())


@contextmanager
def _open(name: str, manifest: Mapping[str, Any], files: Mapping[str, Path]) -> Iterator[Opened]:
    """The database that the run was built from."""
    if name not in manifest["databases"]:
        raise AuditFailed(f"Database {name} is not in the manifest")
    maker = next(
        (m for m in map(recipe.load, manifest["recipes"]) if name.partition("@")[0] in recipe.domains(m)), None
    )
    if maker is None and name not in files and not set(domains_in(name)) <= set(spec_names()):
        raise FactoryError(f"Database {name} doesn't come with the factory: say where it lies with --database FILE")
    arguments = manifest["arguments"]
    where = str(files[name].resolve()) if name in files else name
    with _opened(maker, where, arguments) as source:
        if source.database.digest != manifest["databases"][name]:
            installed = packages()
            other = [f"{k} {v}" for k, v in manifest["packages"].items() if installed.get(k) != v]
            cure = f": the run was built with {', '.join(other)}" if other else ""
            raise AuditFailed(f"Database {name} has other content than when the run was built{cure}")
        yield source


def _opened(maker: recipe.Recipe | None, where: str, arguments: Mapping[str, Any]) -> AbstractContextManager[Opened]:
    if isinstance(maker, recipe.OwnDatabases):
        return opened_empty(maker.database(where), timeout=arguments["timeout"])
    return opened(where, instances=arguments["instances"], timeout=arguments["timeout"])


def _settled(record: Mapping[str, Any], path: Path, manifest: Mapping[str, Any], where: str) -> None:
    """Recipe and split are those of the file."""
    folder, split = path.parent.parent.name, path.stem
    if record["recipe"] != folder:
        raise AuditFailed(f"{where}: a record of {record['recipe']} in the folder of {folder}")
    for family in domains_in(record["database"]):
        if family not in manifest["families"].get(split, []):
            raise AuditFailed(f"{where}: {family} is not a {split} domain in the manifest")


def _check(record: dict[str, Any], source: Opened, engine: Once, manifest: Mapping[str, Any], where: str) -> None:
    name = record["recipe"]
    maker = recipe.load(name, {k: str(v) for k, v in manifest["options"].get(name, {}).items()})
    database = maker.described(source.database, record)
    first = (record.get("messages") or record["prompt"])[0]["content"]
    own = isinstance(maker, recipe.OwnDatabases)
    if database.schema_text not in first:
        raise AuditFailed(f"{where}: the schema in the prompt is not that of {record['database']}")
    if not own and not first.startswith(context(database.dialect, database.schema_text, record["question"])):
        raise AuditFailed(f"{where}: the prompt doesn't open with this schema and this question")
    try:
        candidate = maker.restate(record, source.database)
    except (LookupError, TypeError, ValueError):
        raise AuditFailed(f"{where}: the messages aren't worded as {name} words them") from None
    least = manifest["arguments"].get("min_kill_score", 0.0)
    # The tables and functions of a scratch belong to one record: what another was answered says nothing.
    asked_of = source.engine if candidate.scratch else engine
    verdict = recomputed(prove(candidate, asked_of, Derived(source.database, engine)), engine)
    verdict = engine.settled(verdict, source.database, least)
    if verdict.reason:
        detail = shortened(" ".join(verdict.detail.split()))
        raise AuditFailed(f"{where}: {verdict.reason}" + (f" ({detail})" if detail else ""))
    evidence = record["evidence"]
    if verdict.certificate and verdict.certificate.kill_score != evidence["kill_score"]:
        raise AuditFailed(f"{where}: the kill score is {verdict.certificate.kill_score}, not {evidence['kill_score']}")
    if verdict.oracle and verdict.oracle != evidence["oracle"]:
        raise AuditFailed(f"{where}: the oracle's word is {verdict.oracle}, not {evidence['oracle']}")
    sql, error = evidence.get("broken_sql", ""), evidence.get("error_message", "")
    if isinstance(maker, recipe.Asks):
        asked = list(maker.asked(record, source.database))
    else:
        asked = list(maker.prompt(database, record["question"], sql, error))
    if (record.get("messages") or record["prompt"])[: len(asked)] != asked:
        raise AuditFailed(f"{where}: the prompt isn't the one that factory prompt prints")
