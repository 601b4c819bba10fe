"""Messy dates → one format."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from recipes.etl.contract import Contract
from recipes.etl.dates import Layout, impossible, read_both_ways, write
from recipes.etl.source import Source
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, only, otherwise

_FORMATS = {
    "YYYY-MM-DD": ("%Y-%m-%d", r"\d{4}-\d{2}-\d{2}"),
    "YYYYMMDD": ("%Y%m%d", r"\d{8}"),
    "DD.MM.YYYY": ("%d.%m.%Y", r"\d{2}\.\d{2}\.\d{4}"),
    "MM/DD/YYYY": ("%m/%d/%Y", r"\d{2}/\d{2}/\d{4}"),
}
_ASKS = (
    "Convert [this date|these dates] to {format}",
    "Rewrite the [date|dates] as {format}",
    "Normalise [this date string|these date strings] to the format {format}",
    "Turn the [messy date|messy dates] into {format}",
    "What date is meant [here|on each line]? Use {format}",
    "Fix the [date|dates] (scanned from paper forms, expect typos) and write [it|them] as {format}",
    "Standardise [the date|every date] to {format}",
    "Parse [this|each] date and output it as {format}",
    "Clean up the date column: {format} is what we need",
    "Bring [the date below|the dates below] into the form {format}",
    "Read the [date|dates], whatever the language or layout, and give {format}",
)
_ORDERS = {
    "dmy": (
        "The day comes before the month",
        "Numeric dates are day first",
        "The source is European: DD/MM/YYYY order",
        "Read 03/04 as 3 April",
        "All of it was entered day/month/year",
    ),
    "mdy": (
        "The month comes before the day",
        "Numeric dates are month first, as in the US",
        "The source is a US system: MM/DD/YYYY order",
        "Read 03/04 as March 4",
        "All of it was entered month/day/year",
    ),
    "": ("Where a weekday is given, it tells which number is the day", "", "", ""),
}
_YEAR_FIRST = (
    "What starts with the year goes on with the month, then the day",
    "If the year comes first, read year, month, day",
    "Four digits in front are the year, followed by month and day",
)
_SHORT = (
    "Two-digit years come last; 00 to 30 are 20xx, the others 19xx",
    "Any year of two digits is always at the end and means 20xx up to 30, else 19xx",
    "Years may have two digits, at the end: 00-30 are 2000-2030, 31-99 are 1931-1999",
)
# How often a date is one that could be two, where the instruction says what then.
_UNCLEAR, _TRIES = 0.3, 40
_WHEN = ("there is no such date", "it isn't a real date", "no valid date can be read", "the date is impossible")
_UNSURE = (
    "If day and month can't be told apart, answer {word} too",
    "Answer {word} as well if it could be two different dates",
)


class Dates:
    name = "dates"
    output = "date"
    columns = ("date_text", "entered_on", "date_raw", "signed", "received", "day", "date_as_typed", "when_text")
    answer = ("date", "clean_date", "date_iso", "parsed_date", "day_clean")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        shown = rng.choice(("YYYY-MM-DD", *_FORMATS)) if rng.random() < 0.4 else "YYYY-MM-DD"
        order = rng.choice(("dmy", "mdy", ""))
        word = (
            rng.choice(("invalid", "unknown", "none", "n/a", "NULL", "ERROR", ""))
            if order or rng.random() < 0.8
            else ""
        )
        unsure = bool(not order and word and rng.random() < 0.6)
        short, year_first = rng.random() < 0.4, rng.random() < 0.55
        iso = shown == "YYYY-MM-DD"
        contract = Contract(
            pattern=_FORMATS[shown][1],
            type="DATE" if iso else "",
            otherwise=word,
            passed=rng.random() < 0.4,
        )
        rules = [rng.choice(_ORDERS[order])]
        if year_first:
            rules.append(rng.choice(_YEAR_FIRST))
        if short:
            rules.append(rng.choice(_SHORT))
        when = rng.choice(_WHEN)
        if word:
            rules.append(otherwise(when, word, rng))
        if unsure:
            rules.append(rng.choice(_UNSURE).format(word=word))
        rules.append(only("the date", rng))
        ask = rng.choice(_ASKS).format(format=shown)
        single, many = compose(ask, [r for r in rules if r], ("date", "dates"), rng)
        told = {"dmy": "day before month", "mdy": "month before day", "": ""}[order]
        notes = [told] if told else []
        notes += ["year, month, day if the year comes first"] if year_first else []
        notes += ["two-digit years come last, from 00 to 30 they are 20xx, else 19xx"] if short else []
        unclear = ["what could be two different dates has none"] if unsure else []
        typed = _want(shown, [*notes, *unclear])
        notes += [f"'{word}' if {when}"] if word else []
        notes += [f"'{word}' too if day and month can't be told apart"] if unsure else []
        want = _want(shown, notes)
        mode = {
            "format": shown,
            "order": order,
            "word": word,
            "unsure": unsure,
            "short": short,
            "year_first": year_first,
        }
        return Brief(single, many, want, contract, typed, mode)

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:  # noqa: ARG002
        mode = brief.mode
        if mode["word"] and rng.random() < 0.12:
            value, template, rolled = impossible(mode["order"], rng)
            guessed = "hallucinated_date" if template.startswith("no date") else "rolled_over"
            shown = [("impossible_date" if type(d) is str else guessed, _form(d, mode)) for d in rolled]
            return Item(value, mode["word"], f"impossible {template}", tuple(shown))
        layout = Layout(order=mode["order"], short=mode["short"], year_first=mode["year_first"])
        unclear = mode["unsure"] and rng.random() < _UNCLEAR
        for _ in range(_TRIES if unclear else 1):
            day = date(1931, 1, 1) + timedelta(days=rng.randrange(98 * 365))
            value, template, ambiguous = write(day, layout, rng, numeric=unclear)
            if value and (ambiguous or not unclear):
                break
        else:
            return None
        other = read_both_ways(day)
        if ambiguous and not mode["order"]:
            if not (mode["unsure"] and other):
                return None
            picked = tuple(("picked_one_reading", _form(reading, mode)) for reading in (day, other))
            return Item(value, mode["word"], f"ambiguous {template}", picked)
        swapped = _form(other, mode) if other else _form(f"{day.year:04d}-{day.day:02d}-{day.month:02d}", mode)
        wrong = (
            ("day_month_swapped", swapped) if day.day != day.month else ("", ""),
            ("wrong_format", rng.choice(_others(day, mode["format"], rng))),
            ("off_by_one", _form(day + timedelta(days=rng.choice((-1, 1))), mode)),
            ("impossible_date", _form(f"{day.year:04d}-02-{day.day}", mode) if day.day > 29 else ""),
            ("year_shifted", _form(_shifted(day, rng.choice((-100, 100, 10, -10))), mode)),
        )
        return Item(value, _form(day, mode), template, tuple(pair for pair in wrong if pair[1]))


def _want(shown: str, notes: list[str]) -> str:
    return f"bring {{column}} into the form {shown}" + (f" ({'; '.join(notes)})" if notes else "")


def _shifted(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28))


def _form(day: date | str, mode: Mapping[str, Any]) -> str:
    shown = mode["format"]
    if isinstance(day, date):
        return day.strftime(_FORMATS[shown][0])
    year, month, number = day.split("-")
    return str(shown).replace("YYYY", year).replace("MM", month).replace("DD", number)


def _others(day: date, shown: str, rng: Random) -> list[str]:
    words = (f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%b} {day.year}", f"{day:%Y-%m-%d}T00:00:00")
    written = [day.strftime(pattern) for name, (pattern, _) in _FORMATS.items() if name != shown]
    return [*written, rng.choice(words)]


task = Dates()
