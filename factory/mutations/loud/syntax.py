"""Keywords that are left out, doubled, left over, or replaced by a comma."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Layout, layout, some
from factory.mutations.query import Query
from factory.records import Database

_BY = (TokenType.GROUP_BY, TokenType.ORDER_BY, TokenType.PARTITION_BY)
_CONDITIONS = ("where", "having")


def connectives(at: Layout, start: int, end: int, kind: TokenType = TokenType.AND) -> list[int]:
    """Token indices of AND (or OR) at the depth of a range, without the AND that belongs to a BETWEEN."""
    first, last = at.index(start), at.index(end)
    found, between = [], False
    for i in range(first, last):
        if at.depth[i] != at.depth[first]:
            continue
        if at.kinds[i] is TokenType.BETWEEN:
            between = True
        elif between and at.kinds[i] is TokenType.AND:
            between = False
        elif at.kinds[i] is kind:
            found.append(i)
    return found


def _condition_ands(at: Layout) -> list[int]:
    bodies = [b.clauses[name].body for b in at.blocks for name in _CONDITIONS if name in b.clauses]
    return [i for body in bodies for i in connectives(at, *body)]


def missing_by(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for i in some(rng, [i for i, kind in enumerate(at.kinds) if kind in _BY]):
        word = query.text[at.starts[i] : at.ends[i]].split()[0]
        whole = at.keyword(f"{word.upper()} BY")
        following = around(at, i)[1]
        diagnosis = rng.choice(
            (
                f"`{word}` is followed directly by `{following}`; the keyword is `{whole}`.",
                f"The `{at.keyword('BY')}` of `{whole}` is missing in front of `{following}`, and `{word}` "
                "alone is no clause.",
                f"`{word} {following}` is not valid SQL: the clause is called `{whole}`.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{whole} {following}`.",
                f"Insert `{at.keyword('BY')}` after `{word}`.",
                f"Complete the keyword to `{whole}`.",
            )
        )
        edit = Edit(at.starts[i] + len(word), at.ends[i], "")
        yield Mutation("missing_by", (edit,), diagnosis, repair)


def missing_from(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """In a subquery only where two names in a row follow: one name alone would become an alias, and the
    columns could bind to the outer query."""
    at = layout(query)
    sites = []
    for block in at.blocks:
        clause = block.clauses.get("from")
        if clause is None or clause.keyword + 4 > clause.start:
            continue
        i = at.index(clause.keyword)
        alias = i + 2 < len(at.kinds) and at.kinds[i + 2] in (TokenType.ALIAS, TokenType.VAR)
        columns = any(c.end <= clause.keyword for c in block.columns)
        if at.kinds[i + 1] is TokenType.VAR and (alias or (block.kind == "main" and columns)):
            sites.append(i)
    for i in some(rng, sites):
        table, word = query.text[at.starts[i + 1] : at.ends[i + 1]], query.text[at.starts[i] : at.ends[i]]
        diagnosis = rng.choice(
            (
                f"There is no `{word}` between the select list and `{table}`, so the query names no table "
                "to read from.",
                f"The keyword `{word}` is missing in front of `{table}`.",
                f"`{table}` stands right behind the select list: without `{word}` the engine doesn't take it "
                "for a table.",
            )
        )
        repair = rng.choice(
            (
                f"Insert `{word}` before `{table}`.",
                f"Put `{word}` in front of `{table}`.",
                f"Add the missing `{word}` after the select list.",
            )
        )
        edit = Edit(at.starts[i], at.starts[i + 1], "")
        yield Mutation("missing_from", (edit,), diagnosis, repair)


def around(at: Layout, i: int) -> tuple[str, str]:
    """The last words before and the first words after a token, enough to find the place."""
    text = at.text
    left = i - 1
    while left > 0 and at.ends[left - 1] == at.starts[left] and at.kinds[left] is not TokenType.R_PAREN:
        left -= 1
    right = i + 1
    while right + 1 < len(at.kinds) and at.ends[right] == at.starts[right + 1]:
        if at.kinds[right + 1] is TokenType.L_PAREN or at.kinds[right + 1] is TokenType.R_PAREN:
            break
        right += 1
    after = text[at.starts[i + 1] : at.ends[right]] if right < len(at.kinds) else ""
    return text[at.starts[left] : at.ends[i - 1]], after


def missing_and(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = _condition_ands(at)
    # Two string literals on different lines would become one string.
    for i in some(rng, [i for i in sites if at.kinds[i + 1] is not TokenType.STRING]):
        word = query.text[at.starts[i] : at.ends[i]]
        before, after = around(at, i)
        diagnosis = rng.choice(
            (
                f"Nothing joins the two conditions between `{before}` and `{after}`: a logical operator is missing.",
                f"A new condition starts at `{after}` although the one that ends in `{before}` isn't "
                f"connected to it by `{word}`.",
                f"After `{before}` the parser expects an operator or the end of the condition, but finds `{after}`.",
            )
        )
        repair = rng.choice(
            (
                f"Insert `{word}` before `{after}`.",
                f"Connect the two conditions with `{word}`.",
                f"Put `{word}` between `{before}` and `{after}`.",
            )
        )
        yield Mutation("missing_and", (Edit(at.starts[i], at.starts[i + 1], ""),), diagnosis, repair)


def comma_for_and(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for i in some(rng, _condition_ands(at)):
        word = query.text[at.starts[i] : at.ends[i]]
        before, after = around(at, i)
        diagnosis = rng.choice(
            (
                f"The conditions are separated by a comma after `{before}`; conditions are joined by "
                f"`{word}`, not listed.",
                f"A comma can't connect conditions, but one stands between `{before}` and `{after}`.",
                f"The comma before `{after}` is where the parser stops: a filter is one expression, so its "
                f"parts need `{word}`.",
            )
        )
        repair = rng.choice(
            (
                f"Replace the comma by `{word}`.",
                f"Write `{word} {after}` instead of `, {after}`.",
                f"Join the two conditions with `{word}`.",
            )
        )
        yield Mutation("comma_for_and", (Edit(at.ends[i - 1], at.ends[i], ","),), diagnosis, repair)


def dangling_connective(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """A connective with nothing on one side, as it stays when a condition is deleted."""
    at = layout(query)
    bodies = [b.clauses[name] for b in at.blocks for name in _CONDITIONS if name in b.clauses]
    word = at.keyword("AND")
    for clause in some(rng, bodies):
        keyword = query.text[clause.keyword : at.ends[at.index(clause.keyword)]]
        last = at.index(clause.end) - 1
        if rng.random() < 0.4:
            edit = Edit(clause.start, clause.start, f"{word} ")
            place, side = f"right after `{keyword}`", "left"
        else:
            edit = Edit(clause.end, clause.end, f" {word}")
            tail = query.text[at.starts[last] : at.ends[last]]
            place, side = f"after `{tail}` at the end of `{keyword}`", "right"
        diagnosis = rng.choice(
            (
                f"There is a stray `{word}` {place}: no condition stands on its {side}.",
                f"The `{word}` {place} connects nothing, since the condition on its {side} is missing.",
                f"`{word}` needs a condition on both sides; the one {place} has none on its {side}.",
            )
        )
        repair = rng.choice(
            (
                f"Remove the `{word}` {place}.",
                f"Delete the stray `{word}`.",
                f"Drop the leftover `{word}` {place}.",
            )
        )
        yield Mutation("dangling_connective", (edit,), diagnosis, repair)


def doubled_keyword(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    kinds = (
        TokenType.FROM,
        TokenType.WHERE,
        TokenType.JOIN,
        TokenType.ON,
        TokenType.AND,
        TokenType.GROUP_BY,
        TokenType.ORDER_BY,
        TokenType.SELECT,
        TokenType.ALIAS,
    )
    for i in some(rng, [i for i, kind in enumerate(at.kinds) if kind in kinds]):
        word = query.text[at.starts[i] : at.ends[i]]
        diagnosis = rng.choice(
            (
                f"The keyword `{word}` is written twice in a row.",
                f"`{word} {word}` repeats the keyword, and the parser can't read the second one.",
                f"There is one `{word}` too many: it is doubled.",
            )
        )
        repair = rng.choice(
            (
                f"Keep only one `{word}`.",
                f"Delete the second `{word}`.",
                f"Remove the repeated `{word}`.",
            )
        )
        yield Mutation("doubled_keyword", (Edit(at.ends[i], at.ends[i], f" {word}"),), diagnosis, repair)


OPERATORS: tuple[Operator, ...] = (
    Operator(missing_by, "syntax", "keyword.missing", "text", "GROUP, ORDER or PARTITION without BY"),
    Operator(missing_from, "syntax", "keyword.missing", "text", "No FROM before the table"),
    Operator(missing_and, "syntax", "connective.missing", "text", "Two conditions without AND"),
    Operator(comma_for_and, "syntax", "connective.comma", "text", "A comma between conditions"),
    Operator(dangling_connective, "syntax", "connective.dangling", "text", "AND with no condition on one side"),
    Operator(doubled_keyword, "syntax", "keyword.doubled", "text", "A keyword written twice"),
)
