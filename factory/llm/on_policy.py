"""The model's own mistakes as rejected answers, and its own right answers as equivalents."""

from __future__ import annotations

from random import Random

from factory.intents.english import article
from factory.judge.query import Query
from factory.llm.answers import Answer
from factory.llm.desk import Desk, Record, answers
from factory.llm.faults import fault
from factory.llm.overlap import Dealings
from factory.recipe import Rejects, WrongAnswer


def answered_by_model(record: Record, desk: Desk) -> Dealings[None]:
    """Counts what the model answers, keeps the right queries, and rejects one of the wrong answers."""
    llm, right = desk.llm, record.right
    tried = yield from answers(record, record.example.prompt, desk, llm.on_policy)
    faults: dict[int, tuple[str, str]] = {}
    for number, answer in enumerate(tried):
        kind = answer.fate
        if answer.fate == "wrong":
            # Models write queries as they are asked for, not as the answer rewrites them.
            faults[number] = fault(right.asked, answer.sql, desk.target.database)
            kind = f"wrong: {faults[number][0]}"
        elif answer.fate == "raises":
            assert answer.error is not None
            kind = f"raises: {answer.error.kind}"
        record.fates[kind, "answers"] += 1
    dialect = desk.target.database.dialect
    gold = Query(right.gold, dialect)
    proven = [Query(answer.sql, dialect) for answer in tried if answer.fate == "right"]
    same = dict.fromkeys(query.text for query in proven if not gold.same_text(query))
    record.told |= {
        "answers_tried": len(tried),
        "answers_right": sum(answer.fate == "right" for answer in tried),
        "equivalents": list(same),
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
    kind, mistake = faults.get(number) or _loud(answer)
    assert isinstance(desk.maker, Rejects)
    found = WrongAnswer(
        text=answer.text, sql=answer.sql, type=kind, mistake=mistake, witness=answer.witness, error=answer.error
    )
    record.example = desk.maker.rejecting(record.example, found)
    record.fates["rejected in a pair", "answers"] += 1


def _loud(answer: Answer) -> tuple[str, str]:
    assert answer.error is not None
    return f"Error.{answer.error.kind}", f"Raises {article(answer.error.kind)}."
