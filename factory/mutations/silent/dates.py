"""Stretches of time of another length, and other parts of a date."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.neighbour import Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code

Found = Iterator[tuple[exp.Expr, str]]
_UNITS = {"day": "week", "week": "month", "month": "quarter", "quarter": "month", "year": "quarter", "hour": "day"}
_PARTS = {"year": "month", "month": "quarter", "quarter": "month", "hour": "minute", "day": "month"}
_DIFFERENCES = {"day": "month", "month": "day", "hour": "day", "minute": "hour", "week": "day", "year": "month"}


def other_unit(view: View, rng: Random) -> Found:
    """Weeks for months, and so on, in the whole query."""
    cuts = list(view.all(exp.TimestampTrunc, exp.DateTrunc))
    for unit in dict.fromkeys(_unit(c) for c in cuts):
        if unit not in _UNITS:
            continue
        other = _UNITS[unit]
        edit = view.edit()
        same = [c for c in cuts if _unit(c) == unit]
        for one in same:
            edit.put(one, sql.trunc(other, one.this.copy()))
        edit.rename(unit, other)
        new = sql.trunc(other, same[0].this.copy())
        yield (
            edit.tree,
            rng.choice(
                (f"Cut the date to its {other}: {code(new)}.", f"Each period is a {other}, so use {code(new)}.")
            ),
        )


def _unit(node: exp.Expr) -> str:
    unit = node.args.get("unit")
    return unit.name.lower() if isinstance(unit, exp.Expr) else ""


def other_part(view: View, rng: Random) -> Found:
    """The month for the year, where rows are grouped by it rather than tested."""
    found = [
        n for n in view.all(exp.Extract) if not isinstance(n.parent, (exp.EQ, exp.In, exp.GTE, exp.LTE, exp.GT, exp.LT))
    ]
    for part in dict.fromkeys(n.this.name.lower() for n in found):
        if part not in _PARTS:
            continue
        other = _PARTS[part]
        edit = view.edit()
        same = [n for n in found if n.this.name.lower() == part]
        for one in same:
            edit.twin(one).set("this", exp.Var(this=other.upper()))
        edit.rename(part, other)
        new = edit.twin(same[0])
        yield (
            edit.tree,
            rng.choice((f"Take the {other} out of the date: {code(new)}.", f"{code(new)} gives the period.")),
        )


def other_difference_unit(view: View, rng: Random) -> Found:
    for node in view.all(exp.DateDiff, exp.Anonymous):
        edit = view.edit()
        if isinstance(node, exp.Anonymous):
            if node.name.upper() not in ("DATE_DIFF", "DATEDIFF", "DATE_SUB") or not node.expressions:
                continue
            other = _DIFFERENCES.get(node.expressions[0].name.lower())
            if other is None:
                continue
            edit.put(node.expressions[0], exp.Literal.string(other))
        else:
            other = _DIFFERENCES.get(_unit(node))
            if other is None:
                continue
            edit.twin(node).set("unit", exp.Var(this=other.upper()))
        yield (
            edit.tree,
            rng.choice((f"Measure the time between the two in {other}s.", f"The difference counts {other}s.")),
        )


OPERATORS: tuple[Operator, ...] = (
    Operator(other_unit, "Function.Date/Time", "Dates cut to another unit"),
    Operator(other_part, "Function.Date/Time", "Another part of a date"),
    Operator(other_difference_unit, "Function.Date/Time", "A difference in another unit"),
)
