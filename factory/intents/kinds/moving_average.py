"""Values smoothed over the last periods: "Show the 3-month moving average of the number of orders"."""

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
        n, unit = self.length, self.unit
        few = worded(
            self.voice,
            "fewer at [the|] start",
            "the first over fewer",
            "as many as there are at first",
            "partial [windows |]at the start",
            "early ones over what there is",
        )
        frame = worded(
            self.voice,
            "[it|that {unit}] and the {before} [rows|{unit}s] before"
            if n > 2
            else "[it|that {unit}] and the [row|one] before",
            "the last {n} [rows|{unit}s listed], itself included",
            "{n} [rows|listed {unit}s], itself the last",
            "the current row and {before} before" if n > 2 else "the current and the previous row",
            unit=unit,
            n=str(n),
            before=str(n - 1),
        )
        lead = worded(
            self.voice,
            "[Show|List] the {of} per {by} and its moving average over {frame} ({few}), {time}",
            "For each {by}, what is the {of}, and what its average over {frame} ({few})? {capped}",
            "{adverb} {of} by {label} with a {n}-row moving average, {few}: {frame}. {capped}"
            if "last" not in frame
            else "{adverb} {of} by {label} with a {n}-row trailing average ({few}), {time}",
            "Smooth the {of} per {by}: beside each value the mean of {frame} ({few}), {time}",
            "[Rolling|Trailing] {n}-row average of the {of} per {by} ({few}), [next to|beside] the value itself, "
            "{time}",
            "The {of} for every {by}, raw and averaged over {frame}, {few}; {time}",
            of=self.aggregate.of(self.subject.said()),
            by=self.by,
            label=self.time.label,
            adverb=adverb(unit),
            n=str(n),
            frame=frame,
            few=few,
            time=(time := oldest_first(self)),
            capped=capped(time),
        )
        return sentences(lead, first_day(self, unit))


def draw(database: Database, rng: Random) -> Intent | None:
    fields = draw_series(database, rng, units=("month", "month", "quarter", "week"), least=8)
    if fields is None:
        return None
    length = rng.choice(_LENGTHS[fields["unit"]])
    return MovingAverage(**fields, length=length, layout=rng.choice(("direct", "cte", "cte", "derived")))
