"""LIMIT as other engines write it, or with a value that is no row count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator, Propose
from factory.mutations.layout.sites import Block, Clause, Layout, layout, some
from factory.mutations.loud.syntax import connectives
from factory.mutations.query import Query
from factory.records import Database

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _limits(at: Layout) -> list[tuple[Block, Clause, str]]:
    """(block, LIMIT clause, its number), for plain numbers and blocks that are no part of a UNION."""
    found = []
    for block in at.blocks:
        clause = block.clauses.get("limit")
        if clause and not block.in_set and (number := at.text[clause.start : clause.end]).isdigit():
            found.append((block, clause, number))
    return found


def _without(at: Layout, clause: Clause) -> Edit:
    """Takes a clause out together with the white space before it."""
    return Edit(at.ends[at.index(clause.keyword) - 1], clause.end, "")


def top(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    word, limit, select = at.keyword("TOP"), at.keyword("LIMIT"), at.keyword("SELECT")
    for block, clause, number in some(rng, _limits(at)):
        body = block.clauses["select"].start
        form = rng.choice((f"{word} {number}", f"{word} {number}", f"{word} ({number})"))
        diagnosis = rng.choice(
            (
                f"`{form}` is how SQL Server limits the rows; DuckDB has `{limit}` at the end of the query.",
                f"DuckDB doesn't know `{select} {form}`.",
                f"`{word}` after `{select}` is not a keyword in DuckDB, which limits rows with `{limit}`.",
            )
        )
        repair = rng.choice(
            (
                f"Remove `{form}` and end the query with `{limit} {number}`.",
                f"Use `{limit} {number}` at the end instead.",
                f"Replace `{form}` by `{limit} {number}` after the last clause.",
            )
        )
        edits = (Edit(body, body, f"{form} "), _without(at, clause))
        yield Mutation("top", edits, diagnosis, repair)


def limit_pair(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for _block, clause, number in some(rng, _limits(at)):
        limit = query.text[clause.keyword : at.ends[at.index(clause.keyword)]]
        diagnosis = rng.choice(
            (
                f"`{limit} 0, {number}` is MySQL's form with an offset; DuckDB's `{limit}` takes a single number.",
                f"Two numbers after `{limit}` are not accepted in DuckDB, where an offset has a keyword of its own.",
                f"The comma in `{limit} 0, {number}` is the problem: that is how MySQL and SQLite write an offset.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{limit} {number}`.",
                f"Drop the offset of zero: `{limit} {number}`.",
                f"Use `{limit} {number}`, since no rows are to be skipped.",
            )
        )
        yield Mutation("limit_pair", (Edit(clause.start, clause.start, "0, "),), diagnosis, repair)


def fetch_first(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """FETCH FIRST in a form that DuckDB doesn't have; FETCH FIRST n ROWS ONLY itself runs."""
    at = layout(query)
    for _block, clause, number in some(rng, _limits(at)):
        forms = (
            f"FETCH FIRST {number} ROWS",
            f"FETCH FIRST {number} ROWS WITH TIES",
            f"FETCH {number} ROWS ONLY",
            f"FETCH FIRST {number} ONLY",
        )
        wrong = at.keyword(rng.choice(forms))
        limit = query.text[clause.keyword : clause.end]
        diagnosis = rng.choice(
            (
                f"`{wrong}` is not a form of `{at.keyword('FETCH')}` that DuckDB knows.",
                f"The parser doesn't accept `{wrong}`; to limit the rows DuckDB has `{limit}`.",
                f"`{wrong}` isn't valid in DuckDB, which knows "
                f"`{at.keyword(f'FETCH FIRST {number} ROWS ONLY')}` and, shorter, `{limit}`.",
            )
        )
        repair = rng.choice((f"Use `{limit}`.", f"Write `{limit}` instead.", f"Replace the whole clause by `{limit}`."))
        yield Mutation("fetch_first", (Edit(clause.keyword, clause.end, wrong),), diagnosis, repair)


