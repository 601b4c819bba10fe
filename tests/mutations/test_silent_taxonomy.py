from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import pytest
import sqlglot

from factory.intents.style import Style, render
from factory.mutations.silent.propose import applicability, neighbours, operators
from factory.mutations.silent.taxonomy import COUNTS, FURTHER
from factory.records import Database

QUERY = (
    "SELECT c.city, COUNT(*) AS n, SUM(o.total_amount) AS total_total_amount FROM orders AS o "
    "JOIN customer AS c ON o.customer_id = c.customer_id "
    "WHERE o.status = 'paid' AND o.ordered_at >= '2024-03-01' AND o.ordered_at < '2024-04-01' "
    "GROUP BY c.city HAVING COUNT(*) > 2 ORDER BY n DESC LIMIT 3"
)


def test_every_subtype_has_an_operator() -> None:
    assert len(COUNTS) == 31
    assert {o.taxonomy for o in operators()} == set(COUNTS)


def test_every_further_error_has_its_operators() -> None:
    names = {o.name for o in operators()}
    assert {name for found in FURTHER.values() for name in found} <= names


def test_the_prior_follows_the_counts(toy_database: Database) -> None:
    tree = sqlglot.parse_one(QUERY, read="duckdb")
    first = Counter(
        neighbours(tree, toy_database, Random(seed), most=1, prior="nl2sql-bugs")[0].taxonomy for seed in range(120)
    )
    possible = {n.taxonomy for n in neighbours(tree, toy_database, Random(0))}
    whole = sum(COUNTS[t] for t in possible)
    for kind in ("Attribute.Mismatch", "Value.Mismatch", "Table.Redundancy"):
        assert first[kind] / 120 == pytest.approx(COUNTS[kind] / whole, abs=0.1)


def test_the_prior_leaves_nothing_out_and_repeats_nothing(toy_database: Database) -> None:
    tree = sqlglot.parse_one(QUERY, read="duckdb")
    every = neighbours(tree, toy_database, Random(3), prior="nl2sql-bugs")
    texts = [render(n.tree, Style()) for n in every]
    assert len(set(texts)) == len(texts) > 30
    few = neighbours(tree, toy_database, Random(3), most=6, prior="nl2sql-bugs")
    assert few == every[:6] == neighbours(tree, toy_database, Random(3), most=6, prior="nl2sql-bugs")


def test_applicability_names_all_operators_and_agrees_with_what_is_proposed(toy_database: Database) -> None:
    tree = sqlglot.parse_one(QUERY, read="duckdb")
    found = applicability(tree, toy_database)
    assert list(found) == [o.name for o in operators()]
    assert all(a < b for a, b in pairwise(found))
    assert {n.operator for n in neighbours(tree, toy_database, Random(1))} <= {
        n for n, applies in found.items() if applies
    }
    assert not found["except_swapped"]
    assert not found["transform_dropped"]
