"""Group keys and aggregates: the parts of "the number of orders per customer segment"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed
from factory.intents.scope import Join, Scope, chains, shown
from factory.intents.subject import Subject, column_noun
from factory.records import Column, Database, Relation, Table

_SUPERLATIVE = ("highest", "lowest", "maximum", "minimum", "average", "median", "peak", "longest", "shortest")
Function = Literal["count", "sum", "avg", "min", "max", "distinct", "median"]


@dataclass(frozen=True, slots=True)
class Key:
    """What a group is: a column of the subject or of an ancestor, an ancestor itself, or a stretch of time.

    `columns` are selected and grouped by; `unit` is set for time ("month").
    """

    table: Table
    columns: tuple[Column, ...]
    via: tuple[Relation, ...] = ()
    unit: str | None = None

    @property
    def entity(self) -> bool:
        return self.columns[0].role == "key"

    def said(self) -> str:
        """After "per" or "for each"."""
        if self.unit:
            return f"{self.unit} of the {self.columns[0].label}"
        if self.entity:
            return self.table.label
        return column_noun(self.table, self.columns[0], qualified=self._qualified)

    @property
    def _qualified(self) -> bool:
        """A bare "status" or "type" says too little."""
        return bool(self.via) or " " not in self.columns[0].label

    def plural(self) -> str:
        if self.entity:
            return self.table.plural
        label = self.columns[0].plural
        return f"{self.table.label} {label}" if self._qualified and not label.startswith(self.table.label) else label

    def output(self) -> str:
        """The columns that it gives, as words: "the customer ID and name"."""
        if self.unit:
            return f"the {self.unit}"
        if self.entity:
            nouns = [column_noun(self.table, c, qualified=i == 0) for i, c in enumerate(self.columns)]
            return f"the {listed(nouns)}"
        return f"the {self.said()}"

    def joins(self) -> tuple[Join, ...]:
        return tuple(Join(relation, relation.parent) for relation in self.via)

    def expressions(self, scope: Scope) -> list[exp.Expr]:
        columns: list[exp.Expr] = [scope.column(self.table.name, c.name) for c in self.columns]
        return [sql.trunc(self.unit, columns[0])] if self.unit else columns

    def selected(self, scope: Scope) -> list[exp.Expr]:
        found = self.expressions(scope)
        return [sql.alias(found[0], self.unit)] if self.unit else found


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`column` is None for a row count; `table` is what is counted or owns the column."""

    function: Function
    table: Table
    column: Column | None = None

    def said(self) -> str:
        if self.column is None:
            return f"number of {self.table.plural}"
        label = self.column.label
        words = {
            "sum": f"sum of the {self.column.plural}" if "total" in label or "balance" in label else f"total {label}",
            "avg": f"average {label}",
            "min": f"{_extreme(self.column, 'min')} {label}",
            "max": f"{_extreme(self.column, 'max')} {label}",
            "median": f"median {label}",
            "distinct": f"number of different {self.column.plural}",
        }
        return words[self.function]

    def name(self) -> str:
        """The output column's alias."""
        if self.column is None:
            return f"{_slug(self.table.label)}_count"
        prefix = {"sum": "total", "distinct": "distinct"}.get(self.function, self.function)
        slug = _slug(self.column.label)
        return slug if slug.startswith(prefix) else f"{prefix}_{slug}"

    def expression(self, scope: Scope) -> exp.Expr:
        if self.column is None:
            return sql.count_rows()
        at = scope.column(self.table.name, self.column.name)
        if self.function == "distinct":
            return exp.Count(this=exp.Distinct(expressions=[at]))
        kinds = {"sum": exp.Sum, "avg": exp.Avg, "min": exp.Min, "max": exp.Max, "median": exp.Median}
        return kinds[self.function](this=at)

    @property
    def exact(self) -> bool:
        """Whether a comparison with a literal is safe from the last digits of a float."""
        return self.function in ("count", "distinct", "min", "max")


def _extreme(column: Column, function: str) -> str:
    if column.role == "timestamp":
        return "earliest" if function == "min" else "latest"
    return "lowest" if function == "min" else "highest"


def _slug(label: str) -> str:
    kept = "".join(c if c.isalnum() else "_" for c in label.lower())
    return "_".join(part for part in kept.split("_") if part)[:32]


def draw_aggregate(table: Table, rng: Random, *, used: frozenset[str] = frozenset(), count: float = 0.35) -> Aggregate:
    """A row count with chance `count`, else something about a measure that is not `used` by a filter."""
    measures = [c for c in table.with_role("measure") if c.distinct > 1 and c.name not in used]
    if not measures or rng.random() < count:
        return Aggregate("count", table)
    column = rng.choice(measures)
    if column.label.split()[0] in _SUPERLATIVE:
        return Aggregate("avg" if column.label.split()[0] != "average" else "max", table, column)
    functions: list[Function] = ["avg", "max", "min", "median"]
    if column.additive:
        functions = ["sum", "sum", "avg", "max"]
    return Aggregate(rng.choice(functions), table, column)


def draw_key(
    database: Database, subject: Subject, rng: Random, *, entity: float = 0.35, time: float = 0.15
) -> Key | None:
    """A group key that no filter of the subject has fixed already and that avoids the tables of its filters."""
    table = subject.table
    draw = rng.random()
    if draw < time:
        times = [c for c in table.with_role("timestamp") if c.distinct > 12 and c.name not in subject.used]
        if times:
            return Key(table, (rng.choice(times),), unit=rng.choice(("month", "month", "quarter", "year")))
    ways = [w for w in chains(database, table.name, 3) if not subject.tables & {r.parent for r in w}]
    if draw < time + entity and ways:
        via = rng.choice(ways)
        ancestor = database.table(via[-1].parent)
        columns = shown(ancestor)
        if len(columns) == 2:
            return Key(ancestor, columns, via)
    own = [c for c in table.with_role("category", "place", "flag") if c.distinct > 1 and c.name not in subject.used]
    options = [Key(table, (c,)) for c in own if c.role != "flag"]
    for way in ways:
        ancestor = database.table(way[-1].parent)
        options += [Key(ancestor, (c,), way) for c in ancestor.with_role("category", "place") if 1 < c.distinct <= 60]
    return rng.choice(options) if options else None
