"""Aggregates and window functions where they can't stand, or without what makes them one."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import AGGREGATES, Call, Layout, layout, some
from factory.mutations.layout.wording import Wording, shortened
from factory.mutations.query import Query
from factory.records import Database

_RANKING = (
    "RANK",
    "DENSE_RANK",
    "ROW_NUMBER",
    "NTILE",
    "LAG",
    "LEAD",
    "FIRST_VALUE",
    "LAST_VALUE",
    "PERCENT_RANK",
)

_NESTED = Wording(
    (
        "`{wrong}` is an aggregate of an aggregate; one SELECT can only aggregate once.",
        "Aggregates can't be nested: `{inner}` already gives one value per group, so there is nothing left "
        "for `{outer}` to work on.",
        "`{outer}` is wrapped around `{inner}`, and the engine refuses an aggregate inside another one.",
    ),
    ("Keep only `{inner}`.", "Drop the outer `{outer}` and select `{inner}`."),
)
_DROPPED = Wording(
    (
        "`{column}` is neither grouped nor aggregated, so within a group it has no single value.",
        "The query groups rows and then uses the bare `{column}`; after grouping it is only available "
        "through an aggregate.",
        "After GROUP BY the engine needs `{column}` to be grouped or inside an aggregate, and it is neither.",
    ),
    ("Aggregate it: `{right}`.", "Use `{right}` in its place."),
)
_SUBQUERY = Wording(
    (
        "WHERE compares each row with `{wrong}`, but an aggregate over all rows isn't known while rows are "
        "being filtered.",
        "`{wrong}` is an aggregate in WHERE. It has to be computed by a query of its own first.",
        "An aggregate can't stand in WHERE: `{wrong}` would need all rows before the first one is chosen.",
    ),
    ("Compute it in a scalar subquery: `{right}`.", "Replace `{wrong}` by the subquery `{right}`."),
)
_WINDOW_IN_WHERE = Wording(
    (
        "WHERE is evaluated before window functions, so `{wrong}` can't be filtered on in the same SELECT.",
        "The condition on `{wrong}` uses a window function's result, and WHERE can't contain one.",
        "Window functions are computed after WHERE; `{wrong}` doesn't exist when the rows are filtered.",
    ),
    ("{fix}",),
)
_NO_OVER = Wording(
    (
        "`{name}` is a window function and needs an OVER clause; as a plain function it doesn't exist.",
        "Without OVER the engine looks for an ordinary function called `{name}` and finds none.",
        "`{name}()` only makes sense over a window, and here no window is given.",
    ),
    ("Add the window: `{right}`.", "Complete the call with its OVER clause: `{right}`."),
)
_OVER_DROPPED = Wording(
    (
        "Without OVER, `{wrong}` is an ordinary aggregate, and the other selected columns would have to be grouped.",
        "`{wrong}` has no OVER clause: it aggregates all rows into one, which doesn't go with plain columns beside it.",
        "The SELECT list mixes plain columns with the aggregate `{wrong}`, and there is no GROUP BY; a "
        "window was meant.",
    ),
    ("Make it a window function: `{right}`.", "Add the OVER clause: `{right}`."),
)


def _in_select(at: Layout, grouped: bool) -> list[tuple[Call, str]]:
    found = []
    for block in at.blocks:
        if grouped and "group" not in block.clauses:
            continue
        for item in at.items(block):
            for call in at.aggregates(item.start, item.expression_end):
                if call.start == item.start and call.end == item.expression_end:
                    found.append((call, at.text[call.start : call.end]))
    return found


def nested_aggregate(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for call, inner in some(rng, _in_select(at, grouped=True)):
        outer = rng.choice([name for name in ("AVG", "MAX", "SUM") if name != call.name])
        outer = outer.lower() if query.text[call.start].islower() else outer
        names = {"inner": shortened(inner), "outer": outer, "wrong": shortened(f"{outer}({inner})")}
        edits = (Edit(call.start, call.start, f"{outer}("), Edit(call.end, call.end, ")"))
        yield _NESTED.fault("nested_aggregate", edits, rng, **names)


def aggregate_dropped(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`SUM(x)` becomes `x` in SELECT, HAVING or ORDER BY of a grouped query."""
    at = layout(query)
    sites = []
    for block in at.blocks:
        if "group" not in block.clauses:
            continue
        grouped = at.slice(block.clauses["group"].body)
        for call in at.aggregates(block.start, block.end):
            inner = at.arguments(call)
            use = next((u for u in block.columns if inner and u.end == inner[0].end), None)
            bare = use is not None and len(inner) == 1 and inner[0].start == use.alias_start
            if use and bare and use.node.name not in grouped and at.kinds[at.index(call.end)] is not TokenType.FILTER:
                sites.append((call, at.slice(inner[0])))
    for call, column in some(rng, sites):
        names = {"column": column, "right": query.text[call.start : call.end]}
        yield _DROPPED.fault("aggregate_dropped", (Edit(call.start, call.end, column),), rng, **names)


