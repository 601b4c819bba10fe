"""Shares: "What percentage of orders placed in 2023 were gift-wrapped?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.clauses import predicate
from factory.intents.columns import identified
from factory.intents.draw_filter import compatible, draw_filter
from factory.intents.english import sentences, two_decimals, worded
from factory.intents.estimate import share
from factory.intents.filters import Filter
from factory.intents.grouping import Key, draw_key
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.intents.timespan import first_day
from factory.records import Database


@dataclass(frozen=True, kw_only=True)
class Share(Intent):
    """Percent of the subject's rows that meet `part` too, rounded to two decimals; per `key` when there is one."""

    kind = "share"
    subject: Subject
    part: Filter
    key: Key | None
    aggregate_filter: bool

    def tree(self) -> exp.Expr:
        joins = (*self.subject.joins(), *(self.key.joins() if self.key else ()))
        scope = Scope(self.subject.table, joins, self.aliases)
        test = self.part.condition(scope.column(self.subject.table.name, self.part.column.name))
        if self.aggregate_filter:
            hits: exp.Expr = exp.Filter(this=sql.count_rows(), expression=exp.Where(this=test))
        else:
            one, zero = exp.Literal.number(1), exp.Literal.number(0)
            hits = exp.Sum(this=exp.Case(ifs=[exp.If(this=test, true=one)], default=zero))
        percent = exp.Div(this=exp.Mul(this=exp.Literal.number("100.0"), expression=hits), expression=sql.count_rows())
        rounded = sql.alias(exp.Round(this=percent, decimals=exp.Literal.number(2)), "percentage")
        selected = [*(self.key.selected(scope) if self.key else ()), rounded]
        query = self.subject.restrict(scope.select(*selected), scope)
        return query.group_by(*self.key.expressions(scope), copy=False) if self.key else query

    def question(self) -> str:
        what, part, table = self.subject.said(), self.part.said(), self.subject.table
        groups, identity = identified(self.voice, *([self.key] if self.key else []))
        those = f"{table.plural} {part}"
        lead = worded(
            self.voice,
            "{per}what [percentage|percent] of {what} {said}?",
            "{per}of all {what}, what share in percent {said}?",
            "{per}[compute|calculate] the percentage of {those} among all {what}",
            "{per}share of {those} in all {what}, in percent",
            "{per}among {what}, {those} make up what percentage?"
            if self.subject.restricted
            else "{per}how large is the share of {those} in all {what}, in percent?",
            # With restricted rows it would seem that only the whole is restricted.
            *(() if self.subject.restricted else ("{per}{those} as a percentage of all {what}",)),
            "{per}what proportion (in percent) of {what} {said}?",
            per=worded(self.voice, "[for each|per|by|in each] {group}, ", group=groups[0]) if groups else "",
            what=what,
            those=those,
            said=predicate(part, past=table.kind in ("fact", "bridge")) or f"are {those}",
        )
        day = first_day(self, self.key.unit) if self.key and self.key.unit else ""
        return sentences(lead, two_decimals(self.voice), identity, day)


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database))
    subject = draw_subject(database, table, rng, far=0.3, most=1, floor=40)
    part = draw_filter(table, rng, subject.filters, ("category", "flag", "measure", "place"))
    if part is None or not 0.04 < share(table, part) < 0.96:
        return None
    key = draw_key(database, subject, rng, entity=0.2, time=0.1) if rng.random() < 0.5 else None
    if key and (subject.rows() < 4 * key.groups or not compatible(key.columns[0], part.column)):
        key = None
    return Share(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        part=part,
        key=key,
        aggregate_filter=rng.random() < 0.35,
    )
