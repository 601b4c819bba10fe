"""Numbers, articles and the order of what follows a noun."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from factory.intents.clauses import clauses, predicate
from factory.intents.english import article, listed, number, number_range, sentence


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1, "days", "1 day"),
        (2, "days", "2 days"),
        (1, "people", "1 person"),
        (1, "ms", "1 ms"),
        (12.5, "USD", "$12.50"),
        (Decimal("12.50"), "CAD", "C$12.50"),
        (130_000_000, "USD", "$130,000,000"),
        (1250.5, None, "1,250.5"),
        (999, None, "999"),
        (0.03, None, "0.03"),
        (-4, "°C", "-4 °C"),
        (-4, "EUR", "-€4"),
        (12, "%", "12%"),
        (1, "parcels a day", "1 parcel a day"),
        (1, "nautical miles", "1 nautical mile"),
        (1, "cents/kWh", "1 cents/kWh"),
    ],
)
def test_number(value: Any, unit: str | None, said: str) -> None:
    assert number(value, unit) == said


def test_number_range() -> None:
    assert number_range(5, 10, "minutes") == "5 to 10 minutes"
    assert number_range(5, 10, "USD") == "$5 to $10"
    assert number_range(5, 10) == "5 to 10"


@pytest.mark.parametrize(
    ("noun", "said"),
    [
        ("order", "an order"),
        ("unit price", "a unit price"),
        ("hourly wage", "an hourly wage"),
        ("MLS number", "an MLS number"),
        ("FIPS code", "a FIPS code"),
        ("urgent mark", "an urgent mark"),
        ("European branch", "a European branch"),
    ],
)
def test_article(noun: str, said: str) -> None:
    assert article(noun) == said


def test_sentence() -> None:
    assert sentence("how  many  orders ?".replace(" ?", "?")) == "How many orders?"
    assert sentence("count them") == "Count them."


def test_listed() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"], "or") == "a, b or c"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (["with a pool", "built in 2001"], "built in 2001 with a pool"),
        (["with a pool", "with 3 bedrooms", "without a garden"], "with a pool and 3 bedrooms and without a garden"),
        (["paid by card", "placed in 2023"], "paid by card and placed in 2023"),
        (["whose name starts with 'A'", "living in Rome"], "living in Rome whose name starts with 'A'"),
        (["whose name starts with 'A'", "who smoke"], "who smoke and whose name starts with 'A'"),
        (["that were late", "in the north", "worth more than $5"], "in the north worth more than $5 that were late"),
    ],
)
def test_clauses(said: list[str], text: str) -> None:
    assert clauses(said) == text


def test_a_participle_is_kept_for_the_end() -> None:
    assert clauses(["paid by card", "with a note"], before_participle=True) == "with a note paid by card"


@pytest.mark.parametrize(
    ("said", "past", "text"),
    [
        ("paid by card", True, "were paid by card"),
        ("based in Rome", False, "are based in Rome"),
        ("that were late", True, "were late"),
        ("who get the newsletter", False, "get the newsletter"),
        ("with a pool", False, "have a pool"),
        ("in the north", False, "are in the north"),
        ("that nobody rated", True, None),
        ("that the sensor passed", True, None),
        ("living in Rome", False, None),
        ("without a pool", False, None),
    ],
)
def test_predicate(said: str, past: bool, text: str | None) -> None:
    assert predicate(said, past=past) == text
