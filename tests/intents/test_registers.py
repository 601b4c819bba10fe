"""The same intent as different people say it: other words, the same question."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from random import Random

import pytest

from factory.catalog import opened
from factory.intents.draw import intents
from factory.intents.filters import Equals, Filter, Period
from factory.intents.grouping import Aggregate
from factory.intents.kinds.total import Total
from factory.intents.registers import REGISTERS, speak
from factory.intents.registers.ask import taken_apart
from factory.intents.registers.loose import lately, named
from factory.intents.registers.prose import Masked, sentences
from factory.intents.registers.tails import columns
from factory.intents.registers.values import abbreviated, dated, rounded_off
from factory.intents.style import Style, render
from factory.intents.subject import Subject
from factory.records import Column, Database, Table

DATABASES = ["retail", "airline@5", "real_estate", "hospital@3"]
QUOTED = re.compile(r"(?<!\w)'[^']*'(?!\w)")
LOOSE = {"colloquial", "shorthand", "rambling"}


@pytest.mark.every_database
@pytest.mark.parametrize("name", DATABASES)
def test_what_is_asked_survives_every_register(name: str) -> None:
    with opened(name, instances=1) as target:
        database = target.database
        asked = list(islice(intents(database, Random(name)), 60))
    for n, intent in enumerate(asked):
        question = intent.question()
        for say, _ in REGISTERS:
            said = say(intent, database, Random(n))
            if said is None:
                continue
            changed, told = said
            assert told.question.strip() == told.question
            assert "  " not in told.question
            assert "{" not in told.question, told
            assert not re.search(r"[\ue000-\uf8ff]", told.question + "".join(told.earlier)), told
            if told.register == "follow_up":
                assert told.earlier
                assert render(changed.tree(), Style()) != render(intent.tree(), Style())
                continue
            assert changed is intent
            # As people type it, "status paid" needs no quotes.
            loose = told.register in LOOSE
            values = [value.strip("'") if loose else value for value in QUOTED.findall(question)]
            missing = [value for value in values if value not in told.question]
            assert not missing, f"{told.register} lost {missing}: {told.question}"


@pytest.mark.parametrize("name", DATABASES[:2])
def test_follow_ups_are_answered(name: str) -> None:
    follow_up = next(say for say, _ in REGISTERS if say.__module__.endswith("follow_up"))
    with opened(name, instances=1) as target:
        found = 0
        for n, intent in enumerate(islice(intents(target.database, Random(7)), 60)):
            said = follow_up(intent, target.database, Random(n))
            if said is not None:
                outcome = target.engine.run(render(said[0].tree(), Style()), 0)
                assert outcome.error is None, (said[1], outcome.error)
                found += 1
    assert found > 20


def test_a_seed_always_says_the_same() -> None:
    with opened("retail", instances=1) as target:
        asked = list(islice(intents(target.database, Random(1)), 40))
        first, again = ([speak(i, target.database, Random(n))[1] for n, i in enumerate(asked)] for _ in range(2))
    assert first == again
    assert len({one.register for one in first}) > 5


def test_voices_differ() -> None:
    with opened("retail", instances=1) as target:
        asked = list(islice(intents(target.database, Random(3)), 6))
        told = [
            {speak(replace(intent, voice=n), target.database, Random(n))[1].question for n in range(50)}
            for intent in asked
        ]
    assert sum(map(len, told)) > 0.9 * 50 * len(told)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("above $1,500", "above $1.5k"),
        ("above 130,000,000 kWh", "above 130M kWh"),
        ("above 1,234", "above 1,234"),
        ("above 48,962 miles", "above 48,962 miles"),
        ("above 1,250.5", "above 1,250.5"),
        ("$1,000 to $2,000", "$1k to $2k"),
        ("EPSG:32613", "EPSG:32613"),
    ],
)
def test_large_numbers(text: str, short: str) -> None:
    assert rounded_off(text) == short


def test_periods_are_abbreviated_to_what_they_were() -> None:
    said = {abbreviated("in the third quarter of 2023", Random(n)) for n in range(9)}
    assert said == {"in Q3 2023", "in Q3 of 2023"}
    assert abbreviated("in the first half of 2024", Random(1)) in ("in H1 2024", "in H1 of 2024")
    assert {abbreviated("in March 2024", Random(n)) for n in range(20)} == {"in March '24", "in Mar 2024", "in Mar '24"}
    assert abbreviated("born in March 1985", Random(1)) == "born in March 1985"


def test_days_in_every_way_of_writing() -> None:
    said = {dated("between 3 March 2023 and 21 May 2023", Random(n), 1) for n in range(40)}
    assert said == {
        "between 2023-03-03 and 2023-05-21",
        "between March 3, 2023 and May 21, 2023",
        "between 3 Mar 2023 and 21 May 2023",
        "between the 3rd of March 2023 and the 21st of May 2023",
    }
    whole = {dated("on or after 1 March 2023", Random(n), 1) for n in range(40)}
    assert "from March 2023 on" in whole
    assert {dated("before 1 March 2023", Random(n), 1) for n in range(60)} >= {"before March 2023", "before 2023-03-01"}


AT = Column("paid_at", "TIMESTAMP", "timestamp", "payment time", "payment times", phrase="paid {}")
STATUS = Column("status", "VARCHAR", "category", "status", "statuses", phrase="with status '{}'")
NAME = Column("name", "VARCHAR", "name", "name", "names", distinct=9)
BRANCH = Table("branch", "branch", "branches", (NAME,), row_count=9)
TELLER = Table("teller", "teller", "tellers", (NAME,), person=True, row_count=9)
INVOICE = Table("invoice", "invoice", "invoices", (AT, STATUS), row_count=500)
SMALL = Database("small", "small", "duckdb", (BRANCH, TELLER, INVOICE))


def _total(*filters: Filter) -> Total:
    return Total(subject=Subject(INVOICE, filters), aggregates=(Aggregate("count", INVOICE),))


@pytest.mark.parametrize(
    ("start", "end", "words", "said"),
    [
        (date(2023, 7, 1), date(2023, 10, 1), "in the third quarter of 2023", "last quarter"),
        (date(2023, 7, 1), date(2023, 8, 1), "in July 2023", "last month"),
        (date(2023, 1, 1), date(2024, 1, 1), "in 2023", "last year"),
    ],
)
def test_last_month_is_said_with_the_day_it_is_said_on(start: date, end: date, words: str, said: str) -> None:
    intent = _total(Period(AT, start, end, words))
    for n in range(40):
        text = lately(f"How many invoices paid {words} are there?", intent, Random(n), 1)
        assert text.startswith(f"How many invoices paid {said} are there?")
        today = re.search(r"\d+ [A-Z]\w+ \d{4}", text)
        assert today, text
        assert end <= datetime.strptime(today[0], "%d %B %Y").date() < end + (end - start)


@pytest.mark.parametrize(
    "text",
    [
        "How many invoices expiring in 2023 are there?",
        "How many invoices paid in 2023 are there per month?",
        "Which invoices paid in 2023 were issued before 2022?",
        "Show the last invoice paid in 2023.",
    ],
)
def test_last_year_is_not_said_where_it_could_be_taken_for_something_else(text: str) -> None:
    intent = _total(Period(AT, date(2023, 1, 1), date(2024, 1, 1), "in 2023"))
    assert lately(text, intent, Random(1), 1) == text


@pytest.mark.parametrize(
    ("value", "text", "said"),
    [
        (Equals(NAME, "Berlin"), "invoices sent by the branch 'Berlin'", "invoices sent by the Berlin branch"),
        (Equals(NAME, "South Branch"), "sent by the branch 'South Branch'", "sent by the South Branch"),
        (Equals(NAME, "Ana Diaz"), "entered by the teller 'Ana Diaz'", "entered by Ana Diaz"),
        (Equals(STATUS, "paid"), "invoices with status 'paid'", "invoices with status paid"),
        (Equals(STATUS, "not sent"), "invoices with status 'not sent'", "invoices with status 'not sent'"),
        (Equals(STATUS, "paid"), "invoices with status 'paid' or 'late'", "invoices with status 'paid' or 'late'"),
        (Equals(STATUS, "paid"), "whose note contains 'paid'", "whose note contains 'paid'"),
    ],
)
def test_names_as_people_say_them(value: Equals, text: str, said: str) -> None:
    intent = _total(value)
    masked = Masked(text, intent)
    assert masked.shown(named(masked, masked.text, intent, SMALL, Random(1), 1)) == said


@pytest.mark.parametrize(
    ("text", "noun", "deed"),
    [
        ("How many invoices are there?", "the number of invoices", None),
        ("Number of invoices paid by card?", "the number of invoices paid by card", None),
        ("Count of invoices paid by card.", None, None),
        ("Could you find all invoices?", None, "find all invoices"),
        ("Can you get the sum of the fees?", "the sum of the fees", None),
        ("For each branch, give the number of tellers.", None, None),
    ],
)
def test_what_is_asked_for(text: str, noun: str | None, deed: str | None) -> None:
    ask = taken_apart(text)
    assert (ask.noun, ask.deed) == (noun, deed)


def test_a_follow_up_takes_up_what_was_said() -> None:
    """ "2022 instead of 2021" makes sense only where 2021 was named."""
    follow_up = next(say for say, _ in REGISTERS if say.__module__.endswith("follow_up"))
    found = 0
    with opened("airline@5", instances=1) as target:
        for n, intent in enumerate(islice(intents(target.database, Random(9)), 150)):
            said = follow_up(intent, target.database, Random(n))
            if said and (
                old := re.search(r"(?:instead of|rather than|, not|place of) (\d+|'[^']+')", said[1].question)
            ):
                assert old[1].strip("'") in said[1].earlier[0]
                found += 1
    assert found > 3


def test_closing_sentences() -> None:
    assert columns("Show the customer ID and name.") == "customer ID and name"
    assert columns("List the highest first.") is None
    assert columns("Also give the name of the state.") is None
    assert sentences("Flights of Dr. Who. How many? Show the ID.") == [
        "Flights of Dr. Who.",
        "How many?",
        "Show the ID.",
    ]
