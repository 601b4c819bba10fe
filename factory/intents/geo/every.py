"""Every workflow about places by itself, for those who want them evenly rather than by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from random import Random

from factory.intents import kinds
from factory.intents.geo.workflow import GeoIntent
from factory.records import Database

Draw = Callable[[Database, Random], GeoIntent | None]


@cache
def workflows() -> Mapping[str, Draw]:
    """Name → draw, over all kinds called geo_…; the draw gives None where a database lacks what it needs.

    `invalid_shapes` lists broken outlines or counts them, so its questions are of two workflows.
    """
    names = sorted(module.name for module in iter_modules(kinds.__path__) if module.name.startswith("geo_"))
    modules = [import_module(f"{kinds.__name__}.{name}") for name in names]
    return {draw.__name__: draw for module in modules for draw in module.WORKFLOWS}
