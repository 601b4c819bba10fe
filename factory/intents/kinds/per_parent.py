"""A statistic of per-group totals, through a CTE: "On average, how many orders are there per customer?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import answered
from factory.intents.english import article, sentence, sentences, worded
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
        key, counted = self.key, self.aggregate.column is None
        parts = {
            "what": self.subject.said(),
            "one": key.said(),
            "a_one": article(key.said()),
            "many": key.plural(),
            "of": self.aggregate.of(self.subject.said()),
            # Whether those without any count as zero has to be said wherever it matters.
            "each": f"{key.said()} {'who' if key.table.person else 'that'} has any" if key.entity else key.said(),
            "rows": self.subject.table.plural,
            "word": {"avg": "average", "max": "highest", "min": "lowest", "above": ""}[self.outer],
            "like": "like these" if self.subject.restricted else "at all",
        }
        if self.outer == "above":
            columns, show = answered(self.voice, key, self.aggregate)
            parts |= {"which": f"{key.plural()}{columns}"}
            lead = worded(
                self.voice,
                "Work out the {of} for each {each}; which {which} are above the average of those values?",
                "Which {which} are above average in the {of}, [against|among] all {many} that have any?",
                "Take the {of} per {each} and average that over these {many}. Which {which} [exceed|beat] it?",
                "Find {which} whose {of} is above the mean of all {many} that have {rows} {like}",
                "Compare {which} by the {of}; keep those above the mean of all with any",
                "Above-average {which} in terms of the {of}, the average being over {many} with any",
                **parts,
            )
            return sentences(lead, show)
        if counted and self.outer == "avg":
            return sentence(
                worded(
                    self.voice,
                    "On average, how many {what} [are there|come] per {one}, [leaving out|without] {many} that have "
                    "none?",
                    "What is the average number of {what} per {one}? [Count only|Only] {many} with at least one",
                    "Count the {what} of each {one} that has any and [average|take the mean of] those counts",
                    "Average number of {what} per {one}, [ignoring|without] {many} that have none",
                    "How many {what} does {a_one} have on average? [Ignore|Skip] {many} without any",
                    "For {many} with at least one, the mean number of {what}",
                    **parts,
                )
            )
        options = (
            "Compute the {of} for each {each}; what is the average of these values?"
            if self.outer == "avg"
            else "What is the {word} {of} that any single {one} has?",
            "Take the {of} per {each}. What is the {word} of these values?",
            "Per {each}, the {of}, and [of that|then] the {word} over all these {many}",
            "Just one figure: the {word} {of}, taken per {each}",
            "[First get|Get] the {of} for every {each}, then the {word} of those figures",
            "Among all {many} that have any, what is the {word} {of} per {one}?",
        )
        return sentence(worded(self.voice, *options, **parts))


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
