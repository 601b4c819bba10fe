"""The time between one event and the next: "What is the longest gap between two orders of each customer?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import wanted
from factory.intents.english import sentences, worded
from factory.intents.intent import Intent
from factory.intents.kinds.first_last import Events, draw_events
from factory.intents.kinds.period_change import days_between
from factory.records import Database

Statistic = Literal["longest", "average", "over", "record"]
ROUND_DAYS = (2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 150, 180, 240, 300, 365, 500, 730)


@dataclass(frozen=True, kw_only=True)
class Gaps(Events):
    """`over` lists the parents with a gap above `days`; `record` is one number over all parents.

    `ahead` looks from each event to the next (LEAD) rather than back (LAG): the gaps are the same.
    """

    kind = "gaps"
    statistic: Statistic
    days: int
    ahead: bool
    cte: bool

    def tree(self) -> exp.Expr:
        scope = self.alone() if self.statistic == "record" else self.scope()
        owner = (
            self.owner(scope)
            if self.statistic == "record"
            else scope.column(self.parent.name, self.relation.parent_column)
        )
        at = self.at(scope)
        neighbour = exp.Window(
            this=(exp.Lead if self.ahead else exp.Lag)(this=at.copy()),
            partition_by=[owner],
            order=exp.Order(expressions=[sql.ordered(at.copy())]),
        )
        ends = (at, neighbour) if self.ahead else (neighbour, at)
        gap = sql.alias(sql.call("DATE_DIFF", exp.Literal.string("day"), *ends), "gap_days")
        who = [] if self.statistic == "record" else self.parents(scope)
        inner = self.restrict(scope.select(*who, gap), scope)
        outer = self._outer([sql.column(e.alias_or_name) for e in who])
        if self.cte:
            return outer.from_(sql.table("gaps"), copy=False).with_(sql.called("gaps"), as_=inner, copy=False)
        return outer.from_(exp.Subquery(this=inner, alias=sql.called("gaps")), copy=False)

    def _outer(self, who: list[exp.Column]) -> exp.Select:
        gap = sql.column("gap_days")
        if self.statistic == "record":
            return exp.Select(expressions=[sql.alias(exp.Max(this=gap), "longest_gap_days")])
        if self.statistic == "over":
            outer = exp.Select(expressions=who)
            outer.set("distinct", exp.Distinct())
            return outer.where(exp.GT(this=gap, expression=sql.literal(self.days)), copy=False)
        kind, name = (exp.Max, "longest_gap_days") if self.statistic == "longest" else (exp.Avg, "average_gap_days")
        outer = exp.Select(expressions=[*who, sql.alias(kind(this=gap), name)])
        # Those with a single event have no gap at all.
        outer = outer.where(sql.not_null(gap.copy()), copy=False)
        return outer.group_by(*(column.copy() for column in who), copy=False)

    def question(self) -> str:
        parts = {
            "only": self.only(),
            "one": self.parent.label,
            "many": self.parent.plural,
            "what": self.subject.table.plural,
            "by": self.time.label,
            "that": "who" if self.parent.person else "that",
            "days": "days" if self.time.type == "DATE" else "calendar days",
            "pair": f"consecutive {self.subject.table.plural}",
            "n": str(self.days),
            "word": self.statistic,
        }
        if self.statistic == "record":
            return sentences(self._record(parts))
        if self.statistic == "over":
            return sentences(self._over(parts), wanted(self.voice, *self.who()))
        least = worded(
            self.voice,
            "[Leave out|Skip] {many} with only one",
            "[At least two are needed|It takes two]",
            "[Drop|Ignore] {many} {that} have just one",
            "Only {many} with two or more",
            **parts,
        )
        return sentences(self._each(parts), least, wanted(self.voice, *self.who(), f"{self.statistic} gap"))

    def _record(self, parts: dict[str, str]) -> str:
        return worded(
            self.voice,
            "{only}what is the longest gap in {days} between {pair} of [one|the same] {one} (by {by})?",
            "{only}how many {days} at most lie between {pair} of any one {one} ({by})?",
            "{only}find the longest pause any {one} had between {pair}, in {days} by {by}",
            "{only}longest interval between one {one}'s {pair}, in {days} ({by}). Just the number",
            "{only}one figure: the most {days} between {pair} of the same {one}, by {by}",
            "{only}put each {one}'s {what} in order of {by}: what is the largest step in {days}?",
            **parts,
        )

    def _over(self, parts: dict[str, str]) -> str:
        return worded(
            self.voice,
            "{only}which {many} ever went [more than|over] {n} {days} from one to the next of their {what} ({by})?",
            "{only}list each {one} with a gap [over|of more than] {n} {days} between {pair} (by {by})",
            "{only}{many} with more than {n} {days} between {pair} at some point, by {by}",
            "{only}{many} {that} paused for more than {n} {days} between {pair}, [going by|by] {by}",
            "{only}find every {one} with at least one gap above {n} {days} between {pair} ({by})",
            "{only}for which {many} do two neighbouring {what} lie more than {n} {days} apart by {by}?",
            **parts,
        )

    def _each(self, parts: dict[str, str]) -> str:
        average = self.statistic == "average"
        return worded(
            self.voice,
            "{only}what is the {word} gap in {days} between each {one}'s {pair} ({by})?",
            "{only}for every {one}, the {word} gap between {pair}, in {days} by {by}",
            "{only}{word} gap in {days} between {pair} per {one}, by {by}",
            "{only}the {word} [number|count] of {days} from one to the next of each {one}'s {what} ({by})"
            if average
            else "{only}the longest [pause|break|wait] between each {one}'s {pair} in {days} ({by})",
            "{only}how many {days} pass on average between {pair} of each {one}, by {by}?"
            if average
            else "{only}how many {days} at most lie between {pair} of each {one}, by {by}?",
            "{only}order each {one}'s {what} by {by}: what is the {word} distance in {days} to the next?",
            **parts,
        )


def draw(database: Database, rng: Random) -> Intent | None:
    fields = draw_events(database, rng, per_parent=2, lasting=True)
    if fields is None:
        return None
    time, subject, parent = fields["time"], fields["subject"], fields["parent"]
    if days_between(time.values[0], time.values[-1]) < 60:
        return None
    # Half again to twice the usual distance: some parents reach it, others do not.
    usual = days_between(time.values[1], time.values[-2]) * parent.row_count / max(subject.rows(), 1)
    wanted = usual * rng.choice((1.5, 2, 2.5))
    return Gaps(
        **fields,
        statistic=rng.choice(("longest", "longest", "average", "over", "record")),
        days=min(ROUND_DAYS, key=lambda n: abs(n - wanted)),
        ahead=rng.random() < 0.5,
        cte=rng.random() < 0.6,
    )
