"""Cases ↔ the evidence of records, so that an audit has all that a proof needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from recipes.text_to_tables import prompts
from recipes.text_to_tables.answers import picked, questions_in
from recipes.text_to_tables.case import BEYOND, FEWER, Case, Wrong


def restated(record: Mapping[str, Any]) -> Case:
    """The case of an emitted SFT or DPO record: what is needed is what its answer says.

    Raises ValueError for messages that this recipe doesn't word so, and for an answer that isn't that of the evidence.
    """
    evidence = record["evidence"]
    dpo = "chosen" in record
    answer = (record["chosen"] if dpo else record["messages"])[-1]["content"]
    shape, shown = evidence["shape"], tuple(evidence["shown_tables"])
    if shape == "questions":
        needed, questions = shown, tuple(questions_in(answer))
        if list(questions) != evidence["questions"] or len(set(questions)) != prompts.ASKED:
            raise ValueError("the answer has other questions than the evidence")
    else:
        needed, questions = picked(shape, answer, shown), (record["question"],)
    if list(needed) != evidence["needed_tables"]:
        raise ValueError("the answer has other tables than the evidence")
    return Case(
        shape=shape,
        form=evidence["form"],
        shown=shown,
        needed=needed,
        queries=tuple(evidence["queries"]),
        questions=questions,
        cuts=(None,) * len(evidence["queries"]),
        whole=evidence["whole_sql"],
        named=evidence["named_copy"],
        wrong=(_wrong(record, shape, shown, needed, questions),) if dpo else (),
    )


def _wrong(
    record: Mapping[str, Any], shape: str, shown: tuple[str, ...], needed: tuple[str, ...], questions: tuple[str, ...]
) -> Wrong:
    evidence, text = record["evidence"], record["rejected"][-1]["content"]
    kind = evidence["rejected_kind"]
    seen = json.loads(evidence["witness"])
    error = seen.get("error", "")
    if shape == "questions":
        other = [(a, b) for a, b in zip(questions_in(text), questions, strict=True) if a != b]
        if len(other) != 1 or kind not in (BEYOND, FEWER):
            raise ValueError("not one question is another")
        return Wrong(kind, tuple(evidence["rejected_tables"]), other[0][0], record["rejected_sql"], error)
    tables = picked(shape, text, shown)
    if list(tables) != evidence["rejected_tables"] or tables == needed:
        raise ValueError("the rejected answer has other tables than the evidence")
    return Wrong(kind, tables, error=error)
