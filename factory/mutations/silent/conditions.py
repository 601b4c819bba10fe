"""Conditions left out, turned round, or combined in another way."""

from __future__ import annotations

from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.clauses import (
    in_where_query,
    keep,
    not_null_test,
    null_test,
    parts,
    period,
    qualifiers,
    wheres,
)
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View, scope
from factory.mutations.silent.wording import code, codes, instead, placed, quoted, rest, short


def _dropped(view: View, *, of_nulls: bool) -> Found:
    for select, where in wheres(view):
        if in_where_query(select):
            continue
        for part in parts(where.this):
            tested = not_null_test(part)
            if (tested is not None) != of_nulls:
                continue
            use = view.resolve(tested) if tested is not None else None
            # Without what links two tables, every row of one would meet every row of the other.
            if (use is not None and not use.column.nulls) or len(qualifiers(part)) > 1:
                continue
            if part.find(exp.Query) is not None:
                continue  # a condition with a subquery is another fault
            edit = view.edit()
            keep(edit, where, rest(part, where))
            if tested is not None:
                says = f"Lets in the rows without {quoted(tested, 'a value')}."
            else:
                says = f"Leaves out the condition {quoted(part, 'that restricts the rows')}."
            yield edit.tree, placed(select, view, says)


def condition_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    return _dropped(view, of_nulls=False)


def null_check_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    return _dropped(view, of_nulls=True)


def or_for_and(view: View, rng: Random) -> Found:  # noqa: ARG001
    for clause in view.all(exp.Where, exp.Having):
        conjuncts = parts(clause.this)
        correlated = scope(clause) is not None and in_where_query(scope(clause))  # type: ignore[arg-type]
        for i in range(len(conjuncts) - 1):
            if any(len(qualifiers(part)) > 1 for part in conjuncts[i : i + 2]):
                continue
            if correlated or period(conjuncts[i], conjuncts[i + 1]) or any(map(not_null_test, conjuncts[i : i + 2])):
                continue
            either = exp.Or(this=conjuncts[i].copy(), expression=conjuncts[i + 1].copy())
            edit = view.edit()
            edit.twin(clause).set(
                "this", sql.both(*(c.copy() for c in conjuncts[:i]), either, *(c.copy() for c in conjuncts[i + 2 :]))
            )
            if short(either):
                yield edit.tree, placed(clause, view, f"Accepts either condition where both must hold: {code(either)}.")


def and_for_or(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in view.all(exp.Or):
        values = [side for side in (node.this, node.expression) if isinstance(side, exp.EQ)]
        if isinstance(node.parent, exp.Or) or (len(values) == 2 and values[0].this == values[1].this):
            continue
        both = _anded(node)
        edit = view.edit()
        edit.put_same(node, both)
        if short(both):
            yield edit.tree, placed(node, view, f"Demands every condition where one is enough: {code(both)}.")


def parentheses_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """AND binds before OR: (a OR b) AND c becomes a OR (b AND c)."""
    for clause in view.all(exp.Where, exp.Having):
        conjuncts = parts(clause.this)
        for i, part in enumerate(conjuncts):
            either = part.this if isinstance(part, exp.Paren) else None
            if not isinstance(either, exp.Or) or len(conjuncts) == 1:
                continue
            first, *others = either.flatten()
            *middle, last = others
            groups = [[*conjuncts[:i], first], *([m] for m in middle), [last, *conjuncts[i + 1 :]]]
            loose = [sql.both(*(c.copy() for c in group)) for group in groups]
            new = loose[0]
            for one in loose[1:]:
                new = exp.Or(this=new, expression=one)
            edit = view.edit()
            edit.twin(clause).set("this", new)
            lost = codes([p for p in conjuncts if p is not part])
            says = f"Applies {lost} to one side of the OR only, for lack of parentheses."
            yield edit.tree, placed(clause, view, says)


def pair_order_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Each pair in both orders."""
    for node in view.all(exp.LT, exp.GT):
        sides = [view.resolve(node.this), view.resolve(node.expression)]
        if None in sides or sides[0].source == sides[1].source or sides[0].column is not sides[1].column:  # type: ignore[union-attr]
            continue
        new = exp.NEQ(this=node.this.copy(), expression=node.expression.copy())
        edit = view.edit()
        edit.put(node, new)
        yield edit.tree, placed(node, view, f"Returns each pair twice, since {code(new)} holds both ways round.")


def _anded(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Or):
        return exp.And(this=_anded(node.this), expression=_anded(node.expression))
    return node.copy()


def not_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in view.all(exp.Not):
        if isinstance(node.this, exp.Null) or null_test(node.this) is not None:
            continue
        new = node.this.unnest().copy()
        edit = view.edit()
        edit.put_same(node, new)
        if short(new):
            yield edit.tree, instead(node, new, view)
    for unequal in view.all(exp.NEQ):
        new = exp.EQ(this=unequal.this.copy(), expression=unequal.expression.copy())
        edit = view.edit()
        edit.put_same(unequal, new)
        yield edit.tree, instead(unequal, new, view)


def not_added(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Only where a yes/no test says which rows are meant."""
    for node in view.all(exp.Column, exp.In, exp.Exists):
        if not isinstance(node.parent, (exp.And, exp.Where, exp.If)) or node.arg_key == "true":
            continue
        new = exp.Not(this=node.copy())
        edit = view.edit()
        edit.put_same(node, new)
        if short(new):
            yield edit.tree, instead(node, new, view)


def null_test_turned(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in view.all(exp.Is, exp.Not):
        new: exp.Expr
        if (value := null_test(node)) is not None and not isinstance(node.parent, exp.Not):
            new = sql.not_null(value.copy())
        elif (value := not_null_test(node)) is not None:
            use = view.resolve(value)
            if use is None or not use.column.nulls or scope(node) is not view.tree:
                continue
            new = exp.Is(this=value.copy(), expression=exp.Null())
        else:
            continue
        edit = view.edit()
        edit.put_same(node, new)
        yield edit.tree, instead(node, new, view)


OPERATORS: tuple[Operator, ...] = (
    Operator(parentheses_dropped, "Operator.Logical", "AND that binds before an OR without parentheses"),
    Operator(pair_order_dropped, "Condition.Implicit Missing", "Pairs in both orders"),
    Operator(condition_dropped, "Condition.Explicit Missing", "A condition that the question names is left out"),
    Operator(null_check_dropped, "Condition.Implicit Missing", "Rows without a value are no longer left out"),
    Operator(or_for_and, "Operator.Logical", "Either condition instead of both"),
    Operator(and_for_or, "Operator.Logical", "Both conditions instead of either"),
    Operator(not_dropped, "Operator.Logical", "A negation is lost"),
    Operator(not_added, "Operator.Logical", "A condition is negated"),
    Operator(null_test_turned, "Condition.Explicit Mismatch", "IS NULL for IS NOT NULL, or the other way round"),
)
