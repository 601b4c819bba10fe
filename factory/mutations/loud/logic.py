"""AND, OR, NOT, IS NULL and BETWEEN in forms that DuckDB doesn't read."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Layout, layout, some
from factory.mutations.loud.syntax import connectives
from factory.mutations.query import Query
from factory.records import Database

_COMPARISONS = (TokenType.GTE, TokenType.LTE, TokenType.NEQ)
_COMPARED = (*_COMPARISONS, TokenType.GT, TokenType.LT, TokenType.EQ)
_BOUNDARIES = (
    TokenType.AND,
    TokenType.OR,
    TokenType.WHERE,
    TokenType.HAVING,
    TokenType.R_PAREN,
    TokenType.ORDER_BY,
)
_FRAMES = (TokenType.ROWS, TokenType.RANGE)


def _compares(at: Layout, i: int, step: int) -> bool:
    """Does the condition on one side of a connective hold a comparison, so that `||` can't swallow it?"""
    while 0 <= (i := i + step) < len(at.kinds) and at.kinds[i] not in _BOUNDARIES:
        if at.kinds[i] in _COMPARED:
            return True
    return False


def c_connectives(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """All AND and OR of one filter as `&&` and `||`: whoever writes one of them writes them all so."""
    at = layout(query)
    sites = []
    for block in at.blocks:
        for name in ("where", "having"):
            if name in block.clauses:
                body = block.clauses[name].body
                ors = connectives(at, *body, TokenType.OR)
                if all(_compares(at, i, step) for i in ors for step in (-1, 1)):
                    sites.append((connectives(at, *body), ors))
    for ands, ors in some(rng, [site for site in sites if site[0] or site[1]]):
        edits = tuple(Edit(at.starts[i], at.ends[i], "||" if i in ors else "&&") for i in sorted(ands + ors))
        pairs = [("`&&`", at.keyword("AND"))] * bool(ands) + [("`||`", at.keyword("OR"))] * bool(ors)
        wrong = " and ".join(sign for sign, _ in pairs)
        right = " and ".join(f"`{word}`" for _, word in pairs)
        meaning = {"`&&`": "tests whether two lists overlap", "`||`": "concatenates strings"}
        does = "; ".join(f"{sign} {meaning[sign]}" for sign, _ in pairs)
        diagnosis = rng.choice(
            (
                f"Conditions are joined by {right} in SQL, not by {wrong}.",
                f"The conditions are connected with {wrong}, as in C or JavaScript; SQL uses {right}.",
                f"In DuckDB {does}, which is not how conditions are connected.",
            )
        )
        repair = rng.choice(
            (
                f"Write {right} instead of {wrong}.",
                f"Connect the conditions with {right}.",
                f"Replace {wrong} by {right}{' respectively' if len(pairs) > 1 else ''}.",
            )
        )
        yield Mutation("c_connectives", edits, diagnosis, repair)


def bang_not(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [
        i
        for i, kind in enumerate(at.kinds[:-1])
        if kind is TokenType.NOT
        and at.kinds[i + 1] in (TokenType.VAR, TokenType.EXISTS, TokenType.L_PAREN)
        and at.kinds[i - 1] in (TokenType.WHERE, TokenType.AND, TokenType.OR, TokenType.L_PAREN)
    ]
    for i in some(rng, sites):
        word = query.text[at.starts[i] : at.ends[i]]
        following = query.text[at.starts[i + 1] : at.ends[i + 1]]
        diagnosis = rng.choice(
            (
                f"`!` doesn't negate a condition in DuckDB; `{word}` does.",
                f"The `!` in front of `{following}` is not SQL's negation, which is the keyword `{word}`.",
                f"DuckDB has no prefix operator `!`, so `!{following}` fails.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{word} {following}` instead of `!{following}`.",
                f"Negate with `{word}`.",
                f"Replace `!` by `{word}`.",
            )
        )
        yield Mutation("bang_not", (Edit(at.starts[i], at.starts[i + 1], "!"),), diagnosis, repair)


def null_test_order(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites: list[tuple[int, int, tuple[str, ...]]] = []
    for i in range(len(at.kinds) - 2):
        if at.kinds[i] is TokenType.IS and at.kinds[i + 1] is TokenType.NOT and at.kinds[i + 2] is TokenType.NULL:
            sites.append((i, i + 2, ("NOT IS NULL", "IS NULL NOT", "ISNOT NULL", "NOT IS NULL")))
        elif at.kinds[i] is TokenType.IS and at.kinds[i + 1] is TokenType.NULL:
            sites.append((i, i + 1, ("IS EMPTY", "HAS NULL", "= IS NULL")))
    for first, last, forms in some(rng, sites):
        start, end = at.starts[first], at.ends[last]
        right, wrong = query.text[start:end], at.keyword(rng.choice(forms))
        diagnosis = rng.choice(
            (
                f"`{wrong}` is not how SQL tests for a missing value; the predicate is `{right}`.",
                f"SQL has no predicate `{wrong}`: the words go `{right}`.",
                f"The test for NULL is written `{wrong}`, which the parser doesn't accept; it knows `{right}`.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{right}` instead of `{wrong}`.",
                f"Use `{right}`.",
                f"Replace `{wrong}` by `{right}`.",
            )
        )
        yield Mutation("null_test_order", (Edit(start, end, wrong),), diagnosis, repair)


def between_bounds(at: Layout) -> list[tuple[int, int]]:
    """(BETWEEN, its AND) as token indices, without those of window frames."""
    found = []
    for i, kind in enumerate(at.kinds):
        if kind is TokenType.BETWEEN and at.kinds[i - 1] not in _FRAMES:
            for j in range(i + 1, len(at.kinds)):
                if at.kinds[j] is TokenType.AND and at.depth[j] == at.depth[i]:
                    found.append((i, j))
                    break
    return found


def between_separator(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for i, j in some(rng, between_bounds(at)):
        between, word = (query.text[at.starts[k] : at.ends[k]] for k in (i, j))
        high = query.text[at.starts[j + 1] : at.ends[j + 1]]
        to = at.keyword("TO")
        wrong = rng.choice((",", to, to))
        start = at.ends[j - 1] if wrong == "," else at.starts[j]
        shown = "a comma" if wrong == "," else f"`{wrong}`"
        diagnosis = rng.choice(
            (
                f"The bounds of `{between}` are separated by {shown}; SQL wants `{word}` between them.",
                f"`{between}` takes its two bounds as `{between} low {word} high`, not with {shown}.",
                f"After the lower bound of `{between}` the parser expects `{word}`, but finds {shown}.",
            )
        )
        repair = rng.choice(
            (
                f"Put `{word}` between the two bounds.",
                f"Replace {'the comma' if wrong == ',' else shown} by `{word}`.",
                f"Write `{word} {high}` for the upper bound."
                if at.kinds[j + 1] is TokenType.NUMBER
                else f"Join the bounds with `{word}`.",
            )
        )
        yield Mutation("between_separator", (Edit(start, at.ends[j], wrong),), diagnosis, repair)


OPERATORS: tuple[Operator, ...] = (
    Operator(c_connectives, "syntax", "connective.unknown", "text", "`&&` and `||` for AND and OR"),
    Operator(bang_not, "syntax", "operator.unknown", "text", "`!` for NOT"),
    Operator(null_test_order, "syntax", "predicate.null", "text", "NOT IS NULL, ISNOT NULL …"),
    Operator(between_separator, "syntax", "predicate.between", "text", "BETWEEN without its AND"),
)
