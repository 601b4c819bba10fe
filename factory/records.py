"""The nouns of the factory. Frozen, and free of anything that differs between two runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from factory.claims import Claim as Claim
from factory.claims import Option as Option
from factory.claims import Scratch as Scratch
from factory.claims import ScratchTable as ScratchTable

Role = Literal[
    "key",
    "reference",
    "name",
    "code",
    "category",
    "measure",
    "timestamp",
    "place",
    "text",
    "flag",
    "geometry",
]
Value = str | int | float | bool | Decimal | date | datetime | time | timedelta | None
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the live catalog has it, with what a person calls it.

    `values` holds up to 30 distinct non-NULL values, most frequent first (ties by value); for a measure
    or timestamp it holds the quantiles 0, 5, 10, 25, 50, 75, 90, 95 and 100 % instead, for a geometry the centres
    (x, y) of a few rows.
    `extent` of a geometry is minimum x, minimum y, maximum x, maximum y (x is the longitude).
    The phrases carry `{}` where the value goes, e.g. `living in {}`.
    `parts` are the keys or fields of a JSON, STRUCT or MAP column as columns of their own, whose `nulls` count the rows
    without the whole column too; the only part of a list is its item, whose name is empty.
    """

    name: str
    type: str
    role: Role
    label: str
    plural: str
    comment: str | None = None
    unit: str | None = None
    nullable: bool = True
    additive: bool = False
    values: tuple[Any, ...] = ()
    distinct: int = 0
    nulls: int = 0
    phrase: str | None = None
    more: str | None = None
    less: str | None = None
    yes: str | None = None
    no: str | None = None
    missing: str | None = None
    most: str | None = None
    least: str | None = None
    geometry: str | None = None
    extent: tuple[float, float, float, float] | None = None
    parts: tuple[Column, ...] = ()


@dataclass(frozen=True)
class Table:
    name: str
    label: str
    plural: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    kind: str = "dimension"
    person: bool = False
    comment: str | None = None
    row_count: int = 0

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    def column(self, name: str) -> Column:
        return self.by_name[name]

    def with_role(self, *roles: Role) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.role in roles)


@dataclass(frozen=True, slots=True)
class Relation:
    """A foreign key `child.child_column → parent.parent_column` and how a person speaks of it.

    `verb` takes the parent as subject (customers *placed* orders), `verb_negative` its denial
    (*never placed*), `inverse` the child as subject (orders *placed by* customers).
    """

    child: str
    child_column: str
    parent: str
    parent_column: str
    verb: str
    verb_negative: str
    inverse: str


@dataclass(frozen=True, slots=True)
class SpatialLink:
    """A point column that lies within polygons of another table (a join by geometry, not by key)."""

    point_table: str
    point_column: str
    zone_table: str
    zone_column: str


@dataclass(frozen=True)
class Database:
    """What the factory knows of one database: facts read from the live catalog, names from its roles.

    `name` finds it again (`factory databases export NAME`); `family` is the domain that a split keeps
    together; `schema_text` is the metadata of a prompt; `digest` covers the content of all instances.
    """

    name: str
    family: str
    dialect: str
    tables: tuple[Table, ...]
    relations: tuple[Relation, ...] = ()
    spatial: tuple[SpatialLink, ...] = ()
    instances: int = 1
    title: str = ""
    schema_text: str = ""
    digest: str = ""

    @cached_property
    def by_name(self) -> Mapping[str, Table]:
        return {table.name: table for table in self.tables}

    def table(self, name: str) -> Table:
        return self.by_name[name]

    def parents(self, table: str) -> tuple[Relation, ...]:
        return tuple(r for r in self.relations if r.child == table)

    def children(self, table: str) -> tuple[Relation, ...]:
        return tuple(r for r in self.relations if r.parent == table)


