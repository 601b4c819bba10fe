"""Arithmetic, rounding, and the branches of CASE."""

from __future__ import annotations

from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code, codes, placed, quoted

_WHOLE = (exp.Count, exp.CountIf)


def percent_factor_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A share of 1 instead of 100."""
    for node in view.all(exp.Mul):
        for factor, other in ((node.this, node.expression), (node.expression, node.this)):
            if isinstance(factor, exp.Literal) and factor.name in ("100", "100.0") and node is view.same(node)[0]:
                edit = view.edit()
                edit.put_same(node, other.copy())
                yield edit.tree, placed(node, view, "Gives a fraction of 1 where a percentage is asked for.")
                break


def whole_division(view: View, rng: Random) -> Found:  # noqa: ARG001
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
        yield (
            edit.tree,
            placed(node, view, f"Divides whole numbers, which cuts the fraction off: {quoted(new, '`//`')}."),
        )


def coalesce_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in view.all(exp.Coalesce):
        if node is not view.same(node)[0]:
            continue
        edit = view.edit()
        edit.put_same(node, node.this.copy())
        filled = node.expressions[0] if node.expressions else None
        other = f" where {code(filled)} is asked for" if filled is not None else ""
        yield edit.tree, placed(node, view, f"Leaves {quoted(node.this, 'a value')} NULL{other}.")


def else_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Except in a SUM, where a NULL adds as little as 0."""
    for node in view.all(exp.Case):
        default = node.args.get("default")
        if default is None or isinstance(node.parent, exp.Sum) or node is not view.same(node)[0]:
            continue
        edit = view.edit()
        for one in view.same(node):
            edit.twin(one).set("default", None)
        values = codes([branch.args["true"] for branch in node.args["ifs"]])
        says = f"Gives NULL instead of {quoted(default, 'the ELSE value')} to what falls under none of {values}."
        yield edit.tree, placed(node, view, says)


def else_counted(view: View, rng: Random) -> Found:  # noqa: ARG001
    """ELSE 0 in an aggregate that would have passed over NULLs."""
    for node in view.all(exp.Case):
        if node.args.get("default") is not None or not isinstance(node.parent, (exp.Count, exp.Avg, exp.Min)):
            continue
        edit = view.edit()
        for one in view.same(node):
            edit.twin(one).set("default", sql.literal(0))
        yield edit.tree, placed(node, view, "Gives all other rows a 0, which the aggregate takes in.")


def filter_clause_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in view.all(exp.Filter):
        edit = view.edit()
        edit.put_same(node, node.this.copy())
        tested = node.expression.this
        says = f"Takes {code(node.this)} over all rows, not just those with {quoted(tested, 'what is asked for')}."
        yield edit.tree, placed(node, view, says)


def conditional_count_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """All rows instead of those that meet the condition."""
    for node in view.all(exp.CountIf):
        edit = view.edit()
        edit.put(node, sql.count_rows())
        says = f"Counts all rows, not just those with {quoted(node.this, 'what is asked for')}."
        yield edit.tree, placed(node, view, says)


def rounding(view: View, rng: Random) -> Found:
    """Other decimals, or none."""
    for node in view.all(exp.Round):
        digits = node.args.get("decimals")
        count = int(digits.name) if isinstance(digits, exp.Literal) and digits.name.isdigit() else 0
        other = rng.choice([n for n in (0, 1, 2) if n != count])
        edit = view.edit()
        for one in view.same(node):
            edit.twin(one).set("decimals", sql.literal(other) if other else None)
        places = {0: "a whole number", 1: "one decimal", 2: "two decimals"}
        says = f"Rounds to {places[other]} instead of {places.get(count, f'{count} decimals')}."
        yield edit.tree, placed(node, view, says)


def nearest_for_floor(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Ranges that begin half a step too early."""
    for node in view.all(exp.Floor):
        edit = view.edit()
        edit.put_same(node, exp.Round(this=node.this.copy()))
        yield edit.tree, placed(node, view, f"Rounds {code(node.this)} to the nearest where it must be rounded down.")


def branches_reordered(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Of ranges that hold one another, the widest is tested first and takes all."""
    for node in view.all(exp.Case):
        branches = node.args["ifs"]
        kinds = {type(b.this) for b in branches}
        columns = {b.this.this for b in branches}
        if len(branches) < 2 or len(columns) > 1 or not kinds <= {exp.LT, exp.LTE, exp.GT, exp.GTE}:
            continue
        edit = view.edit()
        for one in view.same(node):
            edit.twin(one).set("ifs", [b.copy() for b in reversed(branches)])
        last = branches[-1]
        says = f"Tests {code(last.this)} first, which gives {code(last.args['true'])} to rows of the branches after it."
        yield edit.tree, placed(node, view, says)


def rounded_inside(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Every value is rounded before it is aggregated."""
    for node in view.all(exp.Round):
        inner = node.this
        if not isinstance(inner, (exp.Sum, exp.Avg)) or not isinstance(inner.this, exp.Column):
            continue
        edit = view.edit()
        rounded = exp.Round(this=inner.this.copy(), decimals=(node.args.get("decimals") or sql.literal(0)).copy())
        new = type(inner)(this=rounded)
        edit.put_same(node, new)
        yield edit.tree, placed(node, view, f"Rounds every value before it is aggregated: {code(new)}.")


OPERATORS: tuple[Operator, ...] = (
    Operator(nearest_for_floor, "Function.Math", "Rounded to the nearest instead of down"),
    Operator(branches_reordered, "Function.Conditional", "The widest branch of a CASE first"),
    Operator(percent_factor_dropped, "Function.Math", "A fraction instead of a percentage"),
    Operator(whole_division, "Function.Math", "Integer division"),
    Operator(coalesce_dropped, "Function.Conditional", "NULL where the question asks for 0"),
    Operator(else_dropped, "Function.Conditional", "CASE without ELSE"),
    Operator(else_counted, "Function.Conditional", "ELSE 0 in a count or mean"),
    Operator(filter_clause_dropped, "Function.Conditional", "An aggregate without its FILTER"),
    Operator(conditional_count_dropped, "Function.Conditional", "A plain count for a conditional one"),
    Operator(rounding, "Function.Math", "Rounded to other decimals"),
    Operator(rounded_inside, "Function.Math", "Rounded before it is aggregated"),
)
