"""An emitted record as a candidate again: what is quoted there must be what the engine says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.prompt import answered, unfenced
from factory.records import Candidate, Claim
from factory.rendering import witnessed
from factory.restating import ON_POLICY, equivalents
from recipes.error_correction import prompts


def restated(record: Mapping[str, Any], recipe: str, answer: str) -> Candidate:
    """Raises ValueError for messages that this recipe doesn't word so."""
    evidence = record["evidence"]
    dpo = "chosen" in record
    messages = [*record["prompt"], *record["chosen"]] if dpo else record["messages"]
    texts = [message["content"] for message in messages]
    broken, error = prompts.quoted(texts[0], answer)
    statements = {"fix": record["sql"], "answer": unfenced(texts[-1]), "broken": evidence["broken_sql"]}
    claims = [
        Claim("same_text", "answer", "fix"),
        Claim("raises", "broken", message=evidence["error_message"]),
        Claim("succeeds", "fix"),
        Claim("not_empty", "fix"),
        Claim("row_count", "fix", limit=evidence["row_count"]),
    ]
    failing = [broken, *(unfenced(text) for text in texts[1:-1:2])]
    errors = [error, *(prompts.quoted_again(text) for text in texts[2:-1:2])]
    for turn, (sql, message) in enumerate(zip(failing, errors, strict=True)):
        statements[f"turn{turn}"] = sql
        claims.append(Claim("raises", f"turn{turn}", message=message))
    claims.append(Claim("same_text", "turn0", "broken"))
    if dpo:
        statements["rejected"] = record["rejected_sql"]
        said = record["rejected"][-1]["content"]
        statements["wrong"] = answered(said) if evidence["rejected_slip"] == ON_POLICY else unfenced(said)
        claims.append(Claim("same_text", "wrong", "rejected"))
        if evidence["rejected_kind"] == "raises":
            claims.append(Claim("raises", "rejected", message=evidence["rejected_error_message"]))
        else:
            claims.append(Claim("differs", "fix", "rejected", instances=(witnessed(evidence["witness"]),)))
    same = equivalents(record, "fix")
    return Candidate(
        recipe, record["database"], record["question"], {**statements, **same.statements}, (*claims, *same.claims)
    )
