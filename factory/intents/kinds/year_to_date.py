"""Cumulative values that start anew every year: "Show monthly orders and their year-to-date total"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import capped, sentences, worded
from factory.intents.intent import Intent
from factory.intents.kinds.period_change import Layout, Series, draw_series
from factory.intents.timespan import adverb, first_day, oldest_first
from factory.records import Database


@dataclass(frozen=True, kw_only=True)
class YearToDate(Series):
    """`truncated` finds the year of a period by DATE_TRUNC instead of by its number."""

    kind = "year_to_date"
    layout: Layout
    truncated: bool

    def tree(self) -> exp.Expr:
        name = self.aggregate.name()
        if self.layout == "direct":
            scope = self.scope()
            at = scope.column(self.subject.table.name, self.time.name)
            total = self._running(self.aggregate.expression(scope), at, self.period(scope))
            # The year has to be one of the groups: a window sees only what is grouped by.
            query = self.per_period(scope, total).group_by(self._year(at.copy()), copy=False)
            return query.order_by(sql.ordered(self.period(scope)), copy=False)
        unit, value = sql.column(self.unit), sql.column(name)
        outer = exp.Select(expressions=[unit, value, self._running(value.copy(), unit.copy(), unit.copy())])
        return self.over_periods(outer, self.layout).order_by(sql.ordered(unit.copy()), copy=False)

    def _running(self, value: exp.Expr, moment: exp.Expr, period: exp.Expr) -> exp.Expr:
        window = exp.Window(
            this=exp.Sum(this=value),
            partition_by=[self._year(moment)],
            order=exp.Order(expressions=[sql.ordered(period)]),
        )
        return sql.alias(window, f"{self.aggregate.name()}_ytd")

    def _year(self, moment: exp.Expr) -> exp.Expr:
        return sql.trunc("year", moment) if self.truncated else sql.year_of(moment)

    def question(self) -> str:
        lead = worded(
            self.voice,
            "[Show|List] the {of} per {by} [with|and] its year-to-date total, {time}",
            "For each {by}, what is the {of}, and what [is it|has it come to] since January? {capped}",
            "{adverb} and year-to-date {of} by {label}, {time}",
            "The {of} per {by}, plus a running total that [restarts|starts over] [each January|every year], {time}",
            "Add up the {of} within each calendar year, {unit} by {unit} [(by {label})|({label})]: own value and "
            "total so far, "
            "{time}",
            "How far had the {of} got in the year by the end of each {by}? Its own value too, then the YTD figure, "
            "{time}",
            "[YTD|Year-to-date] {of} per {by}, [beside|next to] [the {unit}'s own|the plain] value; {time}",
            of=self.aggregate.of(self.subject.said()),
            unit=self.unit,
            by=self.by,
            label=self.time.label,
            adverb=adverb(self.unit),
            time=(time := oldest_first(self)),
            capped=capped(time),
        )
        return sentences(lead, first_day(self, self.unit))


def draw(database: Database, rng: Random) -> Intent | None:
    fields = draw_series(database, rng, units=("month", "month", "quarter"))
    if fields is None:
        return None
    layout: Layout = rng.choice(("direct", "cte", "cte", "derived"))
    return YearToDate(**fields, layout=layout, truncated=rng.random() < 0.4)
