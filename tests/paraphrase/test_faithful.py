"""Wordings by hand: what asks the same and what doesn't. Not one of the unfaithful may pass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from factory.catalog import Opened, opened
from factory.intents.filters import Compare, Equals, Flag, OneOf, Period
from factory.intents.grouping import Aggregate, Key
from factory.intents.intent import Intent
from factory.intents.kinds.breakdown import Breakdown
from factory.intents.kinds.listing import Listing
from factory.intents.kinds.membership import Membership
from factory.intents.kinds.top import Top
from factory.intents.kinds.total import Total
from factory.intents.subject import Subject
from factory.paraphrase import Judged, judged, references
from factory.paraphrase.references import References
from factory.records import Database


@cache
def retail() -> Opened:
    return opened("retail", instances=1).__enter__()


@pytest.fixture(scope="module", autouse=True)
def closed() -> Iterator[None]:
    yield
    retail().engine.close()
    retail.cache_clear()
    known.cache_clear()


def intents(db: Database) -> dict[str, Intent]:
    """What is asked, by name."""
    orders, customers, stores = (db.table(name) for name in ("orders", "customer", "store"))
    fee, method, placed = (orders.column(n) for n in ("shipping_fee", "payment_method", "ordered_at"))
    relation = next(r for r in db.relations if r.child == "orders" and r.parent == "customer")
    to_store = next(r for r in db.relations if r.child == "orders" and r.parent == "store")
    year = Period(placed, date(2023, 1, 1), date(2024, 1, 1), "in 2023")
    cheap = Compare(fee, "<", 5)
    store = Key(stores, (stores.column("store_id"), stores.column("store_name")), (to_store,))
    return {
        "total": Total(subject=Subject(orders, (Compare(fee, ">", 5), year)), aggregates=(Aggregate("count", orders),)),
        "average": Total(
            subject=Subject(customers, (Equals(customers.column("segment"), "Corporate"),)),
            aggregates=(Aggregate("avg", customers, customers.column("loyalty_points")),),
        ),
        "cold": Total(
            subject=Subject(stores, (Compare(stores.column("floor_area"), ">", -5),)),
            aggregates=(Aggregate("count", stores),),
        ),
        "newsletter": Total(
            subject=Subject(customers, (Flag(customers.column("newsletter"), True),)),
            aggregates=(Aggregate("count", customers),),
        ),
        "breakdown": Breakdown(
            subject=Subject(orders, (OneOf(orders.column("status"), ("cancelled", "shipped")),)),
            keys=(Key(orders, (method,)),),
            aggregates=(Aggregate("avg", orders, fee),),
            sort="desc",
        ),
        "top": Top(
            subject=Subject(orders, (cheap,)),
            keys=(store,),
            aggregates=(Aggregate("count", orders),),
            sort="desc",
            limit=3,
        ),
        "listing": Listing(
            subject=Subject(stores, (Compare(stores.column("floor_area"), ">=", 400),)),
            columns=(stores.column("store_name"), stores.column("opened_on")),
        ),
        "membership": Membership(
            subject=Subject(customers, (Equals(customers.column("city"), "Port Connorville"),)),
            relation=relation,
            children=Subject(orders, (year,)),
            negated=True,
            columns=(customers.column("full_name"),),
            form="exists",
        ),
    }


@cache
def known(name: str) -> References:
    intent = intents(retail().database)[name]
    return references(intent, intent.question(), retail().database)


class Case(NamedTuple):
    intent: str
    wording: str


def cases(same: str) -> list[Case]:
    path = Path(__file__).parent.parent / "data/rewordings.tsv"
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [Case(intent, wording) for intent, answer, wording in rows if answer == same]


@pytest.mark.parametrize("case", cases("yes"), ids=str)
def test_what_asks_the_same_is_accepted(case: Case) -> None:
    assert judged(case.wording, known(case.intent)) == Judged()


@pytest.mark.parametrize("case", cases("no"), ids=str)
def test_nothing_unfaithful_is_accepted(case: Case) -> None:
    assert judged(case.wording, known(case.intent)).reason.startswith("paraphrase_")


@pytest.mark.parametrize("name", ["total", "average", "breakdown", "top", "listing", "membership"])
def test_the_question_itself_is_no_other_wording(name: str) -> None:
    said = known(name).said

    assert judged(f" {said.lower()} ", known(name)).reason == "paraphrase_unchanged"


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (Case("total", "How many orders placed in 2023 have a shipping fee above $50?"), "paraphrase_loses_number"),
        (Case("average", "The average loyalty points balance of customers."), "paraphrase_loses_literal"),
        (
            Case("total", "How many orders placed in 2023 that are not cancelled have a shipping fee above $5?"),
            "paraphrase_adds_negation",
        ),
        (Case("listing", "Names and opening dates of the largest stores with a floor area of at least 400 m²."),
         "paraphrase_adds_order"),
    ],
)  # fmt: skip
def test_the_reason_says_what_is_wrong(case: Case, reason: str) -> None:
    assert judged(case.wording, known(case.intent)).reason == reason


def test_there_are_enough_of_both() -> None:
    assert len(cases("yes")) >= 15
    assert len(cases("no")) >= 55
