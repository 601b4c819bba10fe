"""Aggregates per group, in any order or sorted: "Show the number of orders per customer segment"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import identified
from factory.intents.english import capped, listed, sentences, worded
from factory.intents.grouping import Aggregate, Key, draw_aggregate, draw_key
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.intents.timespan import first_day
from factory.records import Database


@dataclass(frozen=True, kw_only=True)
class Breakdown(Intent):
    """`sort` is "", "desc" or "asc", by the first aggregate."""

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
        what = self.subject.said()
        said, identity = identified(self.voice, *self.keys)
        *others, last = self.aggregates
        measured = listed([*(f"the {a.said()}" for a in others), f"the {last.of(what)}"])
        options = [
            "What {is} {measured} for each {groups}?",
            "[Show|Get|List] {measured} per {groups}",
            "[For each|Per|By] {groups}, {measured}",
            "[Break down|Split] {measured} by {groups}",
            "{measured}, grouped by {groups}",
            "{bare} [per|by] {groups}",
            "[Considering|Looking at|For] {what}, {said} for every {groups}"
            if self.subject.restricted
            else "{measured} for every {groups}",
            "How does each {groups} compare? {capped}",
        ]
        if last.column is None and not others:
            options += [
                "How many {what} are there per {groups}?",
                "Count {what} by {groups}",
                "{what} per {groups}: how many?",
            ]
        lead = worded(
            self.voice,
            *options,
            groups=listed(said),
            what=what,
            said=listed([f"the {a.said()}" for a in self.aggregates]),
            measured=measured,
            capped=capped(measured),
            bare=measured.removeprefix("the "),
            **{"is": "are" if others else "is"},
        )
        unit = next((key.unit for key in self.keys if key.unit), None)
        return sentences(lead, identity, first_day(self, unit) if unit else "", self._order())

    def _order(self) -> str:
        if not self.sort:
            return ""
        down = self.sort == "desc"
        return worded(
            self.voice,
            "[Sort|Order] by {by}, {highest} first",
            "[Sort|Order] by the {by}, {descending}",
            "In {descending} order of the {by}",
            "By {by}, {highest} first",
            "[Sorted|Ordered] by {by} from {way}",
            "[By|In order of] {by}, {descending}",
            by=self.aggregates[0].said(),
            highest="highest" if down else "lowest",
            descending="descending" if down else "ascending",
            way="high to low" if down else "low to high",
        )


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database))
    subject = draw_subject(database, table, rng, far=0.25, most=2, floor=30)
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
            # The count comes last, so that the restrictions of its noun end the list.
            aggregates.insert(0 if aggregates[0].column is None else 1, other)
    return Breakdown(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        keys=tuple(keys),
        aggregates=tuple(aggregates),
        sort=rng.choice(("", "", "desc", "asc")),
    )
