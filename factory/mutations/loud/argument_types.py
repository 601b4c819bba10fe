"""Right functions on values of a type that they don't take."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import layout, some
from factory.mutations.layout.wording import Wording, shortened
from factory.mutations.loud.arguments import names_of, timed
from factory.mutations.query import Query
from factory.records import Database

_TEXT = Wording(
    (
        "`{wrong}` is a {type}, and `{name}` doesn't work on that; the number to aggregate is `{right}`.",
        "`{name}` has no form for {type}, which is what the column `{wrong}` holds.",
        "`{name}({wrong})` can't be computed because `{wrong}` is a {type} column.",
    ),
    ("Aggregate `{right}` instead.", "Replace `{wrong}` by `{right}` in `{name}`."),
)
_FLAG = Wording(
    (
        "`{inner}` is a BOOLEAN, and AVG has no form for that; it has to be turned into 1 and 0 first.",
        "AVG can't average truth values: `{inner}` is true or false, not a number.",
        "There is no AVG(BOOLEAN) in DuckDB, so `{wrong}` finds no matching function.",
    ),
    ("Average ones and zeros: `{right}`.", "Convert the condition to a number, as in `{right}`."),
)
_SLICED = Wording(
    (
        "`{wrong}` cuts a {type} like a string, but `{function}` only takes text.",
        "`{column}` is a {type}, not text, so there is no `{function}` for it.",
        "Dates aren't strings in DuckDB: `{function}` doesn't accept the {type} `{column}`.",
    ),
    ("Use a date function: `{right}`.", "Replace it by `{right}`."),
)
_FORMATTED = Wording(
    (
        "STRFTIME turns the date into text, and `{name}` doesn't accept text; it wants the date itself.",
        "`{name}` is handed the string that STRFTIME returns, but needs a date or timestamp.",
        "In `{wrong}` the value is formatted too early: after STRFTIME it is a VARCHAR, and `{name}` has no "
        "form for it.",
    ),
    ("Pass the column as it is: `{right}`.", "Leave STRFTIME out: `{right}`."),
)


def aggregate_of_text(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for call in at.called("SUM", "AVG"):
        inner = at.arguments(call)
        use = at.use_of(inner[0]) if len(inner) == 1 else None
        source = at.source(use) if use else None
        if use and source and source.table:
            others = [c for c in source.table.columns if c.type == "VARCHAR" and c.role in ("name", "category", "code")]
            if others:
                sites.append((call, use, rng.choice(others)))
    for call, use, other in some(rng, sites):
        names = {"name": query.text[call.start : call.name_end], "type": other.type}
        names |= {"wrong": query.text[use.alias_start : use.start] + other.name, "right": at.written(use)}
        yield _TEXT.fault("aggregate_of_text", (Edit(use.start, use.end, other.name),), rng, **names)


def average_of_condition(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`AVG(CASE WHEN c THEN 1 ELSE 0 END)` becomes `AVG(c)`."""
    at = layout(query)
    for call in some(rng, at.called("AVG")):
        i, last = call.open + 1, call.close - 1
        kinds = at.kinds
        if last - i < 6 or kinds[i] is not TokenType.CASE or kinds[i + 1] is not TokenType.WHEN:
            continue
        tail = [at.tokens[k].text.upper() for k in range(last - 4, last + 1)]
        if tail[0] == "THEN" and tail[1] in ("1", "1.0") and tail[2:] == ["ELSE", tail[1].replace("1", "0", 1), "END"]:
            inner = at.text[at.starts[i + 2] : at.ends[last - 5]]
            wrong = f"{at.text[call.start : call.name_end]}({inner})"
            names = names_of(at, call, wrong) | {"inner": shortened(inner)}
            yield _FLAG.fault("average_of_condition", (Edit(call.start, call.end, wrong),), rng, **names)


def date_as_text(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`DATE_TRUNC('month', d)` becomes `SUBSTR(d, 1, 7)`."""
    at = layout(query)
    lengths = {"'year'": 4, "'month'": 7, "'day'": 10}
    sites = []
    for call, texts in timed(at):
        use = at.use_of(at.arguments(call)[-1])
        if call.name == "DATE_TRUNC" and use and use.column and texts[0].lower() in lengths:
            sites.append((call, texts[-1], use.column.type, lengths[texts[0].lower()]))
    for call, column, type_, length in some(rng, sites):
        function = at.keyword(rng.choice(("SUBSTR", "LEFT", "SUBSTRING")))
        wrong = f"{function}({column}, {'' if function.upper() == 'LEFT' else '1, '}{length})"
        names = names_of(at, call, wrong) | {"function": function, "column": column, "type": type_}
        yield _SLICED.fault("date_as_text", at.rewritten(call, wrong), rng, **names)


def date_formatted_first(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`YEAR(d)` becomes `YEAR(STRFTIME(d, '%Y-%m-%d'))`."""
    at = layout(query)
    sites = [(call, at.arguments(call)[-1]) for call, texts in timed(at) if len(texts) == 2]
    for call in at.called("YEAR", "MONTH", "QUARTER", "DAYNAME", "MONTHNAME"):
        sites += [(call, span) for span in at.arguments(call)[:1]]
    for call, span in some(rng, [site for site in sites if at.use_of(site[1])]):
        formatted = f"{at.keyword('STRFTIME')}({at.slice(span)}, '%Y-%m-%d')"
        wrong = at.text[call.start : span.start] + formatted + at.text[span.end : call.end]
        yield _FORMATTED.fault("date_formatted_first", at.rewritten(call, wrong), rng, **names_of(at, call, wrong))


OPERATORS: tuple[Operator, ...] = (
    Operator(aggregate_of_text, "argument", "argument.type", "tree", "The sum or average of a text column"),
    Operator(average_of_condition, "argument", "argument.type", "tree", "The average of a condition"),
    Operator(date_as_text, "argument", "argument.type", "tree", "SUBSTR of a date"),
    Operator(date_formatted_first, "argument", "argument.type", "tree", "YEAR of a date that is text by then"),
)
