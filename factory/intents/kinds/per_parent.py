"""A statistic of per-group totals, through a CTE: "On average, how many orders does a customer have?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import sentence
from factory.intents.grouping import Aggregate, Key, draw_aggregate, draw_key
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
        name = "per_" + self.key.table.label.lower().replace(" ", "_").replace("-", "_")
        if self.outer == "above":
            names = [sql.column(c.name) for c in self.key.columns]
            average = exp.Select(expressions=[exp.Avg(this=sql.column(value))]).from_(exp.to_table(name))
            query = exp.Select(expressions=[*names, sql.column(value)]).from_(exp.to_table(name))
            query = query.where(exp.GT(this=sql.column(value), expression=exp.Subquery(this=average)), copy=False)
            return query.with_(name, as_=inner, copy=False)
        kind = {"avg": exp.Avg, "max": exp.Max, "min": exp.Min}[self.outer]
        query = exp.Select(expressions=[sql.alias(kind(this=sql.column(value)), f"{self.outer}_{value}"[:40])])
        if self.subquery:
            return query.from_(exp.Subquery(this=inner, alias=exp.TableAlias(this=sql.name(name))), copy=False)
        return query.from_(exp.to_table(name), copy=False).with_(name, as_=inner, copy=False)

    def question(self) -> str:
        what, one = self.subject.said(), self.key.said()
        many = self.key.plural()
        counted = self.aggregate.column is None
        said = self.aggregate.said()
        of = f"number of {what}" if counted else f"{said} of {what}"
        if self.outer == "above":
            return sentence(
                self.choose(
                    f"Work out the {of} for each {one}, then list the {many} that are above the average of those "
                    f"values, with {self.key.output()} and the value.",
                    f"Which {many} are above average in terms of the {of}, compared with the other {many} that have any?"
                    " "
                    f"Show {self.key.output()} and the {said}.",
                )
            )
        words = {"avg": "average", "max": "highest", "min": "lowest"}[self.outer]
        if counted and self.outer == "avg":
            return sentence(
                self.choose(
                    f"On average, how many {what} are there per {one}, leaving out {many} that have none?",
                    f"What is the average number of {what} per {one}? Count only {many} with at least one.",
                    f"Count the {what} of each {one} that has any, and give me the average of those counts.",
                )
            )
        return sentence(
            self.choose(
                f"What is the {words} {of} that any single {one} has?"
                if self.outer != "avg"
                else f"Compute the {of} for each {one}; what is the average of these values?",
                f"Take the {of} per {one}. What is the {words} of these values?",
                f"Per {one}, calculate the {of}, and return the {words} result over all {many}.",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database))
    subject = draw_subject(database, table, rng, far=0.15, most=1)
    key = draw_key(database, subject, rng, entity=0.75, time=0)
    if key is None or (not key.entity and key.columns[0].distinct < 4):
        return None
    names = [c.name.lower() for c in key.columns]
    if len(set(names)) < len(names):
        return None
    outer: Statistic = rng.choice(("avg", "avg", "max", "min", "above"))
    aggregate = draw_aggregate(table, rng, used=subject.used, count=0.5)
    if aggregate.function in ("avg", "median", "min") and outer != "above":
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
