"""What a prompt shows of a schema: the scope, and what a budget of tokens leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from factory.budget import Wanted, estimated_tokens, fit, written
from factory.catalog import Opened, opened
from factory.metadata import LiveColumn, LiveTable, schema_text
from factory.prove import prove
from factory.recipe import Target
from factory.record_schema import RecordSchema, record_of
from factory.records import Column, Database, Example, Relation, Table
from recipes.text_to_sql import recipe as text_to_sql
from recipes.text_to_sql.needs import alikes, hops, needs


@pytest.fixture(scope="module")
def source() -> Iterator[Opened]:
    with opened("public_library@3", instances=3, timeout=10) as found:
        yield found


def examples(source: Opened, seed: int, size: int, **options: Any) -> list[Example]:
    maker = replace(text_to_sql, **options)
    target = Target(source.database, source.engine.dialect, source.engine.version)
    found: list[Example] = []
    for candidate in islice(maker.propose(source.database, Random(seed)), size):
        verdict = prove(candidate, source.engine)
        if not verdict.reason:
            found += list(maker.render(verdict, target))
    return found


def parsed(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, dialect="duckdb")


def schema_of(example: Example) -> str:
    return example.messages[0]["content"].partition("\n\n")[2].partition("\n\nQuestion: ")[0]


def shown(example: Example) -> list[str]:
    return [line.split()[2].strip('"') for line in schema_of(example).splitlines() if line.startswith("CREATE TABLE")]


def used(example: Example, source: Opened) -> set[str]:
    return {t.name for t in parsed(example.sql).find_all(exp.Table)} & set(source.database.by_name)


@pytest.mark.parametrize("scope", ["gold", "related"])
def test_the_prompt_shows_the_scope(source: Opened, scope: str) -> None:
    for example in examples(source, 8, 12, schema_scope=scope, descriptions=0.0, samples=0.0, shuffled=1.0):
        needed = used(example, source)
        assert needed <= set(shown(example))
        if scope == "gold":
            assert needed == set(shown(example))
        assert "/*" not in schema_of(example)
        record = record_of(example, "sft")
        described = text_to_sql.described(source.database, record)
        assert text_to_sql.prompt(described, example.question, "", "") == example.prompt


def test_related_shows_what_is_one_hop_away_and_what_looks_alike(source: Opened) -> None:
    for example in examples(source, 4, 15, schema_scope="related"):
        needed = used(example, source)
        links = [{r.child, r.parent} for r in source.database.relations]
        near = {name for pair in links if pair & needed for name in pair}
        assert near <= set(shown(example))
        other = set(shown(example)) - near - needed
        assert other <= alikes(needs(parsed(example.sql), source.database), source.database, 2)


def test_the_whole_schema_is_that_of_the_database(source: Opened) -> None:
    for example in examples(source, 1, 4):
        assert schema_of(example) == source.database.schema_text
        assert text_to_sql.described(source.database, record_of(example, "sft")) is source.database


# --- what a query needs ---------------------------------------------------------------------------------------------


def column(name: str, role: Any = "category", label: str = "") -> Column:
    return Column(name, "VARCHAR", role, label or name, label or name)


ID = column("id", "key")
SHOP = Database(
    "shop",
    "shop",
    "duckdb",
    (
        Table("orders", "order", "orders", (ID, column("status"), column("note"), column("info"))),
        Table("customers", "customer", "customers", (ID, column("name"), column("town"))),
        Table("stores", "store", "stores", (ID, column("region"))),
        Table("visits", "visit", "visits", (ID, column("status"))),
        Table("refunds", "order refund", "order refunds", (ID, column("sum"))),
        Table("staff", "person", "people", (ID, column("wage"))),
    ),
    (
        Relation("orders", "customer_id", "customers", "id", "placed", "never placed", "placed by"),
        Relation("customers", "store_id", "stores", "id", "has", "has no", "of"),
    ),
)


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("SELECT status FROM orders", {"orders": {"status"}}),
        (
            "SELECT o.status FROM orders o JOIN customers c USING (id)",
            {"orders": {"id", "status"}, "customers": {"id"}},
        ),
        ("SELECT * FROM stores", {"stores": {"id", "region"}}),
        ("SELECT COUNT(*) FROM stores", {"stores": set()}),
        ("WITH s AS (SELECT id AS note FROM stores) SELECT s.note FROM s", {"stores": {"id"}}),
        ("SELECT o.info.note FROM orders o", {"orders": {"info", "note"}}),
        (
            "SELECT c.* FROM orders o JOIN customers c ON c.id = o.id",
            {"orders": {"id"}, "customers": {"id", "name", "town"}},
        ),
    ],
)
def test_what_a_query_needs(sql: str, wanted: dict[str, set[str]]) -> None:
    assert {table: set(names) for table, names in needs(parsed(sql), SHOP).items()} == wanted


def test_hops_count_links() -> None:
    assert hops(frozenset({"orders"}), SHOP) == {"orders": 0, "customers": 1, "stores": 2}


def test_alikes_share_a_telling_column_or_a_word() -> None:
    wanted = needs(parsed("SELECT status FROM orders"), SHOP)
    assert alikes(wanted, SHOP, 5) == {"visits", "refunds"}
    assert alikes(wanted, SHOP, 1) == {"refunds"}


# --- the budget ------------------------------------------------------------------------------------------------------


def live(name: str, *columns: str) -> LiveTable:
    made = tuple(LiveColumn(c, "VARCHAR", True, f"About the {c}", 2, 0, top=("aaaa", "bbbb")) for c in columns)
    return LiveTable(name, f"All {name}", (LiveColumn("id", "INTEGER", False, None), *made), ("id",), (), 5)


TABLES = (live("orders", "status", "note"), live("customers", "town"), live("stores", "region"), live("staff", "wage"))
NAMES = [table.name for table in TABLES]
WANTED = Wanted({"orders": frozenset({"id", "status"})}, {"orders": 0, "customers": 1, "stores": 2})


def test_the_least_useful_goes_first() -> None:
    full = estimated_tokens(schema_text(TABLES))
    stages: list[tuple[str, ...]] = []
    order: list[str] = []
    for tokens in range(full, 0, -1):
        fitted = fit(TABLES, NAMES, WANTED, tokens)
        if fitted is None:
            break
        text = written(TABLES, fitted.tables, fitted.less, descriptions=True, samples=True)
        assert estimated_tokens(text) <= tokens
        assert re.search(r"status VARCHAR.*'aaaa', 'bbbb'", text)
        stages += [fitted.dropped] if fitted.dropped not in stages else []
        order += [name for name in NAMES if name not in fitted.tables and name not in order]
    assert stages == [
        (),
        ("samples",),
        ("samples", "comments"),
        ("samples", "comments", "descriptions"),
        ("samples", "comments", "descriptions", "tables=1"),
        ("samples", "comments", "descriptions", "tables=2"),
        ("samples", "comments", "descriptions", "tables=3"),
        ("samples", "comments", "descriptions", "tables=3", "columns=1"),
    ]
    assert order == ["staff", "stores", "customers"]


def test_what_fits_stays_as_it_is() -> None:
    fitted = fit(TABLES, NAMES, WANTED, 10_000)
    assert fitted is not None
    assert (fitted.dropped, list(fitted.tables)) == ((), NAMES)


@pytest.mark.parametrize("tokens", [300, 600, 900])
def test_records_within_a_budget_can_be_made_again(source: Opened, tokens: int) -> None:
    form = RecordSchema("text_to_sql", "sft")
    made = examples(source, 2, 12, schema_tokens=tokens, shuffled=0.5)
    assert made
    for example in made:
        assert estimated_tokens(schema_of(example)) <= tokens
        assert any(tag.startswith("dropped:") for tag in example.tags)
        for query in filter(None, (example.sql, example.rejected_sql)):
            for table, names in needs(parsed(query), source.database).items():
                assert table in shown(example)
                assert all(name in schema_of(example) for name in names)
        record = record_of(example, "sft")
        form.check(record)
        described = text_to_sql.described(source.database, record)
        assert text_to_sql.prompt(described, example.question, "", "") == example.prompt


def test_a_question_that_does_not_fit_has_a_reason(source: Opened) -> None:
    maker = replace(text_to_sql, schema_tokens=20)
    candidate = next(maker.propose(source.database, Random(1)))
    assert prove(candidate, source.engine).reason == "schema_over_budget"
