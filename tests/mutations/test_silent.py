from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from random import Random

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from factory.catalog import Opened, opened
from factory.compare import same
from factory.intents.draw import intents, known
from factory.intents.style import Style, render
from factory.mutations.silent.neighbour import Neighbour
from factory.mutations.silent.propose import neighbours, operators
from factory.records import Database

STYLE = Style()
LEFT = "FROM store AS s LEFT JOIN orders AS o ON o.store_id = s.store_id"
INNER = LEFT.replace("LEFT ", "")
PAID = "SELECT full_name FROM customer AS c WHERE EXISTS (SELECT 1 FROM orders AS o WHERE {})"
DRAWN = 15


def text(tree: exp.Expr) -> str:
    return render(tree, STYLE)


def parsed(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, read="duckdb")


def made(sql: str, database: Database, operator: str) -> list[str]:
    return [text(n.tree) for n in neighbours(parsed(sql), database, Random("made")) if n.operator == operator]


@pytest.fixture(scope="module", params=["retail@17", "hospital", "telecom@3"])
def shop(request: pytest.FixtureRequest) -> Iterator[Opened]:
    with opened(request.param, instances=2) as found:
        yield found


def drawn(shop: Opened) -> list[tuple[exp.Expr, list[Neighbour]]]:
    trees = [intent.tree() for intent, _ in zip(intents(shop.database, Random("silent")), range(DRAWN), strict=False)]
    return [(tree, neighbours(tree, shop.database, Random(n))) for n, tree in enumerate(trees)]


@pytest.mark.slow
def test_nearly_all_run_and_most_differ(shop: Opened) -> None:
    runs, differs, total = 0, 0, 0
    seen: Counter[str] = Counter()
    for tree, found in drawn(shop):
        gold = [shop.engine.run(text(tree), k) for k in range(2)]
        ordered = tree.args.get("order") is not None
        for n in found:
            total += 1
            parsed(text(n.tree))
            wrong = [shop.engine.run(text(n.tree), k) for k in range(2)]
            if any(w.error for w in wrong):
                continue
            runs += 1
            if any(not same(g, w, ordered=ordered) for g, w in zip(gold, wrong, strict=True)):
                differs += 1
                seen[n.operator] += 1
    assert total > 20 * DRAWN // 2
    assert runs >= 0.97 * total
    assert differs >= 0.8 * total
    assert len(seen) >= 24


def test_texts_are_new_and_the_tree_stays(shop: Opened) -> None:
    for tree, found in drawn(shop):
        before = text(tree)
        texts = [text(n.tree) for n in found]
        assert len({before, *texts}) == len(texts) + 1
        again = neighbours(tree, shop.database, Random("other"))
        assert text(tree) == before
        assert again == neighbours(tree, shop.database, Random("other"))


def test_mistakes_say_what_the_query_does(shop: Opened) -> None:
    for _, found in drawn(shop):
        for n in found:
            assert n.mistake.endswith(".")
            assert re.match("[A-Z][a-z]+s ", n.mistake), n.mistake  # a verb whose subject is the query
            assert n.mistake.count("`") % 2 == 0
            assert "``" not in n.mistake
            assert len(n.mistake) < 400


def test_most_takes_turns(toy_database: Database) -> None:
    tree = parsed("SELECT city, COUNT(*) AS n FROM customer WHERE city <> 'x' GROUP BY city ORDER BY n DESC LIMIT 3")
    every = neighbours(tree, toy_database, Random(1))
    few = neighbours(tree, toy_database, Random(1), most=5)
    assert len(few) == 5
    assert len({n.operator for n in few}) == 5
    assert len(neighbours(tree, toy_database, Random(1), most=500)) == pytest.approx(len(every), abs=3)


