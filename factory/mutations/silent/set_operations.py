"""Other set operations, or only one of the sets."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.mutations.silent.neighbour import Operator
from factory.mutations.silent.view import View

Found = Iterator[tuple[exp.Expr, str]]


def _set(view: View, rng: Random, old: type[exp.SetOperation], new: type[exp.SetOperation], *says: str) -> Found:
    for node in view.all(old):
        if node.args.get("distinct") is False or _recursive(node):
            continue
        edit = view.edit()
        other = node.copy()
        args = {key: value for key, value in other.args.items() if value is not None}
        edit.put(node, new(**args))
        yield edit.tree, rng.choice(says)


def _recursive(node: exp.Expr) -> bool:
    holder = node.find_ancestor(exp.With)
    return holder is not None and bool(holder.args.get("recursive"))


def except_for_intersect(view: View, rng: Random) -> Found:
    return _set(
        view,
        rng,
        exp.Intersect,
        exp.Except,
        "Take the rows of the first set that aren't in the second: `EXCEPT`.",
        "Subtract the second set from the first with `EXCEPT`.",
    )


def intersect_for_except(view: View, rng: Random) -> Found:
    return _set(
        view,
        rng,
        exp.Except,
        exp.Intersect,
        "Keep the rows that are in both sets: `INTERSECT`.",
        "`INTERSECT` gives what both sets share.",
    )


def union_for_intersect(view: View, rng: Random) -> Found:
    return _set(
        view,
        rng,
        exp.Intersect,
        exp.Union,
        "Put both sets together with `UNION`.",
        "A row of either set belongs to the result: `UNION`.",
    )


def intersect_for_union(view: View, rng: Random) -> Found:
    return _set(view, rng, exp.Union, exp.Intersect, "Keep the rows that are in both sets: `INTERSECT`.")


def _repeats(view: View, *, kept: bool) -> Found:
    for node in view.all(exp.Union):
        if (node.args.get("distinct") is False) != kept or _recursive(node):
            continue
        edit = view.edit()
        edit.twin(node).set("distinct", kept)
        yield (
            edit.tree,
            (
                "Put both lists together with `UNION`, each row once."
                if kept
                else "Append the second list to the first with `UNION ALL`."
            ),
        )


def union_all_for_union(view: View, rng: Random) -> Found:  # noqa: ARG001
    return _repeats(view, kept=False)


def union_for_union_all(view: View, rng: Random) -> Found:  # noqa: ARG001
    return _repeats(view, kept=True)


def branch_dropped(view: View, rng: Random) -> Found:
    """Only the first of two sets."""
    for node in view.all(exp.SetOperation):
        if _recursive(node) or (node is view.tree and (node.args.get("with_") or node.args.get("order"))):
            continue
        edit = view.edit()
        edit.put(node, node.this.copy())
        yield edit.tree, rng.choice(("The first set already is the answer.", "One SELECT is enough: the first set."))


def except_swapped(view: View, rng: Random) -> Found:
    for node in view.all(exp.Except):
        edit = view.edit()
        other = node.copy()
        left, right = other.this, other.expression
        other.set("this", right.copy())
        other.set("expression", left.copy())
        edit.put(node, other)
        yield (
            edit.tree,
            rng.choice(
                (
                    "Take the first set away from the second with `EXCEPT`.",
                    "Start with the second set and subtract the first.",
                )
            ),
        )


OPERATORS: tuple[Operator, ...] = (
    Operator(except_for_intersect, "Clause.Mismatch", "The difference for what is in both"),
    Operator(intersect_for_except, "Clause.Mismatch", "What is in both for the difference"),
    Operator(union_for_intersect, "Clause.Mismatch", "Either set for both"),
    Operator(intersect_for_union, "Clause.Mismatch", "Both sets for either"),
    Operator(union_all_for_union, "Other.DISTINCT", "Rows of both sets are returned twice"),
    Operator(union_for_union_all, "Other.DISTINCT", "Repeated rows are returned once"),
    Operator(branch_dropped, "Subquery.Missing", "The second set is left out"),
    Operator(except_swapped, "Subquery.Mismatch", "The difference the other way round"),
)