def aggregate_for_subquery(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`> (SELECT AVG(x) FROM t)` becomes `> AVG(x)`."""
    at = layout(query)
    sites = []
    for block in at.blocks:
        host = block.parent.clauses.get("where") if block.parent else None
        items = at.items(block)
        if block.kind != "subquery" or host is None or not host.start <= block.start < host.end or len(items) != 1:
            continue
        calls = at.aggregates(items[0].start, items[0].end)
        same = block.parent and [t.node.name for t in block.parent.tables] == [t.node.name for t in block.tables]
        if same and calls and calls[0].start == items[0].start and calls[0].end == items[0].expression_end:
            sites.append((at.starts[block.first - 1], at.ends[block.last], at.slice(items[0])))
    for start, end, wrong in some(rng, sites):
        names = {"wrong": wrong, "right": shortened(query.text[start:end], 200)}
        yield _SUBQUERY.fault("aggregate_for_subquery", (Edit(start, end, wrong),), rng, **names)


def window_in_where(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """A filter on a CTE's window column, put into the CTE's own WHERE; or WHERE where QUALIFY is meant."""
    at = layout(query)
    for block in at.blocks:
        qualify, where = block.clauses.get("qualify"), block.clauses.get("where")
        if qualify and where is None and "group" not in block.clauses:
            edits = [Edit(qualify.keyword, qualify.keyword + len("QUALIFY"), at.keyword("WHERE"))]
            names = {"wrong": shortened(at.slice(qualify.body)), "fix": "Use QUALIFY instead of WHERE."}
            yield _WINDOW_IN_WHERE.fault("window_in_where", edits, rng, **names)
        if block.kind not in ("cte", "derived") or "group" in block.clauses:
            continue
        windows = {i.alias: i for i in at.items(block) if i.alias and at.has_window(i.start, i.end)}
        readers = [b for b in at.blocks if any(t.node.name == block.name for t in b.tables)]
        reader = readers[0] if len(readers) == 1 else block.parent if block.kind == "derived" else None
        outer = reader.clauses.get("where") if reader else None
        if outer is None or len(at.split(outer.body, TokenType.AND)) != 1:
            continue
        head = at.tokens[at.index(outer.start)].text
        if head not in windows:
            continue
        condition, item = at.slice(outer.body), windows[head]
        inside = at.text[item.start : item.expression_end] if rng.random() < 0.5 else head
        moved = inside + condition[len(head) :]
        end = where.end if where else block.clauses["from"].end
        gap = at.text[at.before(block.clauses["from"].keyword) : block.clauses["from"].keyword]
        text = f" {at.keyword('AND')} {moved}" if where else f"{gap}{at.keyword('WHERE')} {moved}"
        edits = [Edit(end, end, text), Edit(at.before(outer.keyword), outer.end, "")]
        where_to = rng.choice(("Filter in the outer query", "Move the filter to the query around it"))
        fix = f"{where_to}, where it is an ordinary column: `WHERE {condition}`."
        yield _WINDOW_IN_WHERE.fault("window_in_where", edits, rng, wrong=shortened(inside), fix=fix)


def window_without_over(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for call in at.calls:
        over = call.close + 1
        if at.is_window(call) and at.kinds[over] is TokenType.OVER and over + 1 in at.partner:
            block = at.block_at(call.start)
            if call.name in _RANKING:
                sites.append((call, over, _NO_OVER))
            elif call.name in AGGREGATES and block and "group" not in block.clauses and len(at.items(block)) > 1:
                sites.append((call, over, _OVER_DROPPED))
    for call, over, wording in some(rng, sites):
        end = at.ends[at.partner[over + 1]]
        wrong = query.text[call.start : call.end]
        names = {"name": query.text[call.start : call.name_end], "wrong": wrong}
        names["right"] = shortened(query.text[call.start : end], 120)
        yield wording.fault("window_without_over", (Edit(call.end, end, ""),), rng, **names)


OPERATORS: tuple[Operator, ...] = (
    Operator(nested_aggregate, "grouping", "aggregate.nested", "tree", "An aggregate of an aggregate"),
    Operator(aggregate_dropped, "grouping", "aggregate.missing", "tree", "A bare column where an aggregate belongs"),
    Operator(aggregate_for_subquery, "grouping", "aggregate.in_where", "tree", "AVG(x) in WHERE for a scalar subquery"),
    Operator(window_in_where, "grouping", "window.in_where", "tree", "A window function's result filtered in WHERE"),
    Operator(window_without_over, "grouping", "window.no_over", "tree", "A window function without OVER"),
)
