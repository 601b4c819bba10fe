"""Areas among each other: overlaps, shares of a total, merged outlines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from factory.intents.english import article
from factory.intents.geo import zone_tables
from factory.intents.geo.crs import WGS84, around, for_areas, stored_in
from factory.intents.geo.draws import KM, KM2, MILES, MILES2, Unit, area_tables, groups, layer_alone, manner
from factory.intents.geo.spelled import Placed
from factory.intents.geo.workflow import GeoIntent
from factory.intents.grouping import slug
from factory.intents.subject import draw_subject
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class OfAreas(GeoIntent):
    kind = "geo_areas"

    def fields(self) -> dict[str, str]:
        found = super().fields()
        if self.crs and self.other is not None:
            found["overlap_metric"] = self.overlap_metric()
        if self.other is not None:
            found["zone_as"] = slug(self.zone_table.label)
        return found

    @property
    def one(self) -> str:
        return self.subject.table.label


@dataclass(frozen=True, kw_only=True)
class AreaWeighted(OfAreas):
    """The measure of an area counts for each zone by the share of the area that lies in it."""

    workflow = "area_weighted"
    measures = True
    measure: Column

    def fields(self) -> dict[str, str]:
        return {
            **super().fields(),
            "measure": self.mine(self.measure.name),
            "value_as": f"estimated_{slug(self.measure.label)}",
        }

    def extras(self) -> tuple[str, ...]:
        return (self.measure.name,)

    def outputs(self) -> list[str]:
        return [*self.their_nouns(), f"estimated {self.measure.label}"]

    def wordings(self) -> tuple[str, ...]:
        what, zone, label = self.what, self.zone_table.label, self.measure.label
        split = self.aside(
            f"Split each {self.one} by the share of its area that lies in the {zone}",
            f"Take the {label} of {article(self.one)} as spread evenly over its area",
            f"Weight each {self.one} by the part of its area inside the {zone}",
        )
        only = f"leave out {self.zone_table.plural} that none overlaps"
        return (
            f"Estimate the {label} of {what} per {zone}. {split}; {only}. {{show}}",
            f"How does the {label} of {what} distribute over the {self.zone_table.plural}? {split}; {only}. {{show}}",
            f"Area-weighted {label} of {what} per {zone}, please. {split}; {only}. {{show}}",
            f"I need the {label} of {what} by {zone}, interpolated by area. {split}; {only}. {{show}}",
            f"Break the {label} of {what} down to {self.zone_table.plural}. {split}; {only}. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class Dissolve(OfAreas):
    workflow = "dissolve"
    measures = True
    category: Column
    unit: Unit
    length_unit: Unit

    def fields(self) -> dict[str, str]:
        found = super().fields()
        assert self.crs is not None
        return {
            **found,
            "category": self.mine(self.category.name),
            "union_metric": Placed(f"ST_Union_Agg({found['m_geom']})").put_in(self.engine, self.crs.code),
            "unit": self.unit.text,
            "length_unit": self.length_unit.text,
            "area_as": f"area_{self.unit.short}",
            "outline_as": f"perimeter_{self.length_unit.short}",
        }

    def extras(self) -> tuple[str, ...]:
        return (self.category.name,)

    def parameters(self) -> Mapping[str, Any]:
        return {"unit": self.unit.size, "length_unit": self.length_unit.size}

    def outputs(self) -> list[str]:
        return [self.category.label, f"area in {self.unit.said}", f"perimeter in {self.length_unit.said}"]

    def wordings(self) -> tuple[str, ...]:
        what = self.what
        group = self.group_noun(self.category)
        return (
            f"Merge {what} into one shape per {group}: how large is it, and how long is its outline? {{show}}",
            f"Dissolve {what} by {group} and measure area and perimeter of the result. {{show}}",
            f"For each {group}, join the {self.at.plural} of {what} and give area and perimeter. {{show}}",
            f"Without the inner borders, what area and perimeter do {what} have together, per {group}? {{show}}",
            f"Area and perimeter of {what} after merging them by {group}, please. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class ZoneOfCentre(OfAreas):
    workflow = "zone_of_centre"

    def outputs(self) -> list[str]:
        return [*self.my_nouns(), f"{self.zone_noun} of the {self.zone_table.label}"]

    def wordings(self) -> tuple[str, ...]:
        what, zone = self.what, self.zone_table.label
        return (
            f"Assign {what} to the {zone} in which their centroid lies. {{show}}",
            f"In which {zone} is the centroid of each of the {what}? {{show}}",
            f"Match {what} and {self.zone_table.plural} by centroid, without those whose centroid is in none. {{show}}",
            f"Going by the centroid of the {self.at.label}, which {zone} do {what} belong to? {{show}}",
            f"Give each of the {what} one {zone}: the one that contains its centroid. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class LargestOverlap(OfAreas):
    workflow = "largest_overlap"
    measures = True

    def outputs(self) -> list[str]:
        return [*self.my_nouns(), f"{self.zone_noun} of the {self.zone_table.label}"]

    def wordings(self) -> tuple[str, ...]:
        what, zone = self.what, self.zone_table.label
        return (
            f"Assign {what} to the {zone} that they overlap most. {{show}}",
            f"For each of the {what}, which {zone} shares the largest area with it? {{show}}",
            f"Which {zone} covers most of each of the {what}, by area? {{show}}",
            f"Where {what} reach into several {self.zone_table.plural}, keep that of the largest overlap. {{show}}",
            f"Give every one of the {what} the {zone} in which the greatest part of it lies. {{show}}",
        )


def _in_zones(database: Database, rng: Random, *, projected: bool = False) -> dict[str, Any] | None:
    """Small areas, and the larger zones that they lie in or reach into."""
    found = area_tables(database, projected=projected)
    if len(found) < 2:
        return None
    small = [(t, c) for t, c in found if t.kind != "layer"]
    large = [(t, c) for t, c in found if t.kind == "layer" and stored_in(c) == WGS84]
    if not small or not large:
        return None
    (table, at), (other, other_at) = rng.choice(small), rng.choice(large)
    return {
        **manner(rng),
        "subject": draw_subject(database, table, rng, far=0, most=1, floor=6),
        "at": at,
        "other": other,
        "other_at": other_at,
    }


def area_weighted(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _in_zones(database, rng)
    if drawn is None:
        return None
    measures = [c for c in drawn["subject"].table.with_role("measure") if c.additive and not c.nulls]
    crs = for_areas([drawn["at"].extent, drawn["other_at"].extent])
    return AreaWeighted(**drawn, measure=rng.choice(measures), crs=crs) if measures else None


def dissolve(database: Database, rng: Random) -> GeoIntent | None:
    drawn = layer_alone(database, rng, floor=10)
    # An outline has no length worth telling in a projection of the whole world.
    crs = around([drawn["at"].extent]) if drawn else None
    if drawn is None or crs is None:
        return None
    categories = groups(drawn["subject"].table, drawn["subject"].used)
    if not categories:
        return None
    unit, length_unit = rng.choice(((KM2, KM), (KM2, KM), (MILES2, MILES)))
    return Dissolve(**drawn, category=rng.choice(categories), unit=unit, length_unit=length_unit, crs=crs)


def zone_of_centre(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _in_zones(database, rng, projected=True)
    return ZoneOfCentre(**drawn) if drawn else None


def largest_overlap(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _in_zones(database, rng)
    if drawn is None:
        return None
    return LargestOverlap(**drawn, crs=for_areas([drawn["at"].extent, drawn["other_at"].extent]))


WORKFLOWS = (area_weighted, dissolve, zone_of_centre, largest_overlap)


def draw(database: Database, rng: Random) -> GeoIntent | None:
    return rng.choice(WORKFLOWS)(database, rng) if zone_tables(database) else None
