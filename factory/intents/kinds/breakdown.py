"""Aggregates per group, in any order or sorted: "Show the number of orders per customer segment"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence
from factory.intents.grouping import Aggregate, Key, draw_aggregate, draw_key
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.records import Database


@dataclass(frozen=True, kw_only=True)
class Breakdown(Intent):
    """`more_than` adds HAVING on the first aggregate; `sort` is "", "desc" or "asc", by the first aggregate."""

    kind = "breakdown"
    subject: Subject
    keys: tuple[Key, ...]
    aggregates: tuple[Aggregate, ...]
    sort: str = ""

    def tree(self) -> exp.Expr:
        scope = self.scope()
        selected = [e for key in self.keys for e in key.selected(scope)]
        selected += [sql.alias(a.expression(scope), a.name()) for a in self.aggregates]
        query = self.subject.restrict(scope.select(*selected), scope)
        query = query.group_by(*(e for key in self.keys for e in key.expressions(scope)), copy=False)
        query = self.having(query, scope)
        if self.sort:
            by = sql.column(self.aggregates[0].name())
            query = query.order_by(sql.ordered(by, desc=self.sort == "desc"), copy=False)
        return query

    def scope(self) -> Scope:
        joins = (*self.subject.joins(), *(j for key in self.keys for j in key.joins()))
        return Scope(self.subject.table, joins, self.aliases)

    def having(self, query: exp.Select, scope: Scope) -> exp.Select:  # noqa: ARG002
        return query

    def question(self) -> str:
        groups = listed([key.said() for key in self.keys])
        what = self.subject.said()
        measured = listed([f"the {a.said()}" for a in self.aggregates])
        of = what if self.aggregates[0].column else ""
        outputs = listed([key.output() for key in self.keys])
        if of:
            text = self.choose(
                f"What is {measured} of {what} for each {groups}?",
                f"Show {measured} of {what} per {groups}.",
                f"For each {groups}, give {measured} of {what}.",
                f"Break down {measured} of {what} by {groups}.",
            )
        else:
            measured = listed([f"the number of {what}", *(f"the {a.said()}" for a in self.aggregates[1:])])
            text = self.choose(
                f"How many {what} are there per {groups}?"
                if len(self.aggregates) == 1
                else f"Per {groups}, what are {measured}?",
                f"Show {measured} for each {groups}.",
                f"For every {groups}, return {measured}.",
                f"Give me {measured} by {groups}.",
            )
        if any(key.entity for key in self.keys):
            text += f" Include {outputs}."
        if self.sort:
            text += self.choose(
                f" Sort by {self.aggregates[0].said()}, {'highest' if self.sort == 'desc' else 'lowest'} first.",
                f" Order the result by {self.aggregates[0].said()}, "
                f"{'descending' if self.sort == 'desc' else 'ascending'}.",
            )
        return sentence(text)


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database))
    subject = draw_subject(database, table, rng, far=0.25, most=2)
    first = draw_key(database, subject, rng)
    if first is None:
        return None
    keys = [first]
    if not first.entity and rng.random() < 0.3:
        second = draw_key(database, subject, rng, entity=0, time=0.3)
        clash = (
            second is None
            or second.table == first.table
            or {r.parent for r in second.via} & {r.parent for r in first.via}
        )
        if second and not clash:
            keys.append(second)
    aggregates = [draw_aggregate(table, rng, used=subject.used, count=0.45)]
    if rng.random() < 0.35:
        other = draw_aggregate(table, rng, used=subject.used, count=0)
        if other.column and other != aggregates[0]:
            aggregates.append(other)
    return Breakdown(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        keys=tuple(keys),
        aggregates=tuple(aggregates),
        sort=rng.choice(("", "", "desc", "asc")),
    )
