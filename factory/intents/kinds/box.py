"""Points in a rectangle of longitudes and latitudes."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence
from factory.intents.geo import degrees, point_tables
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_nouns, draw_subject
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Box(Intent):
    """`bounds`: west, south, east, north. `wkt` writes the rectangle as text instead of an envelope."""

    kind = "box"
    subject: Subject
    point: Column
    bounds: tuple[float, float, float, float]
    columns: tuple[Column, ...]
    wkt: bool

    def tree(self) -> exp.Expr:
        table = self.subject.table
        scope = Scope(table, (), self.aliases)
        west, south, east, north = (degrees(v) for v in self.bounds)
        if self.wkt:
            ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
            area = sql.call("ST_GeomFromText", exp.Literal.string(f"POLYGON(({ring}))"))
        else:
            area = sql.call("ST_MakeEnvelope", *(sql.literal(float(v)) for v in (west, south, east, north)))
        inside = sql.call("ST_Within", scope.column(table.name, self.point.name), area)
        query = scope.select(*(scope.column(table.name, c.name) for c in self.columns))
        return query.where(sql.both(*self.subject.conditions(scope), inside), copy=False)

    def question(self) -> str:
        what = self.subject.said()
        west, south, east, north = (degrees(v) for v in self.bounds)
        nouns = listed([column_nouns(c) for c in self.columns])
        where = f"between longitudes {west} and {east} and latitudes {south} and {north}"
        label = self.point.label
        return sentence(
            self.choose(
                f"List the {nouns} of {what} whose {label} lies {where}.",
                f"Which {what} have their {label} in the rectangle {where}? {self.show(f'their {nouns}')}",
                f"For the map section {where}, return the {nouns} of all {what}, going by {label}.",
                f"I have a map window {where}. Give me the {nouns} of the {what} inside it.",
                f"Search the area {where}: which {what} lie there by {label}? {self.show(f'the {nouns}')}",
                f"Bounding box {where}: which {what} fall into it by {label}? {self.show(f'the {nouns}')}",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    options = [(t, c) for t, c in point_tables(database) if shown(t)]
    if not options:
        return None
    table, point = rng.choice(options)
    assert point.extent
    x0, y0, x1, y1 = point.extent
    width, height = (x1 - x0) * rng.uniform(0.1, 0.5), (y1 - y0) * rng.uniform(0.1, 0.5)
    x, y = rng.choice(point.values)
    west, south = x - width * rng.uniform(0.2, 0.8), y - height * rng.uniform(0.2, 0.8)
    bounds = tuple(round(v, 1) for v in (west, south, west + width, south + height))
    if bounds[0] == bounds[2] or bounds[1] == bounds[3]:
        return None
    return Box(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=draw_subject(database, table, rng, far=0, most=1, floor=10),
        point=point,
        bounds=(bounds[0], bounds[1], bounds[2], bounds[3]),
        columns=shown(table),
        wkt=rng.random() < 0.5,
    )
