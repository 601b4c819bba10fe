"""Which areas touch, and which outlines are broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from factory.identifiers import plain, text_literal
from factory.intents import sql
from factory.intents.geo import polygon_tables, zone_tables
from factory.intents.geo.draws import draw_name, groups, layer_alone, manner
from factory.intents.geo.workflow import GeoIntent
from factory.intents.grouping import slug
from factory.intents.scope import shown
from factory.intents.subject import draw_subject
from factory.records import Column, Database, Table


@dataclass(frozen=True, kw_only=True)
class Adjacent(GeoIntent):
    kind = "geo_borders"
    workflow = "adjacent"

    def fields(self) -> dict[str, str]:
        table = self.subject.table
        filters = [
            f.condition(sql.column(f.column.name, alias)).sql(dialect=self.engine)
            for alias in ("a", "b")
            for f in self.subject.filters
        ]
        return {
            **super().fields(),
            "table": plain(table.name),
            "key": plain(table.key[0]),
            "name": plain(shown(table)[-1].name),
            "as": slug(table.label),
            "geom": plain(self.at.name),
            "where_ab": "WHERE " + " AND ".join(f"({c})" if " OR " in c else c for c in filters) if filters else "",
        }

    def outputs(self) -> list[str]:
        return [f"two {shown(self.subject.table)[-1].plural}"]

    def details(self) -> list[str]:
        return [
            self.aside(
                "Touching at a single point counts; each pair once, the smaller ID first.",
                "A shared corner is enough. Give each pair once, the one with the smaller ID first.",
            )
        ]

    def wordings(self) -> tuple[str, ...]:
        what = self.what
        return (
            f"Which pairs of {what} border each other? {{show}}",
            f"List all pairs of {what} that touch. {{show}}",
            f"Find neighbors among {what}: pairs whose {self.at.plural} touch. {{show}}",
            f"I want every two {what} that are next to each other. {{show}}",
            f"Pairs of adjacent {what}, please. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class NeighboursOf(Adjacent):
    workflow = "neighbours_of"
    name: str

    def fields(self) -> dict[str, str]:
        return {**super().fields(), "named": text_literal(self.name)}

    def parameters(self) -> Mapping[str, Any]:
        return {"name": self.name}

    def outputs(self) -> list[str]:
        return self.my_nouns()

    def details(self) -> list[str]:
        return [self.aside("Touching at a single point counts.", "A shared corner is enough.")]

    def wordings(self) -> tuple[str, ...]:
        plural, name = self.subject.table.plural, self.name
        return (
            f"Which {plural} border {name}? {{show}}",
            f"Find the {plural} that touch {name}. {{show}}",
            f"What are the neighbors of {name} among the {plural}? {{show}}",
            f"List all {plural} next to {name}. {{show}}",
            f"Show the {plural} that share a border with {name}. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class InvalidShapes(GeoIntent):
    kind = "geo_borders"
    workflow = "invalid_shapes"

    def wordings(self) -> tuple[str, ...]:
        what, label = self.what, self.at.label
        return (
            f"Which {what} have an invalid {label}? {{show}}",
            f"Check the {self.at.plural}: list {what} whose {label} is not a valid geometry. {{show}}",
            f"Find {what} with a broken {label}, such as one that crosses itself. {{show}}",
            f"Before we measure anything: which {what} have a {label} that isn't valid? {{show}}",
            f"Data quality: show me {what} with an invalid {label}. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class InvalidPerKind(GeoIntent):
    kind = "geo_borders"
    workflow = "invalid_per_kind"
    category: Column

    def fields(self) -> dict[str, str]:
        name = f"invalid_{slug(self.subject.table.plural)}"
        return {**super().fields(), "category": self.mine(self.category.name), "count_as": name}

    def extras(self) -> tuple[str, ...]:
        return (self.category.name,)

    def outputs(self) -> list[str]:
        return [self.category.label, "count"]

    def wordings(self) -> tuple[str, ...]:
        what, label = self.what, self.at.label
        group = self.group_noun(self.category)
        none = f"leave out any {group} without one"
        return (
            f"How many {what} have an invalid {label}, by {group}? {none}. {{show}}",
            f"Count {what} whose {label} is not a valid geometry per {group}; {none}. {{show}}",
            f"For each {group}, how many of the {what} have a {label} that isn't valid? {none}. {{show}}",
            f"Number of {what} with an invalid {label} per {group}, please; {none}. {{show}}",
            f"Check the {self.at.plural} of {what} and count the invalid ones by {group}; {none}. {{show}}",
        )

    def question(self) -> str:
        return super().question().replace("? leave", "? Leave").replace(". leave", ". Leave")


def adjacent(database: Database, rng: Random) -> GeoIntent | None:
    drawn = layer_alone(database, rng, floor=8)
    return Adjacent(**drawn) if drawn and drawn["subject"].table.row_count <= 120 else None


def neighbours_of(database: Database, rng: Random) -> GeoIntent | None:
    drawn = layer_alone(database, rng, floor=1e9)
    name = draw_name(drawn["subject"].table, rng) if drawn else None
    return NeighboursOf(**drawn, name=name) if drawn and name else None


def invalid_shapes(database: Database, rng: Random) -> GeoIntent | None:
    found = _unchecked(database)
    if not found:
        return None
    table, at = rng.choice(found)
    subject = draw_subject(database, table, rng, far=0, most=1, floor=10)
    categories = groups(table, subject.used)
    if categories and rng.random() < 0.4:
        return InvalidPerKind(**manner(rng), subject=subject, at=at, category=rng.choice(categories))
    return InvalidShapes(**manner(rng), subject=subject, at=at)


def _unchecked(database: Database) -> list[tuple[Table, Column]]:
    valid = {t.name for t, _ in zone_tables(database)}
    return [(t, c) for t, c in polygon_tables(database) if t.name not in valid and shown(t)]


WORKFLOWS = (adjacent, neighbours_of, invalid_shapes)


def draw(database: Database, rng: Random) -> GeoIntent | None:
    return rng.choice(WORKFLOWS)(database, rng) if polygon_tables(database) else None
