"""Other aggregates, and aggregates of something else."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.grouping import slug
from factory.mutations.silent.neighbour import Found, Operator, Propose
from factory.mutations.silent.view import View, scope, sibling
from factory.mutations.silent.wording import code, named, placed

# Aggregate → how aliases call it, and how a sentence does.
_WORDS: dict[type[exp.Expr], tuple[str, str]] = {
    exp.Sum: ("total", "total"),
    exp.Avg: ("avg", "mean"),
    exp.Min: ("min", "lowest value"),
    exp.Max: ("max", "highest value"),
    exp.Median: ("median", "median"),
}


def _once(view: View, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    """Aggregates of a kind over a plain value, each once per SELECT."""
    for node in view.all(kind):
        if node is view.same(node)[0] and not node.this.find(exp.Case, exp.Distinct):
            yield node


def _swap(name: str, old: type[exp.Expr], new: type[exp.Expr]) -> Propose:
    """An operator of this name that puts one aggregate for another and renames what is called after it."""

    def propose(view: View, rng: Random) -> Found:  # noqa: ARG001
        for node in _once(view, old):
            use = view.resolve(node.this)
            if new in (exp.Sum, exp.Avg, exp.Median) and use is not None and use.column.role != "measure":
                continue
            edit = view.edit()
            edit.put_same(node, new(this=node.this.copy()))
            (word, noun), (other, other_noun) = _WORDS[old], _WORDS[new]
            edit.rename(word, other)
            edit.rename("average", "total" if new is exp.Sum else other)
            says = f"Takes the {other_noun} of {code(node.this)} where the {noun} is asked for."
            yield edit.tree, placed(node, view, says)

    propose.__name__ = name
    return propose


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
            noun = _WORDS[kind][1]
            says = f"Takes the {noun} of {named(other.name)} where that of {named(use.column.name)} is asked for."
            yield edit.tree, placed(node, view, says)


def mean_of_means(view: View, rng: Random) -> Found:
    """The mean of group means, which counts a small group as much as a large one."""
    select = view.outermost
    if select is None or len(select.expressions) != 1 or any(select.args.get(k) for k in ("group", "with_", "having")):
        return
    output = select.expressions[0]
    for node in _once(view, exp.Avg):
        if scope(node) is not select:
            continue
        options = [
            (name, c)
            for name, table in view.tables(select).items()
            for c in table.with_role("category", "place", "reference", "flag")
            if 1 < c.distinct < table.row_count / 3
        ]
        if not options:
            return
        name, column = rng.choice(options)
        key = sql.column(column.name, view.qualifier(select, name))
        if any(agg != node for agg in output.find_all(exp.AggFunc)):
            return
        edit = view.edit()
        inner = edit.tree
        assert isinstance(inner, exp.Select)
        mean = view.free("group_mean")
        inner.set("expressions", [sql.alias(node.copy(), mean)])
        inner.group_by(key, copy=False)
        whole = output.copy()
        for one in list(whole.find_all(exp.Avg)):
            if one == node:
                one.replace(exp.Avg(this=sql.column(mean)))
        source = exp.Subquery(this=inner, alias=sql.called(view.free("groups")))
        says = f"Averages within each {named(column.name)} first, so that a small group counts as much as a large one."
        yield exp.Select(expressions=[whole]).from_(source, copy=False), says
        return


OPERATORS: tuple[Operator, ...] = (
    Operator(_swap("average_for_sum", exp.Sum, exp.Avg), "Function.Aggregate", "The mean for the total"),
    Operator(_swap("sum_for_average", exp.Avg, exp.Sum), "Function.Aggregate", "The total for the mean"),
    Operator(_swap("max_for_min", exp.Min, exp.Max), "Function.Aggregate", "The highest for the lowest"),
    Operator(_swap("min_for_max", exp.Max, exp.Min), "Function.Aggregate", "The lowest for the highest"),
    Operator(_swap("average_for_median", exp.Median, exp.Avg), "Function.Aggregate", "The mean for the median"),
    Operator(_swap("median_for_average", exp.Avg, exp.Median), "Function.Aggregate", "The median for the mean"),
    Operator(_swap("max_for_sum", exp.Sum, exp.Max), "Function.Aggregate", "The highest for the total"),
    Operator(other_measure, "Attribute.Mismatch", "The aggregate of another column"),
    Operator(mean_of_means, "Function.Aggregate", "The mean of group means for the mean of all rows"),
)
