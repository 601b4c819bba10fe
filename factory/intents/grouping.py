"""Group keys and aggregates: the parts of "the number of orders per customer segment"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.draw_filter import compatible
from factory.intents.english import listed, words
from factory.intents.scope import Join, Scope, plain_ways, shown
from factory.intents.subject import Subject, column_noun, column_nouns
from factory.intents.timespan import Unit, draw_unit, stretch, times
from factory.records import Column, Database, Relation, Table

_SUPERLATIVE = words("average highest longest lowest maximum mean median minimum peak shortest top")
Function = Literal["count", "sum", "avg", "min", "max", "distinct", "median"]


@dataclass(frozen=True, slots=True)
class Key:
    """What a group is: a column of the subject or of an ancestor, an ancestor itself, or a stretch of time.

    `columns` are selected and grouped by; `unit` is set for time ("month").
    """

    table: Table
    columns: tuple[Column, ...]
    via: tuple[Relation, ...] = ()
    unit: Unit | None = None

    @property
    def entity(self) -> bool:
        return self.columns[0].role == "key"

    @property
    def groups(self) -> int:
        """About how many groups there are without any filter."""
        if self.unit:
            return self.columns[0].distinct
        return self.table.row_count if self.entity else self.columns[0].distinct

    def said(self) -> str:
        """After "per" or "for each"."""
        if self.unit:
            return f"{self.unit} (by {self.columns[0].label})"
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
        return column_nouns(self.columns[0], self.table if self._qualified else None)

    def output(self) -> str:
        """The columns that it gives, as words: "the customer ID and name"."""
        return f"the {listed(self.outputs())}"

    def outputs(self) -> list[str]:
        """The columns that it gives, one by one: "customer ID", "name"."""
        if self.unit:
            return [self.unit]
        if self.entity:
            return [column_noun(self.table, c, qualified=i == 0) for i, c in enumerate(self.columns)]
        return [self.said()]

    def labelled(self) -> str:
        """ "customer (ID and name)"; what is no entity just as it is said."""
        if not self.entity or self.unit:
            return self.said()
        return f"{self.table.label} ({listed(['ID' if c.role == 'key' else c.label for c in self.columns])})"

    def joins(self) -> tuple[Join, ...]:
        return tuple(Join(relation, relation.parent) for relation in self.via)

    def expressions(self, scope: Scope) -> list[exp.Expr]:
        columns: list[exp.Expr] = [scope.column(self.table.name, c.name) for c in self.columns]
        return [stretch(self.unit, columns[0])] if self.unit else columns

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
        said = {
            "sum": f"sum of the {self.column.plural}" if "total" in label or "balance" in label else f"total {label}",
            "avg": f"average {label}",
            "min": f"{_extreme(self.column, 'min')} {label}",
            "max": f"{_extreme(self.column, 'max')} {label}",
            "median": f"median {label}",
            "distinct": f"number of different {self.column.plural}",
        }
        return said[self.function]

    def of(self, what: str) -> str:
        """ "number of orders paid by card", "average tip of orders paid by card"."""
        if self.column is None:
            return f"number of {what}"
        said = self.said()
        return f"{said} {'across' if ' of ' in said or ' per ' in said else 'of'} {what}"

    def name(self) -> str:
        """The output column's alias."""
        if self.column is None:
            return f"{slug(self.table.label)}_count"
        prefix = {"sum": "total", "distinct": "distinct"}.get(self.function, self.function)
        label = slug(self.column.label)
        return label if label.startswith(prefix) else f"{prefix}_{label}"

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


def slug(label: str) -> str:
    """A label as a plain output name."""
    kept = "".join(c if c.isascii() and c.isalnum() else "_" for c in label.lower())
    return "_".join(part for part in kept.split("_") if part)[:32].rstrip("_") or "value"


def draw_aggregate(
    table: Table,
    rng: Random,
    *,
    used: frozenset[str] = frozenset(),
    count: float = 0.35,
    functions: tuple[Function, ...] = ("sum", "avg", "max", "min", "median"),
) -> Aggregate:
    """A row count with chance `count`, else one of `functions` of a measure that is not `used` by a filter."""
    measures = [c for c in table.with_role("measure") if c.distinct > 1 and c.name not in used]
    if not measures or rng.random() < count:
        return Aggregate("count", table)
    column = rng.choice(measures)
    first = column.label.split()[0].lower()
    if first in _SUPERLATIVE:
        # "the highest maximum" and "the average mean" only confuse.
        return Aggregate(
            "max" if first in ("average", "mean", "median") and "max" in functions else "avg", table, column
        )
    options: list[Function] = (
        ["sum", "sum", "avg", "max"] if column.additive else ["avg", "avg", "max", "min", "median"]
    )
    return Aggregate(rng.choice([f for f in options if f in functions] or ["avg"]), table, column)


def draw_key(
    database: Database, subject: Subject, rng: Random, *, entity: float = 0.35, time: float = 0.15
) -> Key | None:
    """A group key that no filter of the subject has fixed already and that avoids the tables of its filters.

    Only columns without NULLs: whether those without a value are a group is nothing that a question should leave open.
    """
    table = subject.table
    draw = rng.random()
    if draw < time and (moments := [c for c in times(subject) if not c.nulls]):
        return Key(table, (rng.choice(moments),), unit=draw_unit(subject.rows(), rng))
    ways = [w for w in plain_ways(database, table.name, 3) if not subject.tables & {r.parent for r in w}]
    if draw < time + entity and ways:
        via = rng.choice(ways)
        ancestor = database.table(via[-1].parent)
        columns = shown(ancestor)
        if len(columns) == 2 and not columns[1].nulls:
            return Key(ancestor, columns, via)
    own = [c for c in table.with_role("category", "place") if _groups_well(c)]
    options = [Key(table, (c,)) for c in own if all(compatible(c, f.column) for f in subject.filters)]
    for way in ways:
        ancestor = database.table(way[-1].parent)
        options += [Key(ancestor, (c,), way) for c in ancestor.with_role("category", "place") if _groups_well(c)]
    return rng.choice(options) if options else None


def _groups_well(column: Column) -> bool:
    return 1 < column.distinct <= 60 and not column.nulls
