"""Right functions with too few, too many or swapped arguments."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Call, Layout, layout, some
from factory.mutations.layout.wording import Wording, shortened
from factory.mutations.query import Query
from factory.records import Database

_UNITS = ("DATE_TRUNC", "DATE_DIFF", "DATEDIFF", "DATE_PART", "DATE_SUB", "DATETRUNC", "DATEPART")

_MISSING = Wording(
    (
        "`{wrong}` lacks an argument: the call should read `{right}`.",
        "There is no form of `{name}` that takes what is given in `{wrong}`; one argument is missing.",
        "The engine finds no `{name}` with these arguments, because `{missing}` has been left out.",
    ),
    ("Pass `{missing}` too: `{right}`.", "Complete the call: `{right}`."),
)
_EXTRA = Wording(
    (
        "`{name}` takes one argument, so the `{extra}` in `{wrong}` makes the call unresolvable.",
        "There is no `{name}` with two arguments; `{extra}` doesn't belong in this call.",
        "`{wrong}` passes `{extra}` to `{name}`, which expects nothing but the expression to aggregate.",
    ),
    ("Remove `{extra}`: `{right}`.", "Call it with one argument, `{right}`."),
)
_RANK = Wording(
    (
        "`{name}` takes no argument: what it ranks by stands in OVER, so `{column}` is one too many.",
        "The column in `{name}({column})` is not wanted there; the ORDER BY inside OVER already says what to rank by.",
        "`{name}` needs 0 parameters and gets `{column}`.",
    ),
    ("Leave the parentheses empty: `{name}()`.", "Remove `{column}` from `{name}(…)`."),
)
_SWAPPED = Wording(
    (
        "The arguments of `{name}` are in the wrong order: the unit comes first, the date after it.",
        "`{wrong}` puts `{unit}` last, but `{name}` expects it as its first argument.",
        "No form of `{name}` takes a date where the unit belongs; in `{wrong}` the two have changed places.",
    ),
    ("Put the unit first: `{right}`.", "Swap the arguments so that it reads `{right}`."),
)
_UNQUOTED = Wording(
    (
        "`{unit}` without quotes is a column reference, and there is no such column; DuckDB takes the unit "
        "as a string.",
        "`{name}` wants its unit as text. The bare `{unit}` is looked up as a column and not found.",
        "Some engines take the unit as a keyword, DuckDB doesn't: the unquoted `{unit}` is read as a column name.",
    ),
    ("Quote the unit: `'{unit}'`.", "Write `'{unit}'` as a string."),
)
_UNQUOTED_ALIAS = Wording(
    (
        "Without quotes `{unit}` is read as the query's own alias `{unit}`, not as a unit of time; DuckDB "
        "takes the unit as a string.",
        "`{name}` wants its unit as text. The bare `{unit}` is a name, and the only `{unit}` around is the "
        "alias being defined.",
        "The unquoted `{unit}` refers to the alias `{unit}` of this very expression, which can't be used inside it.",
    ),
    _UNQUOTED.repair,
)
_TWO = Wording(
    (
        "COUNT takes one expression, so `{wrong}` with two columns matches no form of it.",
        "`{wrong}` tries to count combinations of columns, which COUNT can't do in DuckDB.",
        "There is no COUNT with two arguments, with or without DISTINCT.",
    ),
    ("Count one column: `{right}`.", "Write `{right}`."),
)
_STAR = Wording(
    (
        "`*` only works inside COUNT; `{name}` needs to be told which column to work on.",
        "`{name}(*)` has no meaning: the star is no value that could be aggregated.",
        "`{name}` is called with `*` and ends up without an argument; it needs an expression.",
    ),
    ("Name the column: `{right}`.", "Replace `*` by what is to be aggregated: `{right}`."),
)


def timed(at: Layout) -> list[tuple[Call, list[str]]]:
    found, seen = [], set()
    for call in at.called(*_UNITS):
        texts = [at.slice(span) for span in at.arguments(call)]
        text = at.text[call.start : call.end]
        if len(texts) > 1 and texts[0].startswith("'") and text not in seen:
            found.append((call, texts))
            seen.add(text)
    return found


def names_of(at: Layout, call: Call, wrong: str) -> dict[str, str]:
    name, right = at.text[call.start : call.name_end], at.text[call.start : call.end]
    return {"name": name, "right": shortened(right), "wrong": shortened(wrong)}


def argument_missing(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites: list[tuple[Call, int]] = [(call, 0 if len(texts) == 3 else 1) for call, texts in timed(at)]
    sites += [(call, 0) for call in at.called("SUM", "AVG") if len(at.arguments(call)) == 1]
    sites += [(call, 1) for call in at.called("STRFTIME") if len(at.arguments(call)) == 2]
    for call, drop in some(rng, sites):
        texts = [at.slice(span) for span in at.arguments(call)]
        kept = [text for i, text in enumerate(texts) if i != drop]
        wrong = f"{at.text[call.start : call.name_end]}({', '.join(kept)})"
        names = names_of(at, call, wrong) | {"missing": shortened(texts[drop])}
        yield _MISSING.fault("argument_missing", at.rewritten(call, wrong), rng, **names)


def argument_extra(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`AVG(x, 2)`: the digits of a rounding slip into the aggregate."""
    at = layout(query)
    sites = [c for c in at.called("SUM", "AVG") if len(at.arguments(c)) == 1 and at.text[c.name_end] == "("]
    for call in some(rng, sites):
        inner, extra = at.slice(at.arguments(call)[0]), rng.choice(("2", "1", "0"))
        wrong = f"{at.text[call.start : call.name_end]}({inner}, {extra})"
        names = names_of(at, call, wrong) | {"extra": extra}
        yield _EXTRA.fault("argument_extra", (Edit(call.start, call.end, wrong),), rng, **names)


