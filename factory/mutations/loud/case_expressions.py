"""CASE with a word missing or a comma too many."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import layout, some
from factory.mutations.loud.syntax import around
from factory.mutations.query import Query
from factory.records import Database


def case_without_end(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for i in some(rng, [i for i, kind in enumerate(at.kinds) if kind is TokenType.END]):
        end, before = query.text[at.starts[i] : at.ends[i]], around(at, i)[0]
        case = at.keyword("CASE")
        diagnosis = rng.choice(
            (
                f"The `{case}` expression is never closed with `{end}`.",
                f"After `{before}` the `{end}` of the `{case}` expression is missing.",
                f"`{case}` needs a closing `{end}`; here the expression is still open after `{before}`.",
            )
        )
        repair = rng.choice(
            (
                f"Add `{end}` after `{before}`.",
                f"Close the `{case}` expression with `{end}`.",
                f"Insert the missing `{end}` behind `{before}`.",
            )
        )
        yield Mutation("case_without_end", (Edit(at.ends[i - 1], at.ends[i], ""),), diagnosis, repair)


def when_without_then(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for i in some(rng, [i for i, kind in enumerate(at.kinds) if kind is TokenType.THEN]):
        then, (before, after) = query.text[at.starts[i] : at.ends[i]], around(at, i)
        when = at.keyword("WHEN")
        wrong = rng.choice(("", "", ":", ","))
        seen = f"a `{wrong}` takes its place" if wrong else f"`{after}` follows the condition directly"
        diagnosis = rng.choice(
            (
                f"A `{when}` branch has no `{then}`: {seen}.",
                f"The `{then}` between `{before}` and `{after}` is missing.",
                f"`{when}` must be followed by a condition, `{then}` and a result, but there is no "
                f"`{then}` before `{after}`.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{then} {after}`.",
                f"Replace the `{wrong}` by `{then}`." if wrong else f"Insert `{then}` before `{after}`.",
                f"Put `{then}` between the condition and `{after}`.",
            )
        )
        start = at.ends[i - 1] if wrong else at.starts[i]
        end = at.ends[i] if wrong else at.starts[i + 1]
        yield Mutation("when_without_then", (Edit(start, end, wrong),), diagnosis, repair)


def comma_in_case(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [
        i
        for i, kind in enumerate(at.kinds)
        if kind in (TokenType.WHEN, TokenType.ELSE) and at.kinds[i - 1] is not TokenType.CASE
    ]
    for i in some(rng, sites):
        word, before = query.text[at.starts[i] : at.ends[i]], around(at, i)[0]
        case = at.keyword("CASE")
        diagnosis = rng.choice(
            (
                f"The branches of `{case}` aren't separated by commas, but one stands before `{word}`.",
                f"There is a comma after `{before}` inside the `{case}` expression.",
                f"The parser stops at the comma behind `{before}`: the branches of a `{case}` just follow each other.",
            )
        )
        repair = rng.choice(
            (
                f"Remove the comma after `{before}`.",
                f"Delete the comma before `{word}`.",
                f"Drop the comma between the branches, before `{word}`.",
            )
        )
        edit = Edit(at.ends[i - 1], at.ends[i - 1], ",")
        yield Mutation("comma_in_case", (edit,), diagnosis, repair)


def if_without_parentheses(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`IF x THEN y ELSE z END`: the statement of a programming language where an expression is due."""
    at = layout(query)
    sites = []
    for i, kind in enumerate(at.kinds):
        if kind is TokenType.CASE and at.kinds[i + 1] is TokenType.WHEN:
            branches = 0
            for j in range(i + 1, len(at.kinds)):
                if at.depth[j] == at.depth[i]:
                    break
                branches += at.kinds[j] is TokenType.WHEN
            if branches == 1:
                sites.append(i)
    for i in some(rng, sites):
        wrong, right = at.keyword("IF"), query.text[at.starts[i] : at.ends[i + 1]]
        right = " ".join(right.split())
        diagnosis = rng.choice(
            (
                f"`{wrong} …` with `{at.keyword('THEN')}` isn't an expression of SQL; conditional values "
                f"take `{right}`.",
                f"The expression starts with `{wrong}`, as in a programming language, but SQL's form is `{right}`.",
                f"`{wrong}` is a function in DuckDB and can't open a `{at.keyword('THEN … END')}` "
                f"expression; that is the job of `{right}`.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{right}` instead of `{wrong}`.",
                f"Start the expression with `{right}`.",
                f"Use `{right}`.",
            )
        )
        edit = Edit(at.starts[i], at.ends[i + 1], wrong)
        yield Mutation("if_without_parentheses", (edit,), diagnosis, repair)


OPERATORS: tuple[Operator, ...] = (
    Operator(case_without_end, "syntax", "case.unclosed", "text", "CASE without END"),
    Operator(when_without_then, "syntax", "case.then", "text", "WHEN without THEN"),
    Operator(comma_in_case, "syntax", "case.comma", "text", "A comma between CASE branches"),
    Operator(if_without_parentheses, "syntax", "case.if", "text", "IF … THEN … END"),
)