@dataclass(frozen=True, slots=True)
class SqlError:
    """What the engine raised. `kind` is its class ("Binder Error"), `message` the whole text, verbatim."""

    kind: str
    message: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one statement on one instance: rows, or an error."""

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    error: SqlError | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """Statements and what must be true of them.

    `slots` offers alternatives, of which the first proven one is taken; a slot in `required` that stays empty
    rejects the candidate for the reason given there. `key` and `skeleton` are what dedupe goes by: the pair to be
    trained on, and the query's shape without names and literals. `subject` names the statements that a reader of
    the rejects wants to see. `neighbours` are near misses of the first `subject` (operator → SQL), None for a recipe
    without certificates: the certificate counts those that the data tells from it. `scratch` holds the tables and
    functions of a candidate that brings its own. `after` says which statements run in a scratch copy, and which script
    (the name of another statement) writes there first. `visible` names the only tables that exist for a statement,
    where that isn't all. `explained` are statements whose plans are wanted. `expected` is what an oracle computes the
    rows of the first `subject` from. `bucket` is what the candidate counts as where no bucket may have more than a
    share of the rows. `payload` is the recipe's own and comes back in render.
    """

    recipe: str
    database: str
    question: str
    statements: Mapping[str, str]
    claims: tuple[Claim, ...]
    slots: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    required: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    skeleton: str = ""
    subject: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    neighbours: Mapping[str, str] | None = None
    scratch: Scratch | None = None
    after: Mapping[str, str] = field(default_factory=dict)
    visible: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    explained: tuple[str, ...] = ()
    expected: Any = None
    bucket: str = ""
    payload: Any = None


@dataclass(frozen=True, slots=True)
class Witness:
    """Where two statements part: the instance, and a few rows that only one of them gives.

    `derived` names an instance that was made for the pair; `instance` is None then. Where only the order differs,
    `order_only`, they are the first rows that stand in other places.
    """

    instance: int | None
    missing: tuple[Row, ...]
    extra: tuple[Row, ...]
    expected_count: int
    actual_count: int
    derived: str = ""
    order_only: bool = False


@dataclass(frozen=True, slots=True)
class Certificate:
    """`instances` counts the data instances that judged, the aimed ones among them.

    `survivors` gave the gold query's rows everywhere; `invalid` raised before any instance could judge them, and
    are not among the `tried`. Both are in the order of the mutants given.
    """

    tried: int
    killed: int
    instances: int
    survivors: tuple[str, ...]
    invalid: tuple[str, ...]

    @property
    def kill_score(self) -> float | None:
        """The share of tried mutants that were killed; None when none was tried, since that proves nothing."""
        return self.killed / self.tried if self.tried else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` is None when every claim held; else a snake_case word and `detail` says more.

    `outcomes` holds what was run, by (statement name, instance). `chosen` names, for each slot, the
    option that was proven (absent when none was), `witnesses` the evidence by statement name, `plans` the plans of the
    statements to be explained. `oracle` is "agrees" when the rows were computed a second time without the engine's
    help, "not_computed" when that was wanted and couldn't be done.
    """

    candidate: Candidate
    outcomes: Mapping[tuple[str, int], Outcome]
    chosen: Mapping[str, Option]
    witnesses: Mapping[str, Witness]
    reason: str | None = None
    detail: str = ""
    certificate: Certificate | None = None
    plans: Mapping[str, str] = field(default_factory=dict)
    oracle: str = ""


Message = dict[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """What is emitted. `messages` is the whole SFT conversation; `rejected` is None when none was proven."""

    id: str
    recipe: str
    database: str
    dialect: str
    question: str
    sql: str
    messages: tuple[Message, ...]
    evidence: Mapping[str, Any]
    tags: tuple[str, ...]
    prompt: tuple[Message, ...] = ()
    chosen: tuple[Message, ...] = ()
    rejected: tuple[Message, ...] | None = None
    rejected_sql: str = ""
    rejected_evidence: Mapping[str, Any] = field(default_factory=dict)