def rank_with_argument(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for call in at.called("RANK", "DENSE_RANK", "ROW_NUMBER"):
        over = at.partner.get(call.close + 2, call.close) if at.is_window(call) else call.close
        uses = [u for u in query.column_uses if call.end <= u.start < at.ends[over]]
        if uses and call.open + 1 == call.close:
            sites.append((call, query.text[uses[-1].alias_start : uses[-1].end]))
    for call, column in some(rng, sites):
        names = {"name": query.text[call.start : call.name_end], "column": column}
        edits = (Edit(call.end - 1, call.end - 1, column),)
        yield _RANK.fault("rank_with_argument", edits, rng, **names)


def arguments_swapped(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for call, texts in some(rng, timed(at)):
        wrong = f"{at.text[call.start : call.name_end]}({', '.join((*texts[1:], texts[0]))})"
        names = names_of(at, call, wrong) | {"unit": texts[0]}
        yield _SWAPPED.fault("arguments_swapped", at.rewritten(call, wrong), rng, **names)


def unit_unquoted(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    taken = {name.lower() for t in query.table_uses if t.table for name in t.table.by_name}
    aliases = {item.alias.lower() for block in at.blocks for item in at.items(block)}
    sites = [(call, texts) for call, texts in timed(at) if texts[0].strip("'").lower() not in taken]
    for call, texts in some(rng, sites):
        unit = texts[0].strip("'")
        wrong = f"{at.text[call.start : call.name_end]}({', '.join((unit, *texts[1:]))})"
        names = names_of(at, call, wrong) | {"unit": unit}
        wording = _UNQUOTED_ALIAS if unit.lower() in aliases else _UNQUOTED
        yield wording.fault("unit_unquoted", at.rewritten(call, wrong), rng, **names)


def count_of_two(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for call in at.called("COUNT"):
        use = next((u for u in query.column_uses if u.end == at.ends[call.close - 1]), None)
        source = at.source(use) if use else None
        if use and source and source.table:
            others = [c.name for c in source.table.columns if c.name != use.node.name and c.role != "geometry"]
            if others:
                sites.append((call, query.text[use.alias_start : use.start] + rng.choice(others)))
    for call, other in some(rng, sites):
        wrong = f"{query.text[call.start : call.end - 1]}, {other})"
        edits = (Edit(call.end - 1, call.end - 1, f", {other}"),)
        yield _TWO.fault("count_of_two", edits, rng, **names_of(at, call, wrong))


def star_in_aggregate(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for call in some(rng, [call for call in at.called("SUM", "AVG", "MAX", "MIN") if at.arguments(call)]):
        edits = (Edit(at.starts[call.open + 1], call.end - 1, "*"),)
        yield _STAR.fault("star_in_aggregate", edits, rng, **names_of(at, call, "*"))


OPERATORS: tuple[Operator, ...] = (
    Operator(argument_missing, "argument", "argument.missing", "tree", "A call lacks an argument"),
    Operator(argument_extra, "argument", "argument.extra", "tree", "AVG(x, 2)"),
    Operator(rank_with_argument, "argument", "argument.extra", "tree", "RANK(x) OVER (…)"),
    Operator(arguments_swapped, "argument", "argument.order", "tree", "The unit of a date function comes last"),
    Operator(unit_unquoted, "argument", "argument.unquoted_unit", "tree", "DATE_TRUNC(month, x)"),
    Operator(count_of_two, "argument", "argument.extra", "tree", "COUNT(DISTINCT a, b)"),
    Operator(star_in_aggregate, "argument", "argument.star", "tree", "SUM(*)"),
)
