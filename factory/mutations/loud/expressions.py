"""CAST, EXTRACT, DISTINCT and aliases with a word missing or out of place."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import layout, some
from factory.mutations.query import Query
from factory.records import Database


def cast_separator(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for call in at.called("CAST", "TRY_CAST"):
        for i in range(call.open + 1, call.close):
            if at.kinds[i] is TokenType.ALIAS and at.depth[i] == at.depth[call.open] + 1:
                sites.append((call, i))
    for call, i in some(rng, sites):
        name, word = query.text[call.start : call.name_end], query.text[at.starts[i] : at.ends[i]]
        type_ = query.text[at.starts[i + 1] : at.ends[call.close - 1]]
        value = " ".join(query.text[at.starts[call.open + 1] : at.ends[i - 1]].split())
        wrong = rng.choice((",", ",", "", at.keyword("TO")))
        start = at.ends[i - 1] if wrong == "," else at.starts[i]
        end = at.starts[i + 1] if not wrong else at.ends[i]
        seen = {",": "a comma", "": "nothing"}.get(wrong, f"`{wrong}`")
        diagnosis = rng.choice(
            (
                f"`{name}` takes its type after `{word}`; here {seen} stands between `{value}` and `{type_}`.",
                f"The form is `{name}(value {word} type)`, but the query has {seen} in place of `{word}`.",
                f"Before the type `{type_}` the parser expects `{word}` and finds {seen}."
                if wrong
                else f"The `{word}` before the type `{type_}` is missing.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{name}({value} {word} {type_})`.",
                f"Put `{word}` between `{value}` and `{type_}`.",
                f"Use `{word}` in front of `{type_}`.",
            )
        )
        yield Mutation("cast_separator", (Edit(start, end, wrong),), diagnosis, repair)


def extract_separator(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [c for c in at.called("EXTRACT") if c.open + 2 < c.close and at.kinds[c.open + 2] is TokenType.FROM]
    for call in some(rng, sites):
        i = call.open + 2
        name, word = query.text[call.start : call.name_end], query.text[at.starts[i] : at.ends[i]]
        unit = query.text[at.starts[i - 1] : at.ends[i - 1]]
        value = query.text[at.starts[i + 1] : at.ends[call.close - 1]]
        wrong = rng.choice((",", ",", ""))
        start = at.ends[i - 1] if wrong else at.starts[i]
        end = at.ends[i] if wrong else at.starts[i + 1]
        seen = "a comma" if wrong else "nothing"
        diagnosis = rng.choice(
            (
                f"`{name}` isn't called like other functions: between `{unit}` and `{value}` goes "
                f"`{word}`, and the query has {seen} there.",
                f"The form is `{name}({unit} {word} …)`; the `{word}` is missing.",
                f"`{name}` separates its two arguments by `{word}`, but there is {seen} between `{unit}` and "
                f"`{value}`.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{name}({unit} {word} {value})`.",
                f"Put `{word}` between `{unit}` and `{value}`.",
                f"Use `{word}` in front of `{value}`.",
            )
        )
        yield Mutation("extract_separator", (Edit(start, end, wrong),), diagnosis, repair)


def distinct_misplaced(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites: list[tuple[tuple[Edit, ...], str, str, str]] = []
    for i, kind in enumerate(at.kinds):
        if kind is not TokenType.DISTINCT or i + 1 >= len(at.kinds):
            continue
        word = query.text[at.starts[i] : at.ends[i]]
        edits: tuple[Edit, ...]
        if at.kinds[i - 1] is TokenType.SELECT:
            block = at.block_at(at.starts[i])
            items = at.items(block) if block else []
            if len(items) > 1 and at.kinds[i + 1] is not TokenType.ON:
                second = items[1]
                edits = (
                    Edit(at.starts[i], at.starts[i + 1], ""),
                    Edit(second.start, second.start, f"{word} "),
                )
                select = query.text[at.starts[i - 1] : at.ends[i - 1]]
                sites.append((edits, word, at.slice(second), f"{select} {word}"))
        elif at.kinds[i - 1] is TokenType.L_PAREN and i - 1 in at.partner:
            name, close = query.text[at.starts[i - 2] : at.ends[i - 2]], at.partner[i - 1]
            value = query.text[at.starts[i + 1] : at.ends[close - 1]]
            if rng.random() < 0.5:
                edits = (Edit(at.starts[i - 1], at.starts[i + 1], f" {word}("),)
            else:
                edits = (
                    Edit(at.starts[i], at.starts[i + 1], ""),
                    Edit(at.ends[close - 1], at.ends[close - 1], f" {word}"),
                )
            sites.append((edits, word, value, f"{name}({word} {value})"))
    for edits, word, value, right in some(rng, sites):
        call = right.endswith(")")
        rule = (
            f"it belongs inside the parentheses, in front of `{value}`"
            if call
            else f"it applies to whole rows and must come right after `{right.split()[0]}`"
        )
        diagnosis = rng.choice(
            (
                f"`{word}` is in the wrong place: {rule}.",
                f"`{word}` can't stand where it does; {rule}.",
                f"The parser stops at `{word}`, because {rule}.",
            )
        )
        repair = rng.choice(
            (
                f"Write `{right}`.",
                f"Move `{word}` so that it reads `{right}`.",
                f"Put `{word}` where it belongs: `{right}`.",
            )
        )
        yield Mutation("distinct_misplaced", edits, diagnosis, repair)


def alias_with_space(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """An alias of two words without quotes, wherever it is used."""
    at = layout(query)
    columns = {use.node.name for use in query.column_uses if use.column is not None}
    sites = []
    for block in at.blocks:
        for item in at.items(block):
            name = item.alias
            if (
                name not in columns
                and "_" in name.strip("_")
                and at.kinds[at.index(item.expression_end)] is TokenType.ALIAS
            ):
                uses = [i for i, t in enumerate(at.tokens) if t.text == name and at.kinds[i] is TokenType.VAR]
                if all(at.kinds[i - 1] is not TokenType.DOT for i in uses):
                    sites.append((name, uses))
    for name, uses in some(rng, sites):
        wrong = name.replace("_", " ")
        second = wrong.split()[1]
        edits = tuple(Edit(at.starts[i], at.ends[i], wrong) for i in uses)
        diagnosis = rng.choice(
            (
                f"The alias `{wrong}` contains a space but isn't quoted, so the parser stops at `{second}`.",
                f"`{wrong}` can't be a name without quotes: a bare identifier has no spaces.",
                f"After `{at.keyword('AS')} {wrong.split()[0]}` the alias is complete for the parser; "
                f"`{second}` is one word too many.",
            )
        )
        repair = rng.choice(
            (
                f"Name it `{name}`.",
                f"Write the alias as `{name}`.",
                f"Use an underscore instead of the space: `{name}`.",
            )
        )
        yield Mutation("alias_with_space", edits, diagnosis, repair)


def alias_inside_call(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`SUM(x AS total)`: the alias slipped into the parentheses."""
    at = layout(query)
    sites = []
    for block in at.blocks:
        for item in at.items(block):
            close = at.index(item.expression_end) - 1
            if item.alias and at.kinds[close] is TokenType.R_PAREN and close + 1 < len(at.kinds):
                opened = at.partner[close]
                named = at.kinds[opened - 1] is TokenType.VAR and at.kinds[close + 1] is TokenType.ALIAS
                if named and at.starts[opened - 1] == item.start and opened + 1 < close:
                    sites.append((opened, close, item))
    for opened, close, item in some(rng, sites):
        name = query.text[at.starts[opened - 1] : at.ends[opened - 1]]
        alias = query.text[at.starts[close + 1] : item.end]
        edits = (Edit(at.starts[close], item.end, f" {alias})"),)
        right = " ".join(query.text[item.start : item.end].split())
        diagnosis = rng.choice(
            (
                f"`{alias}` stands inside the parentheses of `{name}`; an argument can't have an alias.",
                f"The alias was put into the call of `{name}`, before its closing parenthesis.",
                f"`{alias}` names the result of `{name}`, so it can't be part of its arguments.",
            )
        )
        repair = rng.choice(
            (
                f"Move `{alias}` behind the closing parenthesis: `{right}`.",
                f"Write `{right}`.",
                f"Close `{name}` before `{alias}`.",
            )
        )
        yield Mutation("alias_inside_call", edits, diagnosis, repair)


OPERATORS: tuple[Operator, ...] = (
    Operator(cast_separator, "syntax", "cast.separator", "text", "CAST(x, type) or CAST(x type)"),
    Operator(extract_separator, "syntax", "extract.separator", "text", "EXTRACT(year, x)"),
    Operator(distinct_misplaced, "syntax", "distinct.misplaced", "text", "DISTINCT out of place"),
    Operator(alias_with_space, "syntax", "alias.unquoted", "text", "An alias of two bare words"),
    Operator(alias_inside_call, "syntax", "alias.misplaced", "text", "SUM(x AS total)"),
)
