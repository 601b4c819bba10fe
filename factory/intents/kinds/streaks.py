"""Runs of consecutive days or months with something in each (gaps and islands)."""

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
from factory.intents.timespan import first_day
from factory.records import Database

Step = Literal["day", "month"]


@dataclass(frozen=True, kw_only=True)
class Streaks(Events):
    """The longest run of each parent, or with `overall` the longest of all rows together, with its ends.

    `numbered` counts the steps since a fixed day and takes the row number off; else the row number is taken off the
    date itself. Either way the difference is the same throughout a run.
    """

    kind = "streaks"
    step: Step
    overall: bool
    numbered: bool

    def tree(self) -> exp.Expr:
        step = sql.column(self.step)
        who = [] if self.overall else [sql.column(c.alias_or_name) for c in self.parents(self.scope())]
        number = exp.Window(
            this=exp.RowNumber(),
            partition_by=[column.copy() for column in who[:1]],
            order=exp.Order(expressions=[sql.ordered(step.copy())]),
        )
        islands = exp.Select(expressions=[*who, step, sql.alias(self._island(step.copy(), number), "island")])
        islands = islands.from_(sql.table("active"), copy=False)
        length = sql.alias(sql.count_rows(), "length")
        ends: list[exp.Expr] = [sql.alias(exp.Min(this=step.copy()), f"first_{self.step}")]
        ends.append(sql.alias(exp.Max(this=step.copy()), f"last_{self.step}"))
        runs = exp.Select(expressions=[*(c.copy() for c in who), *(ends if self.overall else []), length])
        runs = runs.from_(sql.table("islands"), copy=False)
        runs = runs.group_by(*(c.copy() for c in who), sql.column("island"), copy=False)
        parts = {"active": self._active(), "islands": islands, "runs": runs}
        outer = exp.Select(expressions=[*(c.copy() for c in who)]).from_(sql.table("runs"), copy=False)
        longest = exp.Max(this=sql.column("length"))
        if self.overall:
            outer = outer.select(*(sql.column(e.alias) for e in ends), sql.column("length"), copy=False)
            best = exp.Select(expressions=[longest]).from_(sql.table("runs"), copy=False)
            outer = outer.where(exp.EQ(this=sql.column("length"), expression=exp.Subquery(this=best)), copy=False)
        else:
            outer = outer.select(sql.alias(longest, "longest_run"), copy=False)
            outer = outer.group_by(*(c.copy() for c in who), copy=False)
        for name, query in parts.items():
            outer = outer.with_(sql.called(name), as_=query, copy=False)
        return outer

    def _active(self) -> exp.Select:
        """Each day or month once, per parent."""
        scope = self.alone() if self.overall else self.scope()
        at: exp.Expr = self.at(scope)
        if self.step == "month":
            at = sql.trunc("month", at)
        elif self.time.type != "DATE":
            at = exp.Cast(this=at, to=exp.DataType.build("DATE"))
        who = [] if self.overall else self.parents(scope)
        query = scope.select(*who, sql.alias(at, self.step))
        query.set("distinct", exp.Distinct())
        conditions = self.subject.conditions(scope)
        if self.time.nulls:
            conditions.append(sql.not_null(self.at(scope)))
        return query.where(sql.both(*conditions), copy=False) if conditions else query

    def _island(self, step: exp.Expr, number: exp.Expr) -> exp.Expr:
        if self.numbered:
            origin = exp.Cast(this=exp.Literal.string("2000-01-01"), to=exp.DataType.build("DATE"))
            since = sql.call("DATE_DIFF", exp.Literal.string(self.step), origin, step)
            return exp.Sub(this=since, expression=number)
        one = exp.Interval(this=exp.Literal.string("1"), unit=exp.Var(this=self.step.upper()))
        return exp.Sub(this=step, expression=exp.Mul(this=number, expression=one))

    def question(self) -> str:
        one, what, step = self.parent.label, self.subject.table.plural, self.step
        by, only, label = self.time.label, self.only(), self.subject.table.label
        steps = f"{'calendar ' if step == 'month' else ''}{step}s in a row"
        if self.overall:
            show = self.show(f"the first and last {step} and the number of {step}s")
            ties = self.aside("Include ties.", "If several are equally long, show them all.", "Keep all that tie.")
            return sentence(
                self.choose(
                    f"{only}what is the longest run of {steps} with at least one {label} (by {by})? {show} {ties}",
                    f"{only}find the longest streak of consecutive {step}s that each have any {what}, by {by}. {show} "
                    f"{ties}",
                    f"{only}longest unbroken stretch of {step}s with {what}, going by {by}. {show} {ties}",
                    f"{only}I need to know for how many {steps} there were {what} at best, by {by}. {show} {ties}",
                    f"{only}when was the longest period with at least one {label} every single {step}, by {by}? "
                    f"{show} {ties}",
                    f"{only}mark each {step} with at least one {label} (by {by}) and return the longest chain of "
                    f"adjacent ones. {show} {ties}",
                )
            ) + (first_day(self, "month") if step == "month" else "")
        show = self.show(f"{self.who()} and the length")
        least = self.aside(
            f"Leave out {self.parent.plural} without any.",
            f"Only {self.parent.plural} with any count.",
            f"Ignore {self.parent.plural} with none.",
        )
        return sentence(
            self.choose(
                f"{only}what is each {one}'s longest run of {steps} with at least one {label}, by {by}? {least} {show}",
                f"{only}for every {one} that has any, find the longest streak of consecutive {step}s with {what} (by "
                f"{by}). {show}",
                f"{only}longest unbroken run of {step}s with {what}, per {one} and by {by}. {least} {show}",
                f"{only}for how many {steps}, at most, did each {one} have {what}, going by {by}? {least} {show}",
                f"{only}I need the record streak of every {one}: the most {steps} with one or more {what}, by {by}. "
                f"{least} {show}",
                f"{only}mark the {step}s in which each {one} has {what} (by {by}), and give the length of the longest "
                f"chain of adjacent ones. {least} {show}",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    fields = draw_events(database, rng, per_parent=2)
    if fields is None:
        return None
    time, subject, parent = fields["time"], fields["subject"], fields["parent"]
    # Where nearly every day has something, or nearly none, a run says little.
    days = max(days_between(time.values[1], time.values[-2]), 1)
    known = subject.rows() * (1 - time.nulls / max(subject.table.row_count, 1))
    together, each = known / days, known / days / parent.row_count
    options: list[tuple[Step, bool]] = []
    if 0.4 <= together <= 4:
        options.append(("day", True))
    if 0.4 <= 30 * together <= 4:
        options.append(("month", True))
    if 0.1 <= each <= 4:
        options.append(("day", False))
    if 0.1 <= 30 * each <= 4:
        options += [("month", False)] * 2
    if not options:
        return None
    step, overall = rng.choice(options)
    return Streaks(**fields, step=step, overall=overall, numbered=rng.random() < 0.5)
