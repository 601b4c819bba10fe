"""Comparison operators that SQL doesn't have, or comparisons that lack a side."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import layout, some
from factory.mutations.loud.logic import between_bounds
from factory.mutations.query import Query
from factory.records import Database

_REVERSED = {">=": "=>", "<=": "=<", "<>": "><"}
_UNICODE = {">=": "≥", "<=": "≤", "<>": "≠", "!=": "≠"}
_COMPARISONS = (TokenType.GTE, TokenType.LTE, TokenType.NEQ)
_COMPARED = (*_COMPARISONS, TokenType.GT, TokenType.LT, TokenType.EQ)


def reversed_comparison(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [
        (i, word)
        for i, kind in enumerate(at.kinds)
        if kind in _COMPARISONS and (word := query.text[at.starts[i] : at.ends[i]]) in _REVERSED
    ]
    for i, word in some(rng, sites):
        wrong = _REVERSED[word]
        diagnosis = rng.choice(
            (
                f"`{wrong}` is not a comparison operator; its two characters are in the wrong order.",
                f"SQL writes the comparison as `{word}`, not as `{wrong}`.",
                f"The engine has no comparison `{wrong}`. With the characters turned round it is `{word}`.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{word}` instead of `{wrong}`.",
                f"Turn `{wrong}` round to `{word}`.",
                f"Use the operator `{word}`.",
            )
        )
        edit = Edit(at.starts[i], at.ends[i], wrong)
        yield Mutation("reversed_comparison", (edit,), diagnosis, repair)


def unicode_comparison(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for i in some(rng, [i for i, kind in enumerate(at.kinds) if kind in _COMPARISONS]):
        word = query.text[at.starts[i] : at.ends[i]]
        sign = _UNICODE[word]
        diagnosis = rng.choice(
            (
                f"`{sign}` is a mathematical sign, not a SQL operator; SQL spells it `{word}`.",
                f"The parser doesn't know the character `{sign}`.",
                f"Comparison operators are written in ASCII: `{word}`, not `{sign}`.",
            )
        )
        repair = rng.choice(
            (f"Replace `{sign}` by `{word}`.", f"Write `{word}` instead of `{sign}`.", f"Use `{word}`.")
        )
        yield Mutation("unicode_comparison", (Edit(at.starts[i], at.ends[i], sign),), diagnosis, repair)


def split_comparison(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [i for i, kind in enumerate(at.kinds) if kind in _COMPARISONS and query.text[at.starts[i]] != "!"]
    for i in some(rng, sites):
        word = query.text[at.starts[i] : at.ends[i]]
        wrong = f"{word[0]} {word[1]}"
        diagnosis = rng.choice(
            (
                f"The space in `{wrong}` splits one operator into two, and the second has nothing to compare.",
                f"`{wrong}` is read as two operators in a row; `{word}` must be written without a space.",
                f"There is a space inside the operator `{word}`, so the parser stops at `{word[1]}`.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{word}` without the space.",
                f"Remove the space from `{wrong}`.",
                f"Write `{wrong}` as `{word}`.",
            )
        )
        edit = Edit(at.starts[i] + 1, at.starts[i] + 1, " ")
        yield Mutation("split_comparison", (edit,), diagnosis, repair)


def is_with_value(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [
        i
        for i, kind in enumerate(at.kinds[:-1])
        if kind in (TokenType.EQ, TokenType.NEQ) and at.kinds[i + 1] in (TokenType.STRING, TokenType.NUMBER)
    ]
    for i in some(rng, sites):
        sign = query.text[at.starts[i] : at.ends[i]]
        wrong = at.keyword("IS" if at.kinds[i] is TokenType.EQ else "IS NOT")
        value = query.text[at.starts[i + 1] : at.ends[i + 1]]
        bare = at.keyword("IS")
        diagnosis = rng.choice(
            (
                f"`{bare}` only goes with `NULL`, `TRUE`, `FALSE` and the like; comparing with `{value}` "
                f"takes `{sign}`.",
                f"`{wrong} {value}` is no valid test: `{bare}` doesn't compare with a value.",
                f"A value such as `{value}` can't follow `{wrong}`; the comparison operator is `{sign}`.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{sign} {value}` instead of `{wrong} {value}`.",
                f"Compare with `{sign}`.",
                f"Replace `{wrong}` by `{sign}` in front of `{value}`.",
            )
        )
        edit = Edit(at.starts[i], at.ends[i], wrong)
        yield Mutation("is_with_value", (edit,), diagnosis, repair)


def chained_comparison(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`low <= x <= high` for BETWEEN, where the tested value is one column and the bounds are literals."""
    at = layout(query)
    sites = []
    for i, j in between_bounds(at):
        first = i - 3 if at.kinds[i - 2] is TokenType.DOT else i - 1
        literals = (TokenType.NUMBER, TokenType.STRING)
        if at.kinds[i - 1] is TokenType.VAR and at.kinds[j - 1] in literals:
            last = j + 1 if at.kinds[j + 1] in literals else j + 2
            if last < len(at.kinds) and at.kinds[last] in literals:
                sites.append((first, i, j, last))
    for first, i, j, last in some(rng, sites):
        column = query.text[at.starts[first] : at.ends[i - 1]]
        low = query.text[at.starts[i + 1] : at.ends[j - 1]]
        high = query.text[at.starts[j + 1] : at.ends[last]]
        right = query.text[at.starts[first] : at.ends[last]]
        wrong = f"{low} <= {column} <= {high}"
        diagnosis = rng.choice(
            (
                f"`{wrong}` chains two comparisons, which SQL doesn't allow.",
                f"A comparison can't be chained in SQL: the second `<=` in `{wrong}` is a syntax error.",
                f"`{wrong}` is mathematical notation; SQL needs two conditions or `{at.keyword('BETWEEN')}`.",
            )
        )
        repair = rng.choice(
            (f"Write `{right}`.", f"Use `{right}` instead.", f"Replace the chained comparison by `{right}`.")
        )
        edit = Edit(at.starts[first], at.ends[last], wrong)
        yield Mutation("chained_comparison", (edit,), diagnosis, repair)


