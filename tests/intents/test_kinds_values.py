"""Kinds about values and functions: each is asked of several databases and answered on every instance."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime
from importlib import import_module
from random import Random
from typing import Any

import pytest

from factory.catalog import Opened, opened
from factory.compare import same
from factory.intents.filters import Equals, Flag
from factory.intents.grouping import Aggregate, Key
from factory.intents.intent import Intent
from factory.intents.kinds.coalesced import Coalesced
from factory.intents.kinds.collected import Collected
from factory.intents.kinds.conditional_counts import ConditionalCounts
from factory.intents.kinds.date_parts import DateParts
from factory.intents.kinds.durations import Durations
from factory.intents.kinds.either_or import EitherOr
from factory.intents.kinds.histogram import Histogram
from factory.intents.kinds.multi_key import MultiKey
from factory.intents.kinds.percentiles import Percentiles
from factory.intents.kinds.ratio import Ratio
from factory.intents.kinds.spread import Spread
from factory.intents.kinds.text_functions import Parts
from factory.intents.kinds.text_matching import Matching
from factory.intents.style import Style, draw_style, render
from factory.intents.subject import Subject
from factory.mutations.query import Query

KINDS = (
    "coalesced",
    "collected",
    "conditional_counts",
    "date_parts",
    "durations",
    "either_or",
    "histogram",
    "multi_key",
    "percentiles",
    "ratio",
    "spread",
    "text_functions",
    "text_matching",
)
PLAIN = Style()


def drawn(target: Opened, kind: str, count: int) -> list[Intent]:
    draw = import_module(f"factory.intents.kinds.{kind}").draw
    rng = Random(f"{target.database.name}/{kind}")
    found = (draw(target.database, rng) for _ in range(count * 12))
    return [intent for intent in found if intent is not None][:count]


@pytest.mark.every_database
@pytest.mark.parametrize("name", ["retail", "hospital", "telecom@5", "airline"])
def test_each_kind_is_asked_and_answered(name: str) -> None:
    with opened(name) as target:
        for kind in KINDS:
            asked = drawn(target, kind, 6)
            assert len(asked) == 6, kind
            empty = 0
            for intent in asked:
                text = render(intent.tree(), PLAIN)
                outcomes = [target.engine.run(text, instance) for instance in range(target.engine.instances)]
                assert not [o.error for o in outcomes if o.error], text
                styled = target.engine.run(render(intent.tree(), draw_style(Random(kind))))
                assert same(outcomes[0], styled), text
                assert Query(text, target.database).tree is not None
                empty += not outcomes[0].rows
            assert empty <= 2, kind


@pytest.fixture(scope="module")
def retail() -> Iterator[Opened]:
    with opened("retail", instances=1) as target:
        yield target


Rows = list[tuple[Any, ...]]


def answer(target: Opened, intent: Intent) -> Rows:
    outcome = target.engine.run(render(intent.tree(), PLAIN))
    assert outcome.error is None, outcome.error
    return list(outcome.rows)


def raw(target: Opened, text: str) -> Rows:
    outcome = target.engine.run(text)
    assert outcome.error is None, outcome.error
    return list(outcome.rows)


def own_key(target: Opened, table: str, column: str) -> Key:
    found = target.database.table(table)
    return Key(found, (found.column(column),))


def grouped(rows: Rows) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for key, value in rows:
        found[key].append(value)
    return found


@pytest.mark.parametrize("form", ["filter", "sum case", "count case", "count_if"])
def test_conditional_counts(retail: Opened, form: Any) -> None:
    orders = retail.database.table("orders")
    intent = ConditionalCounts(
        subject=Subject(orders),
        column=orders.column("payment_method"),
        values=("card", "cash"),
        key=own_key(retail, "orders", "status"),
        aggregate=Aggregate("count", orders),
        whole=True,
        form=form,
    )
    counts = grouped(raw(retail, "SELECT status, payment_method FROM orders"))
    expected = [(s, ways.count("card"), ways.count("cash"), len(ways)) for s, ways in counts.items()]
    assert sorted(answer(retail, intent)) == sorted(expected)


@pytest.mark.parametrize("form", ["quantile_cont", "within group"])
def test_percentiles(retail: Opened, form: Any) -> None:
    items = retail.database.table("order_item")
    intent = Percentiles(
        subject=Subject(items),
        column=items.column("line_total"),
        percents=(50, 90),
        key=None,
        decimals=2,
        form=form,
        medians=form == "quantile_cont",
    )
    values = sorted(float(v) for (v,) in raw(retail, "SELECT line_total FROM order_item"))
    at = 0.9 * (len(values) - 1)
    low = values[math.floor(at)]
    ninety = low + (values[math.ceil(at)] - low) * (at % 1)
    assert answer(retail, intent)[0] == pytest.approx((statistics.median(values), ninety), abs=0.006)


def test_spread(retail: Opened) -> None:
    orders = retail.database.table("orders")
    intent = Spread(
        subject=Subject(orders),
        column=orders.column("shipping_fee"),
        measures=("deviation", "range", "mean"),
        key=own_key(retail, "orders", "status"),
        decimals=2,
        short=False,
    )
    for status, deviation, extent, mean in answer(retail, intent):
        fees = [float(v) for (v,) in raw(retail, f"SELECT shipping_fee FROM orders WHERE status = '{status}'")]
        assert deviation == pytest.approx(statistics.stdev(fees), abs=0.006)
        assert float(extent) == pytest.approx(max(fees) - min(fees), abs=0.006)
        assert mean == pytest.approx(statistics.mean(fees), abs=0.006)


@pytest.mark.parametrize("cast", [False, True])
def test_ratio(retail: Opened, cast: bool) -> None:
    orders = retail.database.table("orders")
    method = orders.column("payment_method")
    common: dict[str, Any] = {"subject": Subject(orders), "key": None, "cast": cast, "form": "filter"}
    parts = Ratio(**common, parts=(Equals(method, "cash"), Equals(method, "card")))
    counts = Counter(v for (v,) in raw(retail, "SELECT payment_method FROM orders"))
    assert answer(retail, parts) == [(pytest.approx(counts["cash"] / counts["card"], abs=0.006),)]
    relation = next(r for r in retail.database.parents("orders") if r.parent == "store")
    parent = Ratio(**common, parent=(relation, retail.database.table("store")))
    stores = [v for (v,) in raw(retail, "SELECT store_id FROM orders") if v is not None]
    assert answer(retail, parent) == [(pytest.approx(len(stores) / len(set(stores)), abs=0.006),)]


@pytest.mark.parametrize("form", ["floor", "derived", "modulo"])
def test_histogram(retail: Opened, form: Any) -> None:
    customers = retail.database.table("customer")
    intent = Histogram(
        subject=Subject(customers), column=customers.column("loyalty_points"), width=200, form=form, sort=True
    )
    points = raw(retail, "SELECT loyalty_points FROM customer WHERE loyalty_points IS NOT NULL")
    assert answer(retail, intent) == sorted(Counter(v // 200 * 200 for (v,) in points).items())


def test_parts_of_texts(retail: Opened) -> None:
    customers = retail.database.table("customer")
    emails = [v for (v,) in raw(retail, "SELECT email FROM customer") if v]
    expected: dict[str, Callable[[str], Any]] = {
        "domain": lambda v: v.split("@")[1],
        "initial": lambda v: v[0],
        "length": len,
    }
    for part, cut in expected.items():
        intent = Parts(
            subject=Subject(customers),
            column=customers.column("email"),
            part=part,  # type: ignore[arg-type]
            several=False,
            plain=True,
        )
        assert sorted(answer(retail, intent)) == sorted(Counter(map(cut, emails)).items())


def test_texts_that_match(retail: Opened) -> None:
    products = retail.database.table("product")
    names = raw(retail, "SELECT product_id, product_name FROM product")
    for form in range(3):
        intent = Matching(
            subject=Subject(products),
            column=products.column("product_name"),
            test="contains",
            value="tent",
            columns=(products.column("product_id"),),
            upper=True,
            form=form,
        )
        assert sorted(answer(retail, intent)) == sorted((k, v.upper()) for k, v in names if "tent" in v.lower())


@pytest.mark.parametrize("plain", [False, True])
def test_date_parts(retail: Opened, plain: bool) -> None:
    orders = retail.database.table("orders")
    moments: list[datetime] = [v for (v,) in raw(retail, "SELECT ordered_at FROM orders")]
    expected: dict[str, Callable[[datetime], Any]] = {
        "weekday": lambda v: f"{v:%A}",
        "hour": lambda v: v.hour,
        "quarter": lambda v: (v.month + 2) // 3,
        "month": lambda v: f"{v:%B}",
        "weekend": lambda v: "weekend" if v.weekday() > 4 else "weekday",
    }
    for part, of in expected.items():
        intent = DateParts(
            subject=Subject(orders),
            time=orders.column("ordered_at"),
            part=part,  # type: ignore[arg-type]
            aggregate=Aggregate("count", orders),
            top=part == "weekday",
            plain=plain,
        )
        counts = Counter(map(of, moments))
        assert sorted(answer(retail, intent)) == sorted(counts.most_common(1) if part == "weekday" else counts.items())


@pytest.mark.parametrize("difference", [False, True])
def test_durations(retail: Opened, difference: bool) -> None:
    orders = retail.database.table("orders")
    pairs = raw(retail, "SELECT ordered_at, delivered_at FROM orders WHERE delivered_at IS NOT NULL")
    common: dict[str, Any] = {
        "subject": Subject(orders),
        "start": orders.column("ordered_at"),
        "end": orders.column("delivered_at"),
        "key": None,
        "least": 4,
        "difference": difference,
    }
    days = [(b.date() - a.date()).days for a, b in pairs]
    assert answer(retail, Durations(**common, ask="count", unit="days")) == [(sum(d > 4 for d in days),)]
    hours = statistics.mean((b - a).total_seconds() / 3600 for a, b in pairs)
    assert answer(retail, Durations(**common, ask="average", unit="hours")) == [(pytest.approx(hours, abs=0.06),)]


@pytest.mark.parametrize("long", [False, True])
def test_coalesced(retail: Opened, long: bool) -> None:
    customers, returns = retail.database.table("customer"), retail.database.table("product_return")
    listed = Coalesced(
        subject=Subject(returns), column=returns.column("note"), ask="list", word="none", key=None, long=long
    )
    notes = raw(retail, "SELECT return_id, note FROM product_return")
    assert sorted(answer(retail, listed)) == sorted((k, "none" if v is None else v) for k, v in notes)
    zero = Coalesced(
        subject=Subject(customers), column=customers.column("loyalty_points"), ask="zero", word="", key=None, long=long
    )
    points = [v or 0 for (v,) in raw(retail, "SELECT loyalty_points FROM customer")]
    assert answer(retail, zero) == [(pytest.approx(statistics.mean(points), abs=0.006),)]


@pytest.mark.parametrize("apart", [False, True])
def test_either_or(retail: Opened, apart: bool) -> None:
    customers = retail.database.table("customer")
    rows = raw(retail, "SELECT segment = 'Corporate', newsletter FROM customer")
    expected: dict[str, Callable[[bool, bool], bool]] = {
        "or": lambda a, b: a or b,
        "neither": lambda a, b: not a and not b,
        "but not": lambda a, b: a and not b,
        "exactly one": lambda a, b: a != b,
    }
    for logic, holds in expected.items():
        intent = EitherOr(
            table=customers,
            one=Equals(customers.column("segment"), "Corporate"),
            other=Flag(customers.column("newsletter"), True),
            logic=logic,  # type: ignore[arg-type]
            columns=(),
            aggregate=Aggregate("count", customers),
            key=None,
            apart=apart,
        )
        assert answer(retail, intent) == [(sum(holds(a, b) for a, b in rows),)], logic


def test_collected(retail: Opened) -> None:
    orders = retail.database.table("orders")
    ways = grouped(raw(retail, "SELECT status, payment_method FROM orders"))
    for form in ("string", "list", "sorted", "length"):
        intent = Collected(
            subject=Subject(orders),
            column=orders.column("payment_method"),
            key=own_key(retail, "orders", "status"),
            form=form,
        )
        for status, *values in answer(retail, intent):
            expected: list[str] = sorted(set(ways[status]))
            assert values[0] == (", ".join(expected) if form == "string" else expected)
            assert form != "length" or values[1] == len(expected)


@pytest.mark.parametrize("form", ["expressions", "positions", "all"])
def test_multi_key(retail: Opened, form: Any) -> None:
    orders = retail.database.table("orders")
    year = Key(orders, (orders.column("ordered_at"),), unit="year")
    intent = MultiKey(
        subject=Subject(orders),
        keys=(own_key(retail, "orders", "status"), year),
        aggregate=Aggregate("count", orders),
        least=40,
        form=form,
    )
    rows: list[tuple[str, date]] = raw(retail, "SELECT status, ordered_at FROM orders")
    counts = Counter((status, moment.year) for status, moment in rows)
    assert sorted(answer(retail, intent)) == sorted((s, y, n) for (s, y), n in counts.items() if n >= 40)
