"""Values smoothed over the last periods: "Show the 3-month moving average of the number of orders"."""

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

_LENGTHS = {"week": (4, 4, 8), "month": (3, 3, 3, 6, 12), "quarter": (2, 4), "year": (2, 3)}


@dataclass(frozen=True, kw_only=True)
class MovingAverage(Series):
    """Over `length` rows that end at the period itself, fewer at the start."""

    kind = "moving_average"
    length: int
    layout: Layout

    def tree(self) -> exp.Expr:
        if self.layout == "direct":
            scope = self.scope()
            average = self._average(self.aggregate.expression(scope), self.period(scope))
            return self.per_period(scope, average).order_by(sql.ordered(self.period(scope)), copy=False)
        unit, value = sql.column(self.unit), sql.column(self.aggregate.name())
        outer = exp.Select(expressions=[unit, value, self._average(value.copy(), unit.copy())])
        return self.over_periods(outer, self.layout).order_by(sql.ordered(unit.copy()), copy=False)

    def _average(self, value: exp.Expr, period: exp.Expr) -> exp.Expr:
        frame = exp.WindowSpec(
            kind="ROWS", start=sql.literal(self.length - 1), start_side="PRECEDING", end="CURRENT ROW"
        )
        order = exp.Order(expressions=[sql.ordered(period)])
        return sql.alias(exp.Window(this=exp.Avg(this=value), order=order, spec=frame), "moving_average")

    def question(self) -> str:
        of, unit, by, n = self.aggregate.of(self.subject.said()), self.unit, self.by, self.length
        start = self.aside("fewer at the start", "at the start as many as there are", "the first ones over fewer")
        frame = f"the {unit} and the {n - 1 if n > 2 else 'one'} listed before it"
        return sentence(
            self.choose(
                f"Show the {of} per {by} and its moving average over {frame} ({start}), oldest first.",
                f"For each {by}, what is the {of}, and what is its average over {frame} ({start})? Sort by {unit}.",
                f"{adverb(unit)} {of} with a {n}-{unit} moving average ({frame}; {start}), by {self.time.label}, "
                "oldest "
                f"{unit} first.",
                f"I need the {of} per {by}, smoothed by averaging {frame} ({start}). Show both values, in order of "
                "time.",
                f"Smooth the {of} over {n} {unit}s: one row per {by} with its value and the mean of {frame} "
                f"({start}), oldest "
                f"first.",
                f"Give me a trailing average of the {of} over {frame} ({start}), next to each {unit}'s own value, "
                "going by "
                f"{self.time.label} and in order of time.",
            )
        ) + first_day(self, unit)


def draw(database: Database, rng: Random) -> Intent | None:
    fields = draw_series(database, rng, units=("month", "month", "quarter", "week"), least=8)
    if fields is None:
        return None
    length = rng.choice(_LENGTHS[fields["unit"]])
    return MovingAverage(**fields, length=length, layout=rng.choice(("direct", "cte", "cte", "derived")))
