"""Dates of the etl recipe, read by somebody who knows only the prompt."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from random import Random

import pytest

from recipes.etl.dates import _misspelt
from recipes.etl.domains import DOMAINS
from recipes.etl.source import Source
from recipes.etl.task import items, tasks

_DAY_FIRST = ("day comes before", "day first", "dd/mm/yyyy order", "3 april", "day/month/year")
_MONTH_FIRST = ("month comes before", "month first", "mm/dd/yyyy order", "march 4", "month/day/year")
_YEAR_FIRST = ("starts with the year", "year comes first", "in front are the year")
_SHORT = ("two-digit year", "two digits")
_SHOWN = {"YYYY-MM-DD": "%Y-%m-%d", "YYYYMMDD": "%Y%m%d", "DD.MM.YYYY": "%d.%m.%Y", "MM/DD/YYYY": "%m/%d/%Y"}
_AROUND = re.compile(
    r"^(?:on |dated |date: |rec'd |as of |~|valid from |Datum: |le |due )|"
    r"(?: 14:05| 09:30:00| \(signed\)| / copy|\.)$"
)
_LOOKALIKES = str.maketrans("OolISB", "001158")
_NUMBERS = re.compile(r"(\d+)[\W_]+(\d+)[\W_]+(\d+)")


def numbers(value: str) -> tuple[list[str], str]:
    """Three numbers, and a weekday if there is one; nothing of a date in words."""
    text = _AROUND.sub("", value).strip("'() ")
    weekday = re.match(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w* (?=[\dOolISB])", text)
    text = text[weekday.end() :] if weekday else text
    text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    text = re.sub(r"(?<=\w)T\w\w:\w\w:\w\wZ$", "", text).translate(_LOOKALIKES)
    if ".111." in text:  # March, in Roman numbers
        return [], ""
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text) or _NUMBERS.fullmatch(text)
    return list(match.groups()) if match else [], weekday[1] if weekday else ""


def readings(value: str, instruction: str) -> set[date] | None:
    """What three numbers may mean by the instruction; None for dates in words."""
    found, weekday = numbers(value)
    if not found:
        return None
    said = instruction.lower()
    orders = {"ymd"} if any(w in said for w in _YEAR_FIRST) else {"ymd", "ydm"}
    day_first, month_first = (any(w in said for w in words) for words in (_DAY_FIRST, _MONTH_FIRST))
    orders |= {"dmy"} if day_first else {"mdy"} if month_first else {"dmy", "mdy"}
    days = set()
    for order in sorted(orders):
        part = dict(zip(order, found, strict=True))
        year = part["y"]
        if len(year) == 2 and order.endswith("y") and any(w in said for w in _SHORT):
            year = f"{20 if int(year) <= 30 else 19}{year}"
        if len(year) != 4 or max(len(part["d"]), len(part["m"])) > 2:
            continue
        try:
            day = date(int(year), int(part["m"]), int(part["d"]))
        except ValueError:
            continue
        if not weekday or f"{day:%a}" == weekday:
            days.add(day)
    return days


@pytest.mark.slow
def test_the_prompt_decides_what_a_numeric_date_means() -> None:
    rng = Random("read both ways")
    task = tasks()["dates"]
    seen = {"one": 0, "none": 0, "several": 0}
    while sum(seen.values()) < 1200:
        fold = rng.randrange(len(DOMAINS))
        source = Source(DOMAINS[fold], fold)
        brief = task.brief(source, rng)
        for item in items(task, brief, source, rng, 6):
            days = readings(item.value, brief.instruction)
            if days is None:
                continue
            shown = {day.strftime(_SHOWN[brief.mode["format"]]) for day in days}
            if len(days) == 1:
                assert {item.truth} == shown, (brief.instruction, item.value)
            else:
                assert item.truth == brief.mode["word"], (brief.instruction, item.value, item.truth, days)
                assert brief.mode["unsure"] or not days, (brief.instruction, item.value)
            seen["one" if len(days) == 1 else "several" if days else "none"] += 1
    assert min(seen.values()) > 8, seen


def test_a_misspelt_month_is_near_to_no_other_in_any_language() -> None:
    drawn = {_misspelt("marzo", 3, Random(seed)) for seed in range(200)}

    assert "mazo" not in drawn  # as near to the Spanish May
    assert len({_misspelt("September", 9, Random(seed)) for seed in range(50)}) > 10
