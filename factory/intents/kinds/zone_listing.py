"""Points inside certain polygons: "List the stations located in King County"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.draw_filter import draw_filter
from factory.intents.english import listed, sentence
from factory.intents.filters import Equals, Filter
from factory.intents.geo import draw_link, with_zones, zone_alias
from factory.intents.grouping import slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_nouns, draw_subject
from factory.records import Column, Database, SpatialLink, Table


@dataclass(frozen=True, kw_only=True)
class ZoneListing(Intent):
    """`output` "rows" lists the points, "count" counts them, "zone" lists them with their zone's name."""

    kind = "zone_listing"
    subject: Subject
    link: SpatialLink
    zones: Table
    zone: Filter
    columns: tuple[Column, ...]
    output: Literal["rows", "count", "zone"]

    def tree(self) -> exp.Expr:
        table = self.subject.table
        scope = Scope(table, (), self.aliases, qualify=True)
        zone = zone_alias(self.link, scope)
        selected: list[exp.Expr] = [scope.column(table.name, c.name) for c in self.columns]
        if self.output == "count":
            selected = [sql.alias(sql.count_rows(), f"{slug(table.label)}_count")]
        elif self.output == "zone":
            name = sql.column(shown(self.zones)[-1].name, zone)
            selected.append(sql.alias(name, slug(self.zones.label)))
        query = with_zones(scope.select(*selected), self.link, scope)
        where = self.zone.condition(sql.column(self.zone.column.name, zone))
        return query.where(sql.both(*self.subject.conditions(scope), where), copy=False)

    def question(self) -> str:
        what, zone = self.subject.said(), self.zone
        one = isinstance(zone, Equals) and zone.column.role == "name" and zone.column.distinct == self.zones.row_count
        place = str(zone.value) if one and isinstance(zone, Equals) else f"{self.zones.plural} {zone.said()}"
        borders = f"the boundary of {place}" if one else f"the boundaries of {place}"
        nouns = listed([column_nouns(c) for c in self.columns])
        if self.output == "count":
            return sentence(
                self.choose(
                    f"How many {what} are located in {place}?",
                    f"Count the {what} {self.subject.that('lie')} inside {borders}.",
                    f"What is the number of {what} within {borders}?",
                    f"Inside {borders}, how many {what} are there?",
                    f"I need a count of the {what} {self.subject.that('fall')} within {place}.",
                    f"How many {what} do we find in {place}, going by location?",
                )
            )
        also = self.aside(
            f" Also give the name of the {self.zones.label}.",
            f" Add the {self.zones.label} name to each.",
            f" Put the {self.zones.label} name beside it.",
        )
        return sentence(
            self.choose(
                f"List the {nouns} of {what} {self.subject.that('are')} located in {place}.",
                f"Which {what} lie within {place}? Show their {nouns}.",
                f"Find {what} inside {borders} and return their {nouns}.",
                f"By location, which {what} belong to {place}? Give the {nouns}.",
                f"I need the {nouns} of all {what} {self.subject.that('fall')} within {borders}.",
                f"Inside {borders}, show me the {nouns} of all {what}.",
            )
        ) + (also if self.output == "zone" else "")


def draw(database: Database, rng: Random) -> Intent | None:
    link = draw_link(database, rng)
    if link is None:
        return None
    table, zones = database.table(link.point_table), database.table(link.zone_table)
    zone = draw_filter(zones, rng, roles=("name", "category", "place"))
    columns = shown(table)
    if zone is None or not columns or not shown(zones):
        return None
    return ZoneListing(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=draw_subject(database, table, rng, far=0, most=1, floor=10),
        link=link,
        zones=zones,
        zone=zone,
        columns=columns,
        output=rng.choice(("rows", "count", "zone") if shown(zones)[-1].role == "name" else ("rows", "count")),
    )
