"""Column counts that don't match, set operations out of place, and ordinals beyond the select list."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.foreign import one_line
from factory.mutations.layout.sites import Block, Item, Layout, layout, some
from factory.mutations.query import Query
from factory.records import Database

_SETS = (TokenType.UNION, TokenType.INTERSECT, TokenType.EXCEPT)
_NUMBERS = ("no", "one column", "two columns", "three columns", "four columns", "five columns", "six columns")


def _spare(at: Layout, block: Block) -> list[str]:
    """Columns of a block's only table that it doesn't select yet, qualified as the block does it."""
    if len(block.tables) != 1 or not at.only_base_tables(block):
        return []
    use = block.tables[0]
    assert use.table is not None
    taken = {item.name for item in at.items(block)}
    qualified = any(column.alias == use.alias for column in block.columns)
    prefix = f"{use.alias}." if qualified else ""
    return [prefix + c.name for c in use.table.columns if c.name not in taken and c.geometry is None]


def _count(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number} columns"


def _plain(at: Layout, items: list[Item]) -> bool:
    """No star: the number of columns can be counted in the text."""
    return bool(items) and not any(at.slice(item).endswith("*") for item in items)


def set_column_count(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """One branch selects a column more or, if there are several, a column less than the other."""
    at = layout(query)
    sites: list[tuple[Edit, int, int, str, str, bool]] = []
    for block in at.blocks:
        items = at.items(block)
        if not block.in_set or not _plain(at, items):
            continue
        near = [i for i in (block.first - 1, block.first - 2, block.last) if 0 <= i < len(at.kinds)]
        word = next((query.text[at.starts[i] : at.ends[i]] for i in near if at.kinds[i] in _SETS), "")
        if not word:
            continue
        last, total = items[-1], len(items)
        second = block.first > 0 and any(at.kinds[i] in _SETS for i in (block.first - 1, block.first - 2))
        for name in _spare(at, block)[:3]:
            sites.append((Edit(last.end, last.end, f", {name}"), total + 1, total, name, word, second))
        if total > 1:
            edit = Edit(items[-2].end, last.end, "")
            sites.append((edit, total - 1, total, one_line(at.slice(last)), word, second))
    for edit, has, wants, name, word, second in some(rng, sites):
        here, there = ("second", "first") if second else ("first", "second")
        more = has > wants
        diagnosis = rng.choice(
            (
                f"The two sides of `{word}` have different numbers of columns: the {here} {_count(has)}, "
                f"the {there} {_count(wants)}.",
                f"`{word}` needs the same number of columns on both sides, but the {here} "
                f"`{at.keyword('SELECT')}` has {_count(has)} and the {there} {_count(wants)}.",
                f"The {here} `{at.keyword('SELECT')}` of the `{word}` returns {_count(has)} where the "
                f"{there} returns {_count(wants)}.",
            )
        )
        repair = rng.choice(
            (
                f"Remove `{name}` from the {here} `{at.keyword('SELECT')}`.",
                f"Drop `{name}`, which has no counterpart in the {there} `{at.keyword('SELECT')}`.",
                f"Leave out `{name}`, so that both sides have {_count(wants)}.",
            )
            if more
            else (
                f"Add `{name}` to the {here} `{at.keyword('SELECT')}`.",
                f"Select `{name}` in the {here} part too, so that both sides have {_count(wants)}.",
                f"Complete the {here} `{at.keyword('SELECT')}` with `{name}`.",
            )
        )
        yield Mutation("set_column_count", (edit,), diagnosis, repair)


def order_before_set(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """The final ORDER BY pulled up to the first branch, or one of its own there."""
    at = layout(query)
    for i in some(
        rng,
        [i for i, kind in enumerate(at.kinds) if kind in _SETS and at.kinds[i - 1] is not TokenType.R_PAREN],
    ):
        block = at.block_at(at.starts[i - 1])
        if block is None or "order" in block.clauses or at.depth[i] != at.depth[block.first]:
            continue
        items = at.items(block)
        name = next((item.name for item in items if item.name), "")
        last = next((b for b in at.blocks if b.first > i and "order" in b.clauses and b.in_set), None)
        word, order = query.text[at.starts[i] : at.ends[i]], at.keyword("ORDER BY")
        edits: tuple[Edit, ...]
        end = at.ends[i - 1]
        gap = query.text[end : at.starts[i]]
        if last is not None and at.depth[last.first] == at.depth[i]:
            clause = last.clauses["order"]
            text = query.text[clause.keyword : clause.end]
            edits = (
                Edit(end, end, f"{gap}{text}"),
                Edit(at.ends[at.index(clause.keyword) - 1], clause.end, ""),
            )
            fix = f"Move `{one_line(text)}` to the end of the query."
            fixes = (
                fix,
                f"Sort after the `{word}`: put `{one_line(text)}` last.",
                f"Put `{order}` behind the last part.",
            )
        elif name:
            text = f"{order} {name}"
            edits = (Edit(end, end, f"{gap}{text}"),)
            fixes = (
                f"Remove `{text}`.",
                f"Delete the `{order}` before `{word}`.",
                "Leave the first part unsorted.",
            )
        else:
            continue
        diagnosis = rng.choice(
            (
                f"`{order}` stands before `{word}`; only the combined result can be sorted, at the very end.",
                f"The first part of the `{word}` has an `{order}`, which the grammar allows only after the last part.",
                f"The parser doesn't expect `{word}` after `{order}`: sorting comes last.",
            )
        )
        yield Mutation("order_before_set", edits, diagnosis, rng.choice(fixes))


def subquery_column_count(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """A second column in the subquery of IN or of a comparison."""
    at = layout(query)
    places = {TokenType.IN: "in", TokenType.EQ: "scalar", TokenType.GT: "scalar", TokenType.LT: "scalar"}
    places |= {TokenType.GTE: "scalar", TokenType.LTE: "scalar", TokenType.SLASH: "scalar"}
    sites = []
    for block in at.blocks:
        if block.kind != "subquery" or block.first < 2 or block.in_set or at.kinds[block.first - 2] not in places:
            continue
        items = at.items(block)
        if len(items) == 1 and _plain(at, items):
            if at.aggregates(items[0].start, items[0].end):
                if "*" not in at.slice(items[0]):
                    sites.append((block, items[0], at.keyword("COUNT(*)")))
            else:
                sites += [(block, items[0], name) for name in _spare(at, block)[:3]]
    for block, item, name in some(rng, sites):
        before = query.text[at.starts[block.first - 2] : at.ends[block.first - 2]]
        first = rng.random() < 0.3
        edit = Edit(item.start, item.start, f"{name}, ") if first else Edit(item.end, item.end, f", {name}")
        kept = one_line(at.slice(item))
        diagnosis = rng.choice(
            (
                f"The subquery after `{before}` returns two columns, but only one is allowed there.",
                f"`{before}` works with a single column, and the subquery selects `{name}` besides `{kept}`.",
                f"The subquery selects both `{kept}` and `{name}`, while `{before}` takes a single column.",
            )
        )
        repair = rng.choice(
            (
                f"Select only `{kept}` in the subquery.",
                f"Remove `{name}` from the subquery.",
                f"Leave just `{kept}` in the select list of the subquery.",
            )
        )
        yield Mutation("subquery_column_count", (edit,), diagnosis, repair)


def _ordinals(clause: str, operator: str, query: Query, rng: Random) -> Iterator[Mutation]:
    """A position beyond the select list, instead of a name or of the right position."""
    at = layout(query)
    words = at.keyword("GROUP BY" if clause == "group" else "ORDER BY")
    sites = []
    for block in at.blocks:
        items = at.items(block)
        if clause not in block.clauses or block.in_set or not _plain(at, items):
            continue
        terms = []
        for span in at.split(block.clauses[clause].body):
            first, last = at.index(span.start), at.index(span.end)
            while at.kinds[last - 1] in (TokenType.DESC, TokenType.ASC) and last > first + 1:
                last -= 1
            terms.append((at.starts[first], at.ends[last - 1]))
        known = {item.name for item in items} | {query.text[i.start : i.expression_end] for i in items}
        for start, end in terms:
            # Sort keys that aren't selected join the select list behind the scenes and put more in range.
            others = [query.text[a:b] for a, b in terms if a != start]
            if clause == "group" or all(text in known or text.isdigit() for text in others):
                sites.append((items, start, end))
    for items, start, end in some(rng, sites):
        total = len(items)
        wrong = str(rng.choice((total + 1, total + 1, total + 2, 0)))
        right = query.text[start:end]
        listed = "one item" if total == 1 else f"{_count(total).split()[0]} items"
        zero = wrong == "0"
        diagnosis = rng.choice(
            (
                f"`{words} {wrong}` points to no column: positions count from 1."
                if zero
                else f"`{words}` refers to position {wrong}, but the select list has only {listed}.",
                f"Position {wrong} in `{words}` is out of range, since the select list has {listed}.",
                f"The {wrong} in `{words}` is no position in the select list, which has {listed}.",
            )
        )
        shown = one_line(right)
        use = f"position {shown}" if shown.isdigit() else f"`{shown}`"
        repair = rng.choice(
            (f"Use {use} instead of {wrong}.", f"Replace {wrong} by {use}.", f"Refer to {use} in `{words}`.")
        )
        yield Mutation(operator, (Edit(start, end, wrong),), diagnosis, repair)


def order_ordinal(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    return _ordinals("order", "order_ordinal", query, rng)


def group_ordinal(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    return _ordinals("group", "group_ordinal", query, rng)


OPERATORS: tuple[Operator, ...] = (
    Operator(
        set_column_count,
        "set_operation",
        "set_operation.column_count",
        "text",
        "The parts of a UNION have different numbers of columns",
    ),
    Operator(order_before_set, "set_operation", "set_operation.order", "text", "ORDER BY before UNION"),
    Operator(
        subquery_column_count,
        "set_operation",
        "subquery.column_count",
        "text",
        "A subquery with two columns where one is compared",
    ),
    Operator(order_ordinal, "set_operation", "ordinal.order", "text", "ORDER BY a position that isn't there"),
    Operator(group_ordinal, "grouping", "ordinal.group", "text", "GROUP BY a position that isn't there"),
)
