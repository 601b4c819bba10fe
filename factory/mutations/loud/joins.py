"""Joins that lack a keyword or their condition."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Layout, layout, some
from factory.mutations.query import Query
from factory.records import Database

_SIDES = frozenset({TokenType.LEFT, TokenType.RIGHT, TokenType.FULL, TokenType.INNER, TokenType.OUTER, TokenType.CROSS})
_ENDS = frozenset(
    {
        TokenType.JOIN,
        TokenType.WHERE,
        TokenType.GROUP_BY,
        TokenType.HAVING,
        TokenType.QUALIFY,
        TokenType.ORDER_BY,
        TokenType.LIMIT,
        TokenType.UNION,
        TokenType.EXCEPT,
        TokenType.INTERSECT,
        TokenType.SEMICOLON,
        TokenType.COMMA,
    }
)


class Join(NamedTuple):
    """Token indices: the first word (LEFT or JOIN), JOIN, ON or USING, and the end of the condition."""

    first: int
    join: int
    on: int
    end: int
    table: str


def joins(at: Layout) -> list[Join]:
    found = []
    for i, kind in enumerate(at.kinds):
        if kind is not TokenType.JOIN:
            continue
        first = i
        while at.kinds[first - 1] in _SIDES:
            first -= 1
        on = end = 0
        for j in range(i + 1, len(at.kinds) + 1):
            inside = j < len(at.kinds) and at.depth[j] >= at.depth[i] and at.kinds[j] is not TokenType.R_PAREN
            if j < len(at.kinds) and at.depth[j] == at.depth[i] and at.kinds[j] is TokenType.R_PAREN:
                inside = at.partner[j] > i
            if not inside or (at.depth[j] == at.depth[i] and at.kinds[j] in (_ENDS | _SIDES)):
                end = j
                break
            if not on and at.depth[j] == at.depth[i] and at.kinds[j] in (TokenType.ON, TokenType.USING):
                on = j
        if on and at.kinds[i + 1] is TokenType.VAR:
            found.append(Join(first, i, on, end, at.text[at.starts[i + 1] : at.ends[i + 1]]))
    return found


def join_without_condition(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for found in some(rng, joins(at)):
        on = at.keyword("ON")
        right = " ".join(query.text[at.starts[found.on] : at.ends[found.end - 1]].split())
        diagnosis = rng.choice(
            (
                f"The join with `{found.table}` has no `{on}` condition.",
                f"`{at.keyword('JOIN')} {found.table}` doesn't say how its rows are matched: `{on}` is missing.",
                f"A join needs `{on}` or `{at.keyword('USING')}`, but none follows `{found.table}`.",
            )
        )
        repair = rng.choice(
            (
                f"Add `{right}`.",
                f"Give the join with `{found.table}` its condition: `{right}`.",
                f"Insert `{right}` after the joined table.",
            )
        )
        edit = Edit(at.ends[found.on - 1], at.ends[found.end - 1], "")
        yield Mutation("join_without_condition", (edit,), diagnosis, repair)


def missing_on(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for found in some(rng, [j for j in joins(at) if at.kinds[j.on] is TokenType.ON]):
        on, first = query.text[at.starts[found.on] : at.ends[found.on]], found.on + 1
        last = first + 2 if at.kinds[first + 1] is TokenType.DOT else first
        column = query.text[at.starts[first] : at.ends[last]]
        wrong = rng.choice(("", "", at.keyword("WHERE"), at.keyword("WITH")))
        edit = Edit(at.starts[found.on], at.ends[found.on] if wrong else at.starts[first], wrong)
        seen = f"`{wrong}`" if wrong else "no keyword"
        diagnosis = rng.choice(
            (
                f"The join condition that starts with `{column}` is introduced by {seen}; it needs `{on}`.",
                f"Between the table `{found.table}` and its condition stands {seen} instead of `{on}`."
                if wrong
                else f"`{on}` is missing between the joined table `{found.table}` and `{column}`.",
                f"`{at.keyword('JOIN')} {found.table}` must be followed by `{on}`, and there is {seen} "
                f"before `{column}`.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{on} {column}`.",
                f"Replace `{wrong}` by `{on}`." if wrong else f"Insert `{on}` before `{column}`.",
                f"Introduce the join condition with `{on}`.",
            )
        )
        yield Mutation("missing_on", (edit,), diagnosis, repair)


def missing_join(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`LEFT customer` or, for a plain join, two tables side by side; the left one needs an alias for that."""
    at = layout(query)
    sites = [j for j in joins(at) if at.kinds[j.first - 2] not in (TokenType.FROM, TokenType.COMMA)]
    for found in some(rng, sites):
        join = query.text[at.starts[found.join] : at.ends[found.join]]
        before = query.text[at.starts[found.join - 1] : at.ends[found.join - 1]]
        side = found.first < found.join
        diagnosis = rng.choice(
            (
                f"The keyword `{join}` is missing before `{found.table}`.",
                f"`{before}` is followed directly by `{found.table}`, without `{join}`.",
                f"`{before} {found.table}` is no join: `{join}` is missing between the two."
                if side
                else f"Nothing says that `{found.table}` is to be joined: there is no `{join}` in front of it.",
            )
        )
        repair = rng.choice(
            (
                f"Insert `{join}` before `{found.table}`.",
                f"Write `{before} {join} {found.table}`." if side else f"Write `{join} {found.table}`.",
                f"Put `{join}` in front of `{found.table}`.",
            )
        )
        edit = Edit(at.starts[found.join], at.starts[found.join + 1], "")
        yield Mutation("missing_join", (edit,), diagnosis, repair)


