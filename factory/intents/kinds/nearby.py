"""Points within a distance of a place, measured in metres in the UTM zone of that place."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence
from factory.intents.geo import degrees, point_tables
from factory.intents.grouping import slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_nouns, draw_subject
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Nearby(Intent):
    """The axis order is written out (`true`: longitude first), since the engine's default is a setting."""

    kind = "nearby"
    subject: Subject
    point: Column
    longitude: float
    latitude: float
    kilometres: int
    columns: tuple[Column, ...]
    count: bool

    @property
    def zone(self) -> tuple[str, str]:
        """UTM zone as people say it, and its EPSG code."""
        number = int((self.longitude + 180) // 6) + 1
        south = self.latitude < 0
        return f"{number}{'S' if south else 'N'}", f"EPSG:{32700 + number if south else 32600 + number}"

    def tree(self) -> exp.Expr:
        table = self.subject.table
        scope = Scope(table, (), self.aliases)
        here = sql.call("ST_Point", sql.literal(self.longitude), sql.literal(self.latitude))
        there = scope.column(table.name, self.point.name)
        distance = sql.call("ST_Distance", self._projected(there), self._projected(here))
        near = exp.LTE(this=distance, expression=sql.literal(self.kilometres * 1000))
        selected = [scope.column(table.name, c.name) for c in self.columns]
        if self.count:
            query = scope.select(sql.alias(sql.count_rows(), f"{slug(table.label)}_count"))
        else:
            query = scope.select(*selected)
        return query.where(sql.both(*self.subject.conditions(scope), near), copy=False)

    def _projected(self, geometry: exp.Expr) -> exp.Expr:
        source, target = exp.Literal.string("EPSG:4326"), exp.Literal.string(self.zone[1])
        return sql.call("ST_Transform", geometry, source, target, exp.Boolean(this=True))

    def question(self) -> str:
        what = self.subject.said()
        utm, code = self.zone
        nouns = listed([column_nouns(c) for c in self.columns])
        place = f"longitude {degrees(self.longitude)}, latitude {degrees(self.latitude)}"
        within = f"within {self.kilometres} km of {place}"
        measured = self.aside(
            f"Measure in UTM zone {utm} ({code}).",
            f"Distances are in UTM zone {utm} ({code}).",
            f"Project to UTM zone {utm} ({code}) to measure.",
            f"Use {code} (UTM zone {utm}) for the distance.",
        )
        if self.count:
            return sentence(
                self.choose(
                    f"How many {what} are {within}? {measured}",
                    f"Count the {what} no farther than {self.kilometres} km from {place}. {measured}",
                    f"Number of {what} {within}? {measured}",
                    f"I need to know how many {what} there are {within}. {measured}",
                    f"Around {place}, how many {what} lie within {self.kilometres} km? {measured}",
                )
            )
        return sentence(
            self.choose(
                f"List the {nouns} of {what} {self.subject.that('are')} {within}. {measured}",
                f"Which {what} are {within}? Return their {nouns}. {measured}",
                f"Find all {what} no farther than {self.kilometres} km from {place} and show their {nouns}. {measured}",
                f"I am at {place}. Which {what} are within {self.kilometres} km? Give their {nouns}. {measured}",
                f"{nouns} of all {what} {self.subject.that('lie')} {within}, please. {measured}",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    options = [(t, c) for t, c in point_tables(database) if shown(t)]
    if not options:
        return None
    table, point = rng.choice(options)
    assert point.extent
    x0, y0, x1, y1 = point.extent
    span = max(x1 - x0, y1 - y0)
    x, y = rng.choice(point.values)
    return Nearby(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=draw_subject(database, table, rng, far=0, most=1, floor=10),
        point=point,
        longitude=round(x + rng.uniform(-0.1, 0.1), 2),
        latitude=round(y + rng.uniform(-0.1, 0.1), 2),
        kilometres=rng.choice((10, 25, 50, 100, 150) if span < 15 else (100, 200, 300)),
        columns=shown(table),
        count=rng.random() < 0.35,
    )
