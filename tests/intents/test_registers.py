"""The same intent as different people say it: other words, the same question."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from random import Random

import pytest

from factory.catalog import opened
from factory.intents.draw import intents
from factory.intents.registers import REGISTERS, speak
from factory.intents.registers.prose import sentences
from factory.intents.registers.tails import columns
from factory.intents.registers.values import abbreviated, dated, rounded_off
from factory.intents.style import Style, render

DATABASES = ["retail", "airline@5", "real_estate", "hospital@3"]
QUOTED = re.compile(r"(?<!\w)'[^']*'(?!\w)")
REWRITTEN = {"technical", "follow_up"}


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
            missing = [value for value in QUOTED.findall(question) if value not in told.question]
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
        intent = next(intents(target.database, Random(3)))
        said = {speak(replace(intent, voice=n), target.database, Random(n))[1].question for n in range(50)}
    assert len(said) > 45


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


def test_closing_sentences() -> None:
    assert columns("Show the customer ID and name.") == "customer ID and name"
    assert columns("List the highest first.") is None
    assert columns("Also give the name of the state.") is None
    assert sentences("Flights of Dr. Who. How many? Show the ID.") == [
        "Flights of Dr. Who.",
        "How many?",
        "Show the ID.",
    ]
