"""What a model answers, executed: nothing is called right or wrong without a proof."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from factory.catalog import Opened, opened
from factory.llm.answers import Right, judged_answer
from factory.llm.faults import fault
from factory.llm.reasons import unknown
from factory.llm.request import Response
from factory.llm.stating import unstated
from factory.prompt import answered

GOLD = "SELECT status, COUNT(*) AS n FROM orders WHERE shipping_fee > 4 GROUP BY status"


@pytest.fixture(scope="module")
def retail() -> Iterator[Opened]:
    with opened("retail", instances=3) as source:
        yield source


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("```sql\nSELECT 1\n```", "SELECT 1"),
        ("1. First.\n\n```SQL \nSELECT 1;\n```\nDone.", "SELECT 1"),
        ("```sql\nSELECT 1\n```\nNo, rather\n```sql\nSELECT 2\n```", "SELECT 2"),
        ("```\nWITH a AS (SELECT 1) SELECT * FROM a\n```", "WITH a AS (SELECT 1) SELECT * FROM a"),
        ("```python\nprint(1)\n```", ""),
        ("The query is:\nSELECT a\nFROM b;\nIt counts.", "SELECT a\nFROM b"),
        ("```sql\nSELECT 1", "SELECT 1"),
        # A query that was cut at a blank line would be called wrong for it.
        ("WITH a AS (\n  SELECT 1\n)\n\nSELECT *\nFROM a", "WITH a AS (\n  SELECT 1\n)\n\nSELECT *\nFROM a"),
        ("SELECT a\n\nFROM b\n\nWHERE c\n\nIt counts.", "SELECT a\n\nFROM b\n\nWHERE c"),
        (
            "WITH a AS (\n\nSELECT 1),\n\nb AS (SELECT 2)\n\nSELECT 3",
            "WITH a AS (\n\nSELECT 1),\n\nb AS (SELECT 2)\n\nSELECT 3",
        ),
        ("SELECT 1\n\nFrom this it follows that there is one.", "SELECT 1"),
        ("select a\n\nleft outer join b using (c)", "select a\n\nleft outer join b using (c)"),
        ("SELECT a FROM b; WHERE c = 1", "SELECT a FROM b; WHERE c = 1"),
        ("SELECT a FROM b; And so on.", "SELECT a FROM b"),
        ("SELECT 1\n\nSELECT 2", "SELECT 1"),
        ("WITH a (SELECT 1) SELECT * FROM a", "WITH a (SELECT 1) SELECT * FROM a"),
        ('WITH "a b" AS MATERIALIZED (SELECT 1) SELECT 2', 'WITH "a b" AS MATERIALIZED (SELECT 1) SELECT 2'),
        ("SELCT a FROM (\n  SELECT b\n  FROM c\n) AS d", ""),
        ("SELECT 1;\nGO", "SELECT 1;\nGO"),
        ("select 1;\ngo", "select 1;\ngo"),
        ("SELECT 1;\n\nGood luck.", "SELECT 1"),
        ("With the help of a join this is easy.", ""),
        ("", ""),
    ],
)
def test_the_query_of_an_answer(text: str, sql: str) -> None:
    assert answered(text) == sql


@pytest.mark.parametrize(
    ("sql", "fate"),
    [
        (GOLD, "right"),
        ("SELECT status, COUNT(order_id) FROM orders WHERE NOT shipping_fee <= 4 GROUP BY 1", "right"),
        ("SELECT COUNT(*), status FROM orders WHERE shipping_fee > 4 GROUP BY status", "answer_undecided"),
        ("SELECT status, COUNT(*) FROM orders GROUP BY status", "wrong"),
        ("SELECT state FROM orders", "raises"),
        ("SELCT status FROM orders", "raises"),
        ("SELECT status FROM orders;\nGO", "raises"),
        ("DESCRIBE orders", "answer_not_a_query"),
        ("PRAGMA threads = 4", "answer_not_a_query"),
        ("SELECT status FROM orders WHERE random() < 0.5", "answer_left_to_chance"),
        ("SELECT status FROM orders WHERE ordered_at < now()", "answer_left_to_chance"),
        ("SELECT status FROM orders LIMIT 3", "answer_order_dependent"),
        (GOLD.replace("> 4", "> 4 AND shipping_fee < 1000"), "answer_right_by_chance"),
        ("SELECT current_setting('threads')", "answer_reads_elsewhere"),
        ("SELECT * FROM duckdb_settings()", "answer_reads_elsewhere"),
        ("SELECT table_name FROM information_schema.tables", "answer_reads_elsewhere"),
        ("SELECT a.status FROM orders a, orders b, orders c, orders d", "answer_too_many_rows"),
    ],
)
def test_an_answer_is_executed(retail: Opened, sql: str, fate: str) -> None:
    found = judged_answer(Response(f"```sql\n{sql}\n```"), Right(GOLD, GOLD), retail.database, retail.engine)

    assert found.fate == fate
    assert (found.witness is not None) == (fate == "wrong")
    assert bool(found.error) == (fate == "raises")


def test_nothing_that_writes_is_executed(retail: Opened) -> None:
    before = retail.engine.run("SELECT COUNT(*) FROM orders").rows
    found = judged_answer(
        Response("```sql\nDELETE FROM orders\n```"), Right(GOLD, GOLD), retail.database, retail.engine
    )

    assert found.fate == "answer_not_a_query"
    assert retail.engine.run("SELECT COUNT(*) FROM orders").rows == before


def test_a_strange_statement_is_no_message_to_the_user(retail: Opened, caplog: pytest.LogCaptureFixture) -> None:
    response = Response("```sql\nCREATE SECRET s (TYPE S3)\n```")
    found = judged_answer(response, Right(GOLD, GOLD), retail.database, retail.engine)

    assert found.fate == "answer_not_a_query"
    assert not caplog.records


@pytest.mark.parametrize(
    ("response", "fate"),
    [
        (Response("```sql\nSELECT 1", "length"), "answer_truncated"),
        (Response("", "too_long"), "prompt_too_long"),
        (Response("I can't say."), "answer_without_sql"),
        (Response("```sql\nCREATE TABLE a (b INTEGER)\n```"), "answer_not_a_query"),
    ],
)
def test_what_is_no_answer_is_neither_right_nor_wrong(retail: Opened, response: Response, fate: str) -> None:
    assert judged_answer(response, Right(GOLD, GOLD), retail.database, retail.engine).fate == fate


def test_below_a_limit_only_the_first_instance_can_prove_an_answer_wrong(retail: Opened) -> None:
    """On the others a tie may be cut, and then two right queries differ."""
    gold = "SELECT order_id FROM orders ORDER BY shipping_fee LIMIT 5"
    other = "SELECT order_id FROM orders ORDER BY shipping_fee, order_id DESC LIMIT 5"
    found = judged_answer(Response(f"```sql\n{other}\n```"), Right(gold, gold), retail.database, retail.engine)

    assert found.witness is None or found.witness.instance == 0


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ("SELECT status, COUNT(*) AS n FROM customer WHERE shipping_fee > 4 GROUP BY status", "Table.Mismatch"),
        ("SELECT status, SUM(quantity) AS n FROM orders WHERE shipping_fee > 4 GROUP BY status", "Function.Aggregate"),
        ("SELECT status, COUNT(*) AS n FROM orders GROUP BY status", "Condition.Explicit Missing"),
        ("SELECT status, COUNT(*) AS n FROM orders WHERE shipping_fee > 5 GROUP BY status", "Value.Mismatch"),
        ("SELECT gift, COUNT(*) AS n FROM orders WHERE shipping_fee > 4 GROUP BY gift", "Attribute.Mismatch"),
        ("SELECT status, COUNT(*) AS n FROM orders WHERE shipping_fee >= 4 GROUP BY status", "Operator.Comparison"),
        ("SELECT FROM", "Other.Other"),
    ],
)
def test_a_wrong_query_has_a_type_of_fault(retail: Opened, wrong: str, kind: str) -> None:
    found, mistake = fault(GOLD, wrong, retail.database)

    assert found == kind
    assert mistake.endswith(".")


@pytest.mark.parametrize(
    ("steps", "names"),
    [
        ("1. Keep the orders with a shipping fee above 4.\n2. Count them by `status`.", []),
        ("1. Use orders.shipping_fee and group by `orders.status`.", []),
        ("1. Join order_positions to it.", ["order_positions"]),
        ("1. Read `orders.total`.", ["total"]),
        ("1. Take orders.amount_due.", ["amount_due"]),
        ("1. Look at customerName.", ["customerName"]),
    ],
)
def test_reasoning_may_only_name_what_there_is(retail: Opened, steps: str, names: list[str]) -> None:
    assert unknown(steps, GOLD, retail.database) == names


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("How many orders by status have a shipping fee above 4?", ""),
        ("How many orders by status have a shipping fee above four dollars?", ""),
        ("How many orders are there by status?", "proposal_states_not_all"),
        ("How many orders by status have a shipping fee above 4 in 2023?", "proposal_adds_number"),
        ("What is the SQL query for orders by status with a shipping fee above 4?", "proposal_speaks_of_code"),
        ("Count order_status of orders with shipping_fee above 4.", "proposal_speaks_of_code"),
        ("This answer must contain a format like '? above 4.", "proposal_names_nothing_read"),
    ],
)
def test_a_proposed_question_states_what_its_query_uses(retail: Opened, question: str, reason: str) -> None:
    assert unstated(question, GOLD, retail.database) == reason


def test_a_proposal_reads_the_database(retail: Opened) -> None:
    """SmolLM2 proposed this one, and it was accepted: it runs, and no near miss of it could be made."""
    assert (
        unstated("Is it possible to order a product?", "SELECT {'_0': 1}", retail.database) == "proposal_reads_no_table"
    )


@pytest.mark.parametrize("sql", ["DROP TABLE orders", "SELECT 1; SELECT 2", "not sql at all", "COPY orders TO 'x'"])
def test_a_proposal_is_one_query(retail: Opened, sql: str) -> None:
    assert unstated("How many orders are there?", sql, retail.database) == "proposal_not_a_query"
