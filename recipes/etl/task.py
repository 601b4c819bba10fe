"""What a task is, and which there are: every module of recipes/etl/tasks that has a `task`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any, Literal, Protocol

from recipes.etl.contract import Contract
from recipes.etl.source import Source

Output = Literal["label", "date", "number", "text", "json"]


@dataclass(frozen=True, slots=True)
class Item:
    """A value made from its truth.

    `template` is what it was cast from; `wrong` are answers that models give, by the kind of mistake. A value is for
    one domain alone by its `owner`: the template or a part of it, or the value itself when empty; "*" where the task
    saw to that.
    """

    value: str
    truth: str
    template: str
    wrong: tuple[tuple[str, str], ...] = ()
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """One wording of the job. `instruction` is for a single value, `many` for several, one a line; `want` is the job in
    the imperative, for a question about a table; `typed` the same where what can't be had becomes NULL. `mode` is the
    task's own."""

    instruction: str
    many: str
    want: str
    contract: Contract
    typed: str = ""
    mode: Mapping[str, Any] = field(default_factory=dict)


class Task(Protocol):
    """`columns` are names of a column that holds such values, `output` what kind of column the answers make and
    `answer` names for it."""

    name: str
    output: Output
    columns: tuple[str, ...]
    answer: tuple[str, ...]

    def brief(self, source: Source, rng: Random) -> Brief: ...

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None: ...


@cache
def tasks() -> dict[str, Task]:
    """Name → task, sorted."""
    package = importlib.import_module("recipes.etl.tasks")
    modules = [importlib.import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__)]
    found: list[Task] = [module.task for module in modules if hasattr(module, "task")]
    return {task.name: task for task in sorted(found, key=lambda task: task.name)}


def items(task: Task, brief: Brief, source: Source, rng: Random, count: int) -> list[Item]:
    """Up to `count` items of this domain with different values. Of a value that came with two truths none is taken."""
    found: dict[str, Item] = {}
    contrary: set[str] = set()
    for _ in range(60 * count):
        item = task.item(brief, source, rng)
        if item is None or not (item.owner == "*" or source.owns(item.owner or item.value)):
            continue
        key = item.value.casefold()
        if "\n" in item.value or "\n" in item.truth or item.value != item.value.strip() or not item.value:
            continue
        if key in found and found[key].truth != item.truth:
            contrary.add(key)
        found.setdefault(key, item)
        if len(found) - len(contrary) >= count:
            break
    return [item for key, item in found.items() if key not in contrary]
