"""What an answer is checked against: plain rows to read, and what to do with them, without any SQL of the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one table, restricted by plain conditions only: `columns`, then the geometry as WKB in hexadecimal.

    The first `shown` columns are those that answers show, key first; the rest is what else is needed. `crs` is the EPSG
    number of the geometry's coordinates.
    """

    sql: str
    columns: tuple[str, ...]
    shown: int
    crs: int = 4326


@dataclass(frozen=True, slots=True)
class Expectation:
    """`workflow` says what is computed; `sources` are called by their part in it ("points", "zones", …).

    `crs` is the EPSG number in which lengths and areas are measured, None for the ellipsoid.
    """

    workflow: str
    sources: Mapping[str, Source]
    crs: int | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def told(self) -> str:
        """As JSON text, from which `read` makes it again."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read(text: str) -> Expectation:
    """Raises ValueError, KeyError or TypeError for a text that `told` didn't write."""
    content = json.loads(text)
    sources = {
        part: Source(source["sql"], tuple(source["columns"]), source["shown"], source.get("crs", 4326))
        for part, source in content["sources"].items()
    }
    return Expectation(content["workflow"], sources, content["crs"], content["parameters"])
