"""Dates, units and intervals that the engine can't read."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Call, Layout, Span, layout, some
from factory.mutations.layout.spelling import misspell
from factory.mutations.layout.wording import Wording
from factory.mutations.query import Query
from factory.records import Database

_ISO = re.compile(r"'(\d{4})-(\d\d)-(\d\d)((?: \d\d:\d\d:\d\d)?)'")
_UNIT_HABITS = {
    "day": ("daily", "dd", "calendar_day"),
    "week": ("weekly", "wk", "ww", "calendar week"),
    "month": ("monthly", "mth", "mm", "calendar month"),
    "quarter": ("quarterly", "qtr", "q"),
    "year": ("yearly", "yyyy", "yy", "calendar year"),
    "hour": ("hourly", "hh"),
    "minute": ("mi", "per minute"),
}
_PART_HABITS = {
    "year": ("yearly", "yyyy", "calendar_year"),
    "quarter": ("qtr", "quarter_of_year"),
    "month": ("year_month", "month_name", "month_number", "mm"),
    "week": ("week_number", "wk", "week_of_year"),
    "day": ("day_of_month", "dd"),
    "dow": ("day_of_week", "dayname", "weekday_name"),
    "dayofweek": ("day_of_week", "weekday_name"),
    "hour": ("hour_of_day", "hh24"),
}
_ACCEPTED = frozenset(("mon", "yr", "min", "m", "d", "h", "w", "y"))
_INTERVALS = {
    "day": "days",
    "week": "weeks",
    "month": "months",
    "year": "years",
    "hour": "hours",
    "minute": "minutes",
}

_NO_DAY = Wording(
    (
        "{month} {year} has only {last} days, so `{wrong}` is not a date.",
        "There is no {day} {month} {year}: the literal `{wrong}` is out of range.",
        "The engine can't read `{wrong}` as a date, because {month} {year} ends on the {last}th.",
    ),
    ("Use an existing date: `{right}`.", "Write the bound as `{right}`."),
)
_FORMAT = Wording(
    (
        "DuckDB reads dates as YYYY-MM-DD; `{wrong}` is in another format and can't be parsed.",
        "`{wrong}` isn't ISO format, and the engine doesn't guess at what is day and what is month.",
        "The date literal `{wrong}` has the wrong form: year, month and day are expected in this order with dashes.",
    ),
    ("Write it as `{right}`.", "Use the ISO date `{right}`."),
)
_INCOMPLETE = Wording(
    (
        "`{wrong}` is only a part of a date. A literal needs year, month and day.",
        "The engine can't complete `{wrong}` to a date: {lacking}.",
        "`{wrong}` doesn't have the form YYYY-MM-DD, so the conversion to a date fails.",
    ),
    ("Give the whole date: `{right}`.", "Write `{right}`."),
)
_UNIT = Wording(
    (
        "`{wrong}` is not a unit of time that DuckDB knows; it is called `{right}`.",
        "The unit `{wrong}` isn't recognised. What is meant is `{right}`.",
        "There is no date part named `{wrong}`, so the function can't tell what to work on; `{right}` is the name.",
    ),
    ("Use `{right}` as the unit.", "Replace `{wrong}` by `{right}`."),
)
_INTERVAL_UNIT = Wording(
    (
        "`{wrong}` is not a unit that an interval can have.",
        "The interval can't be read: DuckDB doesn't know the unit `{wrong}`.",
        "An INTERVAL takes units such as day, month or year, and `{wrong}` is none of them.",
    ),
    ("Write `{right}`.", "Use a known unit: `{right}`."),
)
_NO_UNIT = Wording(
    (
        "INTERVAL {number} has no unit, so the engine can't tell days from months.",
        "The interval lacks its unit: a bare {number} doesn't convert to INTERVAL.",
        "An INTERVAL needs a number and a unit, and here only the number {number} is given.",
    ),
    ("Add the unit: `{right}`.", "Write `{right}`."),
)


def _dates(at: Layout) -> list[tuple[Span, date, str]]:
    """Date literals that are compared with something: quoted span, day, time of day as written."""
    found = []
    for i, kind in enumerate(at.kinds):
        if kind is TokenType.STRING and (match := _ISO.fullmatch(at.text[at.starts[i] : at.ends[i]])):
            typed = at.tokens[i - 1].text.upper() in ("DATE", "TIMESTAMP")
            before = at.kinds[i - 2 if typed else i - 1]
            if typed or before in _COMPARING:
                day = date(int(match[1]), int(match[2]), int(match[3]))
                found.append((Span(at.starts[i], at.ends[i]), day, match[4]))
    return found


_COMPARING = frozenset(
    {TokenType.EQ, TokenType.GT, TokenType.GTE, TokenType.LT, TokenType.LTE, TokenType.BETWEEN, TokenType.AND}
)


def _is_time(at: Layout, span: Span) -> bool:
    """Whether an untyped literal is compared with a date column: else it may be plain text."""
    i = at.index(span.start)
    if at.tokens[i - 1].text.upper() in ("DATE", "TIMESTAMP"):
        return True
    near = [u for u in at.query.column_uses if u.end <= span.start]
    return bool(near and near[-1].column and near[-1].column.type in ("DATE", "TIMESTAMP"))


def date_nonexistent(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """A bound at the end or the start of a month as the 30th or 31st that some month doesn't have."""
    at = layout(query)
    sites = []
    for span, day, rest in _dates(at):
        last = calendar.monthrange(day.year, day.month)[1]
        i = at.index(span.start)
        head = i - 1 if at.tokens[i - 1].text.upper() in ("DATE", "TIMESTAMP") else i
        if day.day == last and last < 31:
            sites.append((span, Span(span.start, span.start), day.year, day.month, rest))
        elif day.day == 1 and at.kinds[head - 1] is TokenType.LT:
            year, month = (day.year - 1, 12) if day.month == 1 else (day.year, day.month - 1)
            if calendar.monthrange(year, month)[1] < 31:
                sites.append((span, Span(at.starts[head - 1], at.ends[head - 1]), year, month, rest))
    for span, sign, year, month, rest in some(rng, [site for site in sites if _is_time(at, site[0])]):
        last = calendar.monthrange(year, month)[1]
        wrong = f"'{year}-{month:02}-{rng.choice([d for d in (30, 31) if d > last]):02}{rest}'"
        edits = [Edit(*span, wrong)]
        right = at.slice(span)
        if sign.start != sign.end:
            edits.append(Edit(*sign, "<="))
            right = at.text[sign.start : span.end]
        names = {
            "year": str(year),
            "month": calendar.month_name[month],
            "last": str(last),
            "day": wrong[9:11],
        }
        yield _NO_DAY.fault("date_nonexistent", edits, rng, wrong=wrong, right=right, **names)


