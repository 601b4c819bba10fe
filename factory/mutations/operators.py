"""All loud operators, found by being there: every module in `loud/` that has `OPERATORS`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from factory.mutations import loud
from factory.mutations.edits import Operator


@cache
def operators() -> tuple[Operator, ...]:
    """Sorted by name. Raises ValueError when two share one."""
    found: dict[str, Operator] = {}
    for module in sorted(m.name for m in iter_modules(loud.__path__)):
        for operator in getattr(import_module(f"{loud.__name__}.{module}"), "OPERATORS", ()):
            if operator.name in found:
                raise ValueError(f"two operators are called {operator.name}")
            found[operator.name] = operator
    return tuple(found[name] for name in sorted(found))


@cache
def _by_name() -> dict[str, Operator]:
    return {operator.name: operator for operator in operators()}


def operator_named(name: str) -> Operator:
    """Raises KeyError for a name that no operator has."""
    return _by_name()[name]
