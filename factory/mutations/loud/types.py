"""Comparisons and sums of types that don't go together."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType, exp

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Layout, Span, layout, some
from factory.mutations.layout.wording import Wording
from factory.mutations.query import ColumnUse, Query
from factory.records import Column, Database

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_TIMES = ("DATE", "TIMESTAMP")
_UNIT_WORDS = ("kg", "km", "kwh", "kw", "mm", "cm", "usd", "eur")

_CODED = Wording(
    (
        "`{column}` is VARCHAR, so comparing it with the number `{wrong}` makes the engine cast its texts to "
        "integers, which fails.",
        "The query treats `{column}` as a numeric code, but it holds text and can't be compared with `{wrong}`.",
        "A text column is compared with an integer: the values of `{column}` don't convert to numbers.",
    ),
    ("Compare with the text itself: `{right}`.", "Use the string `{literal}` instead of `{wrong}`."),
)
_YEAR = Wording(
    (
        "`{column}` is a {type} and `{wrong}` a plain integer; DuckDB doesn't convert one into the other.",
        "A {type} can't be compared with the number `{wrong}`: the two types don't go together without a cast.",
        "The comparison of `{column}` with `{wrong}` fails because an integer is not a point in time.",
    ),
    ("Compare with a proper date: `{right}`.", "Use `{right}`."),
)
_UNQUOTED_DATE = Wording(
    (
        "Without quotes `{wrong}` is a subtraction that yields an integer, and `{column}` is a {type}.",
        "The date isn't quoted: the engine reads `{wrong}` as arithmetic and then can't compare a {type} "
        "with a number.",
        "`{wrong}` is evaluated as year minus month minus day. It is a number, not a date.",
    ),
    ("Write the date as a literal: `{right}`.", "Quote it: `{right}`."),
)
_NUMBER_TEXT = Wording(
    (
        "`{column}` is {type}, and the string {wrong} can't be converted to a number because of what stands "
        "beside the digits.",
        "The bound is written as the text {wrong}. The engine has to make it a {type} and can't.",
        "{wrong} is not a number in the engine's eyes: it contains more than digits and a decimal point.",
    ),
    ("Use the bare number: `{right}`.", "Replace {wrong} by {literal}."),
)
_DAYS = Wording(
    (
        "`{column}` is a TIMESTAMP, and a TIMESTAMP plus the integer `{number}` is not defined; the engine "
        "needs an interval.",
        "There is no `+` or `-` for a TIMESTAMP and a bare number, because `{number}` doesn't say whether "
        "days or hours are meant.",
        "`{number}` is a number without a unit. To move a TIMESTAMP one adds an INTERVAL.",
    ),
    ("Write `{right}`.", "Add an interval instead: `{right}`."),
)
_LIKE = Wording(
    (
        "LIKE works on text, and `{column}` is a {type}.",
        "A {type} has no characters to match: `{column} LIKE …` finds no operator for these types.",
        "The pattern treats `{column}` as a string, but it is a {type}, and DuckDB doesn't convert it for LIKE.",
    ),
    ("Test the year itself: `{right}`.", "Use `{right}`."),
)


def _literal(at: Layout, node: exp.Expr | None) -> Span | None:
    """A literal with the DATE or TIMESTAMP before it."""
    inner = node.this if isinstance(node, exp.Cast) else node
    if not isinstance(inner, exp.Literal) or "start" not in inner.meta:
        return None
    start, end = inner.meta["start"], inner.meta["end"] + 1
    if isinstance(node, exp.Cast):
        i = at.index(start)
        if i == 0 or at.tokens[i - 1].text.upper() not in _TIMES:
            return None
        start = at.starts[i - 1]
    return Span(start, end)


def _compared(at: Layout) -> list[tuple[exp.Expr, ColumnUse, Column, Span]]:
    """Comparisons of a base column with a literal on their right side."""
    found = []
    repeated = at.kinds.count(TokenType.CASE) > 1
    for node in at.query.nodes:
        if isinstance(node, _COMPARISONS):
            # A CASE that GROUP BY repeats must stay alike in both places.
            if repeated and node.find_ancestor(exp.Case):
                continue
            typed, literal = at.typed(node.this), _literal(at, node.expression)
            if typed and literal:
                found.append((node, *typed, literal))
    return sorted(found, key=lambda site: site[1].start)


def text_as_number(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [site for site in _compared(at) if site[2].type == "VARCHAR" and site[2].role != "text"]
    sites = [site for site in sites if not any(str(value).isdigit() for value in site[2].values)]
    for _node, use, column, span in some(rng, sites):
        literal = at.slice(span)
        values = [str(value) for value in column.values]
        value = literal.strip("'")
        wrong = str(1 + values.index(value)) if value in values else rng.choice(("1", "2", "3"))
        names = {"column": at.written(use), "wrong": wrong, "literal": literal}
        names["right"] = at.text[use.alias_start : span.end]
        yield _CODED.fault("text_as_number", (Edit(*span, wrong),), rng, **names)


def time_as_number(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for _node, use, column, span in some(rng, [s for s in _compared(at) if s[2].type in _TIMES]):
        text = at.slice(span).split("'")[1]
        if len(text) < 10 or not text[:4].isdigit():
            continue
        wrong = rng.choice((text[:4], text[:10].replace("-", "")))
        names = {"column": at.written(use), "type": column.type, "wrong": wrong}
        names["right"] = at.text[use.alias_start : span.end]
        yield _YEAR.fault("time_as_number", (Edit(*span, wrong),), rng, **names)


def date_unquoted(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for _node, use, column, span in some(rng, [s for s in _compared(at) if s[2].type in _TIMES]):
        literal = at.slice(span)
        wrong = literal.split("'")[1][:10]
        if len(wrong) == 10:
            names = {"column": at.written(use), "type": column.type, "wrong": wrong, "right": literal}
            yield _UNQUOTED_DATE.fault("date_unquoted", (Edit(*span, wrong),), rng, **names)


def number_as_text(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [s for s in _compared(at) if s[2].role == "measure" and s[2].type not in ("VARCHAR", *_TIMES)]
    for _node, use, column, span in some(rng, [s for s in sites if not at.slice(s[3]).startswith("'")]):
        number = at.slice(span)
        forms = [f"'{number}%'"] if column.unit == "%" else [f"'{number} {column.unit}'"] if column.unit else []
        if column.unit in (None, "USD") and column.type.startswith("DECIMAL"):
            forms.append(f"'${number}'")
        if number.isdigit() and len(number) > 3:
            forms.append(f"'{int(number):,}'")
        last = column.name.lower().split("_")[-1]
        if last.endswith("s") or last in _UNIT_WORDS:
            forms.append(f"'{number} {last}'")
        if not forms:
            continue
        wrong = rng.choice(forms)
        names = {"column": at.written(use), "type": column.type, "wrong": f"`{wrong}`"}
        names |= {"literal": f"`{number}`", "right": at.text[use.alias_start : span.end]}
        yield _NUMBER_TEXT.fault("number_as_text", (Edit(*span, wrong),), rng, **names)


def timestamp_plus_number(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`t + INTERVAL 2 DAY` becomes `t + 2`."""
    at = layout(query)
    sites = []
    for node in query.nodes:
        if isinstance(node, (exp.Add, exp.Sub)) and isinstance(node.expression, exp.Interval):
            typed = at.typed(node.this)
            if typed and typed[1].type == "TIMESTAMP":
                i = at.index(typed[0].end) + 1
                if at.kinds[i] is TokenType.INTERVAL and at.tokens[i + 1].text.split()[0].isdigit():
                    last = i + 1 if "'" in at.text[at.starts[i + 1]] and " " in at.tokens[i + 1].text else i + 2
                    sites.append((typed[0], i, last))
    for use, i, last in some(rng, sorted(sites, key=lambda site: site[1])):
        number = at.tokens[i + 1].text.split()[0]
        span = Span(at.starts[i], at.ends[last])
        names = {"column": at.written(use), "number": number, "right": at.text[use.alias_start : span.end]}
        yield _DAYS.fault("timestamp_plus_number", (Edit(*span, number),), rng, **names)


