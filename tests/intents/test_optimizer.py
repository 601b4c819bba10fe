"""What sqlglot's optimizer makes of a query gives the same rows, in words that a person would use."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from random import Random

import pytest
import sqlglot

from factory.catalog import opened
from factory.certify import Derived
from factory.compare import same
from factory.intents.draw import intents
from factory.intents.rewrites import optimizer
from factory.intents.rewrites.optimizer import optimized
from factory.intents.rewrites.realise import realisations
from factory.intents.style import Style, render
from factory.records import Column, Database, Table

PLAIN = Style()


@pytest.mark.slow
@pytest.mark.every_database
@pytest.mark.parametrize("name", ["retail@17", "hr"])
def test_rows_stay_the_same(name: str) -> None:
    """On all instances, and on two that are made for the pair."""
    rules: Counter[str] = Counter()
    with opened(name, instances=3) as target:
        database, derived = target.database, Derived(target.database, target.engine)
        for n, intent in enumerate(islice(intents(database, Random(f"optimizer/{name}")), 30)):
            tree = intent.tree()
            for _, form in [((), tree), *realisations(tree, database, Random(n), 1)]:
                before = render(form, PLAIN)
                found = optimized(form, database, Random(n))
                assert render(form, PLAIN) == before
                if found is None:
                    continue
                rule, other = found
                rules[rule] += 1
                after = render(other, PLAIN)
                said = f"{rule}\n{before}\n{after}"
                for k in range(3):
                    right, rewritten = target.engine.run(before, k), target.engine.run(after, k)
                    assert right.columns == rewritten.columns, f"{said}\n{rewritten.error}"
                    assert intent.cut or same(right, rewritten), said
                for both in (derived(f"aimed {k}", before, after) for k in (1, 4)):
                    assert both is None or same(*both), said
    assert rules.total() > 25
    assert len(rules) >= 3


def column(name: str, *, nullable: bool = False) -> Column:
    return Column(name, "INTEGER", "measure", name, name, nullable=nullable)


SHOP = Database(
    "shop",
    "shop",
    "duckdb",
    (
        Table("Customers", "customer", "customers", (column("Id"), column("Town", nullable=True)), ("Id",)),
        Table("Orders", "order", "orders", (column("Id"), column("CustomerId"), column("Fee")), ("Id",)),
    ),
)
WORDED = [
    (
        "pushdown_predicates",
        "SELECT o.Id FROM Orders AS o JOIN Customers AS c ON c.Id = o.CustomerId WHERE c.Town = 3",
        "SELECT o.Id FROM Orders AS o JOIN Customers AS c ON c.Id = o.CustomerId AND c.Town = 3",
    ),
    (
        "merge_subqueries",
        "WITH few AS (SELECT Fee FROM Orders WHERE Fee < 9) SELECT MAX(Fee) AS m FROM few",
        "SELECT MAX(Fee) AS m FROM Orders WHERE Fee < 9",
    ),
    (
        "eliminate_subqueries",
        "SELECT AVG(n) AS m FROM (SELECT Town, COUNT(*) AS n FROM Customers GROUP BY Town) AS per_town",
        "WITH per_town AS (SELECT Town, COUNT(*) AS n FROM Customers GROUP BY Town) SELECT AVG(n) AS m FROM per_town",
    ),
    (
        "unnest_subqueries",
        "SELECT Id FROM Customers WHERE Id IN (SELECT CustomerId FROM Orders WHERE Fee > 5)",
        "SELECT Customers.Id FROM Customers "
        "LEFT JOIN (SELECT CustomerId FROM Orders WHERE Fee > 5 GROUP BY CustomerId) "
        "AS matched ON Customers.Id = matched.CustomerId WHERE matched.CustomerId IS NOT NULL",
    ),
    ("simplify", "SELECT Id FROM Orders WHERE NOT Fee < 5 AND TRUE", "SELECT Id FROM Orders WHERE Fee >= 5"),
]


@pytest.mark.parametrize(("rule", "text", "expected"), WORDED, ids=[rule for rule, *_ in WORDED])
def test_a_rule_leaves_no_trace_of_the_optimizer(rule: str, text: str, expected: str) -> None:
    found = {}
    for n in range(8):
        result = optimized(sqlglot.parse_one(text, dialect="duckdb"), SHOP, Random(n))
        assert result is not None
        found[result[0]] = render(result[1], PLAIN)

    assert found[rule] == expected
    assert not any(re.search(r"\b_\w+_\d|\bTRUE\b", other) for other in found.values())


UNTOUCHED = [
    # NULLs decide the first; the second is 0 and not NULL without a match; an outer join keeps what a condition drops.
    "SELECT Id FROM Customers WHERE NOT Id IN (SELECT CustomerId FROM Orders)",
    "SELECT Id FROM Customers WHERE 0 = (SELECT COUNT(*) FROM Orders WHERE CustomerId = Customers.Id)",
    "SELECT c.Id FROM Customers AS c LEFT JOIN Orders AS o ON o.CustomerId = c.Id WHERE o.Fee IS NULL",
]


@pytest.mark.parametrize("text", UNTOUCHED, ids=["not in", "count", "outer join"])
def test_what_an_optimizer_gets_wrong_is_left_alone(text: str) -> None:
    rules = {found[0] for n in range(8) if (found := optimized(sqlglot.parse_one(text), SHOP, Random(n)))}

    assert rules <= {"simplify", "eliminate_subqueries"}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT x FROM Nowhere, Elsewhere",
        "SELECT * FROM (VALUES (1)) AS t(x)",
        "SELECT (SELECT MAX(Fee) FROM Orders WHERE Fee < 9) - (SELECT MIN(Fee) FROM Orders WHERE 3 < Fee) AS spread",
    ],
)
def test_what_it_cannot_follow_is_no_error(text: str) -> None:
    for n in range(6):
        optimized(sqlglot.parse_one(text, dialect="duckdb"), SHOP, Random(n))


def test_a_rule_that_breaks_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """merge_subqueries has raised KeyError in the middle of a build."""

    def broken(tree: sqlglot.Expression, _: Database) -> sqlglot.Expression:
        raise KeyError(tree.key)

    for name in optimizer._RULES:
        monkeypatch.setitem(optimizer._RULES, name, (lambda _: True, broken))  # type: ignore[arg-type]
    found = optimized(sqlglot.parse_one("SELECT Id FROM Orders WHERE NOT Fee < 5"), SHOP, Random(0))

    assert found is not None
    assert found[0] == "simplify"
