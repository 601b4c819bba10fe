"""One number about a set of rows: "How many orders paid by card are there?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence
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
        if self.aggregates[0].column is None:
            return sentence(
                self.choose(
                    f"How many {what} are there?",
                    f"Count the {what}.",
                    f"What is the number of {what}?",
                    f"Can you tell me how many {what} we have?",
                    f"I need a count of all {what}.",
                    f"How many {what} do we have on record?",
                    f"Number of {what}?",
                    f"Give me the total number of {what}.",
                )
            )
        said = listed([f"the {a.said()}" for a in self.aggregates])
        plain = listed([a.said() for a in self.aggregates])
        *others, last = self.aggregates
        of = listed([*(f"the {a.said()}" for a in others), f"the {last.of(what)}"])
        verb = "is" if len(self.aggregates) == 1 else "are"
        return sentence(
            self.choose(
                f"What {verb} {of}?",
                f"Calculate {said} for {what}.",
                f"For {what}, return {said}.",
                f"I'd like to know {said} across all {what}.",
                f"Please work out {of}.",
                f"Looking only at {what}, what {verb} {said}?",
                f"{plain} for all {what}?",
                f"Tell me {said} over all {what}.",
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
