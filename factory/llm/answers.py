"""What a model answers to a record's prompt, executed: right, wrong with a witness, an error, or of no use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp

from factory.certify import Derived, stable
from factory.engines.engine import Engine
from factory.judge.query import Query, statements
from factory.llm.request import Response
from factory.prompt import answered
from factory.prove import prove
from factory.records import Candidate, Claim, Database, SqlError, Verdict, Witness
from factory.restating import whole_table
from factory.second_opinion import recomputed

_LONGEST = 6_000
# Instances made for the pair, on which a query that was right by chance may show it.
_AIMED = ("aimed 1", "aimed 2", "aimed 3", "aimed 4")
_QUERY = re.compile(r"[\s(]*(?:SELECT|WITH|FROM|VALUES)\b", re.IGNORECASE)
# What these say differs between machines and sessions.
_SESSION = re.compile(
    r"\b(current_setting|getenv|duckdb_\w+|pragma_\w+|current_database|current_schemas?|current_user|version|txid_current"
    r"|read_\w+|glob|sniff_csv|parquet_\w+)\s*\(|\b(information_schema|pg_catalog|sqlite_master)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Right:
    """What an answer is held against.

    `asked` is the query that `gold` is a rewrite of, or `gold` itself. Where answers write, `after` reads what they
    left; else it is "". `expected` is what an oracle computes the rows of instance 0 from, if there is one.
    """

    gold: str
    asked: str
    after: str = ""
    expected: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """`fate` is "right", "wrong" (`witness` is set), "raises" (`error` is), or the reason why it is of no use, such as
    "answer_truncated"."""

    text: str
    sql: str
    fate: str
    witness: Witness | None = None
    error: SqlError | None = None


def judged_answer(response: Response, right: Right, database: Database, engine: Engine) -> Answer:
    """Right is what gives the gold's rows on every instance, in its order if it has one, and on those made to tell the
    two apart; wrong what gives other rows on one, whatever the order of rows and columns. In between lies what can't be
    decided.

    Where the asked query has a LIMIT, only instance 0 is known to have no tie at the cut, and where an oracle computed
    the rows, only instance 0 is known to have nothing on an edge: there a difference elsewhere proves nothing. Nor does
    one that the oracle's tolerance allows.
    """
    text = response.text.strip()
    sql = answered(text)
    if unusable := _unusable(response, text, sql):
        return Answer(text, sql, unusable)
    if right.after:
        return _written(text, sql, right, engine)
    failed = _proven(engine, {"answer": sql}, Claim("fails", "answer"))
    if failed.reason is None:
        return Answer(text, sql, "raises", error=failed.outcomes["answer", 0].error)
    if not _QUERY.match(sql):
        return Answer(text, sql, "answer_not_a_query")
    if failed.reason != "mutant_runs":
        return Answer(text, sql, f"answer_{failed.reason}")
    if not _reads_only(sql, database):
        return Answer(text, sql, "answer_reads_elsewhere")
    both = {"gold": right.gold, "answer": sql}
    ordered = Query(right.gold, database.dialect).ordered
    if _proven(engine, both, Claim("same_rows", "gold", "answer", ordered=ordered)).reason is None:
        if not stable(sql, database, engine, ordered=False):
            return Answer(text, sql, "answer_order_dependent")
        aimed = Claim("differs", "gold", "answer", instances=(), derived=_AIMED)
        parted = prove(_candidate(both, aimed), engine, Derived(database, engine)).reason is None
        return Answer(text, sql, "answer_right_by_chance" if parted else "right")
    limited = sqlglot.parse_one(right.asked, dialect=database.dialect).find(exp.Limit)
    only = (0,) if limited or right.expected is not None else None
    witness = _parting(engine, both, Claim("differs", "gold", "answer", instances=only), right.expected)
    if witness is None:
        return Answer(text, sql, "answer_undecided")
    assert witness.instance is not None  # no instance was made for the pair
    if not stable(sql, database, engine, ordered=False, instance=witness.instance):
        return Answer(text, sql, "answer_order_dependent")
    return Answer(text, sql, "wrong", witness)


def _written(text: str, sql: str, right: Right, engine: Engine) -> Answer:
    """An answer that writes, run in a copy. Right is what leaves the whole table as the gold leaves it.

    One that raises there is of no use: a copy has no keys and no schema of the database's name, and its own name stands
    in the error.
    """
    if not writes_tables(sql):
        return Answer(text, sql, "answer_not_a_script")
    whole = whole_table(right.after)
    run = {"gold": right.gold, "answer": sql, "left": right.after, "left_answer": right.after}
    run |= {"whole": whole, "whole_answer": whole}
    after = {"left": "gold", "left_answer": "answer", "whole": "gold", "whole_answer": "answer"}
    failed = _proven(engine, run, Claim("fails", "left_answer"), after)
    if failed.reason != "mutant_runs":
        return Answer(text, sql, f"answer_{failed.reason or 'raises_in_copy'}")
    if _proven(engine, run, Claim("same_rows", "whole", "whole_answer"), after).reason is None:
        return Answer(text, sql, "right")
    differs = Claim("differs", "left", "left_answer", instances=(0,))
    witness = _parting(engine, run, differs, right.expected, after)
    return Answer(text, sql, "wrong" if witness else "answer_undecided", witness)


def writes_tables(script: str) -> bool:
    """Whether it does nothing but make and fill tables of the place that it runs in."""
    trees = statements(script, "duckdb")
    for tree in trees:
        if not isinstance(tree, (exp.Create, exp.Alter, exp.Update, exp.Insert, exp.Delete)):
            return False
        if isinstance(tree, exp.Create) and (tree.kind != "TABLE" or tree.find(exp.TemporaryProperty)):
            return False
        if any(table.args.get("db") for table in tree.find_all(exp.Table)):
            return False
    return bool(trees)


def _unusable(response: Response, text: str, sql: str) -> str:
    if response.finish == "too_long":
        return "prompt_too_long"
    if not response.whole:
        return "answer_truncated"
    if not sql:
        return "answer_without_sql"
    if len(text) > _LONGEST:
        return "answer_of_bad_length"
    query = Query(sql, "duckdb")
    if query.random or query.clock:
        return "answer_left_to_chance"
    return "answer_reads_elsewhere" if session_bound(sql) else ""


def _candidate(
    statements: Mapping[str, str], claim: Claim, after: Mapping[str, str] = {}, expected: Any = None
) -> Candidate:
    return Candidate("", "", "", statements, (claim,), subject=(claim.b,), after=after, expected=expected)


def _proven(engine: Engine, statements: Mapping[str, str], claim: Claim, after: Mapping[str, str] = {}) -> Verdict:
    return prove(_candidate(statements, claim, after), engine)


def _parting(
    engine: Engine, statements: Mapping[str, str], claim: Claim, expected: Any, after: Mapping[str, str] = {}
) -> Witness | None:
    """Where the answer gives other rows, if it does; None also when the oracle takes its rows for right."""
    verdict = prove(_candidate(statements, claim, after, expected), engine)
    if verdict.reason is not None or recomputed(verdict, engine).oracle == "agrees":
        return None
    return verdict.witnesses[claim.b]


def _reads_only(sql: str, database: Database) -> bool:
    """Whether every table it reads is one of the schema or of its own."""
    tree = Query(sql, database.dialect).tree
    if tree is None:
        return False
    own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    known = {table.name.lower() for table in database.tables}
    named = [table for table in tree.find_all(exp.Table) if isinstance(table.this, exp.Identifier)]
    return all(not table.args.get("catalog") and table.name.lower() in known | own for table in named)


def session_bound(sql: str) -> bool:
    """Whether it reads what the session or the machine has rather than the data."""
    return bool(_SESSION.search(sql))
