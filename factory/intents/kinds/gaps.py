"""The time between one event and the next: "What is the longest gap between two orders of each customer?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import sentence
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
        one, many, what = self.parent.label, self.parent.plural, self.subject.table.plural
        by, only, that = self.time.label, self.only(), "who" if self.parent.person else "that"
        days = "days" if self.time.type == "DATE" else "calendar days"
        pair = f"consecutive {what}"
        if self.statistic == "record":
            return sentence(
                self.choose(
                    f"{only}what is the longest gap, in {days}, between two {pair} of the same {one} (by {by})?",
                    f"{only}by {by}, how many {days} at most lie between two {pair} of any one {one}?",
                    f"{only}find the longest pause that any {one} had between {pair}, in {days}, going by {by}.",
                    f"{only}longest interval in {days} between {pair} of one {one}, by {by}. Just the number.",
                    f"{only}I need a single figure: the most {days} that passed between {pair} of the same {one}, by "
                    f"{by}.",
                    f"{only}put the {what} of each {one} in order of {by}. What is the most {days} between one and "
                    "the next?",
                )
            )
        if self.statistic == "over":
            show = self.show(self.who())
            n = self.days
            return sentence(
                self.choose(
                    f"{only}which {many} ever had more than {n} {days} between two {pair}, by {by}? {show}",
                    f"{only}list each {one} with a gap of over {n} {days} between {pair} (by {by}). {show}",
                    f"{only}{many} {that} at some point had more than {n} {days} from one to the next of their "
                    f"{what}, by {by}. {show}",
                    f"{only}I'm looking for {many} with a pause of more than {n} {days} between {pair}, going by {by}. "
                    f"{show}",
                    f"{only}find every {one} for which at least one gap between {pair} exceeded {n} {days}, by {by}. "
                    f"{show}",
                    f"{only}put the {what} of each {one} in order of {by}. For which {many} do two neighbours lie "
                    "more than "
                    f"{n} {days} apart? {show}",
                )
            )
        word = self.statistic
        value = f"{word} gap"
        show = self.show(f"{self.who()} and the {value}")
        least = self.aside(
            f"Leave out {many} with only one.", "At least two are needed.", f"Skip {many} {that} have just one."
        )
        return sentence(
            self.choose(
                f"{only}what is the {value} in {days} between {pair} for each {one}, by {by}? {least} {show}",
                f"{only}for every {one}, work out the {value} between {pair}, in {days} and going by {by}. {least} "
                f"{show}",
                f"{only}{value} in {days} between {pair}, per {one} and by {by}. {least} {show}",
                f"{only}I need, for each {one}, the {word} number of {days} from one to the next of their {what} (by "
                f"{by}). "
                f"{least} {show}"
                if word == "average"
                else f"{only}I need, for each {one}, the longest pause between {pair} in {days} (by {by}). {least} "
                f"{show}",
                f"{only}how many {days} {'pass on average' if word == 'average' else 'lie at most'} between {pair} "
                "of each "
                f"{one}, by {by}? {least} {show}",
                f"{only}put the {what} of each {one} in order of {by} and give me the {word} distance from one to "
                "the next, "
                f"in {days}. {least} {show}",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    fields = draw_events(database, rng, per_parent=2)
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
