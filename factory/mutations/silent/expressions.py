"""Arithmetic, rounding, and the branches of CASE."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.neighbour import Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code, short

Found = Iterator[tuple[exp.Expr, str]]
_WHOLE = (exp.Count, exp.CountIf)


def percent_factor_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A share of 1 instead of 100."""
    for node in view.all(exp.Mul):
        for factor, other in ((node.this, node.expression), (node.expression, node.this)):
            if isinstance(factor, exp.Literal) and factor.name in ("100", "100.0") and node is view.same(node)[0]:
                edit = view.edit()
                edit.put_same(node, other.copy())
                ratio = node.parent if isinstance(node.parent, exp.Div) else node
                what = edit.twin(ratio) if ratio is not node else other
                yield (
                    edit.tree,
                    f"The share is {code(what)}." if short(what) else "The share is the part divided by the whole.",
                )
                break


def whole_division(view: View, rng: Random) -> Found:
    """The fraction is cut off."""
    for node in view.all(exp.Div):
        if node is not view.same(node)[0] or node.find_ancestor(exp.IntDiv) or isinstance(node.expression, exp.Literal):
            continue
        edit = view.edit()
        numerator = node.this.copy()
        for literal in list(numerator.find_all(exp.Literal)):
            if literal.name in ("100.0", "1.0"):
                literal.replace(sql.literal(int(float(literal.name))))
        for cast in list(numerator.find_all(exp.Cast)):
            if cast is numerator:
                numerator = cast.this
        counted = [a for a in node.find_all(exp.AggFunc) if not isinstance(a, _WHOLE)]
        if any(not a.find(exp.Case) for a in counted):
            continue
        new = exp.IntDiv(this=numerator, expression=node.expression.copy())
        edit.put_same(node, new)
        says = f"Divide with `//`: {code(new)}." if short(new) else "Divide the two counts with `//`."
        yield edit.tree, rng.choice((says, "Both are whole numbers, so divide them with `//`."))


def coalesce_dropped(view: View, rng: Random) -> Found:
    for node in view.all(exp.Coalesce):
        if node is not view.same(node)[0]:
            continue
        edit = view.edit()
        edit.put_same(node, node.this.copy())
        yield (
            edit.tree,
            rng.choice((f"{code(node.this)} gives the value for every row.", f"Return {code(node.this)} as it comes.")),
        )


def else_dropped(view: View, rng: Random) -> Found:
    """Except in a SUM, where a NULL adds as little as 0."""
    for node in view.all(exp.Case):
        default = node.args.get("default")
        if default is None or isinstance(node.parent, exp.Sum) or node is not view.same(node)[0]:
            continue
        edit = view.edit()
        for one in view.same(node):
            edit.twin(one).set("default", None)
        values = [code(branch.args["true"]) for branch in node.args["ifs"]]
        what = values[0] if len(values) == 1 else f"{', '.join(values[:-1])} and {values[-1]}"
        yield edit.tree, rng.choice((f"The CASE tells apart {what}.", f"The branches of the CASE are {what}."))


def else_counted(view: View, rng: Random) -> Found:  # noqa: ARG001
    """ELSE 0 in an aggregate that would have passed over NULLs."""
    for node in view.all(exp.Case):
        if node.args.get("default") is not None or not isinstance(node.parent, (exp.Count, exp.Avg, exp.Min)):
            continue
        edit = view.edit()
        for one in view.same(node):
            edit.twin(one).set("default", sql.literal(0))
        yield edit.tree, "All other rows get a 0 from the CASE."


def filter_clause_dropped(view: View, rng: Random) -> Found:
    for node in view.all(exp.Filter):
        edit = view.edit()
        edit.put_same(node, node.this.copy())
        yield (
            edit.tree,
            rng.choice(
                (f"Take {code(node.this)} over all rows of the group.", f"{code(node.this)} is the figure wanted.")
            ),
        )


def conditional_count_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """All rows instead of those that meet the condition."""
    for node in view.all(exp.CountIf):
        edit = view.edit()
        edit.put(node, sql.count_rows())
        yield edit.tree, "Count the rows of the group with `COUNT(*)`."


def rounding(view: View, rng: Random) -> Found:
    """Other decimals, or none."""
    for node in view.all(exp.Round):
        digits = node.args.get("decimals")
        count = int(digits.name) if isinstance(digits, exp.Literal) and digits.name.isdigit() else 0
        other = rng.choice([n for n in (0, 1, 2) if n != count])
        edit = view.edit()
        for one in view.same(node):
            edit.twin(one).set("decimals", sql.literal(other) if other else None)
        places = {0: "a whole number", 1: "one decimal", 2: "two decimals"}[other]
        yield edit.tree, f"Round the result to {places}."


def rounded_inside(view: View, rng: Random) -> Found:
    """Every value is rounded before it is aggregated."""
    for node in view.all(exp.Round):
        inner = node.this
        if not isinstance(inner, (exp.Sum, exp.Avg)) or not isinstance(inner.this, exp.Column):
            continue
        edit = view.edit()
        rounded = exp.Round(this=inner.this.copy(), decimals=(node.args.get("decimals") or sql.literal(0)).copy())
        new = type(inner)(this=rounded)
        edit.put_same(node, new)
        yield (
            edit.tree,
            rng.choice((f"Round each value, then aggregate: {code(new)}.", f"With rounding, this is {code(new)}.")),
        )


OPERATORS: tuple[Operator, ...] = (
    Operator(percent_factor_dropped, "Function.Math", "A fraction instead of a percentage"),
    Operator(whole_division, "Operator.Arithmetic", "Integer division"),
    Operator(coalesce_dropped, "Function.Conditional", "NULL where the question asks for 0"),
    Operator(else_dropped, "Function.Conditional", "CASE without ELSE"),
    Operator(else_counted, "Function.Conditional", "ELSE 0 in a count or mean"),
    Operator(filter_clause_dropped, "Function.Conditional", "An aggregate without its FILTER"),
    Operator(conditional_count_dropped, "Function.Conditional", "A plain count for a conditional one"),
    Operator(rounding, "Function.Math", "Rounded to other decimals"),
    Operator(rounded_inside, "Function.Math", "Rounded before it is aggregated"),
)
