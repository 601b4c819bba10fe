"""Other percentiles, and other measures of spread."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import Edit, View
from factory.mutations.silent.wording import code, placed

_NEAR = {"0.01": "0.1", "0.05": "0.1", "0.1": "0.25", "0.25": "0.2", "0.5": "0.75", "0.75": "0.8"}
_NEAR |= {"0.8": "0.75", "0.9": "0.95", "0.95": "0.9", "0.99": "0.95"}
_SAMPLE = ("STDDEV", "STDDEV_SAMP")


def _percentiles(view: View) -> Iterator[tuple[exp.Expr, exp.Literal]]:
    """Calls and the share they ask for, which may stand inside the name of one with WITHIN GROUP."""
    for node in view.all(exp.PercentileCont, exp.Anonymous):
        arguments = node.expressions if isinstance(node, exp.Anonymous) else [node.this, node.expression]
        if isinstance(node, exp.Anonymous) and node.name.upper() != "QUANTILE_CONT":
            continue
        share = next((a for a in arguments if isinstance(a, exp.Literal) and not a.is_string), None)
        if share is not None and node is view.same(node)[0]:
            yield node, share


def _nth(share: str) -> str:
    percent = f"{float(share) * 100:g}"
    return f"{percent}{'st' if percent == '1' else 'th'}"


def other_percentile(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node, share in _percentiles(view):
        other = _NEAR.get(share.name)
        if other is None:
            continue
        edit = view.edit()
        for one in view.same(node):
            for literal in edit.twin(one).find_all(exp.Literal):
                if literal == share:
                    literal.replace(exp.Literal.number(other))
        edit.rename(f"p{float(share.name) * 100:g}", f"p{float(other) * 100:g}")
        says = f"Takes the {_nth(other)} percentile where the {_nth(share.name)} is asked for."
        yield edit.tree, placed(node, view, says)


def discrete_percentile(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A value of the column instead of one between two."""
    for node, _ in _percentiles(view):
        edit = view.edit()
        for one in view.same(node):
            if isinstance(one, exp.Anonymous):
                edit.twin(one).set("this", "QUANTILE_DISC")
            else:
                edit.put(one, exp.PercentileDisc(**{k: v for k, v in one.copy().args.items() if v is not None}))
        yield edit.tree, placed(node, view, "Picks an existing value where interpolation between two is asked for.")


def _deviations(view: View) -> Iterator[exp.Expr]:
    for node in view.all(exp.Stddev, exp.StddevSamp, exp.Anonymous):
        if isinstance(node, exp.Anonymous) and node.name.upper() not in _SAMPLE:
            continue
        if node is view.same(node)[0]:
            yield node


def _replaced(edit: Edit, node: exp.Expr, function: str) -> exp.Expr:
    at = node.expressions[0] if isinstance(node, exp.Anonymous) else node.this
    new = sql.call(function, at.copy())
    edit.put_same(node, new)
    return new


def population_deviation(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in _deviations(view):
        edit = view.edit()
        _replaced(edit, node, "STDDEV_POP")
        says = "Takes the standard deviation of a population where that of a sample is asked for."
        yield edit.tree, placed(node, view, says)


def variance_for_deviation(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in _deviations(view):
        edit = view.edit()
        new = _replaced(edit, node, "VAR_SAMP")
        edit.rename("stddev", "variance")
        yield edit.tree, placed(node, view, f"Takes the variance, {code(new)}, where its root is asked for.")


OPERATORS: tuple[Operator, ...] = (
    Operator(other_percentile, "Value.Mismatch", "Another percentile"),
    Operator(discrete_percentile, "Function.Math", "A discrete percentile for an interpolated one"),
    Operator(population_deviation, "Function.Math", "The population's deviation for the sample's"),
    Operator(variance_for_deviation, "Function.Math", "The variance for the standard deviation"),
)
