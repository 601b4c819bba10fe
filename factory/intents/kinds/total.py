"""One number about a set of rows: "How many orders paid by card are there?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence, worded
from factory.intents.grouping import Aggregate, draw_aggregate
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.records import Database


@dataclass(frozen=True, kw_only=True)
class Total(Intent):
    kind = "total"
    subject: Subject
    aggregates: tuple[Aggregate, ...]

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        query = scope.select(*(sql.alias(a.expression(scope), a.name()) for a in self.aggregates))
        return self.subject.restrict(query, scope)

    def question(self) -> str:
        what = self.subject.said()
        *others, last = self.aggregates
        if last.column is None and not others:
            return sentence(
                worded(
                    self.voice,
                    "How many {what} [are there|do we have]?",
                    "[Count|Tally] {what}",
                    "What is the number of {what}?",
                    "[Can you count the {what}?|Tell me the number of {what}]",
                    "[A count|Number|Count] of {what}",
                    "How many {what} [do we have on record|are on record|exist]?",
                    "All {what}: how many?",
                    "Give me the [total |]number of {what}",
                    what=what,
                )
            )
        return sentence(
            worded(
                self.voice,
                "What {is} {of}?",
                "[Calculate|Compute|Get] {said} for {what}",
                "For {what}, {said}",
                "I'd like to know {said} [across|over] {what}",
                "[Please work out|Work out] {of}",
                "[Looking only at|Taking] {what}, what {is} {said}?",
                "{plain} [for|over] all {what}",
                "Tell me {said} over all {what}",
                of=listed([*(f"the {a.said()}" for a in others), f"the {last.of(what)}"]),
                said=listed([f"the {a.said()}" for a in self.aggregates]),
                plain=listed([a.said() for a in self.aggregates]),
                what=what,
                **{"is": "are" if others else "is"},
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database))
    subject = draw_subject(database, table, rng, far=0.5, least=1, floor=8)
    if not subject.restricted or subject.rows() < 3:
        return None
    first = draw_aggregate(table, rng, used=subject.used)
    aggregates = [first]
    if first.column and rng.random() < 0.35:
        other = draw_aggregate(table, rng, used=subject.used, count=0)
        if other.column and other != first:
            aggregates.append(other)
    return Total(voice=voice(rng), aliases=alias_style(rng), subject=subject, aggregates=tuple(aggregates))
