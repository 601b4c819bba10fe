"""Commas missing, doubled, or left over at the end of a list, where DuckDB doesn't accept that."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Layout, Span, layout, some
from factory.mutations.loud.syntax import around
from factory.mutations.query import Query
from factory.records import Database

_PLAIN = frozenset({TokenType.VAR, TokenType.CASE, TokenType.IDENTIFIER})
_LISTS = {"select": "select list", "group": "`GROUP BY` list", "order": "`ORDER BY` list"}


def _short(text: str) -> str:
    """An item in one line; a long one by its beginning."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:36].rsplit(" ", 1)[0] + " …"


def _gaps(at: Layout) -> Iterator[tuple[str, Span, Span, int]]:
    """(clause, item, next item, token index of the comma between them)."""
    for block in at.blocks:
        for clause in _LISTS:
            if clause in block.clauses:
                items = at.split(block.clauses[clause].body)
                for left, right in pairwise(items):
                    yield clause, left, right, at.index(left.end)


def _becomes_alias(at: Layout, left: Span, right: Span) -> bool:
    """Would `left right` be a column with an alias, or a string pasted to another?"""
    first, last = at.index(right.start), at.index(right.end) - 1
    if at.kinds[first] not in _PLAIN:
        return True
    i, j = at.index(left.start), at.index(left.end) - 1
    aliased = TokenType.ALIAS in at.kinds[max(i, j - 1) : j]
    return first == last and not aliased


def missing_comma(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [
        gap
        for gap in _gaps(at)
        if (gap[0] != "select" and at.kinds[gap[3] + 1] in _PLAIN) or not _becomes_alias(at, gap[1], gap[2])
    ]
    for clause, left, right, comma in some(rng, sites):
        before, after = _short(at.slice(left)), _short(at.slice(right))
        diagnosis = rng.choice(
            (
                f"The {_LISTS[clause]} lacks a comma between `{before}` and `{after}`.",
                f"`{before}` and `{after}` are two items of the {_LISTS[clause]}, but no comma separates them.",
                f"A comma is missing after `{before}`, so the parser can't tell where `{after}` begins.",
            )
        )
        repair = rng.choice(
            (
                f"Put a comma after `{before}`.",
                f"Separate `{before}` and `{after}` by a comma.",
                f"Insert the missing comma before `{after}`.",
            )
        )
        yield Mutation("missing_comma", (Edit(at.starts[comma], at.ends[comma], ""),), diagnosis, repair)


def double_comma(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for i in some(rng, [i for i, kind in enumerate(at.kinds) if kind is TokenType.COMMA]):
        before, after = around(at, i)
        if before == ")":
            where = f"before `{after}`"
        elif after in ("(", "'"):
            where = f"after `{before}`"
        else:
            where = f"between `{before}` and `{after}`"
        diagnosis = rng.choice(
            (
                f"There are two commas in a row {where}, with nothing between them.",
                f"The comma {where} is doubled, which leaves an empty item in the list.",
                f"`,,` {where} makes an empty list item, and that is a syntax error.",
            )
        )
        repair = rng.choice(
            (
                f"Remove one of the two commas {where}.",
                "Keep a single comma.",
                f"Delete the second comma {where}.",
            )
        )
        yield Mutation("double_comma", (Edit(at.ends[i], at.ends[i], ","),), diagnosis, repair)


def trailing_comma(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """After ORDER BY and after the last CTE; after SELECT and GROUP BY a trailing comma is legal."""
    at = layout(query)
    sites: list[tuple[int, str]] = []
    for block in at.blocks:
        if "order" in block.clauses:
            sites.append((block.clauses["order"].end, f"the last `{at.keyword('ORDER BY')}` column"))
    ctes = [block for block in at.blocks if block.kind == "cte" and block.name.isidentifier()]
    if ctes:
        close = at.index(ctes[-1].end)
        if at.kinds[close] is TokenType.R_PAREN and at.kinds[close + 1] is TokenType.SELECT:
            sites.append((at.ends[close], f"the last CTE (`{ctes[-1].name}`)"))
    for end, what in some(rng, sites):
        last = at.index(end) - 1
        before = query.text[at.starts[last] : at.ends[last]]
        seen = what if before == ")" else f"`{before}`"
        diagnosis = rng.choice(
            (
                f"There is a comma after {what}, but no further item follows.",
                f"The comma behind {seen} announces another item, and the list ends there.",
                f"{seen[0].upper()}{seen[1:]} ends its list, yet a comma follows; DuckDB doesn't accept it here.",
            )
        )
        repair = rng.choice(
            (
                f"Remove the comma after {seen}.",
                "Delete the trailing comma.",
                f"Drop the comma that follows {seen}.",
            )
        )
        yield Mutation("trailing_comma", (Edit(end, end, ","),), diagnosis, repair)


OPERATORS: tuple[Operator, ...] = (
    Operator(missing_comma, "syntax", "comma.missing", "text", "Two list items without a comma"),
    Operator(double_comma, "syntax", "comma.doubled", "text", "Two commas in a row"),
    Operator(trailing_comma, "syntax", "comma.trailing", "text", "A comma after the last item of a list"),
)
