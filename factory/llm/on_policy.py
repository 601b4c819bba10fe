"""The model's own mistakes as rejected answers, and its own right answers as equivalents."""

from __future__ import annotations

import json
from random import Random

from factory.intents.english import article
from factory.llm.answers import Answer
from factory.llm.desk import Desk, Record, answers
from factory.llm.faults import fault
from factory.llm.overlap import Dealings
from factory.prompt import answered
from factory.rendering import told


def answered_by_model(record: Record, desk: Desk) -> Dealings[None]:
    """Counts what the model answers, keeps the right queries, and rejects one of the wrong answers."""
    llm, gold = desk.llm, record.example.sql
    tried = yield from answers(record, record.example.prompt, desk, llm.on_policy)
    faults: dict[int, tuple[str, str]] = {}
    for number, answer in enumerate(tried):
        kind = answer.fate
        if answer.fate == "wrong":
            # Models write queries as they are asked for, not as the answer rewrites them.
            faults[number] = fault(record.asked, answer.sql, desk.target.database)
            kind = f"wrong: {faults[number][0]}"
        elif answer.fate == "raises":
            kind = f"raises: {answer.kind}"
        record.fates[kind, "answers"] += 1
    right = dict.fromkeys(answer.sql for answer in tried if answer.fate == "right" and answer.sql != gold)
    record.told |= {
        "answers_tried": len(tried),
        "answers_right": sum(answer.fate == "right" for answer in tried),
        "equivalents": list(right),
    }
    # A query that runs is the harder mistake to see; below it, one that fails.
    wrong = [n for n, a in enumerate(tried) if a.fate == "wrong"] or [
        n for n, a in enumerate(tried) if a.fate == "raises"
    ]
    rng = Random(f"{llm.seed}:{record.example.id}")
    if not wrong or (record.example.rejected is not None and rng.random() >= llm.on_policy_share):
        return
    number = rng.choice(wrong)
    answer = tried[number]
    kind, mistake = faults.get(number) or (f"Error.{answer.kind}", f"Raises {article(answer.kind)}.")
    record.example = desk.modelled.rejecting(
        record.example,
        answer=answer.text,
        sql=answered(answer.text),
        fault=kind,
        mistake=mistake,
        witness=_witness(answer),
    )
    record.fates["rejected in a pair", "answers"] += 1


def _witness(answer: Answer) -> str:
    if answer.witness is not None:
        return told(answer.witness)
    return json.dumps({"instance": 0, "error": answer.error}, ensure_ascii=False)
