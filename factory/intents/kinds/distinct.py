"""Different values among rows: "Which payment methods occur among orders placed in 2023?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.draw_filter import compatible
from factory.intents.english import sentences, worded
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Join, Scope, plain_ways
from factory.intents.subject import Subject, column_noun, column_nouns, draw_subject, facts
from factory.records import Column, Database, Relation, Table


@dataclass(frozen=True, kw_only=True)
class Distinct(Intent):
    kind = "distinct"
    subject: Subject
    via: tuple[Relation, ...]
    table: Table
    column: Column
    sort: bool

    def tree(self) -> exp.Expr:
        joins = (*self.subject.joins(), *(Join(r, r.parent) for r in self.via))
        scope = Scope(self.subject.table, joins, self.aliases)
        at = scope.column(self.table.name, self.column.name)
        query = self.subject.restrict(scope.select(at).distinct(copy=False), scope)
        return query.order_by(sql.ordered(at.copy()), copy=False) if self.sort else query

    def question(self) -> str:
        lead = worded(
            self.voice,
            "Which [different|distinct] {many} occur among {what}?",
            "[List|Get] the [distinct|unique] {many} [for|of] {what}",
            "What {many} are there among {what}? [Each once|No repeats]",
            "Every {one} found among {what}, [without repeats|once each]",
            "[Show all|All] {many} that occur for {what}, [no duplicates|deduplicated]",
            "Which {many} occur for {what}? Name each once",
            "[Unique|Distinct] {many} for {what}",
            "{what} come with which [different|distinct] {many}?",
            what=self.subject.said(),
            one=column_noun(self.table, self.column, qualified=bool(self.via)),
            many=column_nouns(self.column, self.table if self.via else None),
        )
        order = worded(
            self.voice,
            "[Sort|Order] [them |]alphabetically",
            "[Order them from |]A to Z",
            "[Put them in|In] alphabetical order",
            "Sorted alphabetically",
        )
        return sentences(lead, order if self.sort else "")


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database))
    subject = draw_subject(database, table, rng, far=0.2, least=1, most=2, floor=8)
    options: list[tuple[tuple[Relation, ...], Table, Column]] = [
        ((), table, c)
        for c in table.with_role("category", "place")
        if not c.nulls and all(compatible(c, f.column) for f in subject.filters)
    ]
    for way in plain_ways(database, table.name, 2):
        if not subject.tables & {r.parent for r in way}:
            ancestor = database.table(way[-1].parent)
            options += [(way, ancestor, c) for c in ancestor.with_role("category", "place", "name") if not c.nulls]
    options = [option for option in options if option[2].distinct > 2]
    if not options or not subject.restricted:
        return None
    via, owner, column = rng.choice(options)
    return Distinct(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        via=via,
        table=owner,
        column=column,
        sort=rng.random() < 0.4,
    )