def rownum(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for block, clause, number in _limits(at):
        where = block.clauses.get("where")
        mixed = where is not None and bool(connectives(at, where.start, where.end, TokenType.OR))
        if not mixed and "from" in block.clauses and "group" not in block.clauses:
            sites.append((block, clause, number))
    for block, clause, number in some(rng, sites):
        test = f"{at.keyword('ROWNUM')} <= {number}"
        limit = f"{at.keyword('LIMIT')} {number}"
        where, source = block.clauses.get("where"), block.clauses["from"]
        gap = query.text[at.ends[at.index(clause.keyword) - 1] : clause.keyword]
        if where is not None:
            insert = Edit(where.end, where.end, f" {at.keyword('AND')} {test}")
        else:
            insert = Edit(source.end, source.end, f"{gap}{at.keyword('WHERE')} {test}")
        cut = _without(at, clause)
        # With neither ORDER BY nor anything else in between, both edits meet at one point.
        edits = (Edit(cut.start, cut.end, insert.text),) if insert.start == cut.start else (insert, cut)
        word = at.keyword("ROWNUM")
        diagnosis = rng.choice(
            (
                f"`{word}` is a pseudo-column of Oracle; in DuckDB no table has such a column.",
                f"DuckDB looks for a column `{word}` and finds none: numbering rows that way is Oracle's habit.",
                f"`{test}` limits the rows in Oracle only. To DuckDB `{word}` is an unknown column.",
            )
        )
        repair = rng.choice(
            (
                f"Drop the condition and use `{limit}`.",
                f"Replace the condition on `{word}` by `{limit}` at the end.",
                f"Use `{limit}` instead of `{test}`.",
            )
        )
        yield Mutation("rownum", edits, diagnosis, repair)


def _bad_number(
    name: str, wrong_for: Callable[[str, Random], str], reasons: tuple[str, ...], fixes: tuple[str, ...]
) -> Propose:
    def propose(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
        at = layout(query)
        for _block, clause, number in some(rng, _limits(at)):
            limit = query.text[clause.keyword : at.ends[at.index(clause.keyword)]]
            wrong = wrong_for(number, rng)
            words = {"limit": limit, "wrong": wrong, "number": number}
            diagnosis, repair = rng.choice(reasons).format(**words), rng.choice(fixes).format(**words)
            yield Mutation(name, (Edit(clause.start, clause.end, wrong),), diagnosis, repair)

    propose.__name__ = name
    return propose


def _spelled(number: str, rng: Random) -> str:
    value = int(number)
    word = _NUMBERS[value] if value < len(_NUMBERS) else number
    return rng.choice((f"'{word}'", f"'{number} rows'", f"'top {number}'") if word != number else (f"'{number} rows'",))


negative_limit = _bad_number(
    "negative_limit",
    lambda number, rng: rng.choice((f"-{number}", "-1")),
    (
        "`{limit} {wrong}` asks for a negative number of rows, which DuckDB rejects.",
        "A row count can't be negative, but `{limit}` is set to `{wrong}`.",
        "`{limit}` takes zero or more rows; `{wrong}` is neither a count nor a way to say no limit.",
    ),
    (
        "Write `{limit} {number}`.",
        "Set the limit to `{number}`.",
        "Replace `{wrong}` by `{number}`.",
    ),
)
text_limit = _bad_number(
    "text_limit",
    _spelled,
    (
        "`{limit}` needs a number, and `{wrong}` can't be converted to one.",
        "The row count is given as the string `{wrong}`, which is not a number.",
        "`{wrong}` after `{limit}` is text; DuckDB tries to read it as an integer and fails.",
    ),
    (
        "Write `{limit} {number}`.",
        "Use the number `{number}` without quotes.",
        "Replace `{wrong}` by `{number}`.",
    ),
)


OPERATORS: tuple[Operator, ...] = (
    Operator(top, "dialect", "limit.other_engine", "text", "SELECT TOP n (SQL Server)"),
    Operator(limit_pair, "dialect", "limit.other_engine", "text", "LIMIT offset, count (MySQL)"),
    Operator(fetch_first, "dialect", "limit.other_engine", "text", "An incomplete FETCH FIRST"),
    Operator(rownum, "dialect", "limit.other_engine", "text", "ROWNUM <= n (Oracle)"),
    Operator(negative_limit, "value", "limit.value", "text", "A negative LIMIT"),
    Operator(text_limit, "value", "limit.value", "text", "LIMIT with a string"),
)
