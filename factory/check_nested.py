"""JSON, STRUCT, MAP and list columns of a database file: what their keys may be, and whether their parts fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from factory.identifiers import RESERVED
from factory.spec import ColumnSpec

# The rows of a part depend on nothing outside the value that it is part of.
PART_GENERATORS = ("choice", "lognormal", "normal", "uniform", "integers", "poisson", "bool", "random")


def sql_type(kind: str, parts: Mapping[str, Mapping[str, Any]]) -> str:
    """The type as the engine writes it: `STRUCT` with its fields, `MAP` with the type of its values."""
    if kind == "STRUCT":
        fields = ", ".join(f"{name} {part['type']}" for name, part in parts.items())
        return f"STRUCT({fields})"
    if kind == "MAP":
        return f"MAP(VARCHAR, {next(iter(parts.values()))['type']})"
    return kind


def nested_problems(column: ColumnSpec, path: str) -> Iterator[str]:
    """What is wrong with a nested column, but for its parts taken one by one; each as `key path: text`."""
    if column.items:
        yield from _item_problems(column, f"{path}.items")
    kinds = {part.type for part in column.parts}
    if column.type.startswith("MAP") and len(kinds) > 1:
        yield f"{path}.parts: the values of a MAP have one type, not {' and '.join(sorted(kinds))}"
    labels: dict[str, str] = {}
    for part in column.parts:
        at = f"{path}.parts.{part.base}"
        if part.base.lower() in RESERVED and column.type.startswith("STRUCT"):
            yield f"{at}: '{part.base}' is a reserved word of DuckDB; choose another name"
        if part.label in labels:
            yield f"{at}.label: '{part.label}' is already taken by {labels[part.label]}; each must be unique"
        labels[part.label] = at
        for value in part.gen.get("choice", ()):
            if isinstance(value, str) and set("'\"\\{}=,[]") & set(value):
                yield f"{at}.gen.choice: {value!r} holds a quote, a backslash or one of {{}}[]=, which parts can't"
        if not any(kind in part.gen for kind in PART_GENERATORS):
            yield f"{at}.gen: a part is drawn by one of {', '.join(PART_GENERATORS)}"


def _item_problems(column: ColumnSpec, path: str) -> Iterator[str]:
    choice, sizes = column.items["choice"], column.items["sizes"]
    number = column.type == "INTEGER[]"
    for value in choice:
        if isinstance(value, int) != number:
            yield f"{path}.choice: {value!r} is no {column.type.removesuffix('[]')}"
    weights = column.items.get("weights", choice)
    if len(weights) != len(choice):
        yield f"{path}.weights: {len(weights)} weights for {len(choice)} choices"
    if len(sizes) - 1 > len(choice):
        yield f"{path}.sizes: lists of up to {len(sizes) - 1} different items need as many choices, not {len(choice)}"
    if not sum(sizes):
        yield f"{path}.sizes: all weights are 0"
