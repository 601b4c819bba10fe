"""Clauses out of order, twice, or cut off; joins and CTEs that lack one of their parts."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator, Propose
from factory.mutations.layout.sites import layout, some
from factory.mutations.loud.syntax import around, connectives
from factory.mutations.query import Query
from factory.records import Database

_WORDS = {
    "where": "WHERE",
    "group": "GROUP BY",
    "having": "HAVING",
    "order": "ORDER BY",
    "limit": "LIMIT",
    "from": "FROM",
}


def double_where(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for block in at.blocks:
        if "where" in block.clauses:
            sites += connectives(at, *block.clauses["where"].body)
    where = at.keyword("WHERE")
    for i in some(rng, sites):
        word, after = query.text[at.starts[i] : at.ends[i]], around(at, i)[1]
        both = rng.random() < 0.3
        edit = Edit(at.starts[i], at.ends[i], f"{word} {where}" if both else where)
        diagnosis = rng.choice(
            (
                f"There is a second `{where}` before `{after}`; a query has only one, and it holds all conditions.",
                f"`{where}` appears twice in the same query. The parser stops at the second one.",
                f"The condition on `{after}` starts a new `{where}`, although the clause is already open.",
            )
        )
        repair = rng.choice(
            (
                f"Remove the second `{where}`." if both else f"Replace the second `{where}` by `{word}`.",
                f"Write `{word} {after}` instead of `{edit.text} {after}`.",
                f"Keep one `{where}` and join the conditions with `{word}`.",
            )
        )
        yield Mutation("double_where", (edit,), diagnosis, repair)


def _moved(name: str, late: str, early: str) -> Propose:
    """Puts the clause `late` in front of the clause `early`."""

    def propose(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
        at = layout(query)
        sites = [b.clauses for b in at.blocks if late in b.clauses and early in b.clauses]
        for clauses in some(rng, sites):
            first, second = clauses[early], clauses[late]
            if first.keyword > second.keyword:
                continue
            gap = query.text[at.ends[at.index(second.keyword) - 1] : second.keyword]
            before = query.text[first.keyword : second.keyword].rstrip()
            text = query.text[second.keyword : second.end] + gap + before
            early_word, late_word = at.keyword(_WORDS[early]), at.keyword(_WORDS[late])
            diagnosis = rng.choice(
                (
                    f"The clauses are in the wrong order: `{early_word}` has to come before `{late_word}`.",
                    f"`{late_word}` stands in front of `{early_word}`, so the parser no longer accepts the latter.",
                    f"`{early_word}` follows `{late_word}`, but SQL's order of clauses is the other way round.",
                )
            )
            repair = rng.choice(
                (
                    f"Move `{late_word}` behind `{early_word}`.",
                    f"Put the `{early_word}` clause before `{late_word}`.",
                    f"Place `{late_word}` after `{early_word}`.",
                )
            )
            yield Mutation(name, (Edit(first.keyword, second.end, text),), diagnosis, repair)

    propose.__name__ = name
    return propose


def statement_split(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """A semicolon in the middle, so that the rest is a statement of its own."""
    at = layout(query)
    main = next((b for b in at.blocks if b.kind == "main"), None)
    if main is None:
        return
    sites = [(name, main.clauses[name]) for name in ("where", "group", "order", "limit") if name in main.clauses]
    for name, clause in some(rng, sites):
        end = at.ends[at.index(clause.keyword) - 1]
        word = at.keyword(_WORDS[name])
        before = around(at, at.index(clause.keyword))[0]
        diagnosis = rng.choice(
            (
                f"A semicolon after `{before}` ends the statement too early, and what follows starts with `{word}`.",
                f"`{word}` is cut off from its query by the `;` in front of it.",
                f"The `;` before `{word}` splits the query in two, and the second part is not a statement.",
            )
        )
        repair = rng.choice(
            (
                f"Remove the semicolon before `{word}`.",
                f"Delete the `;` after `{before}`.",
                f"Drop the semicolon, so that `{word}` belongs to the query.",
            )
        )
        yield Mutation("statement_split", (Edit(end, end, ";"),), diagnosis, repair)


def cte_without_as(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for block in some(rng, [b for b in at.blocks if b.kind == "cte" and b.name.isidentifier()]):
        i = block.first - 2
        word, name = query.text[at.starts[i] : at.ends[i]], block.name
        diagnosis = rng.choice(
            (
                f"The CTE `{name}` has no `{word}` between its name and its query.",
                f"After the name `{name}` the `{word}` is missing, so the parenthesis is read as a column list.",
                f"`{name} (` lacks the `{word}` that introduces the query of a CTE.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{name} {word} (`.",
                f"Insert `{word}` after `{name}`.",
                f"Put `{word}` between `{name}` and its parenthesis.",
            )
        )
        edit = Edit(at.starts[i], at.starts[i + 1], "")
        yield Mutation("cte_without_as", (edit,), diagnosis, repair)


def repeated_with(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    later = [
        b for b in at.blocks if b.kind == "cte" and b.name.isidentifier() and at.kinds[b.first - 4] is TokenType.COMMA
    ]
    for block in some(rng, later):
        start, name = at.starts[block.first - 3], block.name
        word = at.keyword("WITH")
        drop = rng.random() < 0.4
        comma = block.first - 4
        edits: tuple[Edit, ...] = (Edit(start, start, f"{word} "),)
        if drop:
            edits = (Edit(at.starts[comma], at.ends[comma], ""), *edits)
        diagnosis = rng.choice(
            (
                f"`{word}` is repeated before `{name}`; one `{word}` opens the whole list of CTEs.",
                f"The CTE `{name}` starts with a `{word}` of its own, which the parser doesn't accept.",
                f"Only the first CTE follows `{word}`; further ones such as `{name}` are added after a comma.",
            )
        )
        repair = rng.choice(
            (
                f"Write `, {name}` instead of `{word} {name}`." if drop else f"Remove the `{word}` before `{name}`.",
                f"Separate `{name}` from the CTE before it by a comma alone.",
                f"Keep only the first `{word}`" + (f" and put a comma before `{name}`." if drop else "."),
            )
        )
        yield Mutation("repeated_with", edits, diagnosis, repair)


OPERATORS: tuple[Operator, ...] = (
    Operator(double_where, "structure", "clause.doubled", "text", "Two WHERE clauses in one query"),
    Operator(
        _moved("group_before_where", "group", "where"), "structure", "clause.order", "text", "GROUP BY before WHERE"
    ),
    Operator(
        _moved("order_before_where", "order", "where"), "structure", "clause.order", "text", "ORDER BY before WHERE"
    ),
    Operator(
        _moved("order_before_group", "order", "group"), "structure", "clause.order", "text", "ORDER BY before GROUP BY"
    ),
    Operator(
        _moved("having_before_group", "having", "group"), "structure", "clause.order", "text", "HAVING before GROUP BY"
    ),
    Operator(
        _moved("limit_before_order", "limit", "order"), "structure", "clause.order", "text", "LIMIT before ORDER BY"
    ),
    Operator(_moved("limit_before_where", "limit", "where"), "structure", "clause.order", "text", "LIMIT before WHERE"),
    Operator(statement_split, "structure", "statement.split", "text", "A semicolon in the middle of a query"),
    Operator(cte_without_as, "structure", "cte.as", "text", "A CTE without AS"),
    Operator(repeated_with, "structure", "cte.with", "text", "WITH before a later CTE"),
)
