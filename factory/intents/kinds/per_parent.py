"""A statistic of per-group totals, through a CTE: "On average, how many orders are there per customer?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import article, sentence
from factory.intents.grouping import Aggregate, Key, draw_aggregate, draw_key, slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.records import Database

Statistic = Literal["avg", "max", "min", "above"]


@dataclass(frozen=True, kw_only=True)
class PerParent(Intent):
    """`outer` "avg"/"max"/"min" gives one number; "above" lists the groups above the average of all groups."""

    kind = "per_parent"
    subject: Subject
    key: Key
    aggregate: Aggregate
    outer: Statistic
    subquery: bool

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, (*self.subject.joins(), *self.key.joins()), self.aliases)
        value = self.aggregate.name()
        inner = scope.select(*self.key.selected(scope), sql.alias(self.aggregate.expression(scope), value))
        inner = self.subject.restrict(inner, scope).group_by(*self.key.expressions(scope), copy=False)
        name = f"per_{slug(self.key.table.label if self.key.entity else self.key.said())}"
        if self.outer == "above":
            names = [sql.column(c.name) for c in self.key.columns]
            average = exp.Select(expressions=[exp.Avg(this=sql.column(value))]).from_(sql.table(name), copy=False)
            query = exp.Select(expressions=[*names, sql.column(value)]).from_(sql.table(name), copy=False)
            query = query.where(exp.GT(this=sql.column(value), expression=exp.Subquery(this=average)), copy=False)
            return query.with_(sql.called(name), as_=inner, copy=False)
        kind = {"avg": exp.Avg, "max": exp.Max, "min": exp.Min}[self.outer]
        query = exp.Select(expressions=[sql.alias(kind(this=sql.column(value)), f"{self.outer}_{value}"[:40])])
        if self.subquery:
            return query.from_(exp.Subquery(this=inner, alias=sql.called(name)), copy=False)
        return query.from_(sql.table(name), copy=False).with_(sql.called(name), as_=inner, copy=False)

    def question(self) -> str:
        what, one = self.subject.said(), self.key.said()
        many = self.key.plural()
        said, of = self.aggregate.said(), self.aggregate.of(what)
        # Whether those without any count as zero has to be said wherever it matters.
        each = f"{one} {'who' if self.key.table.person else 'that'} has any" if self.key.entity else one
        if self.outer == "above":
            show = self.show(f"{self.key.output()} and the {said}")
            return sentence(
                self.choose(
                    f"Work out the {of} for each {each}, then list the {many} that are above the average of those "
                    f"values, with {self.key.output()} and the value.",
                    f"Which {many} are above average in terms of the {of}, compared with the other {many} that "
                    f"have any? {show}",
                    f"Take the {of} per {each} and the average over all these {many}. Which {many} exceed it? {show}",
                    f"Find {many} whose {of} is above the mean of all {many} that have {self.subject.table.plural} "
                    f"{'like these' if self.subject.restricted else 'at all'}. {show}",
                    f"Compare the {many} by the {of} and keep those above the mean of all {many} that have any. {show}",
                )
            )
        words = {"avg": "average", "max": "highest", "min": "lowest"}[self.outer]
        if self.aggregate.column is None and self.outer == "avg":
            return sentence(
                self.choose(
                    f"On average, how many {what} are there per {one}, leaving out {many} that have none?",
                    f"What is the average number of {what} per {one}? Count only {many} with at least one.",
                    f"Count the {what} of each {one} that has any, and give me the average of those counts.",
                    f"Average number of {what} per {one}, please, without the {many} that have none.",
                    f"How many {what} does {article(one)} have on average? Ignore {many} without any.",
                    f"For {many} with at least one, calculate the mean number of {what}.",
                )
            )
        lead = (
            f"Compute the {of} for each {each}; what is the average of these values?"
            if self.outer == "avg"
            else f"What is the {words} {of} that any single {one} has?"
        )
        return sentence(
            self.choose(
                lead,
                f"Take the {of} per {each}. What is the {words} of these values?",
                f"Per {each}, calculate the {of}, and return the {words} result over all these {many}.",
                f"I want just one figure: the {words} {of}, taken per {each}.",
                f"First get the {of} for every {each}, then tell me the {words} of those figures.",
                f"Among all {many} that have any, what is the {words} {of} per {one}?",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database))
    subject = draw_subject(database, table, rng, far=0.15, most=1, floor=60)
    key = draw_key(database, subject, rng, entity=0.75, time=0)
    if key is None or key.groups < 4 or subject.rows() < 1.5 * key.groups:
        return None
    names = [c.name.lower() for c in key.columns]
    if len(set(names)) < len(names):
        return None
    # The fewest that any customer has would be none at all.
    outer: Statistic = rng.choice(
        ("avg", "avg", "max", "above") if key.entity else ("avg", "avg", "max", "min", "above")
    )
    functions: tuple[Literal["sum", "avg"], ...] = ("sum", "avg") if outer == "above" else ("sum",)
    aggregate = draw_aggregate(table, rng, used=subject.used, count=0.4, functions=functions)
    if aggregate.function == "avg" and outer != "above":
        aggregate = Aggregate("count", table)
    return PerParent(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        key=key,
        aggregate=aggregate,
        outer=outer,
        subquery=outer != "above" and rng.random() < 0.35,
    )
