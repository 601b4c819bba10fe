"""CASTs to types that don't exist, that don't fit, or that the values don't convert to."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import NamedTuple

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Layout, Span, layout, some
from factory.mutations.layout.spelling import misspell
from factory.mutations.layout.wording import Wording, shortened
from factory.mutations.query import Query
from factory.records import Database

_FOREIGN = {
    "VARCHAR": ("VARCHAR2", "CLOB", "LONGTEXT", "STR", "NVARCHAR2"),
    "TEXT": ("CLOB", "LONGTEXT", "STR"),
    "INTEGER": ("NUMBER", "MEDIUMINT", "UNSIGNED"),
    "INT": ("NUMBER", "MEDIUMINT", "UNSIGNED"),
    "BIGINT": ("NUMBER", "BIGNUMBER"),
    "DOUBLE": ("FLOAT64", "NUMBER", "BINARY_DOUBLE"),
    "FLOAT": ("FLOAT64", "NUMBER"),
    "DECIMAL": ("NUMBER", "BIGNUMERIC", "MONEY"),
    "NUMERIC": ("NUMBER", "BIGNUMERIC", "MONEY"),
    "TIMESTAMP": ("DATETIME2", "SMALLDATETIME", "DATETIMEOFFSET"),
    "DATE": ("SMALLDATETIME", "DATEONLY"),
}
_UNKNOWN = Wording(
    (
        "DuckDB has no type `{wrong}`; that name belongs to another database, here it is `{right}`.",
        "`{wrong}` is not a type of DuckDB, so the CAST can't be resolved.",
        "The type after AS doesn't exist: the catalog knows `{right}`, but not `{wrong}`.",
    ),
    ("Cast to `{right}`.", "Replace `{wrong}` by `{right}`."),
)
_MISSPELT = Wording(
    (
        "`{wrong}` is a misspelt type name: it should be `{right}`.",
        "There is no type `{wrong}`. The CAST means `{right}`.",
        "The catalog doesn't find the type `{wrong}`, which is a typo of `{right}`.",
    ),
    ("Correct the type to `{right}`.", "Write `{right}`."),
)
_CONTENT = Wording(
    (
        "`{column}` holds text, and its values are not numbers, so they can't be converted to INTEGER.",
        "The CAST fails on the first value of `{column}` that isn't a number.",
        "`{column}` is a text column whose values are no numbers; casting it to INTEGER raises a conversion error.",
    ),
    ("Use the column as it is: `{right}`.", "Leave the CAST out and write `{right}`."),
)
_DATE = Wording(
    (
        "A {type} can't be cast to INTEGER; DuckDB has no conversion from a point in time to a number.",
        "`{wrong}` asks for a conversion that isn't implemented: {type} to INTEGER.",
        "Casting `{column}` doesn't yield its year. A {type} simply doesn't convert to INTEGER.",
    ),
    ("Take the part that is needed: `{right}`.", "Use `{right}`."),
)
_NARROW = Wording(
    (
        "DECIMAL({p},{s}) has room for {digits} before the decimal point, and the values here are larger.",
        "The values don't fit: a DECIMAL({p},{s}) ends at {limit}.",
        "The precision is too small. DECIMAL({p},{s}) means {p} digits in all, {s} of them after the point, "
        "so anything above {limit} overflows.",
    ),
    ("Don't squeeze it into so few digits: `{right}`.", "Use `{right}`."),
)
_TINY = Wording(
    (
        "{wrong} ends at {limit}, and `{column}` has larger values, so the CAST overflows.",
        "The target type is too small: `{column}` goes beyond the {limit} that a {wrong} can hold.",
        "Values of `{column}` don't fit into a {wrong}.",
    ),
    ("Leave out the cast: `{right}`.", "Use `{right}` as it is."),
)


class _Cast(NamedTuple):
    """One `CAST(x AS T)` or `x::T`: the span of the type's first word, and the name itself."""

    type: Span
    name: str
    text: str


def _casts(at: Layout) -> list[_Cast]:
    found = []
    for call in at.called("CAST", "TRY_CAST"):
        depth = at.depth[call.open + 1]
        for i in range(call.close - 1, call.open, -1):
            if at.kinds[i] is TokenType.ALIAS and at.depth[i] == depth:
                found.append((i + 1, at.text[call.start : call.end]))
                break
    found += [(i + 1, "") for i, kind in enumerate(at.kinds) if kind is TokenType.DCOLON]
    spans = [(Span(at.starts[i], at.ends[i]), text) for i, text in found]
    return [_Cast(span, at.slice(span), text) for span, text in spans]


def _retyped(at: Layout, cast: _Cast, wrong: str) -> list[Edit]:
    """The same change in every repetition of the cast."""
    same = [other for other in _casts(at) if other.text == cast.text] if cast.text else [cast]
    return [Edit(*other.type, wrong) for other in same]


