"""Cases ↔ the evidence of records, so that an audit has all that a proof needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from factory.recipe import Target
from factory.records import ScratchTable
from recipes.etl.case import Case
from recipes.etl.contract import contract_from


def evidence_of(case: Case, target: Target) -> dict[str, Any]:
    """Values and truths stand in one JSON text: a loader that guesses types must not find a column of dates."""
    return {
        "engine": target.engine,
        "engine_version": target.engine_version,
        "task": case.task,
        "shape": case.shape,
        "instruction": case.instruction,
        "constraint": case.arguments("")[2] if len(case.arguments("")) > 2 else "",
        "contract": case.contract.told(),
        "pairs": json.dumps(case.pairs, ensure_ascii=False),
        "templates": list(case.templates),
        "table": _told(case.table),
        "column": case.column,
    }


def restated(record: Mapping[str, Any]) -> Case:
    """The case of an emitted SFT or DPO record; answers are those of its messages."""
    evidence = record["evidence"]
    chosen = record["messages"][-1:] if "messages" in record else record["chosen"]
    wrong: tuple[tuple[str, str], ...] = ()
    if "rejected" in record:
        wrong = ((evidence["rejected_kind"], record["rejected"][0]["content"]),)
    table = _read(evidence["table"])
    return Case(
        task=evidence["task"],
        shape=evidence["shape"],
        instruction=evidence["instruction"],
        contract=contract_from(evidence["contract"]),
        pairs=tuple((value, truth) for value, truth in json.loads(evidence["pairs"])),
        answer=chosen[0]["content"],
        wrong=wrong,
        question=record["question"] if table else "",
        table=table,
        column=evidence["column"],
        templates=tuple(evidence["templates"]),
    )


def _told(table: ScratchTable | None) -> str:
    if table is None:
        return ""
    return json.dumps({"name": table.name, "columns": table.columns, "rows": table.rows}, ensure_ascii=False)


def _read(text: str) -> ScratchTable | None:
    if not text:
        return None
    found = json.loads(text)
    columns = tuple((name, kind) for name, kind in found["columns"])
    return ScratchTable(found["name"], columns, tuple(tuple(row) for row in found["rows"]))
