"""Stretches of time: how rows are grouped by them and how questions speak of them."""

from __future__ import annotations

from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.clauses import predicate
from factory.intents.draw_filter import compatible
from factory.intents.english import worded
from factory.intents.intent import Intent
from factory.intents.subject import Subject
from factory.records import Column

Unit = Literal["week", "month", "quarter", "year"]
_ADVERBS = {"week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}


def adverb(unit: Unit) -> str:
    return _ADVERBS[unit]


def first_day(intent: Intent, unit: Unit) -> str:
    """A sentence (after a space) that says how a week, month or quarter is written; empty for years."""
    if unit == "year":
        return ""
    return " " + worded(
        intent.voice,
        "Give each {unit} as its first day.",
        "Label {unit}s by [their first day|start date].",
        "{capped} = its first day.",
        "{capped}s as start dates.",
        "Truncate [dates |]to the {unit}.",
        "[Use|Show] {unit} start dates.",
        "Dates truncated to {unit}.",
        "Each {unit} by its start date.",
        "A {unit} is [given by|shown as] the day it starts.",
        "First of the {unit} as date.",
        unit=unit,
        capped=unit.capitalize(),
    )


def oldest_first(intent: Intent) -> str:
    """The order of time, as the end of a sentence."""
    return worded(
        intent.voice,
        "oldest first",
        "earliest first",
        "in date order",
        "in order of time",
        "chronologically",
        "in chronological order",
        "sorted by date",
    )


def of_time(intent: Intent, unit: Unit, time: Column) -> str:
    """ "month (by order date)", "month of the order date": a stretch and the column that decides it."""
    by = ("{unit} (by {label})", "{unit} ({label})", "{unit} (from {label})")
    return worded(
        intent.voice,
        *by,
        *(() if " of " in time.label else ("{unit} of the {label}", "{unit} of {label}")),
        unit=unit,
        label=time.label,
    )


def happened(time: Column, when: str) -> str | None:
    """ "were placed in each month", as what one says of rows; None when the column has no fitting phrase."""
    if time.phrase is None:
        return None
    return predicate(time.phrase.replace("{}", when), past=True)


def stretch(unit: Unit, moment: exp.Expr) -> exp.Expr:
    """The week, month or quarter by its first day; the year by its number, as people write it."""
    return sql.year_of(moment) if unit == "year" else sql.trunc(unit, moment)


def times(subject: Subject) -> list[Column]:
    """Moments that the rows are followed over: not the birthdays of people, and none that a filter bears on."""
    moments = [c for c in subject.table.with_role("timestamp") if c.distinct > 12 and "birth" not in c.label]
    return [c for c in moments if all(compatible(c, f.column) for f in subject.filters)]


def draw_unit(rows: float, rng: Random) -> Unit:
    """Stretches of time long enough that most hold a few of about `rows` rows."""
    units: list[Unit] = ["month", "month", "month", "quarter", "year", "week"]
    if rows < 1000:
        units.remove("week")
    if rows < 250:
        units = ["quarter", "year", "year"]
    return rng.choice(units if rows >= 80 else ["year"])
