"""How much of the schema a prompt shows, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from sqlglot import exp

from factory.metadata import SchemaText, schema_text
from factory.records import Database

SCOPES = ("gold", "related", "full")


@dataclass(frozen=True, slots=True)
class Shown:
    """`tables` are in the order of the prompt; empty stands for all, as the database lists them."""

    tables: tuple[str, ...] = ()
    descriptions: bool = True
    samples: bool = True

    def evidence(self) -> dict[str, Any]:
        return {"shown_tables": list(self.tables), "descriptions": self.descriptions, "samples": self.samples}


def draw_shown(
    database: Database, tree: exp.Expr, scope: str, rng: Random, *, shuffled: float, descriptions: float, samples: float
) -> Shown:
    """The tables of the query, with those linked to them, or all; each of the rest by its share."""
    mix, told, sampled = (rng.random() < share for share in (shuffled, descriptions, samples))
    names = [table.name for table in database.tables]
    if isinstance(database.schema_text, SchemaText):
        names = [table.name for table in database.schema_text.tables]
    wanted = tables_of(tree)
    if scope == "related":
        linked = [{r.child, r.parent} for r in database.relations]
        linked += [{s.point_table, s.zone_table} for s in database.spatial]
        wanted = wanted.union(*(pair for pair in linked if pair & wanted))
    kept = [name for name in names if scope == "full" or name in wanted]
    if mix:
        rng.shuffle(kept)
    return Shown(() if kept == names else tuple(kept), told, sampled)


def tables_of(tree: exp.Expr) -> frozenset[str]:
    return frozenset(table.name for table in tree.find_all(exp.Table))


def shown_in(evidence: Mapping[str, Any]) -> Shown:
    return Shown(tuple(evidence["shown_tables"]), evidence["descriptions"], evidence["samples"])


def showing(database: Database, shown: Shown) -> Database:
    """The database as a prompt describes it."""
    text = database.schema_text
    if shown == Shown() or not isinstance(text, SchemaText):
        return database
    names = shown.tables or None
    less = schema_text(text.tables, names=names, descriptions=shown.descriptions, samples=shown.samples)
    return replace(database, schema_text=less)
