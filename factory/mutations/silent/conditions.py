"""Conditions left out, turned round, or combined in another way."""

from __future__ import annotations

from collections.abc import Iterator
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
from factory.mutations.silent.neighbour import Operator
from factory.mutations.silent.view import View, scope
from factory.mutations.silent.wording import code, conditions, led, rest, short, tables, tests

Found = Iterator[tuple[exp.Expr, str]]


def _dropped(view: View, rng: Random, *, of_nulls: bool) -> Found:
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
            edit = view.edit()
            kept = rest(part, where)
            keep(edit, where, kept)
            sources = tables(view, select)
            if of_nulls and tested is not None and short(tested):
                says = rng.choice(
                    (f"{code(tested)} can be used as it is.", f"Every row has its {code(tested)}, so take all of them.")
                )
            elif kept and short(*kept):
                says = rng.choice(
                    (f"Filter on {conditions(kept)}, and on nothing else.", f"Keep rows with {conditions(kept)}.")
                )
            elif kept:
                continue
            else:
                whole = " joined with ".join(sources[:2]) if len(sources) < 3 else "the joined tables"
                says = rng.choice((f"Take every row of {whole}.", f"All rows of {whole} count."))
            yield edit.tree, led(select, view, says) if not says.startswith("`") else says


def condition_dropped(view: View, rng: Random) -> Found:
    return _dropped(view, rng, of_nulls=False)


def null_check_dropped(view: View, rng: Random) -> Found:
    return _dropped(view, rng, of_nulls=True)


def or_for_and(view: View, rng: Random) -> Found:
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
                yield (
                    edit.tree,
                    rng.choice(
                        (
                            f"Either condition is enough: {code(either)}.",
                            f"Accept rows that meet one of the two: {code(either)}.",
                        )
                    ),
                )


def and_for_or(view: View, rng: Random) -> Found:
    for node in view.all(exp.Or):
        values = [side for side in (node.this, node.expression) if isinstance(side, exp.EQ)]
        if isinstance(node.parent, exp.Or) or (len(values) == 2 and values[0].this == values[1].this):
            continue
        both = _anded(node)
        edit = view.edit()
        edit.put_same(node, both)
        if short(both):
            yield (
                edit.tree,
                rng.choice(
                    (f"All of it has to hold: {code(both)}.", f"Rows have to meet every one of these: {code(both)}.")
                ),
            )


def _anded(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Or):
        return exp.And(this=_anded(node.this), expression=_anded(node.expression))
    return node.copy()


def not_dropped(view: View, rng: Random) -> Found:
    for node in view.all(exp.Not):
        if isinstance(node.this, exp.Null) or null_test(node.this) is not None:
            continue
        new = node.this.unnest().copy()
        edit = view.edit()
        edit.put_same(node, new)
        if short(new):
            yield edit.tree, tests(node, new, view, rng)
    for unequal in view.all(exp.NEQ):
        new = exp.EQ(this=unequal.this.copy(), expression=unequal.expression.copy())
        edit = view.edit()
        edit.put_same(unequal, new)
        yield edit.tree, tests(unequal, new, view, rng)


def not_added(view: View, rng: Random) -> Found:
    """Only where a yes/no test says which rows are meant."""
    for node in view.all(exp.Column, exp.In, exp.Exists):
        if not isinstance(node.parent, (exp.And, exp.Where, exp.If)) or node.arg_key == "true":
            continue
        new = exp.Not(this=node.copy())
        edit = view.edit()
        edit.put(node, new)
        if short(new):
            yield edit.tree, tests(node, new, view, rng)


def null_test_turned(view: View, rng: Random) -> Found:
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
        yield edit.tree, tests(node, new, view, rng)


OPERATORS: tuple[Operator, ...] = (
    Operator(condition_dropped, "Condition.Explicit Missing", "A condition that the question names is left out"),
    Operator(null_check_dropped, "Condition.Implicit Missing", "Rows without a value are no longer left out"),
    Operator(or_for_and, "Operator.Logical", "Either condition instead of both"),
    Operator(and_for_or, "Operator.Logical", "Both conditions instead of either"),
    Operator(not_dropped, "Operator.Logical", "A negation is lost"),
    Operator(not_added, "Operator.Logical", "A condition is negated"),
    Operator(null_test_turned, "Condition.Explicit Mismatch", "IS NULL for IS NOT NULL, or the other way round"),
)
