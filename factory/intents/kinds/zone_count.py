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
        output, plural = f"the {listed(nouns)}", self.subject.table.plural
        value, of = self.aggregate.said(), self.aggregate.of(what)
        show = self.show(f"{output} and the {value}")
        if self.more_than:
            many = f"more than {self.more_than} {what}"
            if self.aggregate.column is None:
                return sentence(
                    self.choose(
                        f"Which {zones} contain {many}? {show}",
                        f"Find the {zones} with {many} inside their boundary; return {output} and the count.",
                        f"Count the {what} inside each {zone} and keep {zones} with more than {self.more_than}. {show}",
                        f"List {zones} that are home to {many}, going by their boundaries. {show}",
                        f"{zones} with {many}, please: {output} and the count, by location within the boundary.",
                    )
                )
            return sentence(
                self.choose(
                    f"For {zones} that contain {many}, show {output} and the {value} of these {plural}.",
                    f"Take {what} and the {zones} they lie in. For {zones} with more than {self.more_than} of them, "
                    f"return {output} and the {value}.",
                    f"What is the {value} of the {what} inside each {zone}, for {zones} with more than "
                    f"{self.more_than} of them? {show}",
                    f"Looking only at {what}, give {output} and the {value} for every {zone} that contains more than "
                    f"{self.more_than} of them.",
                    f"I need the {of}, by the {zone} they lie in, for {zones} with more than {self.more_than} of them. "
                    f"{show}",
                )
            )
        return sentence(
            self.choose(
                f"By {zone}, what is the {of} located inside its boundary? {show} Leave out {zones} without any.",
                f"Show {output} and the {value} of the {what} inside it, for every {zone} that has some."
                if self.aggregate.column
                else f"Show {output} and the number of {what} inside it, for every {zone} that has some.",
                f"For each {zone} containing at least one, give {output} and the {of} inside it.",
                f"Match {what} to {zones} by location. What is the {value} per {zone}? {show}",
                f"Per {zone}, return the {of} within its boundary, without {zones} that have none. {show}",
                f"How {'do the ' + zones if self.aggregate.column else 'are ' + what} "
                + (f"compare by the {of} inside them? " if self.aggregate.column else f"spread over the {zones}? ")
                + f"{show} {zones.capitalize()} without any are not needed.",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    link = draw_link(database, rng)
    if link is None:
        return None
    table, zones = database.table(link.point_table), database.table(link.zone_table)
    if len(shown(zones)) < 2:
        return None
    subject = draw_subject(database, table, rng, far=0, most=2, floor=20)
    each = subject.rows() / zones.row_count
    return ZoneCount(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        link=link,
        zones=zones,
        aggregate=draw_aggregate(table, rng, used=subject.used, count=0.6),
        more_than=rng.choice((0, 0, 2, 3) if each < 8 else (0, 0, int(each), int(each * 1.5))),
    )
