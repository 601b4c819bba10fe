"""Cumulative values that start anew every year: "Show monthly orders and their year-to-date total"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import sentence
from factory.intents.intent import Intent
from factory.intents.kinds.period_change import Layout, Series, draw_series
from factory.intents.timespan import adverb, first_day
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
        of, unit, by = self.aggregate.of(self.subject.said()), self.unit, self.by
        return sentence(
            self.choose(
                f"Show the {of} per {by}, together with the year-to-date total. Sort by {unit}.",
                f"For each {by}, what is the {of}, and what has it come to since the start of that year? Oldest first.",
                f"{adverb(unit)} and year-to-date {of}, by {self.time.label}, oldest {unit} first.",
                f"I need the {of} per {by}, plus a cumulative total that starts over each January, in "
                f"chronological order.",
                f"Add up the {of} {unit} by {unit} within each calendar year, going by {self.time.label}. List every "
                f"{unit} with its own value and the total for the year so far, in order.",
                f"Give me a running total of the {of} per {by} that resets every year, next to each {unit}'s own "
                f"value, oldest first.",
                f"How far had the {of} got in its calendar year by the end of each {by}? Show the {unit}, its own "
                f"value and the year-to-date figure, in order of time.",
            )
        ) + first_day(self, unit)


def draw(database: Database, rng: Random) -> Intent | None:
    fields = draw_series(database, rng, units=("month", "month", "quarter"))
    if fields is None:
        return None
    layout: Layout = rng.choice(("direct", "cte", "cte", "derived"))
    return YearToDate(**fields, layout=layout, truncated=rng.random() < 0.4)
