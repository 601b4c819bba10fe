"""The parts of nested columns: what they are called, how a query reaches them, and filters on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed
from factory.intents.filters import Compare, Equals, Filter, Flag, OneOf
from factory.records import Column

Spelling = Literal["arrow", "function"]


def _whole(part: Column) -> str:
    """INT where all values fit; only the quantiles of a measure tell."""
    return "INT" if part.role == "measure" and part.values and abs(part.values[-1]) < 2**31 else "BIGINT"


def reach(at: exp.Expr, column: Column, part: Column, spelling: Spelling = "arrow") -> exp.Expr:
    """The value of a part in the column at `at`, as a number or a truth value where it is one."""
    if column.type.startswith("STRUCT("):
        return exp.Dot(this=at, expression=sql.name(part.name))
    if column.type.startswith("MAP("):
        return exp.Bracket(this=at, expressions=[exp.Literal.string(part.name)])
    text: exp.Expr
    if spelling == "function":
        text = sql.call("JSON_EXTRACT_STRING", at, exp.Literal.string(f"$.{part.name}"))
    else:
        path = exp.JSONPath(expressions=[exp.JSONPathRoot(), exp.JSONPathKey(this=part.name)])
        text = exp.JSONExtractScalar(this=at, expression=path)
    kind = {"BIGINT": _whole(part), "DOUBLE": "DOUBLE", "BOOLEAN": "BOOLEAN"}.get(part.type)
    return exp.Cast(this=text, to=exp.DataType.build(kind, dialect="duckdb")) if kind else text


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """A filter on a part of a nested column; `inner` is that filter as if the part were a column of its own."""

    column: Column
    part: Column
    inner: Filter
    spelling: Spelling = "arrow"

    def said(self) -> str:
        where = f"in the {self.column.label}"
        if isinstance(self.inner, Flag):
            return self.inner.said()
        if isinstance(self.inner, (Equals, OneOf)):
            values = (self.inner.value,) if isinstance(self.inner, Equals) else self.inner.values
            quoted = listed([f"'{value}'" for value in values], "or")
            return f"with the {self.part.label} {quoted} {where}"
        if isinstance(self.inner, Compare):
            return f"{self.inner.said()} {where}"
        return self.inner.said().replace(f" {self.part.label} ", f" {self.part.label} {where} ", 1)

    def condition(self, at: exp.Column) -> exp.Expr:
        reached: Any = reach(at, self.column, self.part, self.spelling)
        return self.inner.condition(reached)
