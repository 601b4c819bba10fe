"""Questions about time: every kind is asked and answered, and one answer of each is worked out another way."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib import import_module
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from factory.catalog import INSTANCES, Opened, opened
from factory.intents.filters import Equals
from factory.intents.grouping import Aggregate
from factory.intents.intent import Intent
from factory.intents.kinds.as_of import AsOf, Stream
from factory.intents.kinds.cohort import Cohort
from factory.intents.kinds.first_last import FirstLast
from factory.intents.kinds.gaps import Gaps
from factory.intents.kinds.moving_average import MovingAverage
from factory.intents.kinds.period_change import PeriodChange
from factory.intents.kinds.relative_dates import Around, RelativeDates
from factory.intents.kinds.sessions import Sessions
from factory.intents.kinds.streaks import Streaks
from factory.intents.kinds.year_to_date import YearToDate
from factory.intents.style import Style, render
from factory.intents.subject import Subject

KINDS = (
    "period_change",
    "year_to_date",
    "moving_average",
    "first_last",
    "gaps",
    "streaks",
    "cohort",
    "sessions",
    "as_of",
    "relative_dates",
)
PLAIN = Style()


@pytest.mark.parametrize("name", ["retail@17", "air_quality", "hr", "telecom@22"])
def test_each_kind_is_asked_and_answered_on_every_instance(name: str) -> None:
    with opened(name, instances=INSTANCES) as target:
        for kind in KINDS:
            rng = Random(f"{name}/{kind}")
            draw = import_module(f"factory.intents.kinds.{kind}").draw
            found: list[Intent] = [i for _ in range(12) if (i := draw(target.database, rng))]
            assert len(found) > 2, kind
            filled = 0
            for intent in found:
                assert_worded(intent)
                filled += bool(run(target, intent))
            assert filled >= 0.8 * len(found), kind
            for instance in range(1, INSTANCES):
                run(target, found[0], instance)


def test_a_voice_changes_only_the_words() -> None:
    with opened("air_quality", instances=1) as target:
        for kind in KINDS:
            draw = import_module(f"factory.intents.kinds.{kind}").draw
            rng = Random(kind)
            intent = next(i for _ in range(50) if (i := draw(target.database, rng)))
            voiced = [replace(intent, voice=voice) for voice in range(60)]
            assert len({v.question().partition(".")[0].partition("?")[0] for v in voiced}) >= 6, kind
            assert len({render(v.tree(), PLAIN) for v in voiced}) == 1, kind


def assert_worded(intent: Intent) -> None:
    question = intent.question()
    assert question[0].isupper() or question[0].isdigit(), question
    assert question[-1] in ".?!", question
    assert not re.search(r"[_{}]| [ ,.?;:]|\.\.|[.?] [a-z]", question), question


def run(target: Opened, intent: Intent, instance: int = 0) -> list[tuple[Any, ...]]:
    text = render(intent.tree(), PLAIN)
    outcome = target.engine.run(text, instance)
    assert outcome.error is None, f"{text}\n{outcome.error}"
    return list(outcome.rows)


# --- the same answers by plain Python, from the orders of the shop ---------------------------------------------------


class Shop:
    """The orders, as an intent's fields and as rows of (order, customer, moment, fee)."""

    def __init__(self, target: Opened) -> None:
        self.target = target
        self.table = target.database.table("orders")
        self.time = self.table.column("ordered_at")
        fee = self.table.column("shipping_fee")
        self.series: dict[str, Any] = {
            "subject": Subject(self.table),
            "time": self.time,
            "unit": "month",
            "aggregate": Aggregate("sum", self.table, fee),
        }
        relation = next(r for r in target.database.parents("orders") if r.parent == "customer")
        self.events: dict[str, Any] = {
            "subject": Subject(self.table),
            "relation": relation,
            "parent": target.database.table("customer"),
            "time": self.time,
        }
        outcome = target.engine.run("SELECT order_id, customer_id, ordered_at, shipping_fee FROM orders")
        self.rows = list(outcome.rows)
        self.fees: dict[datetime, Any] = defaultdict(int)
        self.by_customer: dict[int, list[datetime]] = defaultdict(list)
        for _, customer, moment, paid in sorted(self.rows, key=lambda row: row[2]):
            self.fees[month(moment)] += paid
            self.by_customer[customer].append(moment)

    def run(self, intent: Intent) -> list[tuple[Any, ...]]:
        return run(self.target, intent)


