"""What an emitted record must look like: the JSON Schemas, and one column type for every key of `evidence`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import jsonschema_rs

import factory
from factory.exceptions import FactoryError
from factory.records import Example

Form = Literal["sft", "dpo"]
FORMS: tuple[Form, ...] = ("sft", "dpo")
SCHEMAS = Path(factory.__file__).parent.parent / "schemas" / "records"
_TYPES = {str: "string", int: "int64", float: "float64", bool: "bool", list: "list"}
_COLUMNS = {"messages": "messages", "prompt": "messages", "chosen": "messages", "rejected": "messages", "tags": "list"}


@cache
def schema(name: str) -> dict[str, Any]:
    """`schemas/records/<name>.schema.json`."""
    return cast(dict[str, Any], json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")))


def evidence_schema(recipe: str) -> dict[str, Any] | None:
    """What a recipe promises of its evidence, under `$defs/sft` and `$defs/dpo`; None for one that promises nothing."""
    name = f"evidence/{recipe}"
    return schema(name) if (SCHEMAS / f"{name}.schema.json").is_file() else None


def record_of(example: Example, form: Form) -> dict[str, Any]:
    """The record as it is written, keys in the order of the file. A DPO record needs `example.rejected`."""
    if form == "sft":
        conversation: dict[str, Any] = {"messages": list(example.messages)}
        sql, evidence = {"sql": example.sql}, example.evidence
    else:
        conversation = {
            "prompt": list(example.prompt),
            "chosen": list(example.chosen),
            "rejected": list(example.rejected or ()),
        }
        sql, evidence = {"sql": example.sql, "rejected_sql": example.rejected_sql}, example.rejected_evidence
    return {
        "id": example.id,
        **conversation,
        "recipe": example.recipe,
        "database": example.database,
        "dialect": example.dialect,
        "question": example.question,
        **sql,
        "evidence": {key: list(v) if isinstance(v, tuple) else v for key, v in evidence.items()},
        "tags": list(example.tags),
    }


class RecordSchema:
    """The records of one recipe in one form. The first record checked settles the keys and types of `evidence`."""

    def __init__(self, recipe: str, form: Form) -> None:
        self.recipe = recipe
        self.form = form
        self.evidence: dict[str, str] = {}
        self._shape: tuple[tuple[str, type], ...] = ()
        self._record = jsonschema_rs.Draft202012Validator(schema(form))
        promised = evidence_schema(recipe)
        self._evidence = promised and jsonschema_rs.Draft202012Validator({**promised, "$ref": f"#/$defs/{form}"})

    def check(self, record: Mapping[str, Any]) -> None:
        """Raises FactoryError naming the recipe, the record and the key that breaks a schema."""
        if not self._record.is_valid(record):
            self._refuse(record, *_first(self._record, record))
        evidence = record["evidence"]
        if self._evidence and not self._evidence.is_valid(evidence):
            key, problem = _first(self._evidence, evidence)
            self._refuse(record, f"evidence.{key}" if key else "evidence", problem)
        turns = record["messages"] if self.form == "sft" else [*record["prompt"], *record["chosen"]]
        if not _alternates(turns):
            self._refuse(record, "messages" if self.form == "sft" else "prompt", "user and assistant must alternate")
        shape = tuple((key, type(value)) for key, value in evidence.items())
        if not self._shape:
            odd = next((key for key, kind in shape if kind not in _TYPES), None)
            if odd:
                self._refuse(record, f"evidence.{odd}", f"a {type(evidence[odd]).__name__} has no JSON column type")
            self._shape = shape
            self.evidence = {key: _TYPES[kind] for key, kind in shape}
        elif shape != self._shape:
            differing = (a[0] for a, b in zip(shape, self._shape, strict=False) if a != b)
            key = next(differing, "*")
            self._refuse(record, f"evidence.{key}", "keys, order and types must be those of the first record")

    def features(self) -> list[dict[str, Any]]:
        """Columns in the YAML form of a dataset card's `dataset_info.features`."""
        declared: list[dict[str, Any]] = []
        for name in schema(self.form)["required"]:
            if name == "evidence":
                fields = [_feature(key, kind) for key, kind in self.evidence.items()]
                declared.append({"name": name, "struct": fields})
            else:
                declared.append(_feature(name, _COLUMNS.get(name, "string")))
        return declared

    def _refuse(self, record: Mapping[str, Any], key: str, problem: str) -> None:
        raise FactoryError(
            f"Recipe {self.recipe} made a bad {self.form.upper()} record {record.get('id')!r}: {key}: {problem}. "
            "Nothing was written; the recipe's render has to be mended"
        )


def _first(validator: jsonschema_rs.Draft202012Validator, instance: Any) -> tuple[str, str]:
    error = next(iter(validator.iter_errors(instance)))
    return ".".join(map(str, error.instance_path)), shortened(error.message)


def shortened(text: str) -> str:
    """A validator quotes the whole value; a schema text in it would fill the terminal."""
    return text if len(text) <= 300 else f"{text[:140]} … {text[-140:]}"


def _alternates(turns: list[dict[str, str]]) -> bool:
    roles = [turn["role"] for turn in turns]
    if roles[0] == "system":
        del roles[0]
    return len(roles) % 2 == 0 and roles == ["user", "assistant"] * (len(roles) // 2) and bool(roles)


def _feature(name: str, kind: str) -> dict[str, Any]:
    if kind == "messages":
        return {"name": name, "list": [_feature("role", "string"), _feature("content", "string")]}
    return {"name": name, "list": "string"} if kind == "list" else {"name": name, "dtype": kind}
