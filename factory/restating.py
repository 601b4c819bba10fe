"""What a language model wrote in an emitted record, as statements and claims again: the same in every recipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlglot
from sqlglot import exp

from factory.claims import Claim

ON_POLICY = "on_policy"


class Restated(NamedTuple):
    """Parts of a candidate; `after` says which statements read what a script left."""

    statements: Mapping[str, str]
    claims: tuple[Claim, ...]
    after: Mapping[str, str]


def equivalents(record: Mapping[str, Any], gold: str) -> Restated:
    """The model's right answers: each gives the rows of the statement that is called `gold`, in its order if it has
    one, or leaves the whole table as that one does."""
    evidence = record["evidence"]
    found = evidence.get("equivalents", ())
    statements = {f"equivalent{number}": sql for number, sql in enumerate(found)}
    if found and evidence.get("after_sql"):
        whole = whole_table(evidence["after_sql"])
        left = {f"whole_{name}": name for name in (gold, *statements)}
        claims = (Claim("same_rows", f"whole_{gold}", f"whole_{name}") for name in statements)
        return Restated({**statements, **dict.fromkeys(left, whole)}, tuple(claims), left)
    ordered = bool(found) and bool(sqlglot.parse_one(record["sql"], dialect="duckdb").args.get("order"))
    return Restated(statements, tuple(Claim("same_rows", gold, name, ordered=ordered) for name in statements), {})


def whole_table(after: str) -> str:
    """All of the table that `after` reads some columns of."""
    table = sqlglot.parse_one(after, dialect="duckdb").find(exp.Table)
    assert table is not None
    return exp.select("*").from_(exp.Table(this=table.this.copy())).sql(dialect="duckdb")