def date_written_otherwise(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for span, day, _rest in some(rng, [site for site in _dates(at) if _is_time(at, site[0])]):
        forms = (
            f"'{day:%d/%m/%Y}'",
            f"'{day:%m/%d/%Y}'",
            f"'{day:%d.%m.%Y}'",
            f"'{day:%d-%m-%Y}'",
            f"'{calendar.month_name[day.month]} {day.day}, {day.year}'",
            f"'{day.day} {calendar.month_name[day.month]} {day.year}'",
        )
        wrong = rng.choice(forms)
        yield _FORMAT.fault("date_written_otherwise", (Edit(*span, wrong),), rng, wrong=wrong, right=at.slice(span))


def date_incomplete(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [site for site in _dates(at) if site[1].day == 1 and _is_time(at, site[0])]
    for span, day, _rest in some(rng, sites):
        forms = [(f"'{day:%Y-%m}'", "the day is missing")]
        if day.month == 1:
            forms.append((f"'{day:%Y}'", "month and day are missing"))
        if day.month % 3 == 1:
            forms.append((f"'{day.year}-Q{day.month // 3 + 1}'", "a quarter is not a day"))
        wrong, lacking = rng.choice(forms)
        names = {"wrong": wrong, "right": at.slice(span), "lacking": lacking}
        yield _INCOMPLETE.fault("date_incomplete", (Edit(*span, wrong),), rng, **names)


def unit_unknown(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """A date function's unit as another tool names it, or misspelt; everywhere the call is repeated."""
    at = layout(query)
    sites: dict[str, tuple[Call, tuple[str, ...]]] = {}
    for call in at.called("DATE_TRUNC", "DATE_DIFF", "DATEDIFF", "DATE_PART", "EXTRACT"):
        unit = at.tokens[call.open + 1].text.lower()
        known = _PART_HABITS if call.name in ("EXTRACT", "DATE_PART") else _UNIT_HABITS
        if unit in known:
            sites.setdefault(query.text[call.start : call.end], (call, known[unit]))
    for call, habits in some(rng, list(sites.values())):
        start, end = at.starts[call.open + 1], at.ends[call.open + 1]
        quote = "'" if query.text[start] == "'" else ""
        unit = query.text[start:end].strip("'")
        typo = misspell(unit, rng)[0] if len(unit) > 3 else habits[0]
        wrong = rng.choice([*(habit for habit in habits if quote or habit.isidentifier()), typo])
        if wrong.lower().rstrip("s") == unit.lower() or wrong.lower() in _ACCEPTED:
            wrong = habits[0]
        wrong = wrong.upper() if unit.isupper() else wrong
        text = query.text[call.start : start] + quote + wrong + quote + query.text[end : call.end]
        yield _UNIT.fault("unit_unknown", at.rewritten(call, text), rng, wrong=wrong, right=unit)


def _intervals(at: Layout) -> list[tuple[Span, str, str]]:
    """INTERVAL literals: the span after the keyword, the number, the unit."""
    found = []
    for i, kind in enumerate(at.kinds[:-1]):
        if kind is not TokenType.INTERVAL:
            continue
        words = at.tokens[i + 1].text.split()
        if len(words) == 2 and words[0].isdigit():
            found.append((Span(at.starts[i + 1], at.ends[i + 1]), words[0], words[1]))
        elif len(words) == 1 and words[0].isdigit() and i + 2 < len(at.tokens):
            unit = at.tokens[i + 2].text
            if unit.lower().rstrip("s") in _INTERVALS:
                found.append((Span(at.starts[i + 1], at.ends[i + 2]), words[0], unit))
    return found


def interval_unit(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for span, number, unit in some(rng, _intervals(at)):
        base = unit.lower().rstrip("s")
        plural = _INTERVALS.get(base, base + "s")
        choices = [misspell(plural, rng)[0], f"business {plural}", f"calendar {plural}"]
        if base == "day":
            choices += ["working days", "nights"]
        if base in ("day", "week"):
            choices.append("fortnights")
        wrong = rng.choice([c for c in choices if c.rstrip("s") != base])
        names = {"wrong": wrong, "right": f"{at.keyword('INTERVAL')} {at.slice(span)}"}
        yield _INTERVAL_UNIT.fault("interval_unit", (Edit(*span, f"'{number} {wrong}'"),), rng, **names)


def interval_without_unit(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for span, number, _unit in some(rng, _intervals(at)):
        names = {"number": number, "right": f"{at.keyword('INTERVAL')} {at.slice(span)}"}
        yield _NO_UNIT.fault("interval_without_unit", (Edit(*span, number),), rng, **names)


OPERATORS: tuple[Operator, ...] = (
    Operator(date_nonexistent, "value", "value.date", "tree", "The 31st of a shorter month"),
    Operator(date_written_otherwise, "value", "value.date_format", "tree", "A date as 31/12/2023"),
    Operator(date_incomplete, "value", "value.date_format", "tree", "A month or year where a date is needed"),
    Operator(unit_unknown, "value", "value.unit", "tree", "A unit that date functions don't know"),
    Operator(interval_unit, "value", "value.interval", "tree", "A unit that intervals don't have"),
    Operator(interval_without_unit, "value", "value.interval", "tree", "An interval without a unit"),
)
