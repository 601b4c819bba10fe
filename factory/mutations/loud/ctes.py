"""Common table expressions and derived tables: names that don't meet inside and outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Block, Layout, layout, some
from factory.mutations.layout.spelling import misspell_name
from factory.mutations.layout.wording import Wording
from factory.mutations.loud.scope import INNER
from factory.mutations.query import ColumnUse, Query
from factory.records import Database

_CTE_MISSPELT = Wording(
    (
        "The CTE is defined as `{right}`, but the query reads from `{wrong}`, which doesn't exist.",
        "`{wrong}` is neither a table nor a CTE. WITH defines `{right}`, so this is a typo.",
        "No table or CTE is called `{wrong}`; the name after WITH is `{right}`.",
    ),
    ("Read from `{right}`.", "Correct the name to `{right}`, as WITH defines it."),
)
_CTE_MISSING = Wording(
    (
        "`{name}` is used like a table, but it is not in the schema and no WITH clause defines it.",
        "The query reads from `{name}` without defining it: the common table expression is missing.",
        "There is no table `{name}`. It was meant as a CTE, and its definition is not there.",
    ),
    (
        "Define `{name}` in a WITH clause that gives {columns}.",
        "Add the CTE `{name}` with the columns {columns}.",
    ),
)
_CTE_COLUMN = Wording(
    (
        "The {kind} `{name}` calls this column `{inner}`, while the outer query asks for `{outer}`.",
        "`{outer}` doesn't exist outside: `{name}` returns the value under the name `{inner}`.",
        "Names don't match: inside `{name}` the expression is aliased `{inner}`, outside it is used as `{outer}`.",
    ),
    ("Alias it `{outer}` inside `{name}`.", "Rename the alias in `{name}` from `{inner}` to `{outer}`."),
)
_RECURSIVE = Wording(
    (
        "The CTE `{name}` refers to itself, which WITH allows only when it says RECURSIVE.",
        "Without RECURSIVE the inner `{name}` is a circular reference.",
        "`{name}` reads from itself, so the WITH clause has to be a recursive one.",
    ),
    ("Write `WITH RECURSIVE {name}`.", "Add RECURSIVE after WITH."),
)


def _named_blocks(at: Layout) -> list[tuple[Block, list[ColumnUse], str]]:
    """CTEs and derived tables with the outer columns that read from them, and the alias they go by."""
    found = []
    for block in at.blocks:
        if block.kind not in ("cte", "derived") or not block.name or block.in_set:
            continue
        for other in at.blocks:
            sources = [t.alias for t in other.tables if t.node.name == block.name] if block.kind == "cte" else []
            if block.kind == "derived" and block.parent is other:
                sources = [block.name]
            for alias in sources:
                alone = len(other.tables) + other.has_derived == 1
                uses = [u for u in other.columns if u.alias == alias or (alone and not u.alias)]
                found.append((block, uses, alias))
    return found


def inner_alias_outside(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for block, uses, alias in _named_blocks(at):
        inner = {item.name: at.text[item.start : item.expression_end] for item in at.items(block)}
        for use in uses:
            source = inner.get(use.node.name, "")
            head, dot, tail = source.partition(".")
            if dot and head.isidentifier() and tail.isidentifier() and head != alias:
                outer = at.block_at(use.start)
                if outer and all(head != t.alias for t in outer.tables):
                    sites.append((use, head, tail, block))
    for use, head, tail, block in some(rng, sites):
        right = query.text[use.alias_start : use.end]
        place = f"CTE `{block.name}`" if block.kind == "cte" else "derived table"
        names = {
            "alias": head,
            "column": tail,
            "place": place,
            "fix": f"Write `{right}`, the column that comes out.",
        }
        edits = (Edit(use.alias_start, use.end, f"{head}.{tail}"),)
        yield INNER.fault("inner_alias_outside", edits, rng, **names)


def cte_misspelt(query: Query, database: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    taken = {*at.ctes, *database.by_name}
    for use in some(rng, [use for use in query.table_uses if use.node.name in at.ctes]):
        right = use.node.name
        wrong = misspell_name(right, rng)
        if wrong and wrong not in taken:
            edits = (Edit(use.start, use.end, wrong),)
            yield _CTE_MISSPELT.fault("cte_misspelt", edits, rng, wrong=wrong, right=right)


def cte_missing(query: Query, database: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    if len(at.ctes) != 1 or at.kinds[0] is not TokenType.WITH or at.kinds[1] is TokenType.RECURSIVE:
        return
    (name, block), *_ = at.ctes.items()
    main = next((b for b in at.blocks if b.kind == "main"), None)
    columns = [f"`{item.name}`" for item in at.items(block)]
    if main is None or name in database.by_name or "``" in columns or not columns:
        return
    told = columns[0] if len(columns) == 1 else f"{', '.join(columns[:-1])} and {columns[-1]}"
    edits = (Edit(at.starts[0], main.start, ""),)
    yield _CTE_MISSING.fault("cte_missing", edits, rng, name=name, columns=told)


def cte_column_renamed(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for block, uses, _alias in _named_blocks(at):
        written = {use.node.name for use in uses}
        inside = at.text[block.start : block.end]
        for item in at.items(block):
            # An alias that the block itself sorts or groups by would break twice.
            if item.alias and item.alias in written and len(re.findall(rf"\b{item.alias}\b", inside)) == 1:
                sites.append((block, item))
    for block, item in some(rng, sites):
        outer = item.alias
        choices = [f"{outer}_value", f"{outer}_1", *(f"{word}_{outer}" for word in ("total", block.name))]
        plain = [name for name in choices if len(set(name.split("_"))) == len(name.split("_"))]
        inner = rng.choice(plain or [f"{outer}_out"])
        names = {"kind": "CTE" if block.kind == "cte" else "derived table", "name": block.name}
        edits = (Edit(item.end - len(outer), item.end, inner),)
        yield _CTE_COLUMN.fault("cte_column_renamed", edits, rng, inner=inner, outer=outer, **names)


def recursive_missing(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for i, kind in enumerate(at.kinds[:-1]):
        if kind is TokenType.RECURSIVE:
            name = at.tokens[i + 1].text
            edits = (Edit(at.starts[i], at.starts[i + 1], ""),)
            yield _RECURSIVE.fault("recursive_missing", edits, rng, name=name)


OPERATORS: tuple[Operator, ...] = (
    Operator(inner_alias_outside, "scope", "alias.scope", "tree", "An alias of a CTE's inside used outside"),
    Operator(cte_misspelt, "scope", "cte.unknown", "tree", "A CTE's name is misspelt where it is read"),
    Operator(cte_missing, "scope", "cte.missing", "tree", "A CTE that is used but not defined"),
    Operator(cte_column_renamed, "scope", "cte.column", "tree", "A CTE's column has another name inside"),
    Operator(recursive_missing, "scope", "cte.recursive", "tree", "A recursive CTE without RECURSIVE"),
)
