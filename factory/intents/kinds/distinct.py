"""Different values among rows: "Which payment methods occur among orders placed in 2023?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import sentence
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Join, Scope, chains
from factory.intents.subject import Subject, column_noun, draw_subject, facts
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
        what = self.subject.said()
        one = column_noun(self.table, self.column, qualified=bool(self.via))
        many = one.replace(self.column.label, self.column.plural) if self.column.label in one else one
        text = self.choose(
            f"Which different {many} occur among {what}?",
            f"List the distinct {many} for {what}.",
            f"What {many} are there among {what}? Each one only once, please.",
            f"Give me every {one} found among {what}, without repeats.",
        )
        return sentence(text + (" Sort them alphabetically." if self.sort else ""))


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database))
    subject = draw_subject(database, table, rng, far=0.2, least=1, most=2)
    options: list[tuple[tuple[Relation, ...], Table, Column]] = [
        ((), table, c) for c in table.with_role("category", "place") if c.name not in subject.used
    ]
    for way in chains(database, table.name, 2):
        if not subject.tables & {r.parent for r in way}:
            ancestor = database.table(way[-1].parent)
            options += [(way, ancestor, c) for c in ancestor.with_role("category", "place", "name")]
    if not options or not (subject.filters or subject.far):
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
