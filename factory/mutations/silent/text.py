"""Other pieces of a text, and texts compared with or without regard to case."""

from __future__ import annotations

from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import instead, placed, quoted

_PIECES = ("LEFT", "RIGHT", "SUBSTR", "SUBSTRING")


def case_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """ILIKE or LOWER(x) LIKE lose what makes them ignore case."""
    for node in view.all(exp.Like, exp.ILike, exp.EQ):
        at = node.this
        folded = isinstance(at, (exp.Lower, exp.Upper)) and not isinstance(node, exp.ILike)
        if not folded and not isinstance(node, exp.ILike):
            continue
        kind = exp.Like if isinstance(node, exp.ILike) else type(node)
        new = kind(this=(at.this if folded else at).copy(), expression=node.expression.copy())
        edit = view.edit()
        edit.put_same(node, new)
        yield edit.tree, instead(node, new, view)


def other_piece_length(view: View, rng: Random) -> Found:  # noqa: ARG001
    """One character more."""
    for node in view.all(exp.Left, exp.Right, exp.Substring, exp.Anonymous):
        if isinstance(node, exp.Anonymous) and node.name.upper() not in _PIECES:
            continue
        arguments = node.expressions if isinstance(node, exp.Anonymous) else list(node.iter_expressions())
        size = arguments[-1]
        if len(arguments) < 2 or not size.is_int or node is not view.same(node)[0]:
            continue
        count = int(size.name)
        edit = view.edit()
        for one in view.same(node):
            literal = [c for c in edit.twin(one).iter_expressions() if c.is_int][-1]
            literal.replace(sql.literal(count + 1))
        said = "one character is" if count == 1 else f"{count} characters are"
        yield edit.tree, placed(node, view, f"Takes {count + 1} characters of the text where {said} asked for.")


def other_part_of_text(view: View, rng: Random) -> Found:  # noqa: ARG001
    """What stands on the other side of the separator."""
    for node in view.all(exp.SplitPart, exp.Anonymous):
        if isinstance(node, exp.Anonymous) and (node.name.upper() != "SPLIT_PART" or len(node.expressions) != 3):
            continue
        index = node.expressions[2] if isinstance(node, exp.Anonymous) else node.args["part_index"]
        if not index.is_int or node is not view.same(node)[0]:
            continue
        other = 2 if index.name == "1" else 1
        edit = view.edit()
        for one in view.same(node):
            [c for c in edit.twin(one).iter_expressions() if c.is_int][-1].replace(sql.literal(other))
        says = f"Takes part {other} of the text where part {index.name} is asked for."
        yield edit.tree, placed(node, view, says)


def repeats_listed(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A list of values without its DISTINCT."""
    for node in view.all(exp.Distinct):
        holder = node.find_ancestor(exp.GroupConcat, exp.ArrayAgg, exp.Anonymous, exp.Select)
        if isinstance(holder, exp.Select) or holder is None or len(node.expressions) != 1:
            continue
        if isinstance(holder, exp.Anonymous) and holder.name.upper() not in ("STRING_AGG", "LIST", "ARRAY_AGG"):
            continue
        edit = view.edit()
        edit.put(node, node.expressions[0].copy())
        yield edit.tree, placed(node, view, f"Lists {quoted(node.expressions[0], 'a value')} as often as it occurs.")


OPERATORS: tuple[Operator, ...] = (
    Operator(case_dropped, "Function.String", "Case matters where it shouldn't"),
    Operator(other_piece_length, "Function.String", "A piece of a text that is too long"),
    Operator(other_part_of_text, "Function.String", "The other side of a separator"),
    Operator(repeats_listed, "Other.DISTINCT", "Repeats in a list of values"),
)
