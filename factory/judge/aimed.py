"""Instances aimed at where two queries could part, as certificates make them, for queries that anyone wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from random import Random

from sqlglot import exp

from factory.certify.aim import Aim, Limit, aim_at
from factory.certify.boundaries import parsed
from factory.certify.instances import build, shape
from factory.certify.scratch import Filling
from factory.judge.query import Query
from factory.judge.source import Source

_SCALED = (exp.Div, exp.IntDiv, exp.Mul)
_SWAPPED = {"LT": "GT", "LTE": "GTE", "GT": "LT", "GTE": "LTE"}
_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


def aimed(source: Source, gold: Query, others: Sequence[Query], k: int) -> Iterator[tuple[str, list[Filling]]]:
    """The k-th round: an instance with ties, then one without. None for queries that sqlglot can't read."""
    trees = [query.tree for query in others if query.tree is not None]
    if gold.tree is None or not trees:
        return
    trees += source.views.under([gold.tree, *trees]).values()
    try:
        aim = aim_at(gold.tree, trees, source.database, source.scratch.run)
        _refine(aim, [gold.tree, *trees])
    except (ArithmeticError, ValueError):  # a literal that is no number of this world
        return
    for untied in (False, True):
        rng = Random("\n".join((gold.text, others[0].text, str(k), str(untied))))
        try:
            fillings = build(aim, source.database, source.scratch, shape(2 * k + untied), rng)
        except (ArithmeticError, ValueError):
            continue
        yield f"aimed {2 * k + untied + 1}", fillings


def _refine(aim: Aim, trees: Sequence[exp.Expr]) -> None:
    """Adds limits that stand behind a multiplication; drops moments next to which there is none."""
    for tree in trees:
        for node in tree.find_all(*_COMPARED):
            name = type(node).__name__
            _scale(aim, node.this, name, node.expression)
            _scale(aim, node.expression, _SWAPPED.get(name, name), node.this)
    for limits in aim.limits.values():
        limits[:] = [x for x in limits if (at := parsed(x.text)) is None or x.number or 2 <= at.year <= 9990]


def _scale(aim: Aim, left: exp.Expr, op: str, right: exp.Expr) -> None:
    """`points / 2 > 2000` is about 4000 points."""
    if not isinstance(left, _SCALED) or not isinstance(right, exp.Literal) or right.is_string:
        return
    column, factor = left.this, left.expression
    if not isinstance(column, exp.Column) or not isinstance(factor, exp.Literal) or factor.is_string:
        return
    try:
        by, to = Decimal(factor.this), Decimal(right.this)
        at = to / by if isinstance(left, exp.Mul) else to * by
    except (InvalidOperation, ZeroDivisionError):
        return
    limits = aim.limits.setdefault(column.name.lower(), [])
    for value in (at, at + by - 1):  # whole division lets the next few numbers through as well
        if (limit := Limit(op, format(value, "f"), True)) not in limits:
            limits.append(limit)
