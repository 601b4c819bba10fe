"""Each filter's words and its SQL, side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from sqlglot import exp

from factory.intents import sql
from factory.intents.draw_filter import compatible, draw_filter
from factory.intents.filters import (
    Between,
    Compare,
    DayRange,
    Equals,
    Filter,
    Matches,
    Missing,
    NotEquals,
    OneOf,
    Period,
)
from factory.intents.subject import Subject
from factory.records import Column, Relation, Table

SEATS = Column("seats", "INTEGER", "measure", "number of seats", "numbers of seats", more="with more than {} seats")
FEE = Column("fee", "DECIMAL(8,2)", "measure", "fee", "fees", unit="USD", more="with a fee above {}")
RATE = Column("rate", "DOUBLE", "measure", "rate", "rates", unit="EUR", more="charged at more than {}")
DUES = Column("dues", "DOUBLE", "measure", "port dues", "port dues", unit="USD")
METHOD = Column("method", "VARCHAR", "category", "payment method", "payment methods", phrase="paid by {}")
STATUS = Column("status", "VARCHAR", "category", "status", "statuses", phrase="with status '{}'")
TERMS = Column("terms", "VARCHAR", "category", "delivery terms", "delivery terms")
PLACED = Column("placed_on", "DATE", "timestamp", "order date", "order dates", phrase="placed {}")
LEFT = Column("left_on", "DATE", "timestamp", "leaving date", "leaving dates", nulls=9, missing="who still work here")
CITY = Column("city", "VARCHAR", "place", "city", "cities", phrase="living in {}")
NAME = Column("title", "VARCHAR", "name", "title", "titles")

ORDERS = Table("orders", "order", "orders", (FEE, METHOD, STATUS, PLACED), row_count=500)


@pytest.mark.parametrize(
    ("one", "said", "condition"),
    [
        (Compare(SEATS, ">", 4), "with more than 4 seats", "seats > 4"),
        (Compare(SEATS, ">=", 4), "with at least 4 seats", "seats >= 4"),
        (Compare(SEATS, "<=", 4), "with at most 4 seats", "seats <= 4"),
        (Compare(FEE, ">=", 12.5), "with a fee of at least $12.50", "fee >= 12.5"),
        (Compare(RATE, ">=", 3), "charged at €3 or more", "rate >= 3"),
        (Compare(DUES, "<", 2000), "with port dues below $2,000", "dues < 2000"),
        (Between(SEATS, 2, 4), "with 2 to 4 seats", "seats BETWEEN 2 AND 4"),
        (Between(FEE, 2, 4), "with a fee of $2 to $4", "fee BETWEEN 2 AND 4"),
        (Equals(STATUS, "open"), "with status 'open'", "status = 'open'"),
        (OneOf(STATUS, ("open", "paid")), "with status 'open' or 'paid'", "status IN ('open', 'paid')"),
        (
            OneOf(METHOD, ("card", "cash"), spelled_out=True),
            "paid by card or cash",
            "method = 'card' OR method = 'cash'",
        ),
        (NotEquals(METHOD, "card"), "not paid by card", "method <> 'card'"),
        (NotEquals(STATUS, "open"), "whose status is not 'open'", "status <> 'open'"),
        (NotEquals(TERMS, "EXW"), "whose delivery terms are not 'EXW'", "terms <> 'EXW'"),
        (Equals(NAME, "Dune"), "with the title 'Dune'", "title = 'Dune'"),
        (Matches(NAME, "D", "starts"), "whose title starts with 'D'", "title LIKE 'D%'"),
        (Matches(TERMS, "D", "contains"), "whose delivery terms contain 'D'", "terms LIKE '%D%'"),
        (
            Matches(NAME, "dune", "contains", "exact"),
            "whose title contains 'dune' (case-sensitive)",
            "title LIKE '%dune%'",
        ),
        (
            Matches(NAME, "dune", "contains", "any"),
            "whose title contains 'dune' in upper or lower case",
            "title ILIKE '%dune%'",
        ),
        (Between(FEE, 2, 4, stated=True), "with a fee of $2 to $4 (inclusive)", "fee BETWEEN 2 AND 4"),
        (Missing(FEE, negated=True), "with a recorded fee", "fee IS NOT NULL"),
        (
            Period(PLACED, date(2023, 5, 1), date(2023, 6, 1), "in May 2023"),
            "placed in May 2023",
            "placed_on >= '2023-05-01' AND placed_on < '2023-06-01'",
        ),
        (
            DayRange(PLACED, date(2023, 5, 1), date(2023, 5, 9), "from 1 May 2023 through 9 May 2023"),
            "placed from 1 May 2023 through 9 May 2023",
            "placed_on BETWEEN '2023-05-01' AND '2023-05-09'",
        ),
        (Missing(LEFT), "who still work here", "left_on IS NULL"),
    ],
)
def test_words_and_condition(one: Filter, said: str, condition: str) -> None:
    assert one.said() == said
    at = sql.column(one.column.name)
    assert isinstance(at, exp.Column)
    assert one.condition(at).sql(dialect="duckdb") == condition


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (METHOD, FEE, True),
        (FEE, DUES, False),  # two thresholds
        (PLACED, LEFT, False),  # two times
        (STATUS, LEFT, False),  # only some statuses have a leaving date
        (METHOD, STATUS, True),
    ],
)
def test_filters_that_could_contradict_each_other_are_not_combined(one: Column, other: Column, together: bool) -> None:
    assert compatible(one, other) is together
    assert compatible(other, one) is together


CUSTOMER = Table("customer", "customer", "customers", (NAME,), person=True, row_count=50)
PLACED_BY = Relation("orders", "customer_id", "customer", "id", "placed", "never placed", "placed by")
CARD = OneOf(METHOD, ("card", "cash"))


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (
            Subject(ORDERS, (CARD, Compare(FEE, ">", 5))),
            "orders with a fee above $5 and paid by card or cash",
        ),
        (
            Subject(ORDERS, (OneOf(STATUS, ("open", "late")), Compare(FEE, ">", 5))),
            "orders with a fee above $5 and with status 'open' or 'late'",
        ),
        (
            Subject(ORDERS, (NotEquals(METHOD, "card"), Period(PLACED, date(2023, 1, 1), None, "in 2023 or later"))),
            "orders placed in 2023 or later and not paid by card",
        ),
        (Subject(ORDERS, (CARD,)), "orders paid by card or cash"),
        (
            Subject(ORDERS, (CARD,), (PLACED_BY,), CUSTOMER, (OneOf(CITY, ("Rome", "Oslo")),)),
            "orders paid by card or cash and placed by customers living in Rome or Oslo",
        ),
        (
            Subject(ORDERS, (Compare(FEE, ">", 5), CARD), (PLACED_BY,), CUSTOMER, (CARD, Compare(SEATS, ">", 3))),
            "orders with a fee above $5 and paid by card or cash and placed by customers "
            "with more than 3 seats and paid by card or cash",
        ),
    ],
)
def test_or_and_not_reach_no_further_than_their_own_condition(subject: Subject, said: str) -> None:
    assert subject.said() == said


def test_a_word_that_occurs_in_more_than_one_case_is_asked_for_with_its_case() -> None:
    notes = Column("note", "VARCHAR", "text", "note", "notes", values=("torn cover", "Torn page"), distinct=2)
    more = replace(notes, distinct=80)
    drawn, blind = (
        [draw_filter(Table("x", "x", "xs", (column,), row_count=99), Random(n)) for n in range(60)]
        for column in (notes, more)
    )
    torn = [one for one in drawn if isinstance(one, Matches) and one.text.lower() == "torn"]
    assert {one.case for one in torn} == {"exact", "any"}
    assert {one.case for one in drawn if isinstance(one, Matches) and one.text == "cover"} == {None, "any"}
    # With values that the catalog doesn't show, nobody knows.
    assert {one.case for one in blind if isinstance(one, Matches)} == {"exact", "any"}
