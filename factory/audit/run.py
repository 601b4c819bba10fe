"""Proves emitted records again: from the files alone, in databases made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from factory.audit import files
from factory.audit.records import Held, Place
from factory.audit.workers import hold_all
from factory.exceptions import AuditFailed


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
    databases: Mapping[str, Path] | None = None,
    sample: int | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Audited:
    """Checks versions, file digests, databases, splits, prompts and every claim of every record.

    `databases` maps the names of users' databases to where they lie; `sample` is how many rows are drawn from the
    whole run, each with its SFT and DPO records; `workers` are the processes that prove. Raises AuditFailed for the
    first thing that doesn't hold, with file, line and id where it is a record, and FactoryError when the folder is no
    finished run or was built by other versions than those that are installed.
    """
    manifest = files.manifest(run)
    files.versions(manifest)
    changed = files.changed(run, manifest)
    paths = changed or sorted(run.glob("*/*/*.jsonl"))
    places = files.places(run, paths, None if changed else sample)
    files.once_each(run, chain.from_iterable(places.values()))
    total = sum(len(found) for found in places.values())
    done: Counter[str] = Counter()

    def held(place: Place) -> None:
        done[place.form] += 1
        progress(done.total(), total)

    todo = [Held(run, name, found, manifest, databases or {}) for name, found in places.items()]
    statements = hold_all(todo, workers, held)
    if changed:
        names = ", ".join(path.relative_to(run).as_posix() for path in changed)
        raise AuditFailed(f"{names}: changed since the build (the digest differs), though every record there holds")
    return Audited(done["sft"], done["dpo"], len(places), statements)
