"""Examples whose errors and rows come from a real engine, small enough to be written in milliseconds."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise

import duckdb
import pytest

from factory.manifest import Run
from factory.records import Example
from recipes.error_correction import prompts

SCHEMA = """\
CREATE TABLE orders (
  order_id INTEGER PRIMARY KEY,
  status VARCHAR NOT NULL,  /* delivered, shipped */
  amount DOUBLE  /* 5 to 90; USD */
);"""
QUESTION = "What is the total amount of the orders with status '{}'?"
FIX = "SELECT SUM(amount) AS total\nFROM orders\nWHERE status = '{}'"

MakeExample = Callable[..., Example]


@pytest.fixture(scope="session")
def make_example() -> MakeExample:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE orders (order_id INTEGER PRIMARY KEY, status VARCHAR, amount DOUBLE)")
    connection.execute("INSERT INTO orders VALUES (1, 'delivered', 90), (2, 'shipped', 5)")

    def error(sql: str) -> tuple[str, str]:
        try:
            connection.execute(sql)
        except duckdb.Error as raised:
            return str(raised).partition(":")[0], str(raised)
        raise AssertionError(f"runs: {sql}")

    def make(number: int = 1, database: str = "retail", *, raises: bool = True, faults: int = 1) -> Example:
        status = f"status {number}"
        fix = FIX.format(status)
        states = [fix.replace("amount", "amuont").replace("FROM", "FORM"), fix.replace("amount", "amuont"), fix]
        states = states[2 - faults :]
        wrong = fix.replace("amount", "amonut") if raises else fix.replace("SUM", "MAX")
        messages = []
        for step, (broken, mended) in enumerate(pairwise(states)):
            text = error(broken)[1]
            question = QUESTION.format(status)
            asked = prompts.again(text) if step else prompts.first("duckdb", SCHEMA, question, broken, text, "cot")
            messages.append({"role": "user", "content": asked})
            messages.append({"role": "assistant", "content": prompts.reply("A word is misspelt.", mended, "cot")})
        names = ["keyword_typo", "column_typo"][-faults:]
        kind, message = error(states[0])
        evidence = {
            "engine": "duckdb",
            "engine_version": duckdb.__version__,
            "broken_sql": states[0],
            "error_class": kind,
            "error_message": message,
            "faults": names,
            "fault_types": ["Attribute Mismatch"] * faults,
            "turns": faults,
            "row_count": 1,
        }
        wrong_kind, wrong_message = error(wrong) if raises else ("", "")
        witness = {"instance": 1, "expected_rows": 1, "actual_rows": 1, "missing": [["95.0"]], "extra": [["90.0"]]}
        return Example(
            id=f"{number:024x}",
            recipe="error_correction",
            database=database,
            dialect="duckdb",
            question=QUESTION.format(status),
            sql=fix,
            messages=tuple(messages),
            evidence=evidence,
            tags=("kind:total", f"faults:{faults}", *(f"fault:{name}" for name in names)),
            prompt=tuple(messages[:-1]),
            chosen=(messages[-1],),
            rejected=({"role": "assistant", "content": prompts.reply("A word is misspelt.", wrong, "cot")},),
            rejected_sql=wrong,
            rejected_evidence={
                **evidence,
                "rejected_kind": "raises" if raises else "differs",
                "rejected_slip": "another_typo" if raises else "other_aggregate",
                "rejected_error_class": wrong_kind,
                "rejected_error_message": wrong_message,
                "witness": "" if raises else json.dumps(witness),
            },
        )

    return make


@pytest.fixture
def run() -> Run:
    return Run(
        recipes={"error_correction": "1"},
        options={"error_correction": {"answer": "cot", "two": 0.33}},
        seed=7,
        rows=6,
        arguments={"databases": [], "shares": [90.0, 5.0, 5.0]},
        engine="duckdb",
        engine_version=duckdb.__version__,
        databases={"retail@2": "b" * 64, "retail": "a" * 64, "hr": "c" * 64},
        families={"train": ["retail"], "validation": ["hr"], "test": []},
        funnel={"proposed": 9, "mutant_runs": 2, "empty_result": 1, "accepted": 6},
    )
