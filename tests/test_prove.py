"""Claims are judged by running statements: each kind, true and false, on two instances of a real database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

import duckdb
import pytest

from factory.claims import ClaimKind
from factory.engines.duckdb import CONFIG, DuckDBEngine, connect_memory
from factory.prove import core, prove
from factory.records import Candidate, Claim, Option, Outcome, SqlError, Verdict

# Instance 0 has a tie at the second place, instance 1 a NULL and a negative amount.
ROWS = (
    "(1, 'Ulm', 10.0), (2, 'Bonn', 20.0), (3, 'Bonn', 20.0), (4, 'Kiel', 30.0)",
    "(1, 'Ulm', -5.0), (2, 'Bonn', NULL), (3, 'Bonn', 20.0), (5, 'Ulm', 7.0)",
)


@pytest.fixture(scope="module")
def opened() -> Iterator[DuckDBEngine]:
    connections = [connect_memory(spatial=False) for _ in ROWS]
    for connection, rows in zip(connections, ROWS, strict=True):
        connection.execute("CREATE TABLE sale (id INTEGER, town VARCHAR, amount DOUBLE)")
        connection.execute(f"INSERT INTO sale VALUES {rows}")
    engine = DuckDBEngine(connections, timeout=1.0)
    yield engine
    engine.close()


@pytest.fixture
def engine(opened: DuckDBEngine) -> DuckDBEngine:
    opened.log = []
    return opened


def candidate(statements: Mapping[str, str], *claims: Claim, **more: Any) -> Candidate:
    return Candidate("test", "toy", "What?", statements, claims, **more)


def proven(engine: DuckDBEngine, statements: Mapping[str, str], *claims: Claim, **more: Any) -> Verdict:
    return prove(candidate(statements, *claims, **more), engine)


S = {
    "all": "SELECT * FROM sale",
    "reversed": "SELECT * FROM sale ORDER BY id DESC",
    "positive": "SELECT * FROM sale WHERE amount > 0",
    "none": "SELECT * FROM sale WHERE id > 99",
    "null": "SELECT SUM(amount) FROM sale WHERE id > 99",
    "nan": "SELECT 0::DOUBLE / 0",
    "only_here": "SELECT CASE WHEN MAX(id) = 4 THEN 1 ELSE error('five') END FROM sale",
    "only_there": "SELECT CASE WHEN MAX(id) = 5 THEN 1 ELSE error('four') END FROM sale",
    "top": "SELECT amount, id FROM sale ORDER BY amount DESC, id",
    "typo": "SELECT amuont FROM sale",
    "typo2": "SELECT   amuont   FROM sale WHERE id = 1",
    "table": "SELECT amount FROM sales",
    "all again": "SELECT * FROM sale",
    "turned": "SELECT amount, id, town FROM sale",
    "nans": "SELECT * FROM (VALUES (1.0::DOUBLE), ('nan'), ('nan')) t(x)",
    "noise": "SELECT * FROM (VALUES (1.0::DOUBLE), (0.1 + 0.2::DOUBLE), (0.3)) t(x)",
    "json": """SELECT '{"a": 1}'""",
    "nulls": "SELECT * FROM (VALUES (1), (NULL), (NULL)) t(x)",
}
TYPO = 'Binder Error: Referenced column "amuont" not found in FROM clause!\nCandidate bindings: "amount", "town"'

JUDGED: list[tuple[Claim, str | None]] = [
    (Claim("succeeds", "all"), None),
    (Claim("succeeds", "none"), None),
    (Claim("succeeds", "typo"), "statement_raises"),
    (Claim("succeeds", "only_here"), "statement_raises"),
    (Claim("succeeds", "only_here", instances=(0,)), None),
    (Claim("fails", "typo"), None),
    (Claim("fails", "all"), "mutant_runs"),
    (Claim("fails", "only_here"), "mutant_runs"),
    (Claim("not_empty", "all"), None),
    (Claim("not_empty", "none"), "empty_result"),
    (Claim("not_empty", "null"), "null_result"),
    (Claim("not_empty", "nan"), "null_result"),
    (Claim("not_empty", "nulls"), None),
    (Claim("not_empty", "typo"), "statement_raises"),
    (Claim("untied", "top", limit=1, column=0), None),
    (Claim("untied", "top", limit=2, column=0), "tie_at_the_cut"),
    (Claim("untied", "top", limit=2, column=1), None),
    (Claim("untied", "top", limit=3, column=0), None),
    (Claim("untied", "top", limit=4, column=0), None),
    (Claim("untied", "top", limit=9, column=0), None),
    (Claim("untied", "nans", limit=1), None),
    (Claim("untied", "nans", limit=2), "tie_at_the_cut"),
    (Claim("untied", "noise", limit=2), "tie_at_the_cut"),
    (Claim("untied", "nulls", limit=2), "tie_at_the_cut"),
    (Claim("untied", "typo", limit=1), "statement_raises"),
    (Claim("same_rows", "all", "all again"), None),
    (Claim("same_rows", "all", "reversed"), None),
    (Claim("same_rows", "all", "reversed", ordered=True), "rows_differ"),
    (Claim("same_rows", "all", "positive"), "rows_differ"),
    (Claim("same_rows", "all", "positive", instances=(0,)), None),
    (Claim("same_rows", "all", "turned"), "rows_differ"),
    (Claim("same_rows", "typo", "typo"), "rows_differ"),
    (Claim("same_rows", "all", "typo"), "rows_differ"),
    (Claim("differs", "all", "positive"), None),
    (Claim("differs", "all", "positive", instances=(0,)), "indistinguishable"),
    (Claim("differs", "all", "all again"), "indistinguishable"),
    (Claim("differs", "all", "reversed"), "indistinguishable"),
    (Claim("differs", "all", "reversed", ordered=True), None),
    (Claim("differs", "all", "turned"), "indistinguishable"),
    (Claim("differs", "none", "null"), None),
    (Claim("differs", "all", "typo"), "statement_raises"),
    (Claim("differs", "typo", "all"), "statement_raises"),
    (Claim("other_error", "typo", "table"), None),
    (Claim("other_error", "typo", "all"), None),
    (Claim("other_error", "typo", "typo2"), "error_unchanged"),
    (Claim("other_error", "all", "typo"), "error_unchanged"),
    (Claim("same_error", "typo", "typo2"), None),
    (Claim("same_error", "typo", "table"), "error_differs"),
    (Claim("same_error", "typo", "all"), "error_differs"),
    (Claim("same_error", "all", "typo"), "error_differs"),
    (Claim("raises", "typo", message=f"{TYPO}\n\nLINE 1: SELECT amuont FROM sale\n               ^"), None),
    (Claim("raises", "typo", message=TYPO), "error_differs"),
    (Claim("raises", "all", message=TYPO), "error_differs"),
    (Claim("same_text", "all", "all again"), None),
    (Claim("same_text", "typo", "typo2"), "text_differs"),
    (Claim("row_count", "all", limit=4), None),
    (Claim("row_count", "all", limit=3), "row_count_differs"),
    (Claim("row_count", "none", limit=0), None),
    (Claim("row_count", "typo", limit=0), "statement_raises"),
    (Claim("conforms", "json", message='{"required": ["a"]}'), None),
    (Claim("conforms", "json", message='{"required": ["b"]}'), "schema_broken"),
    (Claim("conforms", "all", message='{"type": "object"}'), "schema_broken"),
    (Claim("conforms", "typo", message="{}"), "statement_raises"),
]


def _named(claim: Claim) -> str:
    return "-".join(
        str(part)
        for part in (claim.kind, claim.a, claim.b, claim.limit or "", "ordered" if claim.ordered else "")
        if part
    )


@pytest.mark.parametrize(("claim", "reason"), JUDGED, ids=[_named(c) for c, _ in JUDGED])
def test_a_claim(engine: DuckDBEngine, claim: Claim, reason: str | None) -> None:
    verdict = proven(engine, S, claim)

    assert verdict.reason == reason
    assert engine.log is not None
    assert len(engine.log) == len(set(engine.log))


def test_every_kind_of_claim_is_seen_to_hold_and_to_fail() -> None:
    for kind in get_args(ClaimKind):
        judged = [reason for claim, reason in JUDGED if claim.kind == kind]
        assert None in judged, kind
        assert any(judged), kind


def test_claims_are_judged_in_order_and_what_comes_after_a_failed_one_never_runs(engine: DuckDBEngine) -> None:
    verdict = proven(engine, S, Claim("fails", "typo"), Claim("not_empty", "none"), Claim("succeeds", "all"))

    assert verdict.reason == "empty_result"
    assert engine.log == [(S["typo"], 0), (S["none"], 0)]
    assert set(verdict.outcomes) == {("typo", 0), ("none", 0)}


def test_no_statement_runs_twice_on_an_instance_whatever_its_name(engine: DuckDBEngine) -> None:
    verdict = proven(
        engine,
        S,
        Claim("succeeds", "all"),
        Claim("same_rows", "all", "all again"),
        Claim("not_empty", "all again"),
        Claim("differs", "all", "positive"),
        slots={"rejected": (Option("x", (Claim("fails", "all"),)), Option("y", (Claim("succeeds", "positive"),)))},
    )

    assert verdict.reason is None
    assert engine.log == [(S["all"], 0), (S["all"], 1), (S["positive"], 0), (S["positive"], 1)]
    assert verdict.outcomes["all again", 1] == verdict.outcomes["all", 1]


def test_statements_that_no_claim_needs_do_not_run(engine: DuckDBEngine) -> None:
    verdict = proven(engine, S, Claim("same_text", "all", "all again"))

    assert verdict.reason is None
    assert engine.log == []


def test_a_failed_claim_says_where_and_what(engine: DuckDBEngine) -> None:
    assert proven(engine, S, Claim("succeeds", "only_here")).detail == "instance 1: Invalid Input Error: five"
    assert proven(engine, S, Claim("same_rows", "all", "positive")).detail == "instance 1"
    assert proven(engine, S, Claim("row_count", "all", limit=3)).detail == "4 rows instead of 3"
    assert proven(engine, S, Claim("raises", "all", message="x")).detail == "it runs"
    assert proven(engine, S, Claim("same_text", "all", "typo")).detail == "all is not typo"
    assert TYPO in proven(engine, S, Claim("raises", "typo", message="x")).detail


# --- witnesses -------------------------------------------------------------------------------------------------------


def test_the_witness_names_the_first_instance_that_parts_the_two_with_its_rows(engine: DuckDBEngine) -> None:
    witness = proven(engine, S, Claim("differs", "all", "positive")).witnesses["positive"]

    assert witness.instance == 1
    assert witness.missing == ((1, "Ulm", -5.0), (2, "Bonn", None))
    assert witness.extra == ()
    assert (witness.expected_count, witness.actual_count) == (4, 2)


def test_rows_in_another_order_only_leave_a_witness_without_rows(engine: DuckDBEngine) -> None:
    witness = proven(engine, S, Claim("differs", "all", "reversed", ordered=True)).witnesses["reversed"]

    assert (witness.instance, witness.missing, witness.extra) == (0, (), ())


BY_TOWN = Claim("differs", "by town", "b", keys=(1,), own_keys=(0,))


def test_the_right_rows_in_an_order_that_no_tie_excuses_leave_the_first_ones_out_of_place(engine: DuckDBEngine) -> None:
    statements = {"by town": "SELECT id, town FROM sale ORDER BY town", "b": "SELECT id, town FROM sale ORDER BY id"}
    witness = proven(engine, statements, BY_TOWN).witnesses["b"]

    assert witness.order_only
    assert witness.instance == 0
    assert witness.missing[0] == (2, "Bonn") != witness.extra[0] == (1, "Ulm")
    assert (witness.expected_count, witness.actual_count) == (4, 4)
    unasked = replace(BY_TOWN, keys=())
    assert proven(engine, statements, unasked).reason == "indistinguishable"
    same_rows = Claim("same_rows", "by town", "b", keys=(1,), own_keys=(0,))
    assert proven(engine, statements, same_rows).reason == "order_differs"
    ties = {**statements, "b": "SELECT id, town FROM sale ORDER BY town, id DESC"}
    assert proven(engine, ties, replace(same_rows, own_keys=(1, 0))).reason is None
    assert proven(engine, ties, replace(same_rows, own_keys=())).reason == "order_differs"


def test_an_instance_made_for_the_pair_is_asked_last_and_named(engine: DuckDBEngine) -> None:
    asked: list[str] = []

    def derive(name: str, gold: str, other: str) -> tuple[Outcome, Outcome] | None:
        asked.append(name)
        rows = Outcome(("id",), ((1,), (2,))), Outcome(("id",), ((1,),))
        return rows if (name, gold, other) == ("second", S["all"], S["all again"]) else None

    claim = Claim("differs", "all", "all again", derived=("first", "second", "third"))
    found = prove(candidate(S, claim), engine, derive).witnesses["all again"]

    assert asked == ["first", "second"]
    assert (found.instance, found.derived, found.missing) == (None, "second", ((2,),))
    assert prove(candidate(S, claim), engine).reason == "indistinguishable"
    asked.clear()
    assert prove(candidate(S, replace(claim, b="positive")), engine, derive).witnesses["positive"].instance == 1
    assert not asked


def test_an_instance_on_which_the_wrong_one_raises_is_no_witness(engine: DuckDBEngine) -> None:
    verdict = proven(engine, {"a": "SELECT 1", "b": S["only_there"]}, Claim("differs", "a", "b"))

    assert verdict.reason == "statement_raises"
    assert not verdict.witnesses


def test_an_option_that_was_not_proven_leaves_no_witness(engine: DuckDBEngine) -> None:
    half = Option("half", (Claim("differs", "all", "positive"), Claim("fails", "all")))
    whole = Option("whole", (Claim("differs", "all", "none"),))
    verdict = proven(engine, S, slots={"rejected": (half, whole)})

    assert verdict.chosen == {"rejected": whole}
    assert set(verdict.witnesses) == {"none"}


def test_a_function_that_gives_other_values_each_time_is_run_once_and_so_equals_itself(engine: DuckDBEngine) -> None:
    verdict = proven(engine, {"a": "SELECT random()", "b": "SELECT random()"}, Claim("differs", "a", "b"))

    assert verdict.reason == "indistinguishable"
    assert engine.log == [("SELECT random()", 0), ("SELECT random()", 1)]


def test_one_instance_on_which_a_wrong_query_is_right_by_chance_is_not_enough(engine: DuckDBEngine) -> None:
    """The SQL is wrong for half of the instances; asked on the first alone, nobody would see it."""
    here = Claim("differs", "all", "positive", instances=(0,))
    everywhere = Claim("differs", "all", "positive")

    assert proven(engine, S, here).reason == "indistinguishable"
    assert proven(engine, S, everywhere).reason is None


# --- slots -----------------------------------------------------------------------------------------------------------


def test_a_slot_takes_its_first_proven_option_and_asks_no_further(engine: DuckDBEngine) -> None:
    options = (
        Option("runs", (Claim("fails", "all"),)),
        Option("raises", (Claim("fails", "typo"),)),
        Option("never asked", (Claim("fails", "table"),)),
    )
    verdict = proven(engine, S, slots={"rejected": options})

    assert verdict.reason is None
    assert verdict.chosen == {"rejected": options[1]}
    assert engine.log == [(S["all"], 0), (S["typo"], 0)]


def test_a_slot_may_stay_empty_unless_it_is_required(engine: DuckDBEngine) -> None:
    slots = {
        "rejected": (Option("runs", (Claim("fails", "all"),)),),
        "later": (Option("any", (Claim("succeeds", "none"),)),),
    }
    free = proven(engine, S, slots=slots)
    required = proven(engine, S, slots=slots, required={"rejected": "no_wrong_answer"})

    assert free.reason is None
    assert set(free.chosen) == {"later"}
    assert required.reason == "no_wrong_answer"
    assert required.chosen == {}
    assert proven(engine, S, slots={"x": ()}, required={"x": "nothing_offered"}).reason == "nothing_offered"


def test_given_limits_an_option_to_what_an_earlier_slot_took(engine: DuckDBEngine) -> None:
    slots = {
        "order": (Option("0>1", (Claim("fails", "all"),)), Option("1>0", (Claim("fails", "typo"),))),
        "rejected": (
            Option("a", (Claim("fails", "table"),), given=("order", "0>1")),
            Option("b", (Claim("fails", "table"),), given=("order", "1>0")),
            Option("c", (Claim("fails", "table"),), given=("nowhere", "1>0")),
        ),
    }
    assert proven(engine, S, slots=slots).chosen["rejected"].name == "b"

    orphan = {"rejected": slots["rejected"], "order": slots["order"]}
    assert set(proven(engine, S, slots=orphan).chosen) == {"order"}


def test_no_slot_is_looked_at_when_a_claim_failed(engine: DuckDBEngine) -> None:
    verdict = proven(engine, S, Claim("fails", "all"), slots={"x": (Option("y", (Claim("fails", "typo"),)),)})

    assert (verdict.reason, verdict.chosen) == ("mutant_runs", {})
    assert engine.log == [(S["all"], 0)]


# --- what the environment does is evidence of nothing ----------------------------------------------------------------

ENVIRONMENT = {
    "timeout": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n FROM r) SELECT COUNT(*) FROM r",
    "out_of_memory": "SELECT LIST(range) FROM range(20000000)",
    "permission": "SELECT * FROM read_csv('sale.csv')",
    "too_many_rows": "SELECT * FROM range(20001)",
}


@pytest.mark.parametrize("kind", ["fails", "succeeds", "not_empty", "other_error", "same_error", "raises", "differs"])
@pytest.mark.parametrize(("reason", "sql"), ENVIRONMENT.items(), ids=ENVIRONMENT)
def test_what_the_environment_says_proves_no_claim(cramped: DuckDBEngine, reason: str, sql: str, kind: Any) -> None:
    verdict = proven(cramped, {"x": sql, "y": "SELECT 1"}, Claim(kind, "x", "y"))

    assert verdict.reason == reason
    assert bool(verdict.detail) is (reason != "too_many_rows")
    assert not verdict.chosen


@pytest.fixture(scope="module")
def cramped() -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine([duckdb.connect(config={**CONFIG, "memory_limit": "30MB"})], timeout=0.2)
    engine.connections[0].execute("SET enable_external_access = false")
    yield engine
    engine.close()


SESSION_BOUND = {
    "an extension that is not loaded": "SELECT ST_Point(1, 2)",
    "a suggestion among the types seen so far": "SELECT CAST(1 AS INTEGR)",
}


@pytest.mark.parametrize("sql", SESSION_BOUND.values(), ids=SESSION_BOUND)
def test_an_error_that_another_session_would_word_differently_proves_nothing(engine: DuckDBEngine, sql: str) -> None:
    verdict = proven(engine, {"x": sql}, Claim("fails", "x"))
    assert verdict.reason == "session_dependent_error"
    assert verdict.detail == "Catalog Error"  # what it says would make the rejects depend on the session


def test_a_time_zone_that_python_cannot_show_is_no_fault_of_the_statement(engine: DuckDBEngine) -> None:
    verdict = proven(engine, {"x": "SELECT TIMESTAMPTZ '2024-01-01 00:00:00+00'"}, Claim("fails", "x"))

    assert verdict.reason in ("session_dependent_error", "mutant_runs")  # the latter where pytz is installed


def test_an_option_that_the_environment_stops_is_passed_over(engine: DuckDBEngine) -> None:
    slow, quick = Option("slow", (Claim("fails", "x"),)), Option("quick", (Claim("fails", "typo"),))
    verdict = proven(engine, {**S, "x": ENVIRONMENT["permission"]}, slots={"rejected": (slow, quick)})

    assert verdict.reason is None
    assert verdict.chosen == {"rejected": quick}


class Broken:
    """An engine whose every statement meets the given error: for errors that can't be had on demand."""

    dialect, version, instances = "duckdb", "0", 1

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def run(self, sql: str, instance: int = 0) -> Outcome:
        return Outcome(error=SqlError(self.kind, f"{self.kind}: {sql} {instance}"))

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("kind", "reason"), [("INTERNAL Error", "internal"), ("Fatal Error", "fatal"), ("IO Error", "io")]
)
def test_errors_of_the_engine_itself_prove_nothing(kind: str, reason: str) -> None:
    assert prove(candidate({"a": "SELECT 1"}, Claim("fails", "a")), Broken(kind)).reason == reason


def test_the_core_of_an_error_leaves_out_the_quoted_line(engine: DuckDBEngine) -> None:
    error = engine.run(S["typo"]).error
    assert error is not None
    assert core(error.message) == TYPO
    assert core("Parser Error: syntax error at end of input") == "Parser Error: syntax error at end of input"


def test_a_verdict_is_the_same_each_time(engine: DuckDBEngine) -> None:
    claims = [claim for claim, reason in JUDGED if reason is None]
    first, second = proven(engine, S, *claims), proven(engine, S, *claims)

    assert first.reason is None
    assert repr(first) == repr(second)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT * FROM word WHERE text = 5", None),
        ("SELECT * FROM word WHERE text = 5 AND id > 0", "session_dependent_error"),
    ],
)
def test_an_error_that_quotes_some_row_counts_only_when_the_row_is_sure(sql: str, reason: str | None) -> None:
    connection = connect_memory(spatial=False)
    connection.execute("CREATE TABLE word AS SELECT i AS id, 'w' || i AS text FROM range(9) t(i)")
    engine = DuckDBEngine([connection])
    candidate = Candidate("r", "d", "q", {"broken": sql}, (Claim("fails", "broken"),))
    assert prove(candidate, engine).reason == reason
    engine.close()
