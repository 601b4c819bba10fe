"""Runs of consecutive days or months with something in each (gaps and islands)."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import wanted
from factory.intents.english import capped, sentences, worded
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
        step = self.step
        parts = {
            "only": self.only(),
            "one": self.parent.label,
            "many": self.parent.plural,
            "label": self.subject.table.label,
            "what": self.subject.table.plural,
            "by": self.time.label,
            "step": step,
            "steps": f"{'calendar ' if step == 'month' else ''}{step}s in a row",
        }
        if self.overall:
            lead = worded(
                self.voice,
                "{only}what is the longest run of {steps} with [any {what}|at least one {label}] ({by})?",
                "{only}find the longest streak of consecutive {step}s with {what}, by {by}",
                "{only}longest unbroken stretch of {step}s with {what} ({by})",
                "{only}for how many {steps} were there {what} at best, by {by}?",
                "{only}when did {what} [come|occur] every single {step} for longest, by {by}?",
                "{only}chain up {step}s that each have any {what} ({by}); which chain is longest?",
                **parts,
            )
            ties = worded(self.voice, "[Include|Keep|Show] ties", "Ties included", "[If several tie|If tied], show all")
            show = wanted(self.voice, f"first {step}", f"last {step}", f"number of {step}s")
            return sentences(lead, show, ties, first_day(self, "month") if step == "month" else "")
        lead = worded(
            self.voice,
            "{only}what is each {one}'s longest run of {steps} with [any {what}|at least one {label}] ({by})?",
            "{only}for every {one}, find the longest streak of {step}s with {what} (by {by})",
            "{only}longest unbroken run of {step}s with {what} per {one}, by {by}",
            "{only}for how many {steps} at most did each {one} have {what} ({by})?",
            "{only}record streak of every {one}: most {steps} with {what}, by {by}",
            "{only}how long is each {one}'s best chain of {step}s with {what}, by {by}?",
            **parts,
        )
        least = worded(
            self.voice,
            "[Leave out|Skip|Drop] {many} without any",
            "Only {many} [with any|that have any]",
            "[Ignore {many} with none|{capped} with none don't count]",
            many=self.parent.plural,
            capped=capped(self.parent.plural),
        )
        return sentences(lead, least, wanted(self.voice, *self.who(), "length"))


def draw(database: Database, rng: Random) -> Intent | None:
    fields = draw_events(database, rng, per_parent=2, lasting=True)
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