def like_on_date(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`YEAR(d) = 2023` becomes `d LIKE '2023%'`."""
    at = layout(query)
    sites = []
    for node in query.nodes:
        if not isinstance(node, exp.EQ) or not isinstance(node.expression, exp.Literal):
            continue
        year = node.this.this if isinstance(node.this, exp.Year) else None
        if isinstance(node.this, exp.Extract) and node.this.name.upper() == "YEAR":
            year = node.this.expression
        typed = at.typed(year)
        number = node.expression
        if typed and typed[1].type in _TIMES and not number.is_string:
            end = number.meta["end"] + 1
            call = next((c for c in at.called("YEAR", "EXTRACT") if c.start < typed[0].start < c.end), None)
            if call:
                sites.append((call.start, end, typed, number.name))
    for start, end, (use, column), year in some(rng, sorted(sites, key=lambda site: site[0])):
        wrong = f"{at.written(use)} {at.keyword('LIKE')} '{year}{rng.choice(('%', '-%'))}'"
        names = {"column": at.written(use), "type": column.type, "right": at.text[start:end]}
        yield _LIKE.fault("like_on_date", (Edit(start, end, wrong),), rng, **names)


OPERATORS: tuple[Operator, ...] = (
    Operator(text_as_number, "type", "comparison.type", "tree", "A text column compared with a number"),
    Operator(time_as_number, "type", "comparison.type", "tree", "A date compared with an integer"),
    Operator(date_unquoted, "type", "comparison.type", "tree", "A date without quotes"),
    Operator(number_as_text, "type", "comparison.type", "tree", "A number written as '$20' or '5 kg'"),
    Operator(timestamp_plus_number, "type", "operator.type", "tree", "A timestamp plus a bare number"),
    Operator(like_on_date, "type", "comparison.type", "tree", "LIKE on a date"),
)