def type_unknown(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for cast in some(rng, [cast for cast in _casts(at) if cast.name.upper() in _FOREIGN]):
        wrong = rng.choice(_FOREIGN[cast.name.upper()])
        wrong = wrong.lower() if cast.name.islower() else wrong
        yield _UNKNOWN.fault("type_unknown", _retyped(at, cast, wrong), rng, wrong=wrong, right=cast.name)


def type_misspelt(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for cast in some(rng, [cast for cast in _casts(at) if cast.name.isalpha() and len(cast.name) > 3]):
        wrong = misspell(cast.name, rng)[0]
        yield _MISSPELT.fault("type_misspelt", _retyped(at, cast, wrong), rng, wrong=wrong, right=cast.name)


def text_cast_to_integer(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """A text column of the SELECT list or of ORDER BY in a CAST to INTEGER."""
    at = layout(query)
    sites = []
    for use, source in at.used_columns():
        block = at.block_at(use.start)
        column = source.table.column(use.node.name) if source.table else None
        if not column or column.type != "VARCHAR" or not column.values or block is None or block.in_set:
            continue
        if "group" in block.clauses or "distinct" in query.text[block.start : block.start + 20].lower():
            continue
        if any(str(value).strip().isdigit() for value in column.values):
            continue
        items = [item for item in at.items(block) if (item.start, item.expression_end) == (use.alias_start, use.end)]
        if items:
            sites.append((use, items[0]))
    for use, item in some(rng, sites):
        right = query.text[use.alias_start : use.end]
        wrong = f"{at.keyword('CAST')}({right} {at.keyword('AS INTEGER')})"
        alias = "" if item.alias else f" {at.keyword('AS')} {item.name}"
        edits = (Edit(use.alias_start, use.end, wrong + alias),)
        yield _CONTENT.fault("text_cast_to_integer", edits, rng, column=right, right=right)


def date_cast_to_integer(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`YEAR(d)` becomes `CAST(d AS INTEGER)`."""
    at = layout(query)
    sites = []
    for call in at.called("YEAR", "EXTRACT"):
        use = next((u for u in query.column_uses if u.end == at.ends[call.close - 1]), None)
        if use and use.column and use.column.type in ("DATE", "TIMESTAMP") and call.start < use.start:
            sites.append((call, use, use.column.type))
    for call, use, type_ in some(rng, sites):
        text, column = query.text[call.start : call.end], query.text[use.alias_start : use.end]
        wrong = f"{at.keyword('CAST')}({column} {at.keyword('AS INTEGER')})"
        names = {"type": type_, "wrong": wrong, "column": column, "right": text}
        yield _DATE.fault("date_cast_to_integer", at.rewritten(call, wrong), rng, **names)


def decimal_too_narrow(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`ROUND(SUM(x), 2)` becomes `CAST(SUM(x) AS DECIMAL(3,2))` where the values are certainly larger."""
    at = layout(query)
    sites = []
    for call in at.called("ROUND"):
        arguments = at.arguments(call)
        inner = [c for c in at.calls if arguments and c.start == arguments[0].start and c.end == arguments[0].end]
        if len(arguments) != 2 or at.slice(arguments[1]) not in ("1", "2") or not inner:
            continue
        use = next((u for u in query.column_uses if u.end == at.ends[inner[0].close - 1]), None)
        median = use.column.values[4] if use and use.column and len(use.column.values) == 9 else None
        if inner[0].name in ("SUM", "AVG", "MAX") and isinstance(median, (int, float, Decimal)) and median > 20:
            sites.append((call, at.slice(arguments[0]), int(at.slice(arguments[1]))))
    for call, inside, digits in some(rng, sites):
        p = digits + 1
        wrong = f"{at.keyword('CAST')}({inside} {at.keyword('AS')} {at.keyword('DECIMAL')}({p}, {digits}))"
        right = query.text[call.start : call.end]
        names = {"p": str(p), "s": str(digits), "digits": "one digit", "limit": f"9.{'9' * digits}"}
        yield _NARROW.fault("decimal_too_narrow", at.rewritten(call, wrong), rng, right=shortened(right), **names)


def integer_too_narrow(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """A numeric column of an ungrouped SELECT list cast to a type that ends below its largest value."""
    at = layout(query)
    sites = []
    for use, source in at.used_columns():
        block = at.block_at(use.start)
        column = source.table.column(use.node.name) if source.table else None
        if column is None or block is None or block.in_set or "group" in block.clauses or column.role != "measure":
            continue
        top = column.values[-1] if len(column.values) == 9 else None
        item = next((i for i in at.items(block) if (i.start, i.expression_end) == (use.alias_start, use.end)), None)
        if item and isinstance(top, (int, float, Decimal)) and top > 127 and block.kind == "main":
            sites.append((use, item, top))
    for use, item, top in some(rng, sites):
        wrong, limit = ("SMALLINT", "32767") if top > 32767 else ("TINYINT", "127")
        right = query.text[use.alias_start : use.end]
        alias = "" if item.alias else f" {at.keyword('AS')} {item.name}"
        text = f"{at.keyword('CAST')}({right} {at.keyword('AS')} {at.keyword(wrong)}){alias}"
        names = {"wrong": wrong, "limit": limit, "column": right, "right": right}
        yield _TINY.fault("integer_too_narrow", (Edit(use.alias_start, use.end, text),), rng, **names)


OPERATORS: tuple[Operator, ...] = (
    Operator(type_unknown, "type", "type.unknown", "tree", "A CAST to another database's type"),
    Operator(type_misspelt, "type", "type.unknown", "tree", "A CAST to a misspelt type"),
    Operator(text_cast_to_integer, "value", "cast.content", "tree", "A CAST of words to INTEGER"),
    Operator(date_cast_to_integer, "type", "cast.impossible", "tree", "A CAST of a date to INTEGER"),
    Operator(decimal_too_narrow, "value", "cast.overflow", "tree", "A DECIMAL with too few digits"),
    Operator(integer_too_narrow, "value", "cast.overflow", "tree", "A CAST to a too small integer type"),
)
