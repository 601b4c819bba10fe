"""What a certificate tries to tell from the right query."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import sqlglot

from factory.intents.style import Style, render
from factory.mutations.silent.propose import neighbours
from factory.records import Database

_TRIED = 12
_ORDERING = ("direction_turned", "nulls_first", "other_sort_column")


def near_misses(gold: str, database: Database) -> Mapping[str, str]:
    """Operator → SQL, drawn from the text alone, so that an audit tries the same."""
    tree = sqlglot.parse_one(gold, dialect="duckdb")
    sorted_only = bool(tree.args.get("order")) and not tree.args.get("limit")
    found: dict[str, str] = {}
    for neighbour in neighbours(tree, database, Random(gold), _TRIED):
        name = neighbour.operator
        if sorted_only and name in _ORDERING:
            continue  # the order of ties is the session's, so a certificate doesn't judge order
        if name in found:
            name = f"{name}_{sum(key.startswith(name) for key in found) + 1}"
        found[name] = render(neighbour.tree, Style())
    return found
