"""An aggregate with FILTER ↔ one over a CASE: `COUNT(*) FILTER (WHERE c)` ↔ `COUNT(CASE WHEN c THEN 1 END)`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents.rewrites.place import has, places, swapped
from factory.records import Database

_OVER_VALUES = (exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Count, exp.Median)


def rewrite(tree: exp.Expr, _: Database) -> Iterator[exp.Expr]:
    for copy, node in places(tree, exp.Filter, lambda n: isinstance(n.this, _OVER_VALUES)):
        call, condition = node.this, node.expression.this
        value = call.this
        if isinstance(value, exp.Star):
            yield swapped(copy, node, exp.Count(this=_case(condition, exp.Literal.number(1))))
        elif isinstance(value, exp.Distinct):
            if len(value.expressions) == 1:
                case = _case(condition, value.expressions[0])
                yield swapped(copy, node, type(call)(this=exp.Distinct(expressions=[case])))
        else:
            yield swapped(copy, node, type(call)(this=_case(condition, value)))
    for copy, node in places(tree, exp.Filter, lambda n: isinstance(n.this, exp.Count) and n.this.is_star):
        # The sum over no rows is NULL where the count is 0; a group has at least one row.
        if _grouped(node):
            case = _case(node.expression.this, exp.Literal.number(1), exp.Literal.number(0))
            yield swapped(copy, node, exp.Sum(this=case))
    for copy, call in places(tree, exp.AggFunc, _over_case):
        case = call.this
        branch = case.args["ifs"][0]
        condition, value, other = branch.this, branch.args["true"], case.args.get("default")
        counted = isinstance(call, exp.Sum) and other is not None and _is(value, "1") and _is(other, "0")
        constant = other is None and isinstance(call, exp.Count) and isinstance(value, exp.Literal)
        if constant or (counted and _grouped(call)):
            yield swapped(copy, call, _filter(exp.Count(this=exp.Star()), condition))
        elif other is None:
            yield swapped(copy, call, _filter(type(call)(this=value.copy()), condition))


def _case(condition: exp.Expr, value: exp.Expr, other: exp.Expr | None = None) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=condition.copy(), true=value.copy())], default=other)


def _filter(call: exp.Expr, condition: exp.Expr) -> exp.Filter:
    return exp.Filter(this=call, expression=exp.Where(this=condition.copy()))


def _over_case(call: exp.AggFunc) -> bool:
    case = call.this
    one = isinstance(call, _OVER_VALUES) and isinstance(case, exp.Case) and case.this is None
    return one and len(case.args["ifs"]) == 1 and not isinstance(call.parent, (exp.Filter, exp.Window))


def _is(value: exp.Expr, text: str) -> bool:
    return isinstance(value, exp.Literal) and not value.is_string and value.name == text


def _grouped(node: exp.Expr) -> bool:
    select = node.find_ancestor(exp.Select)
    return select is not None and has(select, "group") and not isinstance(node.parent, exp.Window)
