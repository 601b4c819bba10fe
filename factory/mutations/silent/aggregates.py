"""Other aggregates, and aggregates of something else."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents.grouping import slug
from factory.mutations.silent.neighbour import Operator
from factory.mutations.silent.view import View, scope, sibling
from factory.mutations.silent.wording import code, led, named, short

Found = Iterator[tuple[exp.Expr, str]]
_WORDS: dict[type[exp.Expr], tuple[str, str]] = {
    exp.Sum: ("total", "SUM"),
    exp.Avg: ("avg", "AVG"),
    exp.Min: ("min", "MIN"),
    exp.Max: ("max", "MAX"),
    exp.Median: ("median", "MEDIAN"),
}
_MEANING: dict[type[exp.Expr], tuple[str, str]] = {
    exp.Sum: ("Add up {at}: {new}.", "What is wanted is the total: {new}."),
    exp.Avg: ("Average {at}: {new}.", "What is wanted is the mean: {new}."),
    exp.Min: ("Take the minimum of {at}: {new}.", "{new} gives the smallest value."),
    exp.Max: ("Take the maximum of {at}: {new}.", "{new} gives the largest value."),
    exp.Median: ("Take the middle value of {at}: {new}.", "{new} gives the value in the middle."),
}


def _once(view: View, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    """Aggregates of a kind over a plain value, each once per SELECT."""
    for node in view.all(kind):
        if node is view.same(node)[0] and not node.this.find(exp.Case, exp.Distinct):
            yield node


def _other(view: View, rng: Random, old: type[exp.Expr], new: type[exp.Expr]) -> Found:
    for node in _once(view, old):
        use = view.resolve(node.this)
        if new in (exp.Sum, exp.Avg, exp.Median) and use is not None and use.column.role != "measure":
            continue
        replaced = new(this=node.this.copy())
        edit = view.edit()
        edit.put_same(node, replaced)
        (word, _), (other, _) = _WORDS[old], _WORDS[new]
        edit.rename(word, other)
        edit.rename("average", "total" if new is exp.Sum else other)
        says = rng.choice(_MEANING[new]).format(at=code(node.this), new=code(replaced))
        yield edit.tree, led(node, view, says) if says[0] != "`" else says


def average_for_sum(view: View, rng: Random) -> Found:
    return _other(view, rng, exp.Sum, exp.Avg)


def sum_for_average(view: View, rng: Random) -> Found:
    return _other(view, rng, exp.Avg, exp.Sum)


def max_for_min(view: View, rng: Random) -> Found:
    return _other(view, rng, exp.Min, exp.Max)


def min_for_max(view: View, rng: Random) -> Found:
    return _other(view, rng, exp.Max, exp.Min)


def average_for_median(view: View, rng: Random) -> Found:
    return _other(view, rng, exp.Median, exp.Avg)


def median_for_average(view: View, rng: Random) -> Found:
    return _other(view, rng, exp.Avg, exp.Median)


def max_for_sum(view: View, rng: Random) -> Found:
    return _other(view, rng, exp.Sum, exp.Max)


def other_measure(view: View, rng: Random) -> Found:
    """The aggregate of another column of the same table."""
    for kind in _WORDS:
        for node in _once(view, kind):
            use = view.resolve(node.this)
            if use is None or use.select is not scope(node) or not isinstance(node.this, exp.Column):
                continue
            near = [c for c in use.table.with_role("measure") if c is not use.column and c.distinct > 1]
            if use.column.role != "measure" or not near:
                continue
            other = rng.choice(near)
            new = kind(this=sibling(node.this, other))
            edit = view.edit()
            edit.put_same(node, new)
            edit.rename(slug(use.column.label), slug(other.label))
            edit.rename(slug(use.column.name), slug(other.name))
            if short(new):
                yield (
                    edit.tree,
                    rng.choice(
                        (
                            f"The figure is in {named(other.name)}: {code(new)}.",
                            f"Aggregate {named(other.name)} with {code(new)}.",
                        )
                    ),
                )


OPERATORS: tuple[Operator, ...] = (
    Operator(average_for_sum, "Function.Aggregate", "The mean for the total"),
    Operator(sum_for_average, "Function.Aggregate", "The total for the mean"),
    Operator(max_for_min, "Function.Aggregate", "The highest for the lowest"),
    Operator(min_for_max, "Function.Aggregate", "The lowest for the highest"),
    Operator(average_for_median, "Function.Aggregate", "The mean for the median"),
    Operator(median_for_average, "Function.Aggregate", "The median for the mean"),
    Operator(max_for_sum, "Function.Aggregate", "The highest for the total"),
    Operator(other_measure, "Attribute.Mismatch", "The aggregate of another column"),
)
