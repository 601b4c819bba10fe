"""Parentheses, quotes and commas that are missing or one too many."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Layout, layout, some
from factory.mutations.loud.syntax import around
from factory.mutations.query import Query
from factory.records import Database

_OPENERS = frozenset({TokenType.VAR, TokenType.IN, TokenType.EXISTS, TokenType.OVER, TokenType.ALIAS})
_SHORT = 44


def _opening(at: Layout, i: int) -> str:
    """The text around an opening parenthesis, enough to recognise it: `SUM(i.line_total`, `IN (SELECT`."""
    first = i
    if i and (at.kinds[i - 1] in _OPENERS or at.text[at.starts[i - 1] : at.ends[i - 1]].isidentifier()):
        first = i - 2 if at.kinds[i - 1] is TokenType.ALIAS else i - 1
    start, close = at.starts[first], at.partner[i]
    whole = at.text[start : at.ends[close - 1]]
    if len(whole) <= _SHORT and "\n" not in whole:
        return whole
    one = at.text[start : at.ends[i + 1]]
    return one if "\n" not in one else at.text[start : at.ends[i]]


def _closed(at: Layout, i: int, j: int) -> str:
    """A whole pair of parentheses if it is short, else its end."""
    opening = _opening(at, i)
    if opening.endswith(at.text[at.starts[j - 1] : at.ends[j - 1]]) and len(opening) > 1:
        return f"{opening})"
    return f"{around(at, j)[0]})"


def _pairs(at: Layout) -> list[tuple[int, int]]:
    return [(i, at.partner[i]) for i, kind in enumerate(at.kinds) if kind is TokenType.L_PAREN and i in at.partner]


def missing_closing_parenthesis(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """Of several closing parentheses in a row the last one, so that its partner is beyond doubt."""
    at = layout(query)
    sites = [
        (i, j)
        for i, j in _pairs(at)
        if i + 1 < j and not (j + 1 < len(at.kinds) and at.kinds[j + 1] is TokenType.R_PAREN)
    ]
    for i, j in some(rng, sites):
        opening = _opening(at, i)
        own_line = "\n" in query.text[at.ends[j - 1] : at.starts[j]]
        start = at.ends[j - 1] if own_line else at.starts[j]
        diagnosis = rng.choice(
            (
                f"The parenthesis opened in `{opening}` is never closed.",
                f"There is one `(` more than there are `)`: the one in `{opening}` has no partner.",
                f"A closing parenthesis is missing: `{opening}` opens one that nothing closes.",
            )
        )
        repair = rng.choice(
            (
                f"Add the `)` that closes `{opening}`.",
                f"Close the parenthesis of `{opening}`.",
                f"Insert the missing `)` for `{opening}`.",
            )
        )
        yield Mutation("missing_closing_parenthesis", (Edit(start, at.ends[j], ""),), diagnosis, repair)


def extra_closing_parenthesis(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for i, j in some(rng, _pairs(at)):
        closed = _closed(at, i, j)
        outer = any(a < i and j < b for a, b in at.partner.items())
        why = (
            "it closes the surrounding parenthesis too early, so that a later `)` has no partner"
            if outer
            else "it closes nothing"
        )
        diagnosis = rng.choice(
            (
                f"There is one `)` too many after `{closed}`: {why}.",
                f"A second `)` follows `{closed}`: {why}.",
                f"The query has more `)` than `(`. The surplus one follows `{closed}`.",
            )
        )
        repair = rng.choice(
            (
                f"Remove one `)` after `{closed}`.",
                f"Delete the second `)` behind `{closed}`.",
                "Drop the surplus closing parenthesis.",
            )
        )
        yield Mutation("extra_closing_parenthesis", (Edit(at.ends[j], at.ends[j], ")"),), diagnosis, repair)


def missing_opening_parenthesis(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [(i, j) for i, j in _pairs(at) if i and i + 1 < j and at.kinds[i + 1] is not TokenType.SELECT]
    for i, _j in some(rng, sites):
        before = query.text[at.starts[i - 1] : at.ends[i - 1]]
        after = query.text[at.starts[i + 1] : at.ends[i + 1]]
        gap = query.text[at.ends[i - 1] : at.starts[i]]
        edit = Edit(at.starts[i], at.ends[i], "" if gap else " ")
        diagnosis = rng.choice(
            (
                f"The `(` between `{before}` and `{after}` is missing, so the `)` further on closes nothing.",
                f"`{before}` is followed by `{after}` without an opening parenthesis.",
                f"There is no `(` after `{before}`, although a later `)` closes one.",
            )
        )
        repair = rng.choice(
            (
                f"Insert `(` after `{before}`.",
                f"Write `{before}{gap}({after}`.",
                f"Open the parenthesis right before `{after}`.",
            )
        )
        yield Mutation("missing_opening_parenthesis", (edit,), diagnosis, repair)


def open_quote(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [i for i, kind in enumerate(at.kinds) if kind is TokenType.STRING and at.ends[i] - at.starts[i] > 2]
    for i in some(rng, sites):
        start, end = at.starts[i], at.ends[i]
        literal = query.text[start:end]
        if "''" in literal:
            continue
        if rng.random() < 0.7:
            broken, edit, side = literal[:-1], Edit(end - 1, end, ""), "closing"
            where = "at the end"
        else:
            broken, edit, side = literal[1:], Edit(start, start + 1, ""), "opening"
            where = "at the start"
        diagnosis = rng.choice(
            (
                f"The string literal `{broken}` has no {side} quote.",
                f"A single quote is missing {where} of `{broken}`, so the quotes no longer pair up and a "
                "string stays open.",
                f"`{broken}` lacks its {side} quote, which leaves a string open to the end of the query.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{literal}`.",
                f"Add the {side} quote: `{literal}`.",
                f"Put the missing quote {where} of `{broken}`.",
            )
        )
        yield Mutation("open_quote", (edit,), diagnosis, repair)


def unescaped_quote(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for i, kind in enumerate(at.kinds):
        if kind is TokenType.STRING:
            literal = query.text[at.starts[i] : at.ends[i]]
            if literal[1:-1].count("''") == 1 and literal[1:-1].count("'") == 2:
                sites.append((at.starts[i], literal))
    for start, literal in some(rng, sites):
        offset = literal.index("''", 1)
        backslash = rng.random() < 0.4
        broken = literal[:offset] + ("\\'" if backslash else "'") + literal[offset + 2 :]
        why = (
            "a backslash escapes nothing in standard SQL strings"
            if backslash
            else "an apostrophe within a string ends it"
        )
        diagnosis = rng.choice(
            (
                f"In `{broken}`, {why}, so the string is over before it should be.",
                f"The apostrophe in `{broken}` isn't escaped: {why}.",
                f"The literal `{broken}` stops at its inner apostrophe, because {why}; the rest is not SQL.",
            )
        )
        repair = rng.choice(
            (
                f"Double the apostrophe: `{literal}`.",
                f"Escape the apostrophe by writing it twice, as in `{literal}`.",
                f"Write the value as `{literal}`.",
            )
        )
        edit = Edit(start + offset, start + offset + 2, "\\'" if backslash else "'")
        yield Mutation("unescaped_quote", (edit,), diagnosis, repair)


OPERATORS: tuple[Operator, ...] = (
    Operator(missing_closing_parenthesis, "syntax", "parenthesis.unclosed", "text", "A parenthesis is never closed"),
    Operator(extra_closing_parenthesis, "syntax", "parenthesis.surplus", "text", "One closing parenthesis too many"),
    Operator(
        missing_opening_parenthesis, "syntax", "parenthesis.unopened", "text", "The opening parenthesis is missing"
    ),
    Operator(open_quote, "syntax", "quote.unclosed", "text", "A string literal lacks one of its quotes"),
    Operator(unescaped_quote, "syntax", "quote.unescaped", "text", "An apostrophe within a string isn't doubled"),
)
