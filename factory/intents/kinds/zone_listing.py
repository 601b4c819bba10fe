"""Points inside certain polygons: "List the stations located in King County"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence
from factory.intents.filters import Filter, draw_filter
from factory.intents.geo import draw_link, with_zones, zone_alias
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
            selected = [sql.alias(sql.count_rows(), f"{'_'.join(table.label.lower().split())}_count")]
        elif self.output == "zone":
            name = sql.column(shown(self.zones)[-1].name, zone)
            selected.append(sql.alias(name, "_".join(self.zones.label.lower().split())))
        query = with_zones(scope.select(*selected), self.link, scope)
        where = self.zone.condition(sql.column(self.zone.column.name, zone))
        return query.where(sql.both(*self.subject.conditions(scope), where), copy=False)

    def question(self) -> str:
        what = self.subject.said()
        place = f"{self.zones.plural} {self.zone.said()}"
        nouns = listed([column_nouns(c) for c in self.columns])
        if self.output == "count":
            return sentence(
                self.choose(
                    f"How many {what} are located in {place}?",
                    f"Count the {what} that lie inside the boundaries of {place}.",
                )
            )
        also = f" Also give the name of the {self.zones.label}." if self.output == "zone" else ""
        return sentence(
            self.choose(
                f"List the {nouns} of {what} located in {place}.",
                f"Which {what} lie within {place}? Show their {nouns}.",
                f"Find {what} inside the boundaries of {place} and return their {nouns}.",
            )
            + also
        )


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
        subject=draw_subject(database, table, rng, far=0, most=1),
        link=link,
        zones=zones,
        zone=zone,
        columns=columns,
        output=rng.choice(("rows", "count", "zone") if shown(zones)[-1].role == "name" else ("rows", "count")),
    )
