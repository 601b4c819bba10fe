"""What geo_join keeps of a proposal until the engine has spoken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from factory.intents.geo.enrich import Form
from factory.intents.geo.workflow import GeoIntent


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer with the reasoning that leads to it. A loud one raises, a silent one gives other rows; `way` is
    one of the ways to be wrong about places, for a loud one "postgis_habit"."""

    kind: Literal["silent", "loud"]
    operator: str
    type: str
    way: str
    mistake: str
    steps: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`task` is "query" or what the answer writes. For one that writes, `after` reads what it left, and `asked` is the
    query whose rows that must be. For a query `after` is empty, and `asked` too unless a model wrote the gold: then it
    is what was asked for. `joined` says whether tables are joined by what contains what. `intent` is what the question
    asks; None for a task that writes."""

    task: Literal["query"] | Form
    gold: str
    steps: str
    workflow: str
    crs: str
    expectation: str
    after: str
    asked: str
    wrong: Mapping[str, Wrong]
    joined: bool
    intent: GeoIntent | None
