"""Tables made richer by place: the zone, the count or the distance written down as a column or a table of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal

from sqlglot import exp

from factory.identifiers import plain
from factory.intents import sql
from factory.intents.english import listed
from factory.intents.geo import template
from factory.intents.geo.draws import Unit
from factory.intents.geo.workflow import GeoIntent
from factory.intents.grouping import slug
from factory.intents.scope import shown
from factory.intents.subject import Subject
from factory.records import Database, Table

Form = Literal["create_table", "update"]


@dataclass(frozen=True, slots=True)
class Enrichment:
    """`alters` are run first, then `write`; `after` then reads what has to be the rows of `reference`.

    `reference` is the query of `intent`, whose `expected()` tells an oracle what to compute.
    """

    form: Form
    intent: GeoIntent
    question: str
    alters: tuple[str, ...]
    write: exp.Expr
    after: exp.Expr
    reference: exp.Expr


@dataclass(frozen=True, slots=True)
class _New:
    """A column to be added: its type, and what it holds."""

    name: str
    type: str
    holds: str


def enrichment(intent: GeoIntent, database: Database, rng: Random) -> Enrichment | None:
    """A task that writes down what the question asks for; None for a workflow that gives no column to add."""
    if intent.workflow not in _MADE:
        return None
    updated = _updated(intent, rng) if rng.random() < 0.6 else None
    return updated or _created(intent, database, rng)


# --- CREATE TABLE … AS

_MADE = {
    "zone_of_point": "with",
    "zone_of_centre": "with",
    "largest_overlap": "with",
    "nearest": "to_nearest",
    "distance_to_line": "to_nearest",
    "count_per_zone": "per",
    "density": "density_by",
}


def _created(intent: GeoIntent, database: Database, rng: Random) -> Enrichment | None:
    name = f"{slug(intent.subject.table.plural)}_{_MADE[intent.workflow]}_{slug(intent.zone_table.label)}"
    if name in {table.lower() for table in database.by_name}:
        return None
    reference = intent.tree()
    made = reference.copy()
    wide = intent.workflow in ("zone_of_point", "zone_of_centre", "largest_overlap") and not made.args.get("group")
    if wide:
        assert isinstance(made, exp.Select)
        added = made.expressions[-1].copy()
        if added.alias.lower() in {column.name.lower() for column in intent.subject.table.columns}:
            return None
        made.set("expressions", [exp.Column(this=exp.Star(), table=sql.name(intent.m)), added])
        keys = [sql.column(column.name) for column in shown(intent.subject.table)]
        after = exp.select(*keys, sql.column(added.alias)).from_(sql.table(name))
        said = _wide_question(intent, name, added.alias)
    else:
        after = exp.select("*").from_(sql.table(name))
        said = f"{intent.question()} " + rng.choice(
            (
                f"Save the result as a new table `{name}`.",
                f"Store the result in a table called `{name}`.",
                f"Put the result into a new table `{name}`.",
                f"Create the table `{name}` from the result.",
            )
        )
    write = exp.Create(this=sql.table(name), kind="TABLE", expression=made)
    return Enrichment("create_table", intent, said, (), write, after, reference)


def _wide_question(intent: GeoIntent, name: str, column: str) -> str:
    what, zone, table = intent.what, intent.zone_table.label, plain(intent.subject.table.name)
    noun = intent.zone_noun
    lies = {
        "zone_of_point": f"the {zone} that each lies in",
        "zone_of_centre": f"the {zone} in which the centroid of each lies",
        "largest_overlap": f"the {zone} that each overlaps most by area",
    }[intent.workflow]
    said = intent.choose(
        f"Create a table `{name}` from {what}: all columns of `{table}`, and the {noun} of {lies} as `{column}`.",
        f"Build a new table `{name}` that has every column of `{table}` plus `{column}`, the {noun} of {lies}, "
        f"for {what}.",
        f"I need {what} as a table `{name}`, with all columns of `{table}` and one more, `{column}`: "
        f"the {noun} of {lies}.",
        f"Enrich {what}: write all their columns to a new table `{name}`, followed by `{column}` with the {noun} of "
        f"{lies}.",
    )
    if intent.workflow == "zone_of_point":
        return " ".join([said, *intent.details()])
    lacking = "that overlap no" if intent.workflow == "largest_overlap" else "whose centroid is in no"
    return " ".join([said, f"Leave out those {lacking} {zone}.", *intent.details()])


# --- ALTER TABLE and UPDATE


def _updated(intent: GeoIntent, rng: Random) -> Enrichment | None:
    if intent.workflow not in ("zone_of_point", "zone_of_centre", "nearest", "distance_to_line", *_OF_ZONES):
        return None
    changes: dict[str, Any] = {}
    if intent.workflow not in _OF_ZONES:
        # Every row gets a value, so that what the question doesn't name is no riddle.
        changes["subject"] = Subject(intent.subject.table)
    if intent.workflow == "zone_of_point":
        changes["keep"] = True
    if intent.workflow == "nearest" and intent.subject.table.row_count * intent.zone_table.row_count > 400_000:
        return None
    intent = replace(intent, **changes)
    fields = intent.fields()
    table = intent.zone_table if intent.workflow in _OF_ZONES else intent.subject.table
    new = _columns(intent, fields)
    if {n.name.lower() for n in new} & {column.name.lower() for column in table.columns}:
        return None
    alters = tuple(f"ALTER TABLE {plain(table.name)} ADD COLUMN {plain(n.name)} {n.type}" for n in new)
    update = template.fill(intent.engine, f"enrich/{intent.workflow}", intent.form, fields)
    names = [*(c.name for c in shown(table)), *(n.name for n in new)]
    after = exp.select(*(sql.column(name) for name in names)).from_(sql.table(table.name))
    if intent.workflow == "zone_of_centre":
        after = after.where(sql.not_null(sql.column(new[0].name)), copy=False)
    said = _update_question(intent, table, new, rng)
    return Enrichment("update", intent, said, alters, update, after, intent.tree())


_OF_ZONES = ("count_per_zone", "density")


def _columns(intent: GeoIntent, fields: dict[str, str]) -> list[_New]:
    one, other = intent.subject.table.label, intent.zone_table.label
    name = intent.zone_noun
    unit: Unit | None = getattr(intent, "unit", None)
    match intent.workflow:
        case "zone_of_point":
            return [_New(fields["zone_as"], "VARCHAR", f"the {name} of the {other} that each {one} lies in")]
        case "zone_of_centre":
            centre = f"the {name} of the {other} in which the centroid of each {one} lies"
            return [_New(fields["zone_as"], "VARCHAR", centre)]
        case "count_per_zone":
            return [_New(fields["count_as"], "BIGINT", f"the number of {intent.what} in each {other}")]
    assert unit is not None
    if intent.workflow == "density":
        per = f"the density (number per {unit.said.removesuffix('s')}) of {intent.what} in each {other}"
        return [_New(fields["density_as"], "DOUBLE", per)]
    if intent.workflow == "distance_to_line":
        away = f"the distance in {unit.said} from each {one} to the nearest {other}"
        return [_New(fields["distance_as"], "DOUBLE", away)]
    return [
        _New(fields["other_as"], "VARCHAR", f"the {name} of the {other} nearest to each {one}"),
        _New(fields["distance_as"], "DOUBLE", f"the distance to it in {unit.said}"),
    ]


def _update_question(intent: GeoIntent, table: Table, new: list[_New], rng: Random) -> str:
    columns = listed([f"`{plain(n.name)}` ({n.type})" for n in new])
    what, holds = ("a column", "holds") if len(new) == 1 else ("the columns", "hold")
    meant = listed([n.holds for n in new])
    each = meant if len(new) == 1 else listed([f"`{plain(n.name)}` is {n.holds}" for n in new])
    name = f"`{plain(table.name)}`"
    said = rng.choice(
        (
            f"Add {what} {columns} to {name} and fill {'it' if len(new) == 1 else 'them'} with {meant}.",
            f"Extend {name} by {columns}: {each}.",
            f"Change {name}: it should get {what} {columns} that {holds} {meant}.",
            f"Write into {name}, as {'a new column' if len(new) == 1 else 'new columns'} {columns}, {meant}.",
        )
    )
    zone = intent.zone_table.label
    rest = {
        "zone_of_point": f"It stays NULL for those in no {zone}.",
        "zone_of_centre": f"It stays NULL where the centroid is in no {zone}.",
        "count_per_zone": "Where there are none, it is 0.",
        "density": "Where there are none, it is 0.",
    }.get(intent.workflow, "")
    measured = intent.measured() if intent.measures else ""
    return " ".join(filter(None, [said, rest, measured]))
