"""An emitted record as a candidate again, from the record alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.intents.geo.expectation import read
from factory.prompt import answered, unfenced
from factory.records import Candidate, Claim
from factory.rendering import witnessed
from factory.restating import ON_POLICY, equivalents


def restated(record: Mapping[str, Any], recipe: str) -> Candidate:
    """The answer gives, or leaves behind, the rows that the oracle computes; the rejected one raises what was kept, or
    gives others."""
    evidence = record["evidence"]
    dpo = "chosen" in record
    answer = (record["chosen"] if dpo else record["messages"])[-1]["content"]
    writes = evidence["task"] != "query"
    statements = {"gold": record["sql"], "answer": unfenced(answer)}
    after: dict[str, str] = {}
    judged = "gold"
    if writes:
        judged = "asked"
        statements |= {"asked": evidence["asked_sql"], "left": evidence["after_sql"]}
        after["left"] = "gold"
    claims = [Claim("same_text", "answer", "gold"), Claim("succeeds", judged), Claim("not_empty", judged)]
    claims.append(Claim("row_count", judged, limit=evidence["row_count"]))
    if writes:
        claims.append(Claim("same_rows", "asked", "left"))
    elif asked := evidence["asked_sql"]:
        statements["asked"] = asked
        claims.append(Claim("same_rows", "asked", "gold"))
    if dpo:
        statements["rejected"] = record["rejected_sql"]
        said = record["rejected"][-1]["content"]
        statements["wrong"] = answered(said) if evidence["rejected_operator"] == ON_POLICY else unfenced(said)
        claims.append(Claim("same_text", "wrong", "rejected"))
        if evidence["rejected_kind"] == "loud":
            claims.append(Claim("raises", "rejected", message=evidence["error_message"]))
        elif writes:
            statements["left_wrong"] = evidence["after_sql"]
            after["left_wrong"] = "rejected"
            claims.append(Claim("differs", "left", "left_wrong", instances=(witnessed(evidence["witness"]),)))
        else:
            claims.append(Claim("differs", "gold", "rejected", instances=(witnessed(evidence["witness"]),)))
    same = equivalents(record, "gold")
    return Candidate(
        recipe,
        record["database"],
        record["question"],
        {**statements, **same.statements},
        (*claims, *same.claims),
        subject=(judged,),
        after={**after, **same.after},
        expected=read(evidence["expectation"]),
    )
