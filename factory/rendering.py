"""What a recipe builds its examples from: messages, an id by content, and a witness as text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from factory.records import Example, Message, Witness


def user(content: str) -> Message:
    return {"role": "user", "content": content}


def assistant(content: str) -> Message:
    return {"role": "assistant", "content": content}


def content_id(messages: Iterable[Message], rejected: Message | None = None) -> str:
    """24 hexadecimal digits that only this conversation, with this rejected answer, has."""
    text = json.dumps([list(messages), rejected], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def with_rejected(example: Example, text: str, sql: str, against: Mapping[str, Any]) -> Example:
    """The example with another rejected answer, `against` the evidence that it is wrong."""
    rejected = assistant(text)
    return replace(
        example,
        id=content_id([*example.prompt, *example.chosen], rejected),
        rejected=(rejected,),
        rejected_sql=sql,
        rejected_evidence={**example.evidence, **against},
    )


def told(witness: Witness) -> str:
    """A witness as JSON text: one column type for every kind of row. Values are text, NULL is null."""
    where = {"derived": witness.derived} if witness.derived else {"instance": witness.instance}
    content = {
        **where,
        **({"order_only": True} if witness.order_only else {}),
        "expected_rows": witness.expected_count,
        "actual_rows": witness.actual_count,
        "missing": [[_cell(v) for v in row] for row in witness.missing],
        "extra": [[_cell(v) for v in row] for row in witness.extra],
    }
    return json.dumps(content, ensure_ascii=False)


def witnessed(text: str) -> int:
    """The instance of a witness that `told` wrote. Raises KeyError for one that was made for the pair."""
    return int(json.loads(text)["instance"])


def derivation(text: str) -> str:
    """The name of the instance that was made for the pair of such a witness; empty for an ordinary one."""
    return str(json.loads(text).get("derived", ""))


def _cell(value: Any) -> str | None:
    return None if value is None else str(value)
