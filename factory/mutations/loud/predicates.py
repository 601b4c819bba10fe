"""IN, LIKE and EXISTS with the wrong brackets, or mixed with another operator."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Layout, layout, some
from factory.mutations.query import Query
from factory.records import Database

_LITERALS = (TokenType.STRING, TokenType.NUMBER)
# What DuckDB would take for a boolean, so that OR accepts it.
_BOOLEANS = frozenset({"t", "f", "true", "false", "y", "n", "yes", "no", "1", "0"})


def _lists(at: Layout) -> list[tuple[int, int, int]]:
    """(IN, opening, closing) of lists of literals, as token indices."""
    return [
        (i, i + 1, at.partner[i + 1])
        for i, kind in enumerate(at.kinds)
        if kind is TokenType.IN and i + 1 in at.partner and at.kinds[i + 2] in _LITERALS
    ]


def in_without_parentheses(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for i, left, right in some(rng, _lists(at)):
        word = query.text[at.starts[i] : at.ends[i]]
        values = query.text[at.ends[left] : at.starts[right]]
        first = query.text[at.starts[left + 1] : at.ends[left + 1]]
        diagnosis = rng.choice(
            (
                f"The list after `{word}` has no parentheses.",
                f"`{word}` is followed by `{first}`, but it needs its values in parentheses.",
                f"`{word}` expects a parenthesised list; the parser stops at `{first}`.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{word} ({values})`.",
                f"Put parentheses round the values: `({values})`.",
                f"Enclose the list in parentheses, as in `{word} ({values})`.",
            )
        )
        edits = (Edit(at.starts[left], at.ends[left], ""), Edit(at.starts[right], at.ends[right], ""))
        yield Mutation("in_without_parentheses", edits, diagnosis, repair)


def in_braces(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for i, left, right in some(rng, _lists(at)):
        word = query.text[at.starts[i] : at.ends[i]]
        values = query.text[at.ends[left] : at.starts[right]]
        diagnosis = rng.choice(
            (
                f"The values after `{word}` stand in braces; `{{…}}` is no list in DuckDB.",
                f"`{{{values}}}` is set notation, which SQL doesn't have.",
                f"Braces start a struct in DuckDB, so `{{{values}}}` can't be the list of `{word}`.",
            )
        )
        repair = rng.choice(
            (
                f"Use parentheses: `{word} ({values})`.",
                f"Write `({values})` instead of `{{{values}}}`.",
                "Replace the braces by parentheses.",
            )
        )
        edits = (Edit(at.starts[left], at.ends[left], "{"), Edit(at.starts[right], at.ends[right], "}"))
        yield Mutation("in_braces", edits, diagnosis, repair)


def mixed_predicate(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`IS IN`, `= LIKE`, `IN NOT`: two ways to write a test at once, or in the wrong order."""
    at = layout(query)
    sites = []
    for i, kind in enumerate(at.kinds):
        if kind not in (TokenType.IN, TokenType.LIKE):
            continue
        word = "IN" if kind is TokenType.IN else "LIKE"
        if kind is TokenType.IN and i + 2 < len(at.kinds) and i + 1 not in at.partner:
            continue  # POSITION('@' IN email)
        if at.kinds[i - 1] is TokenType.NOT:
            forms = [f"IS NOT {word}"] + (["IN NOT"] if word == "IN" else [])
            sites.append((i - 1, i, forms))
        else:
            sites.append((i, i, [f"IS {word}", f"= {word}"]))
    for first, last, forms in some(rng, sites):
        wrong, right = at.keyword(rng.choice(forms)), query.text[at.starts[first] : at.ends[last]]
        diagnosis = rng.choice(
            (
                f"`{wrong}` is not an operator; the test is written `{right}`.",
                f"SQL has `{right}`, but no `{wrong}`.",
                f"`{wrong}` isn't valid SQL: `{right}` is the whole operator.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{right}` instead of `{wrong}`.",
                f"Replace `{wrong}` by `{right}`.",
                f"Use just `{right}`.",
            )
        )
        edit = Edit(at.starts[first], at.ends[last], wrong)
        yield Mutation("mixed_predicate", (edit,), diagnosis, repair)


