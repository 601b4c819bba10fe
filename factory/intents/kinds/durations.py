"""Time between two moments of one row: "How many days pass on average from issue to payment of an invoice?"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import permutations
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import identified, wanted
from factory.intents.draw_filter import compatible
from factory.intents.english import number, sentence, sentences, worded
from factory.intents.grouping import Key, draw_key
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_noun, draw_subject
from factory.records import Column, Database, Table

Ask = Literal["average", "list", "count"]
Unit = Literal["days", "hours", "minutes"]
_SECONDS: dict[Unit, int] = {"days": 86400, "hours": 3600, "minutes": 60}


@dataclass(frozen=True, kw_only=True)
class Durations(Intent):
    """Days are counted between the dates, hours and minutes are exact, with fractions. Rows that lack either moment are
    left out.

    `ask` is "average" (per `key` when there is one; rounded to one decimal), "list" or "count" of those above `least`.
    `difference` subtracts dates instead of calling DATE_DIFF.
    """

    kind = "durations"
    subject: Subject
    start: Column
    end: Column
    unit: Unit
    ask: Ask
    key: Key | None
    least: int
    difference: bool

    def tree(self) -> exp.Expr:
        table = self.subject.table
        joins = (*self.subject.joins(), *(self.key.joins() if self.key else ()))
        scope = Scope(table, joins, self.aliases)
        start, end = (scope.column(table.name, column.name) for column in (self.start, self.end))
        passed = self._passed(start, end)
        conditions = self.subject.conditions(scope)
        if self.ask == "average":
            mean = exp.Round(this=exp.Avg(this=passed), decimals=exp.Literal.number(1))
            query = scope.select(*(self.key.selected(scope) if self.key else ()), sql.alias(mean, f"avg_{self.unit}"))
            if self.key:
                # A group in which nothing has both moments would have a NULL.
                ends = (at for at, column in ((start, self.start), (end, self.end)) if column.nulls)
                conditions += [sql.not_null(at.copy()) for at in ends]
            if conditions:
                query = query.where(sql.both(*conditions), copy=False)
            return query.group_by(*self.key.expressions(scope), copy=False) if self.key else query
        conditions.append(exp.GT(this=passed, expression=sql.literal(self.least)))
        if self.ask == "count":
            selected: list[exp.Expr] = [sql.alias(sql.count_rows(), "row_count")]
        else:
            columns: list[exp.Expr] = [scope.column(table.name, c.name) for c in shown(table)]
            selected = [*columns, start.copy(), end.copy(), sql.alias(passed.copy(), self.unit)]
        return scope.select(*selected).where(sql.both(*conditions), copy=False)

    def _passed(self, start: exp.Column, end: exp.Column) -> exp.Expr:
        if self.unit != "days":
            seconds = sql.call("EPOCH", exp.Sub(this=end.copy(), expression=start.copy()))
            return exp.Div(this=seconds, expression=exp.Literal.number(_SECONDS[self.unit]))
        if not self.difference:
            return sql.call("DATE_DIFF", exp.Literal.string("day"), start.copy(), end.copy())
        first, last = (
            at.copy() if column.type == "DATE" else exp.Cast(this=at.copy(), to=exp.DataType.build("date"))
            for at, column in ((start, self.start), (end, self.end))
        )
        return exp.Sub(this=last, expression=first)

    def question(self) -> str:
        start, end = self.start.label, self.end.label
        dated = self.unit == "days" and "TIMESTAMP" in (self.start.type, self.end.type)
        unit = "calendar days" if dated else self.unit
        parts = {
            "what": self.subject.said(),
            "start": start,
            "end": end,
            "span": f"from {start} to {end}",
            "unit": unit,
            "many": f"more than {number(self.least)} {unit}",
            "that": self.subject.that("needed"),
        }
        if self.ask == "average":
            return self._average(parts)
        if self.ask == "count":
            return sentence(
                worded(
                    self.voice,
                    "For how many {what} did it take {many} {span}?",
                    "[Count|Number of] {what} with {many} {span}",
                    "How many {what} have {many} between {start} and {end}?",
                    "Number of {what} {that} {many} {span}",
                    "Count {what} [where|for which] the {end} is {many} after the {start}",
                    "[Looking at|Of] {what}, how many needed {many} {span}?",
                    **parts,
                )
            )
        nouns = [column_noun(self.subject.table, c, qualified=i == 0) for i, c in enumerate(shown(self.subject.table))]
        show = wanted(self.voice, *nouns, start, end, f"{unit} between them")
        lead = worded(
            self.voice,
            "Which {what} took {many} {span}?",
            "[Find|Get] {what} with {many} {span}",
            "List {what} [where|for which] the {end} is {many} after the {start}",
            "{what} {that} {many} {span}",
            "{what} with {many} between the {start} and the {end}",
            "For which {what} did {many} pass {span}?",
            **parts,
        )
        return sentences(lead, show)

    def _missing(self) -> str:
        if not (self.start.nulls or self.end.nulls):
            return ""
        return " " + self.aside(
            "Leave out rows where either time is missing.",
            "Ignore those that lack one of the two times.",
            "Only where both times are known.",
        )

    def _average(self, parts: dict[str, str]) -> str:
        groups, identity = identified(self.voice, *([self.key] if self.key else []))
        per, lead = (f" per {groups[0]}", f"for each {groups[0]}, ") if groups else ("", "")
        text = worded(
            self.voice,
            "{lead}how many {unit} pass on average {span} of {what}?",
            "{lead}the average time in {unit} {span} for {what}",
            "Average [number of |]{unit}{per} between {start} and {end} of {what}",
            "[Compute the mean|Mean] duration {span} in {unit}{per}, over {what}",
            "How long do {what} take {span}, in {unit} on average{per}?",
            "For {what}, the mean {unit} {span}{per}",
            lead=lead,
            per=per,
            **parts,
        )
        places = worded(
            self.voice,
            "[One|1] decimal",
            "Round to [one|1] decimal",
            "Rounded to one decimal",
            "[To|With] one decimal place",
        )
        return sentences(text, places, identity, self._missing() if self.key else "")


def draw(database: Database, rng: Random) -> Intent | None:
    options = [(table, pair) for table in database.tables for pair in _pairs(table)]
    if not options:
        return None
    table, (start, end) = rng.choice(options)
    subject = draw_subject(database, table, rng, far=0.25, most=1, floor=40)
    if not all(compatible(start, f.column) and compatible(end, f.column) for f in subject.filters):
        return None
    typical = _seconds(start, end)
    exact = start.type == end.type == "TIMESTAMP"
    unit: Unit = "days"
    if exact and typical < 3 * 86400:
        unit = "hours" if typical > 3 * 3600 else "minutes"
    ask: Ask = rng.choice(("average", "average", "average", "list", "count"))
    if _constant(start, end) or (ask == "list" and subject.rows() > 500):
        ask = "average"
    key = draw_key(database, subject, rng, entity=0.2, time=0) if ask == "average" and rng.random() < 0.7 else None
    if key and subject.rows() < 3 * key.groups:
        key = None
    least = typical / _SECONDS[unit] * rng.choice((1, 1.5, 2))
    least = float(f"{least:.1e}") if least >= 10 else round(least)
    return Durations(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        start=start,
        end=end,
        unit=unit,
        ask=ask,
        key=key,
        least=max(2, int(least)),
        difference=rng.random() < 0.4,
    )


def _pairs(table: Table) -> list[tuple[Column, Column]]:
    """Pairs of which the second follows the first, by their quantiles, and not far apart."""
    moments = [c for c in table.with_role("timestamp") if c.type in ("DATE", "TIMESTAMP") and "birth" not in c.label]
    return [(a, b) for a, b in permutations(moments, 2) if a.distinct > 4 and b.distinct > 4 and _follows(a, b)]


def _follows(a: Column, b: Column) -> bool:
    if len(a.values) != 9 or len(b.values) != 9:
        return False
    gaps = [_stamp(y) - _stamp(x) for x, y in zip(a.values, b.values, strict=True)]
    span = _stamp(a.values[-1]) - _stamp(a.values[0])
    # Where the end is missing from the latest rows its upper quantiles fall behind; the lower ones show the direction.
    return min(gaps[:2]) >= 0 < max(gaps[:2]) and min(gaps) > -span / 30 and max(gaps) < span / 4


def _constant(start: Column, end: Column) -> bool:
    """A due date is a fixed number of days after the date of issue."""
    gaps = [_stamp(y) - _stamp(x) for x, y in zip(start.values, end.values, strict=True)]
    return max(gaps) == min(gaps)


def _seconds(start: Column, end: Column) -> float:
    """A typical duration; the quantiles of both ends give it away only roughly."""
    gaps = [_stamp(y) - _stamp(x) for x, y in zip(start.values[:5], end.values[:5], strict=True)]
    positive = sorted(gap for gap in gaps if gap > 0)
    return positive[len(positive) // 2]


def _stamp(moment: object) -> float:
    if isinstance(moment, datetime):
        return moment.toordinal() * 86400.0 + moment.hour * 3600 + moment.minute * 60 + moment.second
    assert isinstance(moment, date)
    return moment.toordinal() * 86400.0
