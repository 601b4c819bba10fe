"""The rows that a question is about: a table, filters on it, and filters on something it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed
from factory.intents.filters import Filter, draw_filters
from factory.intents.scope import Join, Scope, chains
from factory.records import Column, Database, Relation, Table


@dataclass(frozen=True, slots=True)
class Subject:
    """`via` leads up from `table` to the ancestor that the `far` filters are about."""

    table: Table
    filters: tuple[Filter, ...] = ()
    via: tuple[Relation, ...] = ()
    far_table: Table | None = None
    far: tuple[Filter, ...] = ()
    between: tuple[Table, ...] = ()

    def said(self) -> str:
        """ "orders placed in 2023 and paid by card, placed by customers living in Berlin"."""
        return f"{self.table.plural}{self.restriction()}"

    def restriction(self) -> str:
        """What follows the plural noun, with a space before it; empty when nothing restricts."""
        text = clauses(self.filters)
        if self.far_table is None:
            return f" {text}" if text else ""
        steps = (*self.between, self.far_table)
        chain = " ".join(f"{r.inverse} {t.plural}" for r, t in zip(self.via, steps, strict=True))
        glue = " " if text else ""
        if text and _verbal(self.via[0].inverse):
            relative = any(word in f" {text}" for word in (" who ", " that ", " whose "))
            glue = ", " if relative else " and "
        return f" {text}{glue}{chain} {clauses(self.far)}"

    def joins(self) -> tuple[Join, ...]:
        return tuple(Join(relation, relation.parent) for relation in self.via)

    def conditions(self, scope: Scope) -> list[exp.Expr]:
        found = [f.condition(scope.column(self.table.name, f.column.name)) for f in self.filters]
        if self.far_table:
            found += [f.condition(scope.column(self.far_table.name, f.column.name)) for f in self.far]
        return found

    def restrict(self, query: exp.Select, scope: Scope) -> exp.Select:
        conditions = self.conditions(scope)
        return query.where(sql.both(*conditions), copy=False) if conditions else query

    @property
    def used(self) -> frozenset[str]:
        """Columns of `table` that a filter is about already."""
        return frozenset(f.column.name for f in self.filters)

    @property
    def tables(self) -> frozenset[str]:
        return frozenset({self.table.name, *(relation.parent for relation in self.via)})


def clauses(filters: tuple[Filter, ...]) -> str:
    """Several restrictions of one noun: plain ones first, then "who …", "that …" and "whose …" clauses."""
    said = [f.said() for f in filters]
    relative = [s for s in said if s.startswith(("who ", "that ", "whose ", "which "))]
    plain = [s for s in said if s not in relative]
    parts = [listed(plain)] if plain else []
    if relative:
        parts.append(listed(relative))
    return (" and " if len(parts) > 1 and relative[0].startswith("whose") else " ").join(parts)


def _verbal(inverse: str) -> bool:
    return inverse.split()[0].endswith(("ed", "en", "ing", "ought", "eld", "ade", "ent", "old", "aid"))


def draw_subject(
    database: Database,
    table: Table,
    rng: Random,
    *,
    far: float = 0.3,
    least: int = 0,
    most: int = 3,
    names: bool = False,
) -> Subject:
    """`far` is the chance of filters on an ancestor, `least` and `most` bound the own filters.

    Only where rows are listed does anybody ask for those of a certain name: `names`.
    """
    count = max(least, min(most, rng.choices((0, 1, 2, 3), weights=(15, 45, 30, 10))[0]))
    unasked = frozenset() if names else frozenset(c.name for c in table.with_role("name"))
    own = draw_filters(table, rng, count, unasked)
    ways = chains(database, table.name, rng.choice((1, 2, 2, 3))) if rng.random() < far else []
    if ways:
        via = rng.choice(ways)
        ancestor = database.table(via[-1].parent)
        filters = draw_filters(ancestor, rng, rng.choice((1, 1, 2)))
        if filters:
            between = tuple(database.table(r.parent) for r in via[:-1])
            return Subject(table, own[:2], via, ancestor, filters, between)
    return Subject(table, own)


def facts(database: Database) -> list[Table]:
    """Tables that things are counted in: those that refer to others, else all."""
    found = [t for t in database.tables if database.parents(t.name) and t.row_count > 20]
    return found or [t for t in database.tables if t.row_count > 1]


def column_noun(table: Table, column: Column, *, qualified: bool) -> str:
    """What a person calls the column: "home city", or with the table "customer home city"."""
    if column.role == "key":
        return f"{table.label} ID" if qualified else "ID"
    if qualified and not column.label.startswith(table.label):
        return f"{table.label} {column.label}"
    return column.label


def column_nouns(column: Column) -> str:
    return "IDs" if column.role == "key" else column.plural