def or_of_values(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`x = 'a' OR 'b'` for `x IN ('a', 'b')` or for `x = 'a' OR x = 'b'`."""
    at = layout(query)
    word = at.keyword("OR")
    sites: list[tuple[Edit, str, str]] = []
    for i, left, right in _lists(at):
        strings = range(left + 1, right, 2)
        plain = all(at.tokens[k].text.lower() not in _BOOLEANS for k in strings)
        if plain and at.kinds[i - 1] is TokenType.VAR and len(strings) > 1 and at.kinds[left + 1] is TokenType.STRING:
            values = [query.text[at.starts[k] : at.ends[k]] for k in strings]
            column = i - 3 if at.kinds[i - 2] is TokenType.DOT else i - 1
            whole = query.text[at.starts[column] : at.ends[right]]
            edit = Edit(at.starts[i], at.ends[right], "= " + f" {word} ".join(values))
            sites.append((edit, values[1], whole))
    for i, kind in enumerate(at.kinds):
        if kind is TokenType.OR and at.kinds[i - 1] is TokenType.STRING:
            last = i + 5 if at.kinds[i + 2 : i + 3] == [TokenType.DOT] else i + 3
            if last >= len(at.kinds) or at.kinds[last] is not TokenType.STRING:
                continue
            value = query.text[at.starts[last] : at.ends[last]]
            condition = query.text[at.starts[i + 1] : at.ends[last]]
            if at.kinds[last - 1] is TokenType.EQ and at.tokens[last].text.lower() not in _BOOLEANS:
                sites.append((Edit(at.starts[i + 1], at.starts[last], ""), value, f"{word} {condition}"))
    for edit, value, proper in some(rng, sites):
        diagnosis = rng.choice(
            (
                f"`{word}` joins conditions, but `{value}` is only a string, and the engine can't read "
                "it as true or false.",
                f"After `{word}` stands the bare value `{value}`; the comparison doesn't carry over to "
                "it, so DuckDB tries to cast it to BOOLEAN.",
                f"`{value}` on its own is no condition: `{word}` needs a boolean on both sides.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{proper}`.",
                f"Use `{proper}` instead.",
                f"Turn it into a proper condition: `{proper}`.",
            )
        )
        yield Mutation("or_of_values", (edit,), diagnosis, repair)


def subquery_without_parentheses(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [b for b in at.blocks if b.kind in ("subquery", "derived") and b.first and not b.in_set]
    for block in some(rng, sites):
        left = block.first - 1
        right = at.partner[left]
        before = query.text[at.starts[left - 1] : at.ends[left - 1]]
        own_line = "\n" in query.text[at.ends[right - 1] : at.starts[right]]
        gap = query.text[at.ends[left - 1] : at.starts[left]]
        select = query.text[at.starts[block.first] : at.ends[block.first]]
        start = at.ends[left - 1] if "\n" in query.text[at.ends[left] : at.starts[left + 1]] else at.starts[left]
        edits = (
            Edit(start, at.ends[left], "" if gap else " "),
            Edit(at.ends[right - 1] if own_line else at.starts[right], at.ends[right], ""),
        )
        diagnosis = rng.choice(
            (
                f"The subquery after `{before}` isn't enclosed in parentheses.",
                f"`{before}` is followed directly by `{select}`; a subquery must stand in parentheses.",
                f"The parser stops at `{select}`, because the subquery behind `{before}` lacks its parentheses.",
            )
        )
        repair = rng.choice(
            (
                "Put the subquery in parentheses.",
                f"Enclose the subquery after `{before}` in parentheses.",
                f"Write `{before} ({select} …)`.",
            )
        )
        yield Mutation("subquery_without_parentheses", edits, diagnosis, repair)


OPERATORS: tuple[Operator, ...] = (
    Operator(in_without_parentheses, "syntax", "predicate.in", "text", "A bare list after IN"),
    Operator(in_braces, "syntax", "predicate.in", "text", "A list in braces after IN"),
    Operator(mixed_predicate, "syntax", "predicate.mixed", "text", "IS IN, = LIKE, IN NOT"),
    Operator(or_of_values, "type", "predicate.or_of_values", "text", "`x = 'a' OR 'b'`"),
    Operator(subquery_without_parentheses, "syntax", "subquery.parentheses", "text", "A subquery without parentheses"),
)