def month(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, 1)


def as_month(value: Any) -> datetime:
    return datetime(value.year, value.month, 1)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with opened("retail", instances=1) as target:
        yield Shop(target)


@pytest.mark.parametrize("layout", ["direct", "cte", "derived"])
def test_values_per_month_and_what_is_made_of_them(shop: Shop, layout: Any) -> None:
    months = sorted(shop.fees)
    values = [shop.fees[m] for m in months]
    change = shop.run(PeriodChange(**shop.series, change="difference", layout=layout, qualify=False))
    assert [row[1:] for row in change] == [(v, v - values[i - 1] if i else None) for i, v in enumerate(values)]
    percent = shop.run(PeriodChange(**shop.series, change="percent", layout=layout, qualify=False))
    assert [row[2] for row in percent[1:]] == pytest.approx(
        [100 * float(b - a) / float(a) for a, b in pairwise(values)]
    )
    for qualify in (True, False):
        falls = shop.run(PeriodChange(**shop.series, change="fall", layout=layout, qualify=qualify))
        expected = [m for i, m in enumerate(months) if i and values[i] < values[i - 1]]
        assert [as_month(row[0]) for row in falls] == expected
    for truncated in (True, False):
        so_far = shop.run(YearToDate(**shop.series, layout=layout, truncated=truncated))
        assert [row[2] for row in so_far] == [
            sum(v for n, v in zip(months, values, strict=True) if n.year == m.year and n <= m) for m in months
        ]
    smooth = shop.run(MovingAverage(**shop.series, length=3, layout=layout))
    windows = [values[max(0, i - 2) : i + 1] for i in range(len(values))]
    assert [row[2] for row in smooth] == pytest.approx([float(sum(w)) / len(w) for w in windows])


@pytest.mark.parametrize("pick", ["qualify", "derived", "cte", "distinct_on", "joined"])
@pytest.mark.parametrize("last", [True, False])
def test_first_and_last_orders(shop: Shop, pick: Any, last: bool) -> None:
    key = shop.table.column("order_id")
    tie_break = pick != "joined"
    found = shop.run(FirstLast(**shop.events, last=last, tie_break=tie_break, key=key, measure=None, pick=pick))
    extreme: Callable[..., datetime] = max if last else min
    assert {row[0]: row[3] for row in found} == {c: extreme(moments) for c, moments in shop.by_customer.items()}


@pytest.mark.parametrize("ahead", [True, False])
def test_gaps_between_orders(shop: Shop, ahead: bool) -> None:
    gaps = {
        customer: [(b.date() - a.date()).days for a, b in pairwise(moments)]
        for customer, moments in shop.by_customer.items()
        if len(moments) > 1
    }
    fields = {**shop.events, "days": 300, "ahead": ahead, "cte": ahead}
    assert {r[0]: r[2] for r in shop.run(Gaps(**fields, statistic="longest"))} == {c: max(g) for c, g in gaps.items()}
    average = {r[0]: r[2] for r in shop.run(Gaps(**fields, statistic="average"))}
    assert average == pytest.approx({c: sum(g) / len(g) for c, g in gaps.items()})
    over = shop.run(Gaps(**fields, statistic="over"))
    assert sorted(r[0] for r in over) == sorted(c for c, g in gaps.items() if max(g) > 300)
    assert shop.run(Gaps(**fields, statistic="record")) == [(max(max(g) for g in gaps.values()),)]


def longest_run(numbers: set[int]) -> int:
    best = 0
    for start in (n for n in numbers if n - 1 not in numbers):
        length = 1
        while start + length in numbers:
            length += 1
        best = max(best, length)
    return best


