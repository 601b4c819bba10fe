"""Things that move: how long they stayed in a zone, where they went, how fast and how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from factory.intents import sql
from factory.intents.english import article
from factory.intents.geo import links_of, spelled
from factory.intents.geo.crs import around
from factory.intents.geo.draws import KM, MILES, Unit, manner, named, tracks
from factory.intents.geo.workflow import GeoIntent
from factory.intents.grouping import slug
from factory.intents.subject import Subject, draw_subject
from factory.records import Column, Database, Table


@dataclass(frozen=True, kw_only=True)
class OfTracks(GeoIntent):
    """`mover` is the column that says what moves, `moves` the table of what moves, `time` the moment of a position."""

    kind = "geo_tracks"
    mover: Column
    moves: Table
    time: Column

    @property
    def one(self) -> str:
        return self.moves.label

    def fields(self) -> dict[str, str]:
        found = super().fields()
        found |= {
            "mover": self.mine(self.mover.name),
            "time": self.mine(self.time.name),
            "mover_as": sql.name(self.mover.name).sql(dialect=self.engine),
            "fix_as": sql.name(self.subject.table.key[0]).sql(dialect=self.engine),
        }
        if self.other is not None:
            found["zone_as"] = slug(self.zone_table.label)
        return found

    def extras(self) -> tuple[str, ...]:
        return (self.subject.table.key[0], self.mover.name, self.time.name)

    def ordered(self) -> str:
        return f"Follow each {self.one} by {self.time.label}, and by {self.subject.table.label} ID where times tie."


@dataclass(frozen=True, kw_only=True)
class Dwell(OfTracks):
    workflow = "dwell"
    minutes: int

    def fields(self) -> dict[str, str]:
        return {**super().fields(), "seconds": str(self.minutes * 60)}

    def parameters(self) -> Mapping[str, Any]:
        return {"seconds": self.minutes * 60}

    def outputs(self) -> list[str]:
        zone = self.zone_table.label
        return [
            f"{self.one} ID",
            f"{self.zone_noun} of the {zone}",
            "first and last time seen there",
            "minutes between them",
        ]

    def details(self) -> list[str]:
        return [self.ordered()]

    def wordings(self) -> tuple[str, ...]:
        what, one, zone, n = self.what, self.one, self.zone_table.label, self.minutes
        visit = f"A visit is a run of consecutive {self.subject.table.plural} in the same {zone}"
        return (
            f"How long did each {one} stay in {article(zone)} at a time, going by {what}? {visit}; keep those of "
            f"{n} minutes or more. {{show}}",
            f"Find stays of at least {n} minutes: {one} and {zone}, by {what}. {visit}. {{show}}",
            f"Dwell time per visit of {article(one)} to {article(zone)}, from {what}, if it is {n} minutes or longer. "
            f"{visit}. {{show}}",
            f"From {what}, list every visit to {article(zone)} that lasted {n} minutes or more. {visit}. {{show}}",
            f"Geofence report: which {self.moves.plural} stayed {n} minutes or more in {article(zone)}, by {what}? "
            f"{visit}. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class Entries(OfTracks):
    workflow = "entries"

    def outputs(self) -> list[str]:
        return [f"{self.zone_noun} of the {self.zone_table.label}", "number of entries"]

    def details(self) -> list[str]:
        return [
            self.aside(
                f"The first position of {article(self.one)} is no entry.",
                f"Where {article(self.one)} is first seen doesn't count as an entry.",
            ),
            self.ordered(),
        ]

    def wordings(self) -> tuple[str, ...]:
        what, zone, moves = self.what, self.zone_table.label, self.moves.plural
        what = f"{what} of the {moves}" if not self.subject.restricted else what
        entry = f"An entry is a position in {article(zone)} whose predecessor was not in it"
        return (
            f"How often was each {zone} entered, going by {what}? {entry}. {{show}}",
            f"Count the entries into every {zone} that was entered at all, from {what}. {entry}. {{show}}",
            f"Number of entry events per {zone}, by {what}, without {self.zone_table.plural} that have none. "
            f"{entry}. {{show}}",
            f"Which {self.zone_table.plural} were entered, and how many times? Use {what}. {entry}. {{show}}",
            f"Geofence alerts: entries per {zone} in {what}. {entry}. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class OriginDestination(OfTracks):
    workflow = "origin_destination"

    def outputs(self) -> list[str]:
        zone = self.zone_table.label
        return [f"{zone} of origin", f"{zone} of destination", "number of moves"]

    def details(self) -> list[str]:
        return [
            self.aside(
                f"Positions outside every {self.zone_table.label} are skipped.",
                f"Ignore positions that lie in no {self.zone_table.label}.",
            ),
            self.ordered(),
        ]

    def wordings(self) -> tuple[str, ...]:
        what, zone, zones, one = self.what, self.zone_table.label, self.zone_table.plural, self.one
        move = f"A move is two consecutive positions of {article(one)} in different {zones}"
        return (
            f"Between which {zones} did the {self.moves.plural} move, and how often, by {what}? {move}. {{show}}",
            f"Build an origin-destination matrix of {zones} from {what}, as one row per pair with any moves. "
            f"{move}. {{show}}",
            f"Count moves from {zone} to {zone} in {what}. {move}. {{show}}",
            f"How many moves are there from each {zone} to each other one, where there are any? Use {what}. {move}. "
            f"{{show}}",
            f"Flows between {zones}, by {what}: origin, destination and how many. {move}. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class SpeedOutliers(OfTracks):
    workflow = "speed_outliers"
    measures = True
    speed: int

    def fields(self) -> dict[str, str]:
        step = spelled.distance(self.engine, self.placed("place_before"), self.placed("here"), self.crs)
        return {**super().fields(), "step_distance": step, "speed": str(self.speed)}

    def parameters(self) -> Mapping[str, Any]:
        return {"speed": self.speed}

    def outputs(self) -> list[str]:
        return [f"{self.subject.table.label} ID", f"{self.one} ID", "speed in km/h"]

    def details(self) -> list[str]:
        return [self.ordered(), *super().details()]

    def wordings(self) -> tuple[str, ...]:
        what, one, v = self.what, self.one, self.speed
        since = f"the speed since the {one}'s previous one"
        return (
            f"Which {what} imply more than {v} km/h as {since}? {{show}}",
            f"Find {what} that can't be right: {since} would be above {v} km/h. {{show}}",
            f"Flag jumps in {what}: positions with {since} over {v} km/h. {{show}}",
            f"Per {one}, compare consecutive {what} and list those where {since} exceeds {v} km/h. {{show}}",
            f"Outliers among {what}: distance by time gives more than {v} km/h as {since}. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class TrackLength(OfTracks):
    workflow = "track_length"
    measures = True
    unit: Unit
    least: int

    def fields(self) -> dict[str, str]:
        name = f"length_{self.unit.short}"
        return {**super().fields(), "unit": self.unit.text, "length_as": name, "least": str(self.least)}

    def parameters(self) -> Mapping[str, Any]:
        return {"unit": self.unit.size, "least": self.least}

    def outputs(self) -> list[str]:
        return [f"{self.one} ID", f"length in {self.unit.said}"]

    def details(self) -> list[str]:
        return [self.ordered(), *super().details()]

    def wordings(self) -> tuple[str, ...]:
        what, one, n = self.what, self.one, self.least
        what = f"the {what}" if not self.subject.restricted else what
        return (
            f"How long is the track of each {one} with {n} positions or more, along {what}? {{show}}",
            f"Connect {what} of each {one} in order and measure the line, for those with {n} or more. {{show}}",
            f"Distance covered per {one} with {n} positions or more, straight along {what}. {{show}}",
            f"Draw a line through {what} of every {one} (if there are at least {n}). How long is it? {{show}}",
            f"Track length by {one}, from {what}, leaving out tracks of fewer than {n} positions. {{show}}",
        )


def _track(database: Database, rng: Random, *, zones: bool) -> dict[str, Any] | None:
    found = tracks(database)
    if not found:
        return None
    table, at, mover, time, moves = rng.choice(found)
    # A filter would tear holes into tracks, so that few would make sense.
    plain = rng.random() < 0.75
    subject = Subject(table) if plain else draw_subject(database, table, rng, far=0, most=1, floor=500)
    drawn = {**manner(rng), "subject": subject, "at": at, "mover": mover, "moves": moves, "time": time}
    if not zones:
        return {**drawn, "crs": around([at.extent])}
    links = [s for s in links_of(database) if (s.point_table, s.point_column) == (table.name, at.name)]
    links = [s for s in links if named(database.table(s.zone_table))]
    if not links:
        return None
    link = rng.choice(links)
    other = database.table(link.zone_table)
    return {**drawn, "other": other, "other_at": other.column(link.zone_column)}


def dwell(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _track(database, rng, zones=True)
    if drawn and around([drawn["at"].extent]) is None:
        return None  # positions all over the world are weeks apart, not minutes
    return Dwell(**drawn, minutes=rng.choice((15, 30, 45, 60, 90, 120))) if drawn else None


def entries(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _track(database, rng, zones=True)
    return Entries(**drawn) if drawn else None


def origin_destination(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _track(database, rng, zones=True)
    return OriginDestination(**drawn) if drawn else None


def speed_outliers(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _track(database, rng, zones=False)
    if drawn is None:
        return None
    return SpeedOutliers(**drawn, speed=rng.choice((120, 130, 150, 200) if drawn["crs"] else (60, 70, 80, 100)))


def track_length(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _track(database, rng, zones=False)
    if drawn is None or drawn["crs"] is None:
        return None
    return TrackLength(**drawn, unit=rng.choice((KM, KM, MILES)), least=rng.choice((2, 3, 4)))


WORKFLOWS = (dwell, entries, origin_destination, speed_outliers, track_length)


def draw(database: Database, rng: Random) -> GeoIntent | None:
    return rng.choice(WORKFLOWS)(database, rng) if tracks(database) else None
