"""Kinds whose point is the structure of the query: set operations, self-joins, recursion, ranks, laterals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from random import Random
from typing import Any, get_args

import pytest

from factory.catalog import Opened, opened
from factory.intents.filters import Equals
from factory.intents.grouping import Aggregate, Key
from factory.intents.intent import Intent
from factory.intents.kinds import above_own_group, hierarchy, nth, self_pairs, set_operation
from factory.intents.kinds.above_own_group import AboveOwnGroup
from factory.intents.kinds.hierarchy import Hierarchy
from factory.intents.kinds.hierarchy_levels import HierarchyLevels
from factory.intents.kinds.lateral_latest import LateralLatest
from factory.intents.kinds.nth import Nth
from factory.intents.kinds.self_pairs import SelfPairs, Shared
from factory.intents.kinds.set_operation import SetOperation, Side
from factory.intents.kinds.top_per_group import TopPerGroup
from factory.intents.kinds.two_facts import Fact, TwoFacts
from factory.intents.scope import shown
from factory.intents.style import Style, render
from factory.intents.subject import Subject

KINDS = (
    "set_operation",
    "self_pairs",
    "hierarchy",
    "hierarchy_levels",
    "above_own_group",
    "top_per_group",
    "nth",
    "lateral_latest",
    "two_facts",
)
# No table there refers to itself, and none is the parent of two others.
MISSING = {"retail": ("hierarchy", "hierarchy_levels", "two_facts")}
PLAIN = Style()


@pytest.mark.parametrize("name", ["retail", "hr@3", "air_quality", "telecom"])
def test_each_kind_asks_what_every_instance_answers(name: str) -> None:
    empty = asked = 0
    with opened(name) as target:
        for kind in KINDS:
            draw = import_module(f"factory.intents.kinds.{kind}").draw
            found = [i for seed in range(8) if (i := draw(target.database, Random(f"{kind}/{seed}")))]
            assert bool(found) == (kind not in MISSING.get(name, ())), kind
            for intent in found[:4]:
                text = render(intent.tree(), PLAIN)
                outcomes = [target.engine.run(text, k) for k in range(target.engine.instances)]
                assert not [o.error for o in outcomes if o.error], text
                asked += 1
                empty += not outcomes[0].rows
                assert len(intent.question()) < 420, intent.question()
    assert empty <= 0.15 * asked


@pytest.fixture(scope="module")
def retail() -> Iterator[Opened]:
    with opened("retail", instances=1) as target:
        yield target


@pytest.fixture(scope="module")
def hr() -> Iterator[Opened]:
    with opened("hr", instances=1) as target:
        yield target


def answer(target: Opened, intent: Intent) -> list[Any]:
    text = render(intent.tree(), PLAIN)
    outcome = target.engine.run(text)
    assert outcome.error is None, f"{text}\n{outcome.error}"
    assert outcome.rows, text
    return sorted(outcome.rows, key=repr)


def fetch(target: Opened, query: str) -> list[Any]:
    outcome = target.engine.run(query)
    assert outcome.error is None, outcome.error
    return list(outcome.rows)


@pytest.mark.parametrize("form", get_args(set_operation.Form))
@pytest.mark.parametrize("operation", get_args(set_operation.Operation))
def test_set_operation(retail: Opened, operation: Any, form: Any) -> None:
    database = retail.database
    relation = next(r for r in database.relations if (r.child, r.parent) == ("orders", "customer"))
    orders = database.table("orders")
    first, second = (
        Side(relation, Subject(orders, (Equals(orders.column("status"), v),))) for v in ("delivered", "cancelled")
    )
    intent = SetOperation(
        parent=database.table("customer"),
        columns=shown(database.table("customer")),
        first=first,
        second=second,
        operation=operation,
        form=form,
    )
    had: dict[str, set[int]] = {"delivered": set(), "cancelled": set()}
    for customer, status in fetch(retail, "SELECT customer_id, status FROM orders"):
        had.setdefault(status, set()).add(customer)
    a, b = had["delivered"], had["cancelled"]
    wanted = {"intersect": a & b, "except": a - b, "union": a | b}[operation]
    found = answer(retail, intent)
    assert len(found) == len(wanted)
    assert {row[0] for row in found} == wanted


def test_what_is_said_of_two_sets(retail: Opened) -> None:
    asked = [i.question() for s in range(60) if (i := set_operation.draw(retail.database, Random(s)))]
    assert not [q for q in asked if "placed orders placed" in q]
    assert len({re.split(r"\W", q)[0] for q in asked}) > 5


@pytest.mark.parametrize("form", get_args(self_pairs.Form))
def test_self_pairs(retail: Opened, form: Any) -> None:
    store = retail.database.table("store")
    intent = SelfPairs(
        subject=Subject(store),
        columns=shown(store),
        shared=(Shared(store.column("region")),),
        differ=None,
        numbered=False,
        form=form,
    )
    stores = fetch(retail, "SELECT store_id, store_name, region FROM store")
    wanted = [(*a[:2], *b[:2], a[2]) for a in stores for b in stores if a[0] < b[0] and a[2] == b[2]]
    assert answer(retail, intent) == sorted(wanted, key=repr)


@pytest.mark.parametrize("form", get_args(hierarchy.Form))
@pytest.mark.parametrize("extra", [False, True])
def test_hierarchy(hr: Opened, form: Any, extra: bool) -> None:
    relation = next(r for r in hr.database.relations if r.parent == r.child)
    table = hr.database.table(relation.parent)
    staff = fetch(hr, "SELECT employee_id, manager_id, badge_number FROM employee")
    boss = {employee: manager for employee, manager, _ in staff}
    badge = {employee: number for employee, _, number in staff}

    def chain(employee: int) -> list[int]:
        found = [employee]
        while (above := boss[found[-1]]) is not None:
            found.append(above)
        return found

    above = {employee: chain(employee) for employee in boss}
    deepest = max(boss, key=lambda e: (len(above[e]), e))
    start = deepest if form == "above" else above[deepest][-2]
    given: dict[str, Any] = {"subject": Subject(table), "relation": relation, "columns": shown(table), "form": form}
    intent: Intent
    if form in ("below", "above"):
        intent = Hierarchy(**given, start=start, steps=extra)
    else:
        intent = HierarchyLevels(**given, zeros=extra)
    wanted: list[Any]
    if form == "below":
        steps = {e: above[e].index(start) for e in boss if start in above[e][1:]}
        wanted = [(e, badge[e], *([n] if extra else [])) for e, n in steps.items()]
        assert max(steps.values()) > 1
    elif form == "above":
        wanted = [(e, badge[e], n) for n, e in enumerate(above[start])]
    elif form == "depth":
        wanted = [(e, badge[e], len(above[e])) for e in boss]
    elif form == "levels":
        levels = [len(above[e]) for e in boss]
        wanted = [(n, levels.count(n)) for n in range(1, max(levels) + 1)]
    else:
        below = {e: sum(e in others[1:] for others in above.values()) for e in boss}
        wanted = [(e, badge[e], n) for e, n in below.items() if n or extra]
    assert answer(hr, intent) == sorted(wanted, key=repr)


@pytest.mark.parametrize("form", get_args(above_own_group.Form))
def test_above_own_group(retail: Opened, form: Any) -> None:
    database = retail.database
    product = database.table("product")
    up = next(r for r in database.relations if (r.child, r.parent) == ("product", "category"))
    category = database.table("category")
    intent = AboveOwnGroup(
        subject=Subject(product, (Equals(product.column("discontinued"), False),)),
        key=Key(category, shown(category), (up,)),
        columns=shown(product),
        by=product.column("list_price"),
        above=True,
        form=form,
    )
    wanted = fetch(
        retail,
        """
        WITH sold AS (SELECT * FROM product WHERE NOT discontinued),
             means AS (SELECT category_id, avg(list_price) AS mean FROM sold GROUP BY 1)
        SELECT c.category_id, c.category_name, s.product_id, s.sku, s.list_price
        FROM sold s NATURAL JOIN means JOIN category c ON c.category_id = s.category_id WHERE s.list_price > mean
        """,
    )
    assert answer(retail, intent) == sorted(wanted, key=repr)


@pytest.mark.parametrize("form", ["cte", "subquery", "qualify"])
@pytest.mark.parametrize("best", [1, 3])
def test_top_per_group(retail: Opened, form: Any, best: int) -> None:
    database = retail.database
    orders, store = database.table("orders"), database.table("store")
    up = next(r for r in database.relations if (r.child, r.parent) == ("orders", "store"))
    intent = TopPerGroup(
        subject=Subject(orders),
        group=Key(store, (store.column("region"),), (up,)),
        key=Key(store, shown(store), (up,)),
        aggregate=Aggregate("count", orders),
        best=best,
        form=form,
    )
    counts = fetch(
        retail,
        """SELECT s.region, s.store_id, s.store_name, count(*) FROM orders o JOIN store s ON s.store_id = o.store_id
        GROUP BY ALL""",
    )
    # A row is among the best when fewer than so many of its group have more.
    wanted = [c for c in counts if sum(o[0] == c[0] and o[3] > c[3] for o in counts) < best]
    assert answer(retail, intent) == sorted(wanted, key=repr)


@pytest.mark.parametrize("form", get_args(nth.Form))
@pytest.mark.parametrize(("place", "desc"), [(2, True), (3, False)])
def test_nth(hr: Opened, form: Any, place: int, desc: bool) -> None:
    employee = hr.database.table("employee")
    intent = Nth(
        subject=Subject(employee),
        columns=shown(employee),
        by=employee.column("salary"),
        nth=place,
        desc=desc,
        form=form,
    )
    staff = fetch(hr, "SELECT employee_id, badge_number, salary FROM employee WHERE salary IS NOT NULL")
    value = sorted({row[2] for row in staff}, reverse=desc)[place - 1]
    assert answer(hr, intent) == sorted((row for row in staff if row[2] == value), key=repr)


@pytest.mark.parametrize("form", ["cross", "comma", "on true", "window"])
@pytest.mark.parametrize("keep", [False, True])
def test_lateral_latest(retail: Opened, form: Any, keep: bool) -> None:
    database = retail.database
    orders, customer = database.table("orders"), database.table("customer")
    relation = next(r for r in database.relations if (r.child, r.parent) == ("orders", "customer"))
    time = orders.column("ordered_at")
    intent = LateralLatest(
        subject=Subject(customer),
        relation=relation,
        children=Subject(orders, (Equals(orders.column("status"), "cancelled"),)),
        columns=shown(customer),
        shown=(orders.column("order_id"), time),
        time=time,
        count=2,
        latest=True,
        keep=keep,
        form=form,
    )
    placed = fetch(retail, "SELECT customer_id, order_id, ordered_at FROM orders WHERE status = 'cancelled'")
    wanted: list[Any] = []
    for who, name in fetch(retail, "SELECT customer_id, full_name FROM customer"):
        own = sorted((row for row in placed if row[0] == who), key=lambda row: (row[2], row[1]), reverse=True)[:2]
        wanted += [(who, name, *row[1:]) for row in own] or ([(who, name, None, None)] if keep else [])
    assert answer(retail, intent) == sorted(wanted, key=repr)


@pytest.mark.parametrize(
    ("keep", "form"), [("all", "scalar"), *((k, f) for k in ("all", "both", "more") for f in ("ctes", "derived"))]
)
def test_two_facts(hr: Opened, form: Any, keep: Any) -> None:
    database = hr.database
    facts = []
    for name in ("salary_change", "leave_request"):
        relation = next(r for r in database.relations if (r.child, r.parent) == (name, "employee"))
        facts.append(Fact(relation, Subject(database.table(name)), Aggregate("count", database.table(name))))
    intent = TwoFacts(
        parent=database.table("employee"),
        columns=shown(database.table("employee")),
        facts=(facts[1], facts[0]),
        keep=keep,
        form=form,
    )
    changed = [row[0] for row in fetch(hr, "SELECT employee_id FROM salary_change")]
    leaves = [row[0] for row in fetch(hr, "SELECT employee_id FROM leave_request")]
    every = [
        (who, badge, leaves.count(who), changed.count(who))
        for who, badge in fetch(hr, "SELECT employee_id, badge_number FROM employee")
    ]
    holds = {
        "all": every,
        "both": [row for row in every if row[2] and row[3]],
        "more": [row for row in every if row[2] > row[3]],
    }
    assert answer(hr, intent) == sorted(holds[keep], key=repr)
