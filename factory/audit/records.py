"""Records of one database, proven again from their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

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
from factory.record_schema import shortened
from factory.second_opinion import recomputed
from factory.wide.name import domains_in


class Place(NamedTuple):
    """Where a record is: `offset` in bytes, `line` from 1."""

    path: Path
    line: int
    offset: int
    ident: str

    @property
    def form(self) -> str:
        return self.path.parent.name

    def told(self, run: Path) -> str:
        return f"{self.path.relative_to(run).as_posix()}:{self.line} (id {self.ident})"


class Held(NamedTuple):
    """Some records of one database."""

    run: Path
    name: str
    places: Sequence[Place]
    manifest: Mapping[str, Any]
    files: Mapping[str, Path]


def hold(held: Held, progress: Callable[[Place], None] = lambda _: None) -> int:
    """How many statements it took. Raises AuditFailed for the first record that doesn't hold."""
    with _open(held.name, held.manifest, held.files) as source:
        source.engine.log = []
        once = Once(source.engine)
        for place, record in read(held.places):
            where = place.told(held.run)
            _settled(record, place.path, held.manifest, where)
            once.turn_to(record["id"])
            _check(record, source, once, held.manifest, where)
            progress(place)
        return len(source.engine.log)


def read(places: Iterable[Place]) -> Iterator[tuple[Place, dict[str, Any]]]:
    with ExitStack() as stack:
        files: dict[Path, BinaryIO] = {}
        for place in places:
            if place.path not in files:
                files[place.path] = stack.enter_context(place.path.open("rb"))
            files[place.path].seek(place.offset)
            yield place, orjson.loads(files[place.path].readline())


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
