"""GROUP BY that is missing, too short, or by something else than what is selected."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Block, Item, Layout, Span, layout, some
from factory.mutations.layout.wording import Wording, shortened
from factory.mutations.query import Query
from factory.records import Database

_MISSING = Wording(
    (
        "The SELECT list mixes `{plain}` with an aggregate, and without GROUP BY the engine can't tell "
        "which `{plain}` to show.",
        "`{plain}` is neither aggregated nor grouped: the query has aggregates but no GROUP BY.",
        "There is no GROUP BY, so the aggregate collapses all rows into one, and `{plain}` has no single value there.",
    ),
    ("Add `GROUP BY {group}`.", "Group the rows with `GROUP BY {group}`."),
)
_INCOMPLETE = Wording(
    (
        "`{item}` is selected as it is, but GROUP BY doesn't list it, so a group may hold several values of it.",
        "Every selected expression that is not an aggregate has to be grouped, and `{item}` isn't.",
        "GROUP BY covers only part of the plain columns: `{item}` is left out.",
    ),
    ("Add `{group}` to GROUP BY.", "Extend GROUP BY with `{group}`."),
)
_OTHER = Wording(
    (
        "The query groups by `{wrong}` but selects `{item}`, which is not determined by the grouping in the "
        "engine's eyes.",
        "`{item}` appears in SELECT without being grouped; GROUP BY names `{wrong}` instead.",
        "What is selected and what is grouped don't match: `{item}` stands in the SELECT list, `{wrong}` in GROUP BY.",
    ),
    ("Group by `{group}` instead of `{wrong}`.", "Replace `{wrong}` in GROUP BY by `{group}`."),
)
_STAR = Wording(
    (
        "`*` expands to every column, and under GROUP BY those that are neither grouped nor aggregated have "
        "no single value.",
        "The query groups rows but selects `*`, so it asks for columns that GROUP BY doesn't list.",
        "SELECT * doesn't go with GROUP BY here: only the grouped columns and aggregates can be selected.",
    ),
    ("Select `{item}` instead of `*`.", "Replace `*` by `{item}`, which is what the rows are grouped by."),
)
_AGGREGATE = Wording(
    (
        "GROUP BY contains `{item}`, which is an aggregate; one groups by what the rows have before they "
        "are aggregated.",
        "`{item}` stands for an aggregate, and an aggregate can't define the groups that it is computed over.",
        "Aggregates are results of the grouping, so `{item}` has no place in GROUP BY.",
    ),
    ("Remove `{item}` from GROUP BY.", "Take `{item}` out of GROUP BY."),
)


def _plain_items(at: Layout, block: Block) -> list[Item]:
    """Selected expressions that need to be grouped: they hold a column and no aggregate or window."""
    plain = []
    for item in at.items(block):
        columns = [use for use in block.columns if item.start <= use.start < item.end]
        calm = not at.aggregates(item.start, item.end) and not at.has_window(item.start, item.end)
        if columns and calm:
            plain.append(item)
    return plain


def _grouped(at: Layout) -> list[tuple[Block, list[Item]]]:
    return [(block, _plain_items(at, block)) for block in at.blocks if "group" in block.clauses]


def _expression(at: Layout, item: Item) -> str:
    return at.text[item.start : item.expression_end]


def _same(at: Layout, group: str, items: list[Item], position: dict[int, int]) -> Item | None:
    """The selected item that a GROUP BY entry means: by text, alias or position."""
    for item in items:
        if group in (_expression(at, item), item.alias, str(position[item.start])):
            return item
    return None


def group_by_missing(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for block, items in _grouped(at):
        clause = block.clauses["group"]
        if items and at.aggregates(block.start, clause.start):
            sites.append((clause, items[0]))
    for clause, item in some(rng, sites):
        names = {"plain": shortened(_expression(at, item)), "group": shortened(at.slice(clause.body))}
        edits = (Edit(at.before(clause.keyword), clause.end, ""),)
        yield _MISSING.fault("group_by_missing", edits, rng, **names)


def group_by_incomplete(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for block, items in _grouped(at):
        entries = at.split(block.clauses["group"].body)
        position = {item.start: i for i, item in enumerate(at.items(block), 1)}
        for i, entry in enumerate(entries):
            item = _same(at, at.slice(entry), items, position)
            if item and len(entries) > 1:
                cut = Span(entries[i - 1].end, entry.end) if i else Span(entry.start, entries[1].start)
                sites.append((cut, item, at.slice(entry)))
    for cut, item, entry_text in some(rng, sites):
        names = {"item": shortened(_expression(at, item)), "group": shortened(entry_text)}
        yield _INCOMPLETE.fault("group_by_incomplete", (Edit(*cut, ""),), rng, **names)


def group_by_other_column(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for block, items in _grouped(at):
        position = {item.start: i for i, item in enumerate(at.items(block), 1)}
        used = {use.node.name for use in block.columns}
        for entry in at.split(block.clauses["group"].body):
            use = next((u for u in block.columns if u.alias_start == entry.start and u.end == entry.end), None)
            item = _same(at, at.slice(entry), items, position)
            source = at.source(use) if use else None
            if use is None or item is None or source is None or source.table is None:
                continue
            near = [c for c in source.table.with_role("key", "name", "category") if c.name not in used]
            if near:
                sites.append((use, item, rng.choice(near).name))
    for use, item, wrong in some(rng, sites):
        prefix = query.text[use.alias_start : use.start]
        names = {"item": _expression(at, item), "wrong": prefix + wrong, "group": prefix + use.node.name}
        yield _OTHER.fault("group_by_other_column", (Edit(use.start, use.end, wrong),), rng, **names)


def star_with_group_by(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for block, items in _grouped(at):
        if block.kind == "main" and not block.in_set and items and items[0].start == block.clauses["select"].start:
            edits = (Edit(items[0].start, items[0].end, "*"),)
            item = shortened(at.slice(items[0]), 150)
            yield _STAR.fault("star_with_group_by", edits, rng, item=item)


def aggregate_in_group_by(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for block, _items in _grouped(at):
        clause = block.clauses["group"]
        ordinal = at.slice(clause.body)[:1].isdigit()
        for i, item in enumerate(at.items(block), 1):
            inner = at.aggregates(item.start, item.expression_end)
            if inner and inner[0].start == item.start and inner[0].end == item.expression_end:
                name = str(i) if ordinal else item.alias or _expression(at, item)
                # A table or column of that name would be grouped by in its place.
                taken = {t.alias for t in block.tables}
                taken.update(column for t in block.tables if t.table for column in t.table.by_name)
                if name not in taken:
                    sites.append((clause.end, name))
    for end, name in some(rng, sites):
        yield _AGGREGATE.fault("aggregate_in_group_by", (Edit(end, end, f", {name}"),), rng, item=name)


OPERATORS: tuple[Operator, ...] = (
    Operator(group_by_missing, "grouping", "grouping.missing", "tree", "Aggregates beside plain columns, no GROUP BY"),
    Operator(group_by_incomplete, "grouping", "grouping.incomplete", "tree", "GROUP BY lacks a selected column"),
    Operator(group_by_other_column, "grouping", "grouping.mismatch", "tree", "GROUP BY another column than SELECT"),
    Operator(star_with_group_by, "grouping", "grouping.star", "tree", "SELECT * with GROUP BY"),
    Operator(aggregate_in_group_by, "grouping", "grouping.aggregate", "tree", "An aggregate in GROUP BY"),
)
