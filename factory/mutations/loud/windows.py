"""Windows without their parentheses or with their clauses in the wrong order."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import layout, some
from factory.mutations.query import Query
from factory.records import Database


def over_without_parentheses(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [i for i, k in enumerate(at.kinds) if k is TokenType.OVER and i + 1 in at.partner]
    for i in some(rng, [i for i in sites if at.partner[i + 1] > i + 2]):
        over, close = query.text[at.starts[i] : at.ends[i]], at.partner[i + 1]
        first = query.text[at.starts[i + 2] : at.ends[i + 2]]
        edits = (Edit(at.starts[i + 1], at.ends[i + 1], ""), Edit(at.starts[close], at.ends[close], ""))
        diagnosis = rng.choice(
            (
                f"The window after `{over}` isn't enclosed in parentheses.",
                f"`{over}` is followed directly by `{first}`; the window definition needs parentheses.",
                f"`{over}` expects `(…)` or the name of a window, not `{first}`.",
            )
        )
        repair = rng.choice(
            (
                "Put the window definition in parentheses.",
                f"Write `{over} ({first} …)`.",
                f"Enclose everything that belongs to `{over}` in parentheses.",
            )
        )
        yield Mutation("over_without_parentheses", edits, diagnosis, repair)


def window_order(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for i, kind in enumerate(at.kinds):
        if kind is TokenType.PARTITION_BY:
            for j in range(i + 1, len(at.kinds)):
                if at.depth[j] < at.depth[i] or at.kinds[j] in (TokenType.ROWS, TokenType.RANGE):
                    break
                if at.kinds[j] is TokenType.ORDER_BY and at.depth[j] == at.depth[i]:
                    sites.append((i, j))
                    break
    for i, j in some(rng, sites):
        last = next(k for k in range(j + 1, len(at.kinds)) if at.depth[k] < at.depth[j])
        if any(k in (TokenType.ROWS, TokenType.RANGE) for k in at.kinds[j:last]):
            continue
        partition, order = (query.text[at.starts[k] : at.ends[k]] for k in (i, j))
        start, middle, stop, end = at.starts[i], at.ends[j - 1], at.starts[j], at.ends[last - 1]
        text = query.text[stop:end] + query.text[middle:stop] + query.text[start:middle]
        diagnosis = rng.choice(
            (
                f"In the window `{order}` comes before `{partition}`; it must be the other way round.",
                f"`{partition}` stands after `{order}`, where the parser no longer accepts it.",
                f"A window is first partitioned and then ordered: `{partition}` has to precede `{order}`.",
            )
        )
        repair = rng.choice(
            (
                f"Move `{partition}` in front of `{order}`.",
                f"Swap the two clauses of the window: `{partition}` first.",
                f"Write `{partition} …` before `{order} …`.",
            )
        )
        yield Mutation("window_order", (Edit(start, end, text),), diagnosis, repair)


OPERATORS: tuple[Operator, ...] = (
    Operator(over_without_parentheses, "syntax", "window.parentheses", "text", "OVER without parentheses"),
    Operator(window_order, "structure", "window.order", "text", "ORDER BY before PARTITION BY"),
)
