"""What an answer of llm_transform must look like, as SQL that finds the answers that don't."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

# An escaped mark, a class of characters, or what only holds at a place: the operator's patterns are for whole answers.
_MARKS = re.compile(r"\\[bBAzZ]|[\^$]|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Contract:
    """`pattern` is RE2 and holds for the whole answer: an anchor in it raises ValueError. `schema` is JSON Schema,
    `type` a SQL type that the answer casts to. `otherwise` is the answer for what has none, which neither pattern nor
    type binds. `passed` says whether choices or pattern are handed to the function too, or stand in the instruction
    alone."""

    choices: tuple[str, ...] = ()
    pattern: str = ""
    schema: str = ""
    type: str = ""
    otherwise: str = ""
    passed: bool = False

    def __post_init__(self) -> None:
        for mark in _MARKS.findall(self.pattern):
            if mark in ("^", "$") or re.fullmatch(r"\\[bBAzZ]", mark):
                raise ValueError(f"a pattern is for the whole answer and can't have the anchor {mark}: {self.pattern}")

    @property
    def constraint(self) -> str:
        """The third argument: `a|b|c`, `/regex/`, or empty for none."""
        if not self.passed:
            return ""
        if self.choices:
            return "|".join(self.choices)
        if not self.pattern:
            return ""
        return f"/{self.pattern}|{self.otherwise}/" if self.otherwise else f"/{self.pattern}/"

    def broken(self, answer: str) -> str:
        """A SQL condition that holds for an answer that breaks the contract; JSON Schema is left to the prover."""
        rules = [f"{answer} IS NULL", f"trim({answer}) = ''"]
        if self.choices:
            rules.append(f"{answer} NOT IN ({', '.join(map(quoted, self.choices))})")
        free = f"{answer} <> {quoted(self.otherwise)} AND " if self.otherwise else ""
        if self.pattern:
            # DuckDB matches with RE2 itself, so a pattern that RE2 refuses fails the whole proof.
            rules.append(f"({free}NOT regexp_full_match({answer}, {quoted(self.pattern)}))")
        if self.pattern and self.passed:
            rules.append(f"NOT regexp_full_match({answer}, {quoted(self.constraint[1:-1])})")
        if self.type:
            rules.append(f"({free}TRY_CAST({answer} AS {self.type}) IS NULL)")
        if self.schema:
            rules.append(f"({free}CASE WHEN json_valid({answer}) THEN {self._keys(answer)} ELSE true END)")
        return " OR ".join(rules)

    def _keys(self, answer: str) -> str:
        """SQL for a JSON object that lacks a key or has one too many, which JSON Schema says too."""
        schema = json.loads(self.schema)
        required = schema.get("required", [])
        paths = [quoted('$."' + key + '"') for key in required]
        rules = [f"json_extract({answer}, {path}) IS NULL" for path in paths]
        if schema.get("additionalProperties") is False:
            rules.append(f"len(json_keys({answer})) <> {len(required)}")
        return " OR ".join(rules) or "false"

    def told(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def contract_from(text: str) -> Contract:
    """The contract that `told` wrote."""
    found = json.loads(text)
    return Contract(**{**found, "choices": tuple(found["choices"])})
