"""What an answer is checked against: plain rows to read, and what to do with them, without any SQL of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one table, restricted by plain conditions only: `columns`, then the geometry as WKB in hexadecimal.

    The first `shown` columns are those that answers show, key first; the rest is what else is needed.
    """

    sql: str
    columns: tuple[str, ...]
    shown: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """`workflow` says what is computed; `sources` are called by their part in it ("points", "zones", …).

    `crs` is the EPSG number in which lengths and areas are measured, None for the ellipsoid.
    """

    workflow: str
    sources: Mapping[str, Source]
    crs: int | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