def half_condition(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`x >= 1 AND < 5`: the second comparison of the same column lacks the column."""
    at = layout(query)
    sites = []
    for i, kind in enumerate(at.kinds):
        if kind not in (TokenType.AND, TokenType.OR):
            continue
        sign = i + 4 if at.kinds[i + 2 : i + 3] == [TokenType.DOT] else i + 2
        if sign >= len(at.kinds) or at.kinds[sign] not in (*_COMPARED, TokenType.LIKE):
            continue
        column = query.text[at.starts[i + 1] : at.ends[sign - 1]]
        before = query.text[max(at.starts[i] - 90, 0) : at.starts[i]]
        if before.rfind(f" {column} ") > before.rfind(f" {at.keyword('AND')} "):
            sites.append((i, sign, column))
    for i, first, column in some(rng, sites):
        word, compared = query.text[at.starts[i] : at.ends[i]], query.text[at.starts[first] : at.ends[first]]
        diagnosis = rng.choice(
            (
                f"The comparison `{compared}` after `{word}` has no left side.",
                f"`{word} {compared}` isn't valid: each comparison must name what it compares.",
                f"Nothing stands between `{word}` and `{compared}`, so the second comparison has no left operand.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{word} {column} {compared}`.",
                f"Repeat `{column}` after `{word}`.",
                f"Name the column again: `{column} {compared}`.",
            )
        )
        edit = Edit(at.starts[i + 1], at.starts[first], "")
        yield Mutation("half_condition", (edit,), diagnosis, repair)


OPERATORS: tuple[Operator, ...] = (
    Operator(reversed_comparison, "syntax", "operator.unknown", "text", "`=>`, `=<` or `><`"),
    Operator(unicode_comparison, "syntax", "operator.unknown", "text", "`≥`, `≤` or `≠`"),
    Operator(split_comparison, "syntax", "operator.split", "text", "A space within `>=`"),
    Operator(is_with_value, "syntax", "predicate.is", "text", "IS in front of a value"),
    Operator(chained_comparison, "syntax", "predicate.chained", "text", "`1 <= x <= 5`"),
    Operator(half_condition, "syntax", "predicate.half", "text", "`x >= 1 AND < 5`"),
)