def comma_before_join(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for found in some(rng, joins(at)):
        words = query.text[at.starts[found.first] : at.ends[found.join]]
        before = query.text[at.starts[found.first - 1] : at.ends[found.first - 1]]
        diagnosis = rng.choice(
            (
                f"There is a comma between `{before}` and `{words}`; tables are joined by one or the other.",
                f"The comma before `{words}` announces another table, but a join follows.",
                f"`, {words}` mixes the comma and the join syntax.",
            )
        )
        repair = rng.choice(
            (
                f"Remove the comma before `{words}`.",
                f"Delete the comma after `{before}`.",
                f"Write `{words}` without the comma.",
            )
        )
        end = at.ends[found.first - 1]
        yield Mutation("comma_before_join", (Edit(end, end, ","),), diagnosis, repair)


def using_without_parentheses(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """Also for a join by ON over columns of the same name, which many would write with USING."""
    at = layout(query)
    sites: list[tuple[Edit, str, str]] = []
    for found in joins(at):
        using = at.keyword("USING")
        i = found.on + 1
        if at.kinds[found.on] is TokenType.USING:
            column = query.text[at.ends[i] : at.starts[at.partner[i]]]
            edit = Edit(at.starts[i], at.ends[at.partner[i]], column)
            sites.append((edit, column, ""))
        elif found.end == i + 7 and at.kinds[i + 3] is TokenType.EQ and at.tokens[i + 2].text == at.tokens[i + 6].text:
            column = at.tokens[i + 2].text
            whole = query.text[at.starts[found.on] : at.ends[found.end - 1]]
            sites.append((Edit(at.starts[found.on], at.ends[found.end - 1], f"{using} {column}"), column, whole))
    for edit, column, right in some(rng, sites):
        using = at.keyword("USING")
        diagnosis = rng.choice(
            (
                f"`{using}` takes its columns in parentheses, also if it is only `{column}`.",
                f"`{using} {column}` lacks the parentheses round the column list.",
                f"The parser expects `(` after `{using}`, but finds `{column}`.",
            )
        )
        repair = rng.choice(
            (
                f"Spell the join condition out: `{right}`.",
                f"Write the condition as `{right}`.",
                f"Replace `{using} {column}` by `{right}`.",
            )
            if right
            else (
                f"Write `{using} ({column})`.",
                f"Put `{column}` in parentheses.",
                f"Enclose the column list of `{using}` in parentheses.",
            )
        )
        yield Mutation("using_without_parentheses", (edit,), diagnosis, repair)


OPERATORS: tuple[Operator, ...] = (
    Operator(join_without_condition, "structure", "join.condition", "text", "JOIN without ON"),
    Operator(missing_on, "syntax", "join.on", "text", "No ON before the join condition"),
    Operator(missing_join, "syntax", "join.keyword", "text", "LEFT or INNER without JOIN"),
    Operator(comma_before_join, "syntax", "join.comma", "text", "A comma before JOIN"),
    Operator(using_without_parentheses, "syntax", "join.using", "text", "USING without parentheses"),
)
