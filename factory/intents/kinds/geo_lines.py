"""Lines beside points and across zones: how far from the nearest, what lies along one, how much of them runs where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from factory.identifiers import text_literal
from factory.intents.geo import line_tables, point_tables, zone_tables
from factory.intents.geo.crs import around, shared
from factory.intents.geo.draws import KM, METRES, MILES, Reach, Unit, draw_name, draw_reach, manner, named, spacing_of
from factory.intents.geo.workflow import GeoIntent
from factory.intents.grouping import slug
from factory.intents.scope import shown
from factory.intents.subject import draw_subject
from factory.records import Database


@dataclass(frozen=True, kw_only=True)
class WithLines(GeoIntent):
    kind = "geo_lines"

    def fields(self) -> dict[str, str]:
        found = super().fields()
        if self.crs:
            found["overlap_metric"] = self.overlap_metric()
        return {**found, "zone_as": slug(self.zone_table.label)}


@dataclass(frozen=True, kw_only=True)
class DistanceToLine(WithLines):
    workflow = "distance_to_line"
    measures = True
    unit: Unit

    def fields(self) -> dict[str, str]:
        name = f"distance_{self.unit.short}"
        return {**super().fields(), "unit": self.unit.text, "distance_as": name}

    def parameters(self) -> Mapping[str, Any]:
        return {"unit": self.unit.size}

    def outputs(self) -> list[str]:
        return [*self.my_nouns(), f"distance in {self.unit.said}"]

    def wordings(self) -> tuple[str, ...]:
        what, line = self.what, self.zone_table.label
        return (
            f"How far are {what} from the nearest {line}? {{show}}",
            f"Give the distance from each of the {what} to the closest {line}. {{show}}",
            f"For all {what}, what is the shortest distance to any {line}? {{show}}",
            f"Add to {what} how far away the nearest {line} is. {{show}}",
            f"Closest {line}: how far is it from each of the {what}? {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class Corridor(WithLines):
    workflow = "corridor"
    measures = True
    reach: Reach
    name: str

    def fields(self) -> dict[str, str]:
        within = self.near(self.reach.text)
        return {**super().fields(), "within": within, "named": text_literal(self.name), "metres": self.reach.text}

    def other_where(self) -> str:
        return f"WHERE {self.theirs(shown(self.zone_table)[-1].name)} = {text_literal(self.name)}"

    def parameters(self) -> Mapping[str, Any]:
        return {"metres": self.reach.metres}

    def wordings(self) -> tuple[str, ...]:
        what, line, reach = self.what, f"the {self.zone_table.label} '{self.name}'", self.reach.said
        return (
            f"Which {what} lie along {line}, within {reach} of it? {{show}}",
            f"Find {what} within {reach} of {line}. {{show}}",
            f"List the {self.nouns()} of {what} in a corridor that reaches {reach} to either side of {line}.",
            f"Along {line}: which {what} are no more than {reach} from it? {{show}}",
            f"I need all {what} within {reach} of any part of {line}. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class LengthPerZone(WithLines):
    """The subject are the lines."""

    workflow = "length_per_zone"
    measures = True
    unit: Unit

    def fields(self) -> dict[str, str]:
        name = f"length_{self.unit.short}"
        return {**super().fields(), "unit": self.unit.text, "length_as": name}

    def parameters(self) -> Mapping[str, Any]:
        return {"unit": self.unit.size}

    def outputs(self) -> list[str]:
        return [*self.their_nouns(), f"length in {self.unit.said}"]

    def wordings(self) -> tuple[str, ...]:
        what, zone, zones = self.what, self.zone_table.label, self.zone_table.plural
        return (
            f"What is the total length of {what} inside each {zone}? Leave out {zones} without any. {{show}}",
            f"How many {self.unit.said} of {what} run through each {zone}, for {zones} that have any? {{show}}",
            f"Cut {what} at the borders of the {zones} and add up the lengths per {zone}; skip {zones} that none "
            f"touches. {{show}}",
            f"For every {zone} touched by {what}, how long are the parts inside it together? {{show}}",
            f"Total length of {what} by {zone}, only counting what lies inside; no {zones} without any. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class LineCrossesZone(WithLines):
    """The subject are the lines."""

    workflow = "line_crosses_zone"

    def outputs(self) -> list[str]:
        return [*self.my_nouns(), f"{self.zone_noun} of the {self.zone_table.label}"]

    def wordings(self) -> tuple[str, ...]:
        what, zone, zones = self.what, self.zone_table.label, self.zone_table.plural
        return (
            f"Which {what} cross the border of which {zones}, so that they lie partly inside and partly outside? "
            f"{{show}}",
            f"Pair {what} with the {zones} that they cross, running both inside and outside. {{show}}",
            f"Find {what} that enter or leave a {zone}: part of the line inside, part of it outside. {{show}}",
            f"Where do {what} cross a {zone} boundary? One row per pair, without lines that lie wholly inside. "
            f"{{show}}",
            f"For {what}, list every {zone} that they run through without staying in it. {{show}}",
        )


def _beside_lines(database: Database, rng: Random, floor: float) -> dict[str, Any] | None:
    points = [(t, c) for t, c in point_tables(database, projected=True) if shown(t)]
    lines = [(t, c) for t, c in line_tables(database) if named(t)]
    if not points or not lines:
        return None
    (table, at), (other, other_at) = rng.choice(points), rng.choice(lines)
    crs = shared(at, other_at)
    if crs is None:
        return None
    return {
        **manner(rng),
        "subject": draw_subject(database, table, rng, far=0, most=2, floor=floor),
        "at": at,
        "other": other,
        "other_at": other_at,
        "crs": crs,
    }


def _across_zones(database: Database, rng: Random) -> dict[str, Any] | None:
    lines = [(t, c) for t, c in line_tables(database) if shown(t)]
    zones = [(t, c) for t, c in zone_tables(database) if named(t)]
    if not lines or not zones:
        return None
    (table, at), (other, other_at) = rng.choice(lines), rng.choice(zones)
    crs = around([at.extent, other_at.extent])
    if crs is None:
        return None
    return {
        **manner(rng),
        "subject": draw_subject(database, table, rng, far=0, most=1, floor=5),
        "at": at,
        "other": other,
        "other_at": other_at,
        "crs": crs,
    }


def distance_to_line(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _beside_lines(database, rng, 5)
    return DistanceToLine(**drawn, unit=rng.choice((KM, KM, MILES, METRES))) if drawn else None


def corridor(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _beside_lines(database, rng, 150)
    name = draw_name(drawn["other"], rng) if drawn else None
    if drawn is None or name is None:
        return None
    spacing = min(spacing_of(drawn["at"], drawn["subject"].rows()), 20_000)
    return Corridor(**drawn, name=name, reach=draw_reach(rng, 0.5 * spacing, 5 * spacing))


def length_per_zone(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _across_zones(database, rng)
    return LengthPerZone(**drawn, unit=rng.choice((KM, KM, MILES))) if drawn else None


def line_crosses_zone(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _across_zones(database, rng)
    return LineCrossesZone(**drawn) if drawn else None


WORKFLOWS = (distance_to_line, corridor, length_per_zone, line_crosses_zone)


def draw(database: Database, rng: Random) -> GeoIntent | None:
    return rng.choice(WORKFLOWS)(database, rng) if line_tables(database) else None
