"""How much of the schema a prompt shows, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from sqlglot import exp

from factory.budget import Less, Wanted, estimated_tokens, fit, path, written
from factory.metadata import SchemaText
from factory.records import Database
from recipes.text_to_sql.needs import alikes, hops, needs

SCOPES = ("gold", "related", "full")
# Look-alikes beside the linked tables: more would make "related" as wide as "full" in a small schema.
_ALIKE = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """`tables` are in the order of the prompt; empty stands for all, as the database lists them. `dropped` says what a
    budget of tokens left out, `less` which columns that were."""

    tables: tuple[str, ...] = ()
    descriptions: bool = True
    samples: bool = True
    less: Less = field(default_factory=Less)
    dropped: tuple[str, ...] = field(default=(), compare=False)

    def evidence(self) -> dict[str, Any]:
        return {
            "shown_tables": list(self.tables),
            "descriptions": self.descriptions,
            "samples": self.samples,
            "without_samples": list(self.less.samples),
            "without_comments": list(self.less.comments),
            "without_columns": list(self.less.columns),
        }

    def hides(self, tree: exp.Expr, database: Database) -> bool:
        """Whether the query names a table or column that the prompt doesn't show."""
        used = needs(tree, database)
        if self.tables and not used.keys() <= set(self.tables):
            return True
        return any(path(table, name) in self.less.columns for table, names in used.items() for name in names)


@dataclass(frozen=True, slots=True)
class Settings:
    """`scope` is one of SCOPES; `shuffled`, `descriptions` and `samples` are shares of prompts; `tokens` bounds the
    schema text, 0 doesn't."""

    scope: str
    shuffled: float
    descriptions: float
    samples: float
    tokens: int


def draw_shown(database: Database, tree: exp.Expr, settings: Settings, rng: Random) -> Shown | None:
    """The tables of the query, with those linked to them and those that look like them, or all; the rest by its share.

    None when even the least that the query needs is over the budget.
    """
    mix, told, sampled = (
        rng.random() < share for share in (settings.shuffled, settings.descriptions, settings.samples)
    )
    text = database.schema_text
    names = [t.name for t in (text.tables if isinstance(text, SchemaText) else database.tables)]
    needed = needs(tree, database)
    distances = hops(frozenset(needed), database)
    wanted = frozenset(needed)
    if settings.scope == "related":
        wanted |= {name for name, far in distances.items() if far == 1} | alikes(needed, database, _ALIKE)
    kept = [name for name in names if settings.scope == "full" or name in wanted]
    if mix:
        rng.shuffle(kept)
    shown = Shown(() if kept == names else tuple(kept), told, sampled)
    if not settings.tokens:
        return shown
    if not isinstance(text, SchemaText):
        return shown if estimated_tokens(text) <= settings.tokens else None
    fitted = fit(
        text.tables, kept, Wanted(needed, distances), settings.tokens, descriptions=told, samples=sampled
    )  # fmt: skip
    if fitted is None:
        return None
    tables = () if list(fitted.tables) == names else fitted.tables
    return Shown(tables, told, sampled, fitted.less, fitted.dropped)


def shown_in(evidence: Mapping[str, Any]) -> Shown:
    less = (tuple(evidence[f"without_{part}"]) for part in ("samples", "comments", "columns"))
    return Shown(tuple(evidence["shown_tables"]), evidence["descriptions"], evidence["samples"], Less(*less))


def showing(database: Database, shown: Shown) -> Database:
    """The database as a prompt describes it."""
    text = database.schema_text
    if shown == Shown() or not isinstance(text, SchemaText):
        return database
    names = shown.tables or None
    short = written(text.tables, names, shown.less, descriptions=shown.descriptions, samples=shown.samples)
    return replace(database, schema_text=short)