@pytest.mark.parametrize("numbered", [True, False])
def test_streaks_of_orders(shop: Shop, numbered: bool) -> None:
    days = {row[2].date().toordinal() for row in shop.rows}
    found = shop.run(Streaks(**shop.events, step="day", overall=True, numbered=numbered))
    assert {row[2] for row in found} == {longest_run(days)}
    for first, last, length in found:
        assert (last - first).days + 1 == length
        assert all((first + timedelta(days=n)).toordinal() in days for n in range(length))
    each = shop.run(Streaks(**shop.events, step="month", overall=False, numbered=numbered))
    assert {row[0]: row[2] for row in each} == {
        c: longest_run({12 * m.year + m.month for m in moments}) for c, moments in shop.by_customer.items()
    }


@pytest.mark.parametrize("exists", [True, False])
def test_cohorts_of_customers(shop: Shop, exists: bool) -> None:
    def quarter(moment: datetime) -> int:
        return 4 * moment.year + (moment.month - 1) // 3

    active = {c: {quarter(m) for m in moments} for c, moments in shop.by_customer.items()}
    sizes = Counter(min(quarters) for quarters in active.values())
    again = Counter(min(quarters) for quarters in active.values() if min(quarters) + 2 in quarters)
    found = shop.run(Cohort(**shop.events, unit="quarter", later=2, measure="count", exists=exists))
    assert [row[1:] for row in found] == [(sizes[q], again[q]) for q in sorted(sizes)]
    years = {c: {m.year for m in moments} for c, moments in shop.by_customer.items()}
    curve = Counter((min(y), n - min(y)) for y in years.values() for n in y)
    found = shop.run(Cohort(**shop.events, unit="year", later=1, measure="curve", exists=exists))
    assert found == [(*place, curve[place]) for place in sorted(curve)]


@pytest.mark.parametrize("case", [True, False])
def test_sessions_of_orders(shop: Shop, case: bool) -> None:
    starts = {
        c: 1 + sum(b - a > timedelta(days=60) for a, b in pairwise(moments)) for c, moments in shop.by_customer.items()
    }
    fields = {**shop.events, "pause": 60, "unit": "day", "case": case}
    assert {row[0]: row[2] for row in shop.run(Sessions(**fields, answer="each"))} == starts
    assert shop.run(Sessions(**fields, answer="total")) == [(sum(starts.values()),)]
    listed = shop.run(Sessions(**fields, answer="listed"))
    assert len(listed) == sum(starts.values())
    assert sum(row[5] for row in listed) == len(shop.rows)
    assert all(row[3] <= row[4] for row in listed)


@pytest.mark.parametrize("match", ["asof", "scalar", "grouped"])
@pytest.mark.parametrize("keep", [True, False])
def test_the_last_order_of_another_kind(shop: Shop, match: Any, keep: bool) -> None:
    paid = shop.table.column("payment_method")
    cash, card = (
        Stream(Subject(shop.table, (Equals(paid, value),)), shop.events["relation"], shop.time)
        for value in ("cash", "card")
    )
    intent = AsOf(
        events=cash,
        earlier=card,
        parent=shop.events["parent"],
        key=shop.table.column("order_id"),
        keep=keep,
        match=match,
    )
    outcome = shop.target.engine.run("SELECT order_id, payment_method FROM orders")
    method: dict[int, str] = dict(outcome.rows)
    expected = {}
    for order, customer, moment, _ in shop.rows:
        if method[order] == "cash":
            before = [t for o, c, t, _ in shop.rows if c == customer and method[o] == "card" and t <= moment]
            if before or keep:
                expected[order] = (moment, max(before, default=None))
    assert {row[0]: row[1:] for row in shop.run(intent)} == expected


def test_days_around_a_date(shop: Shop) -> None:
    anchor = date(2024, 3, 1)
    midnight = datetime(2024, 3, 1)
    for before, low, high in (
        (True, midnight - timedelta(days=90), midnight),
        (False, midnight, midnight + timedelta(days=90)),
    ):
        around = Around(shop.time, anchor, (90, "day"), before)
        intent = RelativeDates(
            subject=Subject(shop.table), around=around, aggregate=Aggregate("count", shop.table), key=None
        )
        assert shop.run(intent) == [(sum(low <= row[2] < high for row in shop.rows),)]
