"""Within reach: what is near a place, and what nothing is near to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from factory.identifiers import text_literal
from factory.intents.geo import degrees, point_tables, spelled
from factory.intents.geo.crs import WGS84, Crs, around, stored_in, utm_position
from factory.intents.geo.draws import Reach, draw_name, draw_reach, manner, point_pair, spacing_of
from factory.intents.geo.spelled import Placed
from factory.intents.geo.workflow import GeoIntent
from factory.intents.grouping import slug
from factory.intents.scope import shown
from factory.intents.subject import Subject, draw_subject
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Reaching(GeoIntent):
    kind = "geo_reach"
    measures = True

    @property
    def one(self) -> str:
        return self.subject.table.label

    @property
    def others(self) -> str:
        return self.zone_table.plural


@dataclass(frozen=True, kw_only=True)
class WithinDistance(Reaching):
    """Of one place that is called by its name."""

    workflow = "within_distance"
    reach: Reach
    name: str

    def fields(self) -> dict[str, str]:
        return {**super().fields(), "within": self.near(self.reach.text), "named": text_literal(self.name)}

    def other_where(self) -> str:
        return f"WHERE {self.theirs(shown(self.zone_table)[-1].name)} = {text_literal(self.name)}"

    def parameters(self) -> Mapping[str, Any]:
        return {"metres": self.reach.metres}

    def wordings(self) -> tuple[str, ...]:
        what, place, reach = self.what, f"the {self.zone_table.label} '{self.name}'", self.reach.said
        return (
            f"Which {what} are within {reach} of {place}? {{show}}",
            f"List the {self.nouns()} of {what} {self.subject.that('lie')} within {reach} of {place}.",
            f"Find {what} no farther than {reach} from {place}. {{show}}",
            f"Around {place}: which {what} are within {reach}? {{show}}",
            f"I need the {what} within {reach} of {place}, going by {self.at.label}. {{show}}",
            f"Show me {what} near {place}, that is, within {reach} of it. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class NearPlace(Reaching):
    """Of a place given by its coordinates: `metric`, easting and northing in `crs`, or else in degrees.

    `place`, longitude and latitude, may be left out with `metric`.
    """

    workflow = "near_place"
    reach: Reach
    place: tuple[float, float] | None
    metric: tuple[int, int] | None
    count: bool

    def fields(self) -> dict[str, str]:
        found = super().fields()
        if self.metric is None:
            assert self.place
            system, (x, y) = WGS84.code, map(degrees, self.place)
        else:
            assert self.crs
            system, (x, y) = self.crs.code, map(str, self.metric)
        here = Placed(spelled.SPELLINGS[self.engine].point(x, y, system), system)
        within = spelled.within(self.engine, self.m_placed, here, self.crs, self.reach.text, predicate=self.form >= 3)
        selected = f"COUNT(*) AS {slug(self.one)}_count" if self.count else found["m_cols"]
        return {**found, "within": within, "selected": selected}

    def parameters(self) -> Mapping[str, Any]:
        place = [float(degrees(value)) for value in self.place] if self.place else None
        return {"metres": self.reach.metres, "place": place, "metric": self.metric, "count": self.count}

    def _place(self) -> str:
        if self.metric is None:
            assert self.place
            longitude, latitude = map(degrees, self.place)
            return f"longitude {longitude}, latitude {latitude}"
        assert self.crs is not None
        return f"easting {self.metric[0]}, northing {self.metric[1]} in {self.crs.said}"

    def details(self) -> list[str]:
        return [] if self.metric else super().details()

    def wordings(self) -> tuple[str, ...]:
        what, reach = self.what, self.reach.said
        place = self._place()
        if self.count:
            return (
                f"How many {what} are within {reach} of {place}?",
                f"Count the {what} no farther than {reach} from {place}.",
                f"Around {place}, how many {what} are there within {reach}?",
                f"Number of {what} within {reach} of {place}, please.",
                f"I am at {place}. How many {what} are within {reach} of me?",
            )
        return (
            f"Which {what} are within {reach} of {place}? {{show}}",
            f"List the {self.nouns()} of {what} {self.subject.that('lie')} within {reach} of {place}.",
            f"I am at {place}: which {what} are near me, within {reach}? {{show}}",
            f"Find all {what} no farther than {reach} from {place}. {{show}}",
            f"Everything within {reach} of {place}: which {what} are there? {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class Uncovered(Reaching):
    workflow = "uncovered"
    reach: Reach

    def fields(self) -> dict[str, str]:
        return {**super().fields(), "within": self.near(self.reach.text)}

    def parameters(self) -> Mapping[str, Any]:
        return {"metres": self.reach.metres}

    def wordings(self) -> tuple[str, ...]:
        what, other, reach = self.what, self.zone_table.label, self.reach.said
        return (
            f"Which {what} have no {other} within {reach}? {{show}}",
            f"Find {what} {self.subject.that('lie')} more than {reach} from every {other}. {{show}}",
            f"Where is our coverage thin: which {what} have no {other} within {reach}? {{show}}",
            f"List the {self.nouns()} of {what} without any {other} within {reach}.",
            f"Give me {what} with even the closest {other} farther than {reach} away. {{show}}",
        )


def within_distance(database: Database, rng: Random) -> GeoIntent | None:
    drawn = point_pair(database, rng, floor=40)
    name = draw_name(drawn["other"], rng) if drawn else None
    if drawn is None or name is None:
        return None
    spacing = spacing_of(drawn["at"], drawn["subject"].rows())
    return WithinDistance(**drawn, name=name, reach=draw_reach(rng, spacing, 12 * spacing))


def near_place(database: Database, rng: Random) -> GeoIntent | None:
    options = [(t, c) for t, c in point_tables(database, projected=True) if shown(t)]
    if not options:
        return None
    table, at = rng.choice(options)
    subject = draw_subject(database, table, rng, far=0, most=2, floor=30)
    x, y = rng.choice(at.values)
    stored = stored_in(at)
    if stored and stored != WGS84:
        return _near_position(subject, at, stored, (x, y), rng)
    walk = rng.random() < 0.3
    if walk:
        # Within walking distance of one that exists, so that there is something to find.
        subject = draw_subject(database, table, rng, far=0, most=0)
        reach, off, digits = draw_reach(rng, 400, 3300), 0.003, 4
    else:
        spacing = spacing_of(at, subject.rows())
        reach, off, digits = draw_reach(rng, spacing, 10 * spacing), 0.05, 3
    longitude, latitude = round(x + rng.uniform(-off, off), digits), round(y + rng.uniform(-off, off), digits)
    # A UTM zone is true near its middle only, and near the place that is asked about it is the obvious choice.
    local = around([(x - 0.5, y - 0.5, x + 0.5, y + 0.5)]) if walk or reach.metres <= 160_000 else None
    crs = local if local and rng.random() < 0.7 else around([at.extent])
    position = utm_position(crs, longitude, latitude) if crs and rng.random() < 0.35 else None
    return NearPlace(
        **manner(rng),
        subject=subject,
        at=at,
        crs=crs,
        reach=reach,
        place=(longitude, latitude),
        metric=(round(position[0]), round(position[1])) if position else None,
        count=rng.random() < 0.4,
    )


def _near_position(subject: Subject, at: Column, crs: Crs, near: tuple[float, float], rng: Random) -> NearPlace:
    """Of an easting and northing in the system in which the points are stored."""
    reach = draw_reach(rng, *(share * spacing_of(at, subject.rows()) for share in (1, 10)))
    east, north = (round(value + rng.uniform(-2000, 2000)) for value in near)
    count = rng.random() < 0.4
    return NearPlace(
        **manner(rng), subject=subject, at=at, crs=crs, reach=reach, metric=(east, north), place=None, count=count
    )


def uncovered(database: Database, rng: Random) -> GeoIntent | None:
    drawn = point_pair(database, rng, floor=20)
    if drawn is None:
        return None
    spacing = spacing_of(drawn["other_at"], drawn["other"].row_count)
    return Uncovered(**drawn, reach=draw_reach(rng, spacing, 6 * spacing))


WORKFLOWS = (within_distance, near_place, uncovered)


def draw(database: Database, rng: Random) -> GeoIntent | None:
    return rng.choice(WORKFLOWS)(database, rng)
