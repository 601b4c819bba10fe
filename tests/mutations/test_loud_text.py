"""Every operator on the text breaks real queries, in one place, in the way that it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import duckdb
import pytest

from factory.mutations.edits import Mutation, Operator, apply
from factory.mutations.layout.spelling import misspell
from factory.mutations.loud import (
    case_expressions,
    commas,
    comparisons,
    delimiters,
    dialect,
    expressions,
    foreign_dates,
    joins,
    limits,
    logic,
    other_engines,
    predicates,
    quoting,
    set_operations,
    structure,
    syntax,
    typos,
    windows,
)
from factory.mutations.query import Query
from factory.records import Database

from .corpus import CORPUS

MODULES = (
    case_expressions,
    commas,
    comparisons,
    delimiters,
    dialect,
    expressions,
    foreign_dates,
    joins,
    limits,
    logic,
    other_engines,
    predicates,
    quoting,
    set_operations,
    structure,
    syntax,
    typos,
    windows,
)
OPERATORS = [operator for module in MODULES for operator in module.OPERATORS]
# What the engine raises; the rest is refused by the parser.
RAISES = {
    "bang_not": {"Catalog"},
    "c_connectives": {"Parser", "Binder"},
    "convert": {"Catalog"},
    "curly_quotes": {"Parser", "Binder", "Catalog"},
    "current_moment": {"Catalog", "Binder"},
    "date_add_call": {"Catalog", "Binder"},
    "date_diff_call": {"Catalog", "Binder"},
    "date_literal": {"Catalog", "Parser"},
    "date_part_call": {"Catalog", "Binder"},
    "date_trunc_call": {"Catalog", "Binder", "Parser"},
    "expression_keyword_typo": {"Parser", "Binder", "Catalog"},
    "formatted_date": {"Catalog", "Binder"},
    "group_ordinal": {"Binder"},
    "iif": {"Catalog"},
    "missing_from": {"Parser", "Binder"},
    "mixed_predicate": {"Parser", "Catalog"},
    "negative_limit": {"Binder"},
    "null_default": {"Catalog"},
    "null_function": {"Catalog"},
    "or_of_values": {"Conversion"},
    "order_ordinal": {"Binder"},
    "pattern_match": {"Parser", "Catalog"},
    "placeholder": {"Parser", "Invalid Input"},
    "plus_concatenation": {"Binder"},
    "position": {"Catalog"},
    "reversed_comparison": {"Parser", "Catalog"},
    "rownum": {"Binder"},
    "set_column_count": {"Binder"},
    "split_text": {"Catalog"},
    "spread": {"Catalog"},
    "subquery_column_count": {"Binder"},
    "text_limit": {"Conversion"},
    "top": {"Parser", "Catalog"},
}
CODE = re.compile(r"`` .+? ``|`[^`]+`")
# A repair says what to do, so it starts with a verb.
NO_VERB = re.compile(r"^(?:The|A|An|This|That|It|There|You|In|On|Since|Because|With|To)\b|^`|^[a-z]")


@pytest.fixture(scope="module")
def queries(toy_database: Database) -> dict[str, Query]:
    return {name: Query(text, toy_database) for name, text in CORPUS.items()}


def _mutants(operator: Operator, queries: dict[str, Query], seeds: int = 3) -> Iterator[tuple[str, Mutation]]:
    for name, query in queries.items():
        for seed in range(seeds):
            rng = Random(f"{operator.name}:{name}:{seed}")
            for mutation in operator.propose(query, query.database, rng):
                yield name, mutation


def test_the_names_are_unique() -> None:
    names = [operator.name for operator in OPERATORS]
    assert len(names) == len(set(names)) >= 26
    assert set(RAISES) <= set(names)


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_every_mutant_raises_what_it_should(
    operator: Operator, queries: dict[str, Query], toy_connection: duckdb.DuckDBPyConnection
) -> None:
    expected = RAISES.get(operator.name, {"Parser"})
    seen = 0
    for name, mutation in _mutants(operator, queries):
        broken = apply(CORPUS[name], [mutation])
        assert broken != CORPUS[name]
        with pytest.raises(duckdb.Error) as raised:
            toy_connection.execute(broken).fetchall()
        message = str(raised.value)
        assert message.split(" Error:")[0] in expected, (broken, message)
        assert "extension" not in message
        seen += 1
    assert seen, "no query of the corpus has a site"


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_every_mutant_is_explained(operator: Operator, queries: dict[str, Query]) -> None:
    assert operator.level == "text"
    diagnoses, repairs = set(), set()
    for name, mutation in _mutants(operator, queries, seeds=12):
        assert mutation.operator == operator.name
        for text in (mutation.diagnosis, mutation.repair):
            prose = CODE.sub("X", text)
            assert text.endswith(".")
            assert text[0] == "`" or text[0].isupper() or not text[0].isalpha(), text
            assert "_" not in prose, text
            assert "  " not in prose, text
            assert "original" not in prose.lower(), text
            assert "mutation" not in prose.lower(), text
            assert text.count("`") % 2 == 0, text
        assert not NO_VERB.match(mutation.repair), mutation.repair
        assert CODE.search(mutation.diagnosis), name
        diagnoses.add(CODE.sub("X", mutation.diagnosis))
        repairs.add(CODE.sub("X", mutation.repair))
    assert len(diagnoses) >= 3
    assert len(repairs) >= 2


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_no_more_than_three_and_always_the_same(operator: Operator, queries: dict[str, Query]) -> None:
    for query in queries.values():
        first = list(operator.propose(query, query.database, Random(5)))
        again = list(operator.propose(Query(query.text, query.database), query.database, Random(5)))
        assert first == again
        assert len(first) <= 3


@pytest.mark.parametrize("word", ["SELECT", "from", "WHERE", "ON", "as", "AND", "IN", "desc", "LIMIT"])
def test_a_misspelled_keyword_keeps_its_first_letter_and_case(word: str) -> None:
    for seed in range(50):
        typo, how = misspell(word, Random(seed))
        assert typo != word
        assert how
        assert typo.isupper() == word.isupper()
        assert typo[0] == word[0] or len(word) < 4


@pytest.mark.parametrize(
    ("sql", "operator", "broken"),
    [
        (
            "SELECT a FROM t WHERE a = 1 GROUP BY a",
            "group_before_where",
            "SELECT a FROM t GROUP BY a WHERE a = 1",
        ),
        (
            "SELECT a\nFROM t\nORDER BY a\nLIMIT 5",
            "limit_before_order",
            "SELECT a\nFROM t\nLIMIT 5\nORDER BY a",
        ),
        (
            "select x from t where a = 1 order by x limit 5",
            "rownum",
            "select x from t where a = 1 and rownum <= 5 order by x",
        ),
        (
            "SELECT x FROM t LIMIT 5",
            "rownum",
            "SELECT x FROM t WHERE ROWNUM <= 5",
        ),
        (
            "SELECT x FROM t EXCEPT SELECT y FROM u",
            "minus_operator",
            "SELECT x FROM t MINUS SELECT y FROM u",
        ),
        (
            "SELECT x FROM t WHERE NOT EXISTS (\n    SELECT 1\n)\nORDER BY x",
            "subquery_without_parentheses",
            "SELECT x FROM t WHERE NOT EXISTS\n    SELECT 1\nORDER BY x",
        ),
    ],
)
def test_the_writing_of_the_author_survives(sql: str, operator: str, broken: str, toy_database: Database) -> None:
    chosen = next(o for o in OPERATORS if o.name == operator)
    mutations = list(chosen.propose(Query(sql, toy_database), toy_database, Random(1)))
    assert [apply(sql, [mutation]) for mutation in mutations] == [broken]


def test_a_trailing_comma_that_duckdb_accepts_is_not_proposed(toy_database: Database) -> None:
    query = Query("SELECT city, COUNT(*) FROM customer GROUP BY city", toy_database)
    assert not list(commas.trailing_comma(query, toy_database, Random(1)))


def test_a_missing_comma_never_makes_an_alias(toy_database: Database) -> None:
    query = Query("SELECT city, segment FROM customer", toy_database)
    assert not list(commas.missing_comma(query, toy_database, Random(1)))
