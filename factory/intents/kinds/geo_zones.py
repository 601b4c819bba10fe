"""Points and the zones around them: which zone, how many, how dense, which zone leads, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from factory.identifiers import plain
from factory.intents.geo.crs import for_area_of
from factory.intents.geo.draws import KM2, MILES2, Unit, groups, over_zones
from factory.intents.geo.workflow import GeoIntent
from factory.intents.grouping import slug
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class OverZones(GeoIntent):
    kind = "geo_zones"

    @property
    def zone(self) -> str:
        return self.zone_table.label

    @property
    def zones(self) -> str:
        return self.zone_table.plural

    @property
    def count_as(self) -> str:
        return f"{slug(self.subject.table.label)}_count"

    def fields(self) -> dict[str, str]:
        return {**super().fields(), "count_as": self.count_as, "zone_as": slug(self.zone)}


@dataclass(frozen=True, kw_only=True)
class ZoneOfPoint(OverZones):
    """`keep`: points outside all zones stay, without a zone."""

    workflow = "zone_of_point"
    keep: bool

    def fields(self) -> dict[str, str]:
        return {**super().fields(), "join": "LEFT JOIN" if self.keep else "JOIN"}

    def parameters(self) -> Mapping[str, Any]:
        return {"keep": self.keep}

    def outputs(self) -> list[str]:
        return [*self.my_nouns(), f"{self.zone_noun} of the {self.zone}"]

    def details(self) -> list[str]:
        if self.keep:
            return [
                self.aside(
                    f"Keep those outside every {self.zone}, with an empty {self.zone} {self.zone_noun}.",
                    f"Rows that lie in no {self.zone} stay in the list with NULL.",
                    f"Don't lose those that are in no {self.zone}: leave their {self.zone} {self.zone_noun} empty.",
                )
            ]
        return [
            self.aside(
                f"Leave out those in no {self.zone}.",
                f"Those outside every {self.zone} are not needed.",
                f"Drop what lies in no {self.zone}.",
            )
        ]

    def wordings(self) -> tuple[str, ...]:
        what, zone = self.what, self.zone
        return (
            f"In which {zone} does each of the {what} lie? {{show}}",
            f"Tag {what} with the {self.zone_noun} of the {zone} that they fall in. {{show}}",
            f"Look up the {zone} of all {what} by {self.at.label}. {{show}}",
            f"Add the {zone} {self.zone_noun} to {what}, going by the {self.at.label}. {{show}}",
            f"I need {what} with the {zone} that contains their {self.at.label}. {{show}}",
            f"Which {zone} contains the {self.at.label} of each of the {what}? {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class CountPerZone(OverZones):
    workflow = "count_per_zone"

    def outputs(self) -> list[str]:
        return [*self.their_nouns(), "count"]

    def wordings(self) -> tuple[str, ...]:
        what, zone, zones = self.what, self.zone, self.zones
        return (
            f"How many {what} lie in each {zone}? Include {zones} without any, with a count of 0. {{show}}",
            f"Count {what} per {zone}, zeros included. {{show}}",
            f"Take {what}. For every {zone}, count those that lie in it, even where there are none. {{show}}",
            f"I want all {zones} with the number of {what} that fall in them; 0 where there are none. {{show}}",
            f"Number of {what} by {zone}, by {self.at.label}: list every {zone}, those with 0 too. {{show}}",
            f"Which {zones} have how many {what}? Don't leave out the {zones} with 0. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class OutsideZones(OverZones):
    workflow = "outside_zones"

    def wordings(self) -> tuple[str, ...]:
        what, zone, that = self.what, self.zone, self.subject.that
        return (
            f"Which {what} lie in no {zone}? {{show}}",
            f"Find {what} {that('lie')} outside every {zone}. {{show}}",
            f"List the {self.nouns()} of {what} {that('fall')} in none of the {self.zones}.",
            f"Are there {what} whose {self.at.label} is in no {zone}? {{show}}",
            f"Give me the {what} {that('are')} not inside any {zone}. {{show}}",
            f"Check the {self.at.plural}: which {what} don't fall into any {zone}? {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class Density(OverZones):
    workflow = "density"
    measures = True
    unit: Unit

    def fields(self) -> dict[str, str]:
        name = f"{slug(self.subject.table.plural)}_per_{'km2' if self.unit == KM2 else 'sq_mile'}"
        return {**super().fields(), "unit": self.unit.text, "density_as": name}

    def parameters(self) -> Mapping[str, Any]:
        return {"unit": self.unit.size}

    def outputs(self) -> list[str]:
        return [*self.their_nouns(), "density"]

    def measured(self) -> str:
        return super().measured().replace("measurements", "areas").replace("Measure in", "Take areas in")

    def wordings(self) -> tuple[str, ...]:
        what, zone, per = self.what, self.zone, "square kilometer" if self.unit == KM2 else "square mile"
        return (
            f"How many {what} are there per {per} in each {zone}? Include {self.zones} without any. {{show}}",
            f"Density of {what} by {zone}, per {per}, with 0 where there are none. {{show}}",
            f"Take {what}. For every {zone}, divide how many of them lie in it by its area in {per}s. {{show}}",
            f"Compare the {self.zones} by {what} per {per}; {self.zones} with none count as 0. {{show}}",
            f"What is the number of {what} per {per} of each {zone}, zeros included? {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class TopZone(OverZones):
    workflow = "top_zone_per_kind"
    category: Column

    def fields(self) -> dict[str, str]:
        return {**super().fields(), "category": self.mine(self.category.name)}

    def extras(self) -> tuple[str, ...]:
        return (self.category.name,)

    def outputs(self) -> list[str]:
        return [self.category.label, *self.their_nouns(), "count"]

    def wordings(self) -> tuple[str, ...]:
        what, zone = self.what, self.zone
        group = self.group_noun(self.category)
        return (
            f"For each {group}, which {zone} has the most {what}? Keep ties. {{show}}",
            f"Find the {zone} with the highest number of {what} per {group}, ties included. {{show}}",
            f"Per {group}: the leading {zone} by the number of {what} in it, or several if they tie. {{show}}",
            f"Which {zone} ranks first in {what} per {group}? If {self.zones} tie, return all of them. {{show}}",
            f"Take {what}. Per {group}, which {zone} has the most of them? Return all {self.zones} that tie. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class ZoneByTime(OverZones):
    """`per` "hour" is the hour of the day, the rest are stretches of time."""

    workflow = "zone_by_time"
    time: Column
    per: Literal["hour", "day", "month"]

    def fields(self) -> dict[str, str]:
        at = self.mine(self.time.name)
        period = f"EXTRACT(HOUR FROM {at})" if self.per == "hour" else f"DATE_TRUNC('{self.per}', {at})"
        return {**super().fields(), "period": period, "period_as": plain(self.per)}

    def extras(self) -> tuple[str, ...]:
        return (self.time.name,)

    def parameters(self) -> Mapping[str, Any]:
        return {"per": self.per}

    def outputs(self) -> list[str]:
        said = {"hour": "hour", "day": "day", "month": "first day of the month"}[self.per]
        return [*self.their_nouns(), said, "count"]

    def wordings(self) -> tuple[str, ...]:
        what, zone = self.what, self.zone
        by = "hour of the day (0 to 23)" if self.per == "hour" else self.per
        time = self.time.label
        return (
            f"How many {what} fall in each {zone} per {by}, going by {time}? Only combinations that occur. {{show}}",
            f"Count {what} by {zone} and {by} of the {time}, without empty combinations. {{show}}",
            f"Break {what} down by {zone} and by {by} ({time}); skip combinations without any. {{show}}",
            f"For each {zone} and {by}, how many {what} are there? Use the {time} and leave out zeros. {{show}}",
            f"Number of {what} per {zone} per {by}, by {time}, as far as there are any. {{show}}",
        )


def zone_of_point(database: Database, rng: Random) -> GeoIntent | None:
    drawn = over_zones(database, rng, floor=10)
    return ZoneOfPoint(**drawn, keep=rng.random() < 0.4) if drawn else None


def count_per_zone(database: Database, rng: Random) -> GeoIntent | None:
    drawn = over_zones(database, rng)
    return CountPerZone(**drawn) if drawn else None


def outside_zones(database: Database, rng: Random) -> GeoIntent | None:
    drawn = over_zones(database, rng, most=1)
    return OutsideZones(**drawn) if drawn else None


def density(database: Database, rng: Random) -> GeoIntent | None:
    drawn = over_zones(database, rng)
    if drawn is None:
        return None
    return Density(**drawn, crs=for_area_of(drawn["other_at"]), unit=rng.choice((KM2, MILES2)))


def top_zone_per_kind(database: Database, rng: Random) -> GeoIntent | None:
    drawn = over_zones(database, rng, most=1, floor=40)
    if drawn is None:
        return None
    categories = groups(drawn["subject"].table, drawn["subject"].used)
    return TopZone(**drawn, category=rng.choice(categories)) if categories else None


def zone_by_time(database: Database, rng: Random) -> GeoIntent | None:
    drawn = over_zones(database, rng, floor=30)
    if drawn is None:
        return None
    subject = drawn["subject"]
    times = [
        c
        for c in subject.table.with_role("timestamp")
        if c.type == "TIMESTAMP" and not c.nulls and c.name not in subject.used
    ]
    if not times:
        return None
    return ZoneByTime(**drawn, time=rng.choice(times), per=rng.choice(("hour", "hour", "day", "month")))


WORKFLOWS = (zone_of_point, count_per_zone, outside_zones, density, top_zone_per_kind, zone_by_time)


def draw(database: Database, rng: Random) -> GeoIntent | None:
    if not database.spatial:
        return None
    return rng.choice(WORKFLOWS)(database, rng)
