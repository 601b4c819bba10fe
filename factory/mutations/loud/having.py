"""Conditions on the wrong side of the grouping: WHERE, HAVING, ON and QUALIFY mistaken for each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Block, Layout, layout, some
from factory.mutations.layout.wording import Wording, shortened
from factory.mutations.query import Query
from factory.records import Database

_IN_WHERE = Wording(
    (
        "WHERE filters rows before they are grouped, so the aggregate in `{condition}` doesn't exist yet at "
        "that point.",
        "`{condition}` tests an aggregate in WHERE; that is only possible after grouping, in HAVING.",
        "The condition `{condition}` depends on an aggregate, which WHERE can't contain.",
    ),
    (
        "Move `{condition}` to a HAVING clause after GROUP BY.",
        "Put the condition into HAVING: `HAVING {having}`.",
    ),
)
_IN_ON = Wording(
    (
        "A join condition is evaluated row by row, before any grouping, so it can't test `{condition}`.",
        "`{condition}` is a condition on groups, but it stands in the join's ON, where no aggregates are allowed.",
        "The aggregate in ON can't be computed while the tables are still being joined: `{condition}` comes too early.",
    ),
    (
        "Take `{condition}` out of ON and put it into HAVING.",
        "Filter the groups with `HAVING {condition}` instead.",
    ),
)
_IN_HAVING = Wording(
    (
        "HAVING sees groups, not rows, and `{column}` is neither grouped nor aggregated.",
        "`{condition}` is a condition on single rows, but it stands in HAVING, where `{column}` is not available.",
        "The filter on `{column}` belongs before the grouping; in HAVING the engine wants it grouped or aggregated.",
    ),
    ("Put `{condition}` into WHERE.", "Move the condition `{condition}` from HAVING to WHERE."),
)
_QUALIFY = Wording(
    (
        "QUALIFY filters on window functions, and there is none in this query; `{condition}` is a condition on groups.",
        "`{condition}` tests an aggregate, which is HAVING's job. QUALIFY needs a window function somewhere.",
        "Nothing in the query has an OVER clause, so QUALIFY has nothing to work on.",
    ),
    ("Use `HAVING {condition}`.", "Replace QUALIFY by HAVING."),
)


def _gap(at: Layout, offset: int) -> str:
    """The white space before a keyword, so that an inserted clause is laid out like its neighbours."""
    return at.text[at.before(offset) : offset]


def _having(at: Layout) -> list[tuple[Block, str]]:
    found = []
    for block in at.blocks:
        clause = block.clauses.get("having")
        if clause and "group" in block.clauses and len(at.split(clause.body, TokenType.AND)) == 1:
            found.append((block, at.slice(clause.body)))
    return found


def _into_where(at: Layout, block: Block, condition: str, gap: str) -> Edit | None:
    where = block.clauses.get("where")
    if where is None:
        end = block.clauses["from"].end
        return Edit(end, end, f"{gap}{at.keyword('WHERE')} {condition}")
    if not at.split(where.body, TokenType.AND):
        return None
    return Edit(where.end, where.end, f" {at.keyword('AND')} {condition}")


def aggregate_in_where(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """HAVING's condition in WHERE, as the aggregate or as the alias that SELECT gives it."""
    at = layout(query)
    for block, condition in some(rng, _having(at)):
        having = block.clauses["having"]
        written = condition
        columns = {name for t in block.tables if t.table for name in t.table.by_name}
        for item in at.items(block):
            text = at.text[item.start : item.expression_end]
            if item.alias and text in condition and item.alias not in columns and rng.random() < 0.6:
                written = condition.replace(text, item.alias)
        edit = _into_where(at, block, written, _gap(at, having.keyword))
        if edit:
            edits = (edit, Edit(at.before(having.keyword), having.end, ""))
            names = {"condition": shortened(written), "having": shortened(condition)}
            yield _IN_WHERE.fault("aggregate_in_where", edits, rng, **names)


def aggregate_in_join(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for block, condition in some(rng, _having(at)):
        having = block.clauses["having"]
        joins = [join for join in at.joins(block) if join.on and at.split(join.on, TokenType.AND)]
        if joins:
            end = joins[-1].end
            edits = (
                Edit(end, end, f" {at.keyword('AND')} {condition}"),
                Edit(at.before(having.keyword), having.end, ""),
            )
            yield _IN_ON.fault("aggregate_in_join", edits, rng, condition=shortened(condition))


def row_filter_in_having(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """WHERE's last condition in HAVING: in a grouped query, or, as the whole WHERE, in one without groups."""
    at = layout(query)
    sites = []
    for block in at.blocks:
        where, having = block.clauses.get("where"), block.clauses.get("having")
        parts = at.split(where.body, TokenType.AND) if where else []
        if where is None or not parts or "qualify" in block.clauses:
            continue
        group = block.clauses.get("group")
        grouped = at.slice(group.body) if group else ""
        columns = [use for use in block.columns if parts[-1].start <= use.start < parts[-1].end]
        names = {item.alias for item in at.items(block)}
        if not columns or columns[0].node.name in names or re.search(rf"\b{columns[0].node.name}\b", grouped):
            continue
        if group or (len(parts) == 1 and not at.aggregates(block.start, block.end)):
            sites.append((block, parts, columns[0], group, having))
    for block, parts, use, group, having in some(rng, sites):
        condition = at.slice(parts[-1])
        where = block.clauses["where"]
        if group is None:
            edits = [Edit(where.keyword, where.keyword + len("WHERE"), at.keyword("HAVING"))]
        else:
            start = parts[-2].end if len(parts) > 1 else at.before(where.keyword)
            edits = [Edit(start, where.end, "")]
            if having and not at.split(having.body, TokenType.AND):
                continue
            if having:
                edits.append(Edit(having.end, having.end, f" {at.keyword('AND')} {condition}"))
            else:
                text = f"{_gap(at, group.keyword)}{at.keyword('HAVING')} {condition}"
                edits.append(Edit(group.end, group.end, text))
        column = query.text[use.alias_start : use.end]
        names_ = {"column": column, "condition": shortened(condition)}
        yield _IN_HAVING.fault("row_filter_in_having", edits, rng, **names_)


def qualify_for_having(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for block in at.blocks:
        having = block.clauses.get("having")
        if having and not at.has_window(block.start, block.end):
            edits = (Edit(having.keyword, having.keyword + len("HAVING"), at.keyword("QUALIFY")),)
            condition = shortened(at.slice(having.body))
            yield _QUALIFY.fault("qualify_for_having", edits, rng, condition=condition)


OPERATORS: tuple[Operator, ...] = (
    Operator(aggregate_in_where, "grouping", "aggregate.in_where", "tree", "An aggregate's condition in WHERE"),
    Operator(aggregate_in_join, "grouping", "aggregate.in_join", "tree", "An aggregate's condition in a join's ON"),
    Operator(row_filter_in_having, "grouping", "grouping.having", "tree", "A condition on rows in HAVING"),
    Operator(qualify_for_having, "grouping", "window.qualify", "tree", "QUALIFY in a query without windows"),
)
