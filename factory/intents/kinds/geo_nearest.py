"""What is nearest, and what happened close in space and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from factory.identifiers import plain
from factory.intents import sql
from factory.intents.geo import point_tables, spelled
from factory.intents.geo.crs import around
from factory.intents.geo.draws import KM, METRES, MILES, Reach, Unit, draw_reach, manner, point_pair
from factory.intents.geo.workflow import GeoIntent
from factory.intents.grouping import slug
from factory.intents.scope import shown
from factory.intents.subject import draw_subject
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Nearest(GeoIntent):
    kind = "geo_nearest"
    workflow = "nearest"
    measures = True
    unit: Unit

    def fields(self) -> dict[str, str]:
        name = slug(self.zone_table.label)
        return {
            **super().fields(),
            "unit": self.unit.text,
            "other_as": f"nearest_{name}",
            "distance_as": f"distance_{self.unit.short}",
        }

    def parameters(self) -> Mapping[str, Any]:
        return {"unit": self.unit.size, "k": 1}

    def outputs(self) -> list[str]:
        noun = shown(self.zone_table)[-1].label
        return [*self.my_nouns(), f"{noun} of the {self.zone_table.label}", f"distance in {self.unit.said}"]

    def wordings(self) -> tuple[str, ...]:
        what, other = self.what, self.zone_table.label
        return (
            f"Which {other} is closest to each of the {what}? {{show}}",
            f"Find the nearest {other} for all {what}. {{show}}",
            f"For each of the {what}, what is the closest {other} and how far away is it? {{show}}",
            f"Match {what} to their nearest {other}. {{show}}",
            f"How far is it from {what} to the nearest {other}, and which one is that? {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class KNearest(Nearest):
    workflow = "k_nearest"
    k: int

    def fields(self) -> dict[str, str]:
        return {**super().fields(), "k": str(self.k), "other_as": slug(self.zone_table.label)}

    def parameters(self) -> Mapping[str, Any]:
        return {"unit": self.unit.size, "k": self.k}

    def wordings(self) -> tuple[str, ...]:
        what, others, k = self.what, self.zone_table.plural, self.k
        return (
            f"Which {k} {others} are closest to each of the {what}? One row per pair. {{show}}",
            f"Find the {k} nearest {others} for all {what}, one row for each pair. {{show}}",
            f"For each of the {what}, list the {k} closest {others} with their distance. {{show}}",
            f"I want the {k} nearest {others} of each of the {what} in rows of their own. {{show}}",
            f"Pair {what} with their {k} closest {others}. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class CloseInSpaceAndTime(GeoIntent):
    kind = "geo_nearest"
    measures = True
    workflow = "close_in_space_and_time"
    reach: Reach
    hours: int
    time: Column

    def fields(self) -> dict[str, str]:
        table, at = self.subject.table, plain(self.at.name)
        both = [
            c.sql(dialect=self.engine)
            for alias in ("a", "b")
            for c in (f.condition(sql.column(f.column.name, alias)) for f in self.subject.filters)
        ]
        first, second = self.placed(f"a.{at}"), self.placed(f"b.{at}")
        within = spelled.within(self.engine, first, second, self.crs, self.reach.text, predicate=self.form >= 3)
        return {
            **super().fields(),
            "table": plain(table.name),
            "key": plain(table.key[0]),
            "time": plain(self.time.name),
            "seconds": str(self.hours * 3600),
            "hours": str(self.hours),
            "within": within,
            "where_ab": "WHERE " + " AND ".join(f"({c})" if " OR " in c else c for c in both) if both else "",
        }

    def extras(self) -> tuple[str, ...]:
        return (self.time.name,)

    def parameters(self) -> Mapping[str, Any]:
        return {"metres": self.reach.metres, "seconds": self.hours * 3600}

    def outputs(self) -> list[str]:
        return [f"two {self.subject.table.label} IDs"]

    def wordings(self) -> tuple[str, ...]:
        what, reach, hours = self.what, self.reach.said, f"{self.hours} hours" if self.hours > 1 else "1 hour"
        once = "each pair once, the smaller ID first"
        time = self.time.label
        return (
            f"Which pairs of {what} are within {reach} and {hours} of each other (by {time})? {{show}} {once}.",
            f"Find pairs of {what} that are no more than {hours} apart by {time} and no more than {reach} apart "
            f"in space. {{show}} {once}.",
            f"Look for clusters: pairs of {what} within {reach} of each other whose {time} differs by at most {hours}. "
            f"{{show}} {once}.",
            f"Pairs of {what} close in space ({reach} or less) and time ({hours} or less by {time}), please. "
            f"{{show}} {once}.",
            f"I suspect duplicates: list pairs of {what} at most {reach} and at most {hours} apart, going by {time}. "
            f"{{show}} {once}.",
        )

    def question(self) -> str:
        return super().question().replace(". each pair once", ", each pair once")


def nearest(database: Database, rng: Random) -> GeoIntent | None:
    drawn = point_pair(database, rng)
    return Nearest(**drawn, unit=_unit(drawn, rng)) if drawn else None


def k_nearest(database: Database, rng: Random) -> GeoIntent | None:
    drawn = point_pair(database, rng)
    return KNearest(**drawn, unit=_unit(drawn, rng), k=rng.choice((2, 3, 3, 5))) if drawn else None


def _unit(drawn: Mapping[str, Any], rng: Random) -> Unit:
    return rng.choice((KM, KM, MILES, METRES) if drawn["crs"] else (KM, KM, MILES))


def close_in_space_and_time(database: Database, rng: Random) -> GeoIntent | None:
    options = [
        (t, c, time)
        for t, c in point_tables(database)
        for time in t.with_role("timestamp")
        if time.type == "TIMESTAMP" and not time.nulls and t.row_count >= 200 and shown(t)
    ]
    if not options:
        return None
    table, at, time = rng.choice(options)
    crs = around([at.extent])
    most = 60_000 if crs else 400_000
    # Every row is compared with every other: a few thousand rows are millions of pairs.
    least = 1 if table.row_count > 1500 else 0
    subject = draw_subject(database, table, rng, far=0, least=least, most=1, floor=100)
    if subject.rows() > 2000 or time.name in subject.used or len(subject.filters) > 1:
        return None
    hours = rng.choice((2, 3, 6, 12, 24))
    return CloseInSpaceAndTime(
        **manner(rng), subject=subject, at=at, crs=crs, time=time, hours=hours, reach=draw_reach(rng, most / 20, most)
    )


WORKFLOWS = (nearest, k_nearest, close_in_space_and_time)


def draw(database: Database, rng: Random) -> GeoIntent | None:
    return rng.choice(WORKFLOWS)(database, rng)
