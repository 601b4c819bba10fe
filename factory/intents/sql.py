"""Building blocks for sqlglot trees of DuckDB queries."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlglot import exp

from factory.identifiers import plain


def name(text: str) -> exp.Identifier:
    """An identifier that is quoted only if the engine needs it."""
    return exp.Identifier(this=text, quoted=_special(text))


@lru_cache(4096)
def _special(text: str) -> bool:
    return plain(text) != text


def table(text: str) -> exp.Table:
    return exp.Table(this=name(text))


def called(text: str) -> exp.TableAlias:
    return exp.TableAlias(this=name(text))


def column(text: str, table: str | None = None) -> exp.Column:
    return exp.Column(this=name(text), table=name(table) if table else None)


def literal(value: Any) -> exp.Expr:
    """A literal; dates and timestamps become strings, which DuckDB casts when it compares them."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return exp.Literal.string(value.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S"))
    if isinstance(value, date):
        return exp.Literal.string(value.isoformat())
    return exp.Literal.string(str(value))


def _number(value: float | Decimal) -> exp.Expr:
    text = str(value) if isinstance(value, (int, Decimal)) else f"{value:.12g}"
    if text.startswith("-"):
        return exp.Neg(this=exp.Literal.number(text[1:]))
    return exp.Literal.number(text)


def not_null(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=value, expression=exp.Not(this=exp.Null()))


def call(function: str, *args: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=function, expressions=list(args))


def trunc(unit: str, value: exp.Expr) -> exp.Expr:
    return exp.TimestampTrunc(this=value, unit=exp.Var(this=unit.upper()))


def year_of(value: exp.Expr) -> exp.Expr:
    return exp.Extract(this=exp.Var(this="YEAR"), expression=value)


def count_rows() -> exp.Expr:
    return exp.Count(this=exp.Star())


def ordered(value: exp.Expr, *, desc: bool = False) -> exp.Ordered:
    return exp.Ordered(this=value, desc=desc or None)


def alias(value: exp.Expr, text: str) -> exp.Alias:
    return exp.Alias(this=value, alias=name(text))


def both(*conditions: exp.Expr) -> exp.Expr:
    """AND of one or more conditions; those that hold an OR are put in parentheses."""
    result = _wrapped(conditions[0]) if len(conditions) > 1 else conditions[0]
    for condition in conditions[1:]:
        result = exp.And(this=result, expression=_wrapped(condition))
    return result


def _wrapped(condition: exp.Expr) -> exp.Expr:
    return exp.Paren(this=condition) if isinstance(condition, exp.Or) else condition
