"""What a run says of itself. Nothing in it differs between two runs with the same arguments."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import factory
from factory.staging import PRODUCER

_PACKAGES = ("duckdb", "faker", "numpy", "polars", "sqlglot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Facts of a run for its manifest and card.

    `rows` is what was asked for. `arguments` holds plain values, no path and no secret. `databases` maps names to
    digests, `families` splits to domains. `funnel` counts `proposed`, each reason, `accepted`, in this order.
    `coverage` is for the card: kind → fate → count of what a recipe tried; empty for one that doesn't count.
    """

    recipes: Mapping[str, str]
    options: Mapping[str, Mapping[str, Any]]
    seed: int
    rows: int
    arguments: Mapping[str, Any]
    engine: str
    engine_version: str
    databases: Mapping[str, str]
    families: Mapping[str, Sequence[str]]
    funnel: Mapping[str, int]
    coverage: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def manifest(run: Run, written: Mapping[str, Any], folder: Path, files: Iterable[str]) -> dict[str, Any]:
    """`files` are paths inside `folder`; `written` is recipe → form → split → records."""
    facts = asdict(run)
    return {
        "producer": PRODUCER,
        **{key: facts[key] for key in ("recipes", "options", "seed", "rows", "arguments")},
        "engine": run.engine,
        "engine_version": run.engine_version,
        "packages": packages(),
        "databases": dict(sorted(run.databases.items())),
        "families": facts["families"],
        "funnel": facts["funnel"],
        "written": written,
        "files": {name: digest(folder / name) for name in sorted(files)},
    }


def packages() -> dict[str, str]:
    """Versions of the packages that a record's bytes depend on."""
    return {PRODUCER: factory.__version__, **{name: version(name) for name in _PACKAGES}}


def digest(path: Path) -> dict[str, str | int]:
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}
