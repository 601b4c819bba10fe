"""Groups, what is computed for each, and which of them stay."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents.english import listed
from factory.reasoning.conditions import conditions
from factory.reasoning.context import Context
from factory.reasoning.nodes import aggregated, group_keys


def grouping(select: exp.Select, context: Context) -> Iterator[str]:
    group = select.args.get("group")
    keys = group_keys(select)
    said = listed([_called(select, key, context) for key in keys])
    them = "it" if len(keys) == 1 else "them"
    if any(isinstance(key, (exp.Rollup, exp.Cube, exp.GroupingSets)) for key in keys):
        yield f"Group by {said}, which adds a row for each coarser level."
    elif keys:
        yield context.say(
            13, f"Group by {said}.", f"One row per {said}, so group by {them}.", f"Make groups by {said}."
        )
    aggregates = [e for e in select.expressions if aggregated(e)]
    if aggregates:
        said = listed([context.with_name(e) for e in aggregates])
        one = "For each group" if group is not None else "Over all these rows"
        yield context.say(17, f"{one} compute {said}.", f"{one} take {said}.", f"Aggregate: {said}.")
    if having := select.args.get("having"):
        said = conditions(having.this, context)
        yield context.say(
            19, f"Keep groups with {said}.", f"Only groups with {said} stay.", f"Keep only groups with {said}."
        )


def _called(select: exp.Select, value: exp.Expr, context: Context) -> str:
    """The SQL and, if an output is just that, its name."""
    same = (o for o in select.expressions if isinstance(o, exp.Alias) and o.this == value)
    output = next(same, None)
    return context.with_name(output) if output is not None else context.code(value)
