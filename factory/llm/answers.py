"""What a model answers to a record's prompt, executed: right, wrong with a witness, an error, or of no use."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from factory.certify.stability import stable
from factory.engines.engine import Engine
from factory.judge.query import Query
from factory.llm.request import Response
from factory.prompt import answered
from factory.prove import prove
from factory.records import Candidate, Claim, Database, Verdict, Witness

_LONGEST = 6_000
_QUERY = re.compile(r"[\s(]*(?:SELECT|WITH|FROM|VALUES)\b", re.IGNORECASE)
# What these say differs between machines and sessions.
_SESSION = re.compile(
    r"\b(current_setting|getenv|duckdb_\w+|pragma_\w+|current_database|current_schemas?|current_user|version|txid_current"
    r"|read_\w+|glob|sniff_csv|parquet_\w+)\s*\(|\b(information_schema|pg_catalog|sqlite_master)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """`fate` is "right", "wrong" (`witness` is set), "raises" (`error` and `kind` are), or the reason why it is of no
    use, such as "answer_truncated"."""

    text: str
    sql: str
    fate: str
    witness: Witness | None = None
    error: str = ""
    kind: str = ""


def judged_answer(response: Response, gold: str, asked: str, database: Database, engine: Engine) -> Answer:
    """`asked` is the query that the gold is a rewrite of, or the gold itself: where it has a LIMIT, only instance 0 is
    known to have no tie at the cut, so that a difference elsewhere proves nothing.

    Right is what gives the gold's rows on every instance, in its order if it has one; wrong what gives other rows on
    one, whatever the order of rows and columns. In between lies what can't be decided.
    """
    text = response.text.strip()
    sql = answered(text)
    if unusable := _unusable(response, text, sql):
        return Answer(text, sql, unusable)
    failed = _proven(engine, {"answer": sql}, Claim("fails", "answer"))
    if failed.reason is None:
        error = failed.outcomes["answer", 0].error
        assert error is not None
        return Answer(text, sql, "raises", error=error.message, kind=error.kind)
    if failed.reason != "mutant_runs":
        return Answer(text, sql, f"answer_{failed.reason}")
    if not _reads_only(sql, database):
        return Answer(text, sql, "answer_reads_elsewhere")
    both = {"gold": gold, "answer": sql}
    ordered = Query(gold, database.dialect).ordered
    if _proven(engine, both, Claim("same_rows", "gold", "answer", ordered=ordered)).reason is None:
        return Answer(text, sql, "right" if stable(sql, database, engine, ordered=False) else "answer_order_dependent")
    tree = sqlglot.parse_one(asked, dialect=database.dialect)
    only = (0,) if tree.find(exp.Limit) else None
    parted = _proven(engine, both, Claim("differs", "gold", "answer", instances=only))
    if parted.reason is not None:
        return Answer(text, sql, "answer_undecided")
    witness = parted.witnesses["answer"]
    assert witness.instance is not None  # no instance was made for the pair
    if not stable(sql, database, engine, ordered=False, instance=witness.instance):
        return Answer(text, sql, "answer_order_dependent")
    return Answer(text, sql, "wrong", witness)


def _unusable(response: Response, text: str, sql: str) -> str:
    if response.finish == "too_long":
        return "prompt_too_long"
    if not response.whole:
        return "answer_truncated"
    if not sql:
        return "answer_without_sql"
    if not _QUERY.match(sql):
        return "answer_not_a_query"
    if len(text) > _LONGEST:
        return "answer_of_bad_length"
    query = Query(sql, "duckdb")
    if query.random or query.clock:
        return "answer_left_to_chance"
    return "answer_reads_elsewhere" if session_bound(sql) else ""


def _proven(engine: Engine, statements: dict[str, str], claim: Claim) -> Verdict:
    return prove(Candidate("", "", "", statements, (claim,)), engine)


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
