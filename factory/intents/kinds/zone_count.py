"""Points per polygon: "How many stations lie in each county?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence
from factory.intents.geo import draw_link, with_zones, zone_alias
from factory.intents.grouping import Aggregate, draw_aggregate
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_noun, draw_subject
from factory.records import Database, SpatialLink, Table


@dataclass(frozen=True, kw_only=True)
class ZoneCount(Intent):
    """`more_than` 0 keeps every zone that has a point at all."""

    kind = "zone_count"
    subject: Subject
    link: SpatialLink
    zones: Table
    aggregate: Aggregate
    more_than: int

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, (), self.aliases, qualify=True)
        zone = zone_alias(self.link, scope)
        keys = [sql.column(c.name, zone) for c in shown(self.zones)]
        value = sql.alias(self.aggregate.expression(scope), self.aggregate.name())
        query = with_zones(scope.select(*keys, value), self.link, scope)
        query = self.subject.restrict(query, scope).group_by(*(k.copy() for k in keys), copy=False)
        if self.more_than:
            test = exp.GT(this=sql.count_rows(), expression=sql.literal(self.more_than))
            query = query.having(test, copy=False)
        return query

    def question(self) -> str:
        what, zone, zones = self.subject.said(), self.zones.label, self.zones.plural
        nouns = [column_noun(self.zones, c, qualified=i == 0) for i, c in enumerate(shown(self.zones))]
        output = f"the {listed(nouns)}"
        counted = self.aggregate.column is None
        value = f"number of {what}" if counted else f"{self.aggregate.said()} of {what}"
        if self.more_than:
            least = f"more than {self.more_than} {self.subject.table.plural if not counted else what}"
            return sentence(
                self.choose(
                    f"Which {zones} contain {least}? Show {output} and the number of them."
                    if counted
                    else f"For {zones} that contain {least}, counting only {what}, show {output} and the "
                    f"{self.aggregate.said()}.",
                    f"Find the {zones} with {least} inside their boundary; return {output} and the count."
                    if counted
                    else f"Take {what} and the {zones} they lie in. For {zones} with more than {self.more_than} "
                    f"of them, return {output} and the {self.aggregate.said()}.",
                )
            )
        return sentence(
            self.choose(
                f"By {zone}, what is the {value} located inside its boundary? Show {output}; leave out {zones} "
                f"without any.",
                f"Show {output} and the {value} that lie within it, for every {zone} that has some.",
                f"For each {zone} containing at least one, give {output} and the {value} inside it.",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    link = draw_link(database, rng)
    if link is None:
        return None
    table, zones = database.table(link.point_table), database.table(link.zone_table)
    if len(shown(zones)) < 2:
        return None
    subject = draw_subject(database, table, rng, far=0, most=2)
    return ZoneCount(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        link=link,
        zones=zones,
        aggregate=draw_aggregate(table, rng, used=subject.used, count=0.6),
        more_than=rng.choice((0, 0, 2, 3)),
    )
