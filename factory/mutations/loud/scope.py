"""Aliases and joined tables that are not visible where they are used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from random import Random

from sqlglot import TokenType

from factory.identifiers import NEVER_BARE
from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Span, layout, some
from factory.mutations.layout.wording import Wording, shortened
from factory.mutations.query import ColumnUse, Query
from factory.records import Database

_UNDEFINED = Wording(
    (
        "`{wrong}` is not an alias of this query: nothing after FROM or JOIN is called that. The table is "
        "`{right}` here.",
        "`{wrong}.{column}` refers to a table alias `{wrong}` that was never defined; what is in scope is `{right}`.",
        "The qualifier `{wrong}` names nothing, because no table in FROM got that alias.",
    ),
    ("Use the alias that exists: `{right}.{column}`.", "Replace `{wrong}` by `{right}`."),
)
_TABLE_NAME = Wording(
    (
        "Once `{table}` is given the alias `{alias}`, its own name is hidden, so `{table}.{column}` no "
        "longer resolves.",
        "The query calls the table `{alias}` in FROM but `{table}` here; after aliasing only the alias counts.",
        "`{table}` can't serve as a qualifier: the table goes by `{alias}` in this query.",
    ),
    ("Write `{alias}.{column}`.", "Use the alias: `{alias}.{column}` instead of `{table}.{column}`."),
)
_ALIAS_DROPPED = Wording(
    (
        "Columns are qualified with `{alias}`, but FROM introduces `{table}` without giving it that alias.",
        "The alias `{alias}` is used and never defined: `{table}` stands in FROM under its own name.",
        "`{alias}` is unknown to the engine because nothing says `{table} AS {alias}`.",
    ),
    (
        "Give the table its alias: `{table} AS {alias}`.",
        "Define the alias in FROM with `{table} AS {alias}`.",
    ),
)
_UNJOINED = Wording(
    (
        "The query uses `{alias}.{column}`, but its FROM clause never brings in `{table}`.",
        "`{alias}` is referenced without being in the FROM clause: the join with `{table}` is missing.",
        "A join is missing: `{alias}.{column}` needs `{table}`, and FROM doesn't have it.",
    ),
    ("Add `{join}` to the FROM clause.", "Bring the table in with `{join}`."),
)
INNER = Wording(
    (
        "`{alias}` exists only inside the {place}; out here the engine doesn't know it, so "
        "`{alias}.{column}` can't be bound.",
        "The alias `{alias}` belongs to the {place} and is not visible outside its parentheses.",
        "`{alias}.{column}` reaches into the {place}, but an alias that is defined in there ends with it.",
    ),
    ("{fix}",),
)
_USING = Wording(
    (
        "USING (`{wrong}`) needs that column on both sides, and `{table}` has none; what the two share is `{right}`.",
        "`{table}` has no column `{wrong}`, so it can't be joined with USING on it.",
        "The join column must exist in both tables. `{wrong}` is not in `{table}`; `{right}` is in both.",
    ),
    ("Join on the key that both have: `{join}`.", "Replace the USING by `{join}`."),
)
_INITIALS = re.compile(r"(?:^|_)([a-z])")


def _known(query: Query) -> set[str]:
    names = {use.alias.lower() for use in query.table_uses} | {use.node.name.lower() for use in query.table_uses}
    names |= {block.name.lower() for block in layout(query).blocks}
    return names | set(query.database.by_name) | NEVER_BARE


def _qualified(query: Query) -> list[ColumnUse]:
    return [use for use in query.column_uses if use.alias and use.alias_end <= use.start]


def alias_undefined(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    uses = _qualified(query)
    known = _known(query) if uses else set()
    for use in some(rng, uses):
        name = use.table.name.lower() if use.table else use.alias.lower()
        short = "".join(_INITIALS.findall(name))
        guesses = [name[:1], name[:2], name[:3], short, f"{use.alias}1", "t", "t1"]
        guesses = [guess for guess in guesses if guess.isidentifier() and guess not in known]
        if guesses:
            wrong = rng.choice(guesses[:3])
            edits = (Edit(use.alias_start, use.alias_end, wrong),)
            names = {"wrong": wrong, "right": use.alias, "column": use.node.name}
            yield _UNDEFINED.fault("alias_undefined", edits, rng, **names)


def table_name_after_alias(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    aliases = {use.alias for use in query.table_uses}
    sites = []
    for use in _qualified(query):
        block = at.block_at(use.start)
        source = next((t for t in block.tables if t.alias == use.alias), None) if block else None
        if source and source.node.name.lower() != use.alias.lower() and source.node.name not in aliases:
            sites.append((use, source.node.name))
    for use, table in some(rng, sites):
        edits = (Edit(use.alias_start, use.alias_end, table),)
        names = {"table": table, "alias": use.alias, "column": use.node.name}
        yield _TABLE_NAME.fault("table_name_after_alias", edits, rng, **names)


def alias_dropped(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    used = {use.alias for use in _qualified(query)}
    sites = []
    for source in query.table_uses:
        named = source.node.args.get("alias")
        if named is None or source.alias not in used or source.alias.lower() == source.node.name.lower():
            continue
        meta = named.this.meta
        if sum(source.alias == other.alias for other in query.table_uses) == 1 and "end" in meta:
            sites.append((source, Span(at.before(at.starts[at.index(source.start) + 1]), meta["end"] + 1)))
    for source, span in some(rng, sites):
        names = {"alias": source.alias, "table": source.node.name}
        yield _ALIAS_DROPPED.fault("alias_dropped", (Edit(*span, ""),), rng, **names)


def unjoined_table(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    uses = _qualified(query)
    sites = []
    for block in at.blocks:
        for join in at.joins(block):
            outside = [u for u in uses if u.alias == join.table.alias and not join.start <= u.start < join.end]
            if outside and sum(t.alias == join.table.alias for t in query.table_uses) == 1:
                sites.append((join, outside[0]))
    for join, use in some(rng, sites):
        names = {"alias": use.alias, "column": use.node.name, "table": join.table.node.name}
        names["join"] = " ".join(query.text[join.start : join.end].split())
        yield _UNJOINED.fault("unjoined_table", (Edit(at.before(join.start), join.end, ""),), rng, **names)


def subquery_filter_outside(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """A condition on the table of an EXISTS or IN subquery, put after its closing parenthesis."""
    at = layout(query)
    sites: list[tuple[Span, Span, int, ColumnUse]] = []
    for block in at.blocks:
        outer, where = block.parent, block.clauses.get("where")
        if block.kind != "subquery" or where is None or outer is None or block.last >= len(at.tokens):
            continue
        host = outer.clauses.get("where")
        parts = at.split(where.body, TokenType.AND)
        close = at.ends[block.last]
        if host is None or not host.start <= block.start < host.end or len(parts) < 2:
            continue
        local = {use.alias for use in block.tables} - {use.alias for use in outer.tables}
        for before, part in pairwise(parts):
            inside = [use for use in query.column_uses if part.start <= use.start < part.end]
            if inside and all(use.alias in local for use in inside):
                sites.append((Span(before.end, part.end), part, close, inside[0]))
    for cut, part, close, use in some(rng, sites):
        condition = at.slice(part)
        edits = (Edit(*cut, ""), Edit(close, close, f" {at.keyword('AND')} {condition}"))
        fix = f"Move `{shortened(condition)}` back into the subquery's WHERE."
        names = {"alias": use.alias, "column": use.node.name, "place": "subquery", "fix": fix}
        yield INNER.fault("subquery_filter_outside", edits, rng, **names)


def using_missing_column(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for block in at.blocks:
        if not at.only_base_tables(block):
            continue
        seen = [block.tables[0]] if block.tables else []
        for join in at.joins(block):
            table = join.table.table
            if join.on and table and len(at.split(join.on, TokenType.AND)) == 1:
                inside = {u.node.name for u in block.columns if join.on.start <= u.start < join.on.end}
                keys = [k for t in seen if t.table for k in t.table.key if k not in table.by_name]
                if len(inside) == 1 and keys:
                    sites.append((join, table.name, rng.choice(keys), inside.pop()))
            seen.append(join.table)
    for join, name, wrong, right in some(rng, sites):
        assert join.on is not None
        start = at.starts[at.index(join.on.start) - 1]
        edits = (Edit(start, join.on.end, f"{at.keyword('USING')} ({wrong})"),)
        names = {"right": right, "table": name, "join": shortened(query.text[start : join.on.end])}
        yield _USING.fault("using_missing_column", edits, rng, wrong=wrong, **names)


OPERATORS: tuple[Operator, ...] = (
    Operator(alias_undefined, "scope", "alias.unknown", "tree", "A qualifier that nobody defined"),
    Operator(table_name_after_alias, "scope", "alias.unused", "tree", "The table's name though it has an alias"),
    Operator(alias_dropped, "scope", "alias.missing", "tree", "FROM without the alias that is used"),
    Operator(unjoined_table, "scope", "join.missing", "tree", "A table that is used but not joined"),
    Operator(subquery_filter_outside, "scope", "subquery.scope", "tree", "A subquery's condition outside of it"),
    Operator(using_missing_column, "scope", "join.using", "tree", "USING a column that one side lacks"),
)