@pytest.mark.parametrize(
    ("operator", "right", "wrong"),
    [
        (
            "boundary_moved",
            "SELECT sku FROM product WHERE list_price > 5",
            "SELECT sku FROM product WHERE list_price >= 5",
        ),
        (
            "having_dropped",
            "SELECT city, COUNT(*) FROM customer GROUP BY city HAVING COUNT(*) > 1",
            "SELECT city, COUNT(*) FROM customer GROUP BY city",
        ),
        (
            "min_for_max",
            "SELECT MAX(list_price) AS max_list_price FROM product",
            "SELECT MIN(list_price) AS min_list_price FROM product",
        ),
        (
            "inner_for_left",
            f"SELECT s.store_id, COUNT(o.order_id) {LEFT} GROUP BY s.store_id",
            f"SELECT s.store_id, COUNT(o.order_id) {INNER} GROUP BY s.store_id",
        ),
        (
            "count_rows_for_column",
            f"SELECT s.store_id, COUNT(o.order_id) {LEFT} GROUP BY s.store_id",
            f"SELECT s.store_id, COUNT(*) {LEFT} GROUP BY s.store_id",
        ),
        (
            "correlation_dropped",
            PAID.format("o.customer_id = c.customer_id AND o.status = 'paid'"),
            PAID.format("o.status = 'paid'"),
        ),
        (
            "union_all_for_union",
            "SELECT city FROM customer UNION SELECT city FROM store",
            "SELECT city FROM customer UNION ALL SELECT city FROM store",
        ),
        (
            "else_counted",
            "SELECT COUNT(CASE WHEN city = 'x' THEN 1 END) FROM customer",
            "SELECT COUNT(CASE WHEN city = 'x' THEN 1 ELSE 0 END) FROM customer",
        ),
        (
            "not_in_with_nulls",
            "SELECT city FROM store AS s WHERE NOT EXISTS (SELECT 1 FROM orders AS o WHERE o.store_id = s.store_id)",
            "SELECT city FROM store AS s WHERE s.store_id NOT IN (SELECT o.store_id FROM orders AS o)",
        ),
        (
            "not_in_with_nulls",
            f"SELECT s.city {LEFT} AND o.status = 'paid' WHERE s.city <> 'x' AND o.store_id IS NULL",
            "SELECT s.city FROM store AS s WHERE s.city <> 'x' AND s.store_id NOT IN "
            "(SELECT o.store_id FROM orders AS o WHERE o.status = 'paid')",
        ),
        (
            "join_for_exists",
            PAID.format("o.customer_id = c.customer_id AND o.status = 'paid'"),
            "SELECT c.full_name FROM customer AS c JOIN orders AS o ON o.customer_id = c.customer_id "
            "WHERE o.status = 'paid'",
        ),
        (
            "correlation_captured",
            PAID.format("o.customer_id = c.customer_id"),
            PAID.format("o.customer_id = customer_id"),
        ),
        (
            "subquery_condition_dropped",
            PAID.format("o.customer_id = c.customer_id"),
            "SELECT full_name FROM customer AS c",
        ),
        (
            "parentheses_dropped",
            "SELECT full_name FROM customer WHERE segment = 'a' AND (city = 'x' OR city = 'y') AND email IS NULL",
            "SELECT full_name FROM customer WHERE segment = 'a' AND city = 'x' OR city = 'y' AND email IS NULL",
        ),
        (
            "pair_order_dropped",
            "SELECT a.city FROM store AS a JOIN store AS b ON a.city = b.city AND a.store_id < b.store_id",
            "SELECT a.city FROM store AS a JOIN store AS b ON a.city = b.city AND a.store_id <> b.store_id",
        ),
        (
            "mean_of_means",
            "SELECT AVG(list_price) AS avg_list_price FROM product WHERE weight > 1",
            "SELECT AVG(group_mean) AS avg_list_price FROM "
            "(SELECT AVG(list_price) AS group_mean FROM product WHERE weight > 1 GROUP BY category) AS groups",
        ),
        (
            "nulls_first",
            "SELECT city FROM customer WHERE email IS NOT NULL AND segment = 'a' ORDER BY email DESC LIMIT 3",
            "SELECT city FROM customer WHERE segment = 'a' ORDER BY email DESC NULLS FIRST LIMIT 3",
        ),
        (
            "day_for_month",
            "SELECT order_id FROM orders WHERE ordered_at >= '2024-03-05'",
            "SELECT order_id FROM orders WHERE ordered_at >= '2024-05-03'",
        ),
        (
            "date_compared_as_text",
            "SELECT order_id FROM orders WHERE ordered_at >= '2024-03-05'",
            "SELECT order_id FROM orders WHERE STRFTIME(ordered_at, '%d/%m/%Y') >= '05/03/2024'",
        ),
        (
            "rounded_inside",
            "SELECT ROUND(SUM(list_price), 1) FROM product",
            "SELECT SUM(ROUND(list_price, 1)) FROM product",
        ),
        (
            "group_by_dropped",
            "SELECT city, COUNT(*) AS n FROM customer GROUP BY city ORDER BY n",
            "SELECT COUNT(*) AS n FROM customer",
        ),
        (
            "equals_for_in",
            "SELECT full_name FROM customer WHERE city IN ('x', 'y', 'z')",
            "SELECT full_name FROM customer WHERE city = 'x'",
        ),
        (
            "branches_reordered",
            "SELECT CASE WHEN weight < 2 THEN 'a' WHEN weight < 9 THEN 'b' ELSE 'c' END FROM product",
            "SELECT CASE WHEN weight < 9 THEN 'b' WHEN weight < 2 THEN 'a' ELSE 'c' END FROM product",
        ),
        (
            "percent_factor_dropped",
            "SELECT 100.0 * COUNT(email) / COUNT(*) FROM customer",
            "SELECT COUNT(email) / COUNT(*) FROM customer",
        ),
    ],
)
def test_what_an_operator_makes(toy_database: Database, operator: str, right: str, wrong: str) -> None:
    assert wrong in made(right, toy_database, operator)


