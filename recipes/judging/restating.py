"""An emitted record as a candidate again: every label is a claim about the query that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.records import Candidate, Claim, Database
from factory.rendering import derivation, witnessed
from recipes.judging import prompts
from recipes.judging.order import sort_keys
from recipes.judging.preview import rows_of


def restated(record: Mapping[str, Any], recipe: str, database: Database) -> Candidate:
    """Raises ValueError for messages that this recipe doesn't word so."""
    evidence = record["evidence"]
    dpo = "chosen" in record
    asked, answer = (
        (record["prompt"][0]["content"], record["chosen"][0]["content"])
        if dpo
        else (message["content"] for message in record["messages"])
    )
    shape, candidates, previews = evidence["shape"], evidence["candidates"], evidence["previews"]
    labels = prompts.labelled(shape, answer, len(candidates))
    if [str(int(label)) for label in labels] != evidence["labels"]:
        raise ValueError("the answer gives other labels than the evidence")
    if shape == "pair" and sorted(labels) != [False, True]:
        raise ValueError("one of a pair is right")
    if dpo and record["rejected"][0]["content"] == answer:
        raise ValueError("the rejected answer is the right one")
    statements = {
        "asked": record["sql"],
        "prompt": asked,
        "worded": prompts.first(
            database.dialect, database.schema_text, record["question"], shape, candidates, previews
        ),
    }
    claims = [
        Claim("same_text", "prompt", "worded"),
        Claim("not_empty", "asked"),
        Claim("succeeds", "asked"),
        Claim("row_count", "asked", limit=evidence["row_count"]),
    ]
    proven_on = tuple(range(evidence["instances"]))
    keys = sort_keys(record["sql"]) if evidence["ordered"] else ()
    for n, (sql, label) in enumerate(zip(candidates, labels, strict=True)):
        name = f"candidate{n + 1}"
        statements[name] = sql
        own = sort_keys(sql) if keys else ()
        if label:
            claims.append(Claim("same_rows", "asked", name, instances=proven_on, keys=keys, own_keys=own))
        else:
            text = evidence["witnesses"][n]
            derived = derivation(text)
            where: tuple[int, ...] = () if derived else (witnessed(text),)
            made = (derived,) if derived else ()
            claims.append(Claim("differs", "asked", name, instances=where, derived=made, keys=keys, own_keys=own))
        if previews:
            claims.append(Claim("row_count", name, limit=rows_of(previews[n])))
    return Candidate(recipe, record["database"], record["question"], statements, tuple(claims))
