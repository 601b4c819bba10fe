"""Other set operations, or only one of the sets."""

from __future__ import annotations

from random import Random

from sqlglot import exp

from factory.mutations.silent.neighbour import Found, Operator, Propose
from factory.mutations.silent.view import View

_SAYS: dict[type[exp.SetOperation], str] = {
    exp.Except: "what only the first set has",
    exp.Intersect: "what both sets share",
    exp.Union: "what either set has",
}


def _recursive(node: exp.Expr) -> bool:
    holder = node.find_ancestor(exp.With)
    return holder is not None and bool(holder.args.get("recursive"))


def _swap(name: str, old: type[exp.SetOperation], new: type[exp.SetOperation]) -> Propose:
    """An operator of this name that combines the same two sets in another way."""

    def propose(view: View, rng: Random) -> Found:  # noqa: ARG001
        for node in view.all(old):
            if node.args.get("distinct") is False or _recursive(node):
                continue
            edit = view.edit()
            args = {key: value for key, value in node.copy().args.items() if value is not None}
            edit.put(node, new(**args))
            yield edit.tree, f"Returns {_SAYS[new]} where {_SAYS[old]} is asked for."

    propose.__name__ = name
    return propose


def union_all_for_union(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in view.all(exp.Union):
        if node.args.get("distinct") is False or _recursive(node):
            continue
        edit = view.edit()
        edit.twin(node).set("distinct", False)
        yield edit.tree, "Returns a row of both sets twice where it is asked for once."


def branch_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Only the first of two sets."""
    for node in view.all(exp.SetOperation):
        if _recursive(node) or (node is view.tree and (node.args.get("with_") or node.args.get("order"))):
            continue
        edit = view.edit()
        edit.put(node, node.this.copy())
        yield edit.tree, "Looks at the first of the two sets only."


def except_swapped(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in view.all(exp.Except):
        edit = view.edit()
        other = node.copy()
        left, right = other.this, other.expression
        other.set("this", right.copy())
        other.set("expression", left.copy())
        edit.put(node, other)
        yield edit.tree, "Takes the first set away from the second instead of the second from the first."


OPERATORS: tuple[Operator, ...] = (
    Operator(_swap("except_for_intersect", exp.Intersect, exp.Except), "Other.Other", "The difference for both"),
    Operator(_swap("intersect_for_except", exp.Except, exp.Intersect), "Other.Other", "Both for the difference"),
    Operator(_swap("union_for_intersect", exp.Intersect, exp.Union), "Other.Other", "Either set for both"),
    Operator(_swap("intersect_for_union", exp.Union, exp.Intersect), "Other.Other", "Both sets for either"),
    Operator(union_all_for_union, "Other.DISTINCT", "Rows of both sets are returned twice"),
    Operator(branch_dropped, "Subquery.Missing", "The second set is left out"),
    Operator(except_swapped, "Subquery.Mismatch", "The difference the other way round"),
)