def test_a_period_moves_as_a_whole(toy_database: Database) -> None:
    period = "SELECT order_id FROM orders WHERE ordered_at >= '{0}-03-01' AND ordered_at < '{0}-04-01'"
    (wrong,) = made(period.format(2023), toy_database, "date_off")
    assert wrong in (period.format(2022), period.format(2024))


@pytest.mark.parametrize(
    ("operator", "sql"),
    [
        ("equals_for_in", "SELECT full_name FROM customer WHERE city IN ('x', 'y')"),
        ("not_in_with_nulls", PAID.format("o.customer_id = c.customer_id")),
        ("other_threshold", "SELECT city FROM customer"),
        ("count_rows_for_column", "SELECT COUNT(customer_id) FROM customer"),
        ("else_dropped", "SELECT SUM(CASE WHEN city = 'x' THEN 1 ELSE 0 END) FROM customer"),
        (
            "inner_for_left",
            f"SELECT s.city {LEFT} WHERE o.store_id IS NULL",
        ),
        (
            "limit_dropped",
            "SELECT sku FROM product WHERE weight = (SELECT 1 ORDER BY 1 LIMIT 1)",
        ),
    ],
)
def test_no_neighbours_that_are_the_same_query(toy_database: Database, operator: str, sql: str) -> None:
    assert made(sql, toy_database, operator) == []


def test_names_follow_what_was_changed(toy_database: Database) -> None:
    sql = (
        "WITH per_month AS (SELECT DATE_TRUNC('month', ordered_at) AS month, COUNT(*) AS n FROM orders GROUP BY 1) "
        "SELECT month, n FROM per_month ORDER BY month"
    )
    (wrong,) = made(sql, toy_database, "other_unit")
    assert "month" not in wrong
    assert "per_quarter ORDER BY quarter" in wrong


RECURSIVE = {
    "counts": "WITH RECURSIVE steps AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM steps WHERE n < 5) "
    "SELECT n FROM steps WHERE n > 2",
    "reads another": "WITH RECURSIVE wanted AS (SELECT store_id FROM store WHERE store_id < 9), steps AS "
    "(SELECT 1 AS n UNION ALL SELECT n + 1 FROM steps WHERE n < (SELECT MAX(store_id) FROM wanted)) "
    "SELECT n FROM steps WHERE n > 2 ORDER BY n",
}


@pytest.mark.parametrize("sql", RECURSIVE.values(), ids=RECURSIVE)
def test_what_a_recursive_query_needs_to_end_is_left_alone(toy_database: Database, sql: str) -> None:
    kept = sql[: sql.rindex("SELECT n FROM")].strip()
    found = neighbours(parsed(sql), toy_database, Random(0))
    assert found
    assert all(text(n.tree).startswith(kept) for n in found)


def test_hierarchies_keep_their_recursion() -> None:
    with opened("hr", instances=1) as shop:
        rng = Random("recursive")
        trees = [i.tree() for _ in range(40) if (i := known()["hierarchy"](shop.database, rng)) is not None]
        assert len(trees) > 5
        for tree in trees:
            (kept,) = [
                text(c) for c in tree.find_all(exp.CTE) if c.alias in {t.name for t in c.this.find_all(exp.Table)}
            ]
            for n in neighbours(tree, shop.database, Random(0)):
                assert kept in text(n.tree)


def test_the_corpus_too(corpus_query: str, toy_connection: duckdb.DuckDBPyConnection, toy_database: Database) -> None:
    for n in neighbours(parsed(corpus_query), toy_database, Random("corpus")):
        toy_connection.execute(f"EXPLAIN {text(n.tree)}")


def test_operators_are_named_once_and_sorted() -> None:
    names = [operator.name for operator in operators()]
    assert names == sorted(set(names))
    assert all(" " not in name and operator.about for name, operator in zip(names, operators(), strict=True))
    assert len(names) >= 24
