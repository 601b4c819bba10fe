"""Subqueries that return more than a value, patterns that don't compile, logarithms of zero."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from sqlglot import TokenType, exp

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Block, Layout, layout, some
from factory.mutations.layout.wording import Wording, shortened
from factory.mutations.query import Query
from factory.records import Database

_COMPARING = frozenset({TokenType.EQ, TokenType.GT, TokenType.LT, TokenType.GTE, TokenType.LTE})

_MANY = Wording(
    (
        "`=` compares with one value, but the subquery returns several rows.",
        "The subquery after `=` gives more than one row, and a scalar subquery may give only one.",
        "A list of values stands where a single one is expected: the subquery has several rows.",
    ),
    ("Use IN instead of `=`.", "Replace `=` by IN, which takes any number of rows."),
)
_MANY_NOT = Wording(
    (
        "`<>` compares with one value, but the subquery returns several rows.",
        "The subquery after `<>` gives more than one row, and a scalar subquery may give only one.",
        "To exclude a whole list one needs NOT IN; `<>` expects a single value and the subquery has several rows.",
    ),
    ("Use NOT IN instead of `<>`.", "Replace `<>` by NOT IN."),
)
_DROPPED = Wording(
    (
        "The subquery returns one row per row of its table, but it stands where a single value is expected.",
        "Without an aggregate `{wrong}` gives many values, and the comparison can only take one.",
        "A scalar subquery must return one row. This one selects `{wrong}` for every row.",
    ),
    ("Aggregate inside the subquery: `{right}`.", "Select `{right}` in the subquery."),
)
_STAR = Wording(
    (
        "`SELECT *` returns every column of `{table}`, while the comparison needs exactly one.",
        "The subquery must have a single column, and `*` expands to {n}.",
        "`{outer}` can't be compared with whole rows: the subquery selects `*`.",
    ),
    ("Select `{right}` instead of `*`.", "Name the one column: `{right}`."),
)
_REGEX = Wording(
    (
        "`{wrong}` is no regular expression: `*` repeats what stands before it, and there is nothing before it.",
        "In a regular expression `*` is not a wildcard of its own; at the start it has nothing to repeat.",
        "The pattern `{wrong}` is a file-name wildcard, not a regular expression, and doesn't compile.",
    ),
    ("Use LIKE: `{right}`.", "Write `{right}`."),
)
_ESCAPE = Wording(
    (
        "A backslash in a DuckDB string is an ordinary character, so the escape string has two of them; "
        "ESCAPE takes one.",
        "The escape string has two characters, and ESCAPE allows one at most: backslashes aren't doubled here.",
        r"`ESCAPE '\\'` gives an escape of two backslashes, but it has to be a single character.",
    ),
    ("Drop the ESCAPE clause, nothing in the pattern needs it.", "Leave out ESCAPE."),
)
_LOGARITHM = Wording(
    (
        "`{column}` contains zeros, and the logarithm of zero is undefined.",
        "LN fails on the rows where `{column}` is 0.",
        "A geometric mean needs positive values, and LN({column}) meets a zero.",
    ),
    ("Take the ordinary mean: `{right}`.", "Use `{right}`."),
)


def _operand(at: Layout, block: Block) -> tuple[int, int] | None:
    """The range of IN or NOT IN before a subquery's parenthesis, when a plain column stands before it."""
    i = block.first - 2
    if i < 1 or at.kinds[i] is not TokenType.IN:
        return None
    first = i - 1 if at.kinds[i - 1] is TokenType.NOT else i
    return at.starts[first], at.ends[i]


def _outer(at: Layout, offset: int) -> str:
    """The column right before an offset."""
    use = next((u for u in at.query.column_uses if u.end == at.before(offset)), None)
    return at.text[use.alias_start : use.end] if use else ""


def _bare(at: Layout, block: Block) -> bool:
    """One plain column is selected, and nothing says that the rows are few."""
    items = at.items(block)
    return (
        block.kind == "subquery"
        and not block.in_set
        and "limit" not in block.clauses
        and len(items) == 1
        and not at.aggregates(items[0].start, items[0].end)
    )


def equals_many(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [(found, block) for block in at.blocks if _bare(at, block) and (found := _operand(at, block))]
    for (start, end), _block in some(rng, sites):
        negated = query.text[start].upper() == "N"
        wording = _MANY_NOT if negated else _MANY
        yield wording.fault("equals_many", (Edit(start, end, "<>" if negated else "="),), rng)


def scalar_aggregate_dropped(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`= (SELECT MAX(x) FROM t)` becomes `= (SELECT x FROM t)`."""
    at = layout(query)
    sites = []
    for block in at.blocks:
        items = at.items(block)
        if block.kind != "subquery" or block.in_set or len(items) != 1 or "group" in block.clauses:
            continue
        calls = at.aggregates(items[0].start, items[0].expression_end)
        inner = at.arguments(calls[0]) if len(calls) == 1 else []
        if at.kinds[block.first - 2] not in _COMPARING or len(inner) != 1:
            continue
        whole = (calls[0].start, calls[0].end) == (items[0].start, items[0].expression_end)
        if whole and at.slice(inner[0])[:9].upper() not in ("*", "DISTINCT "):
            sites.append((calls[0], at.slice(inner[0])))
    for call, wrong in some(rng, sites):
        edits = (Edit(call.start, call.end, wrong),)
        right = query.text[call.start : call.end]
        yield _DROPPED.fault("scalar_aggregate_dropped", edits, rng, wrong=wrong, right=right)


def in_star(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for block in at.blocks:
        found = _operand(at, block)
        table = block.tables[0].table if found and len(block.tables) == 1 else None
        if found and table and _bare(at, block) and at.only_base_tables(block) and _outer(at, found[0]):
            sites.append((at.items(block)[0], table, _outer(at, found[0])))
    for item, table, outer in some(rng, sites):
        names = {"table": table.name, "n": str(len(table.columns)), "outer": outer, "right": at.slice(item)}
        yield _STAR.fault("in_star", (Edit(item.start, item.end, "*"),), rng, **names)


def _likes(query: Query) -> list[tuple[exp.Expr, int, int, str]]:
    """`column LIKE 'pattern'`, not negated: start, end and pattern."""
    at = layout(query)
    found = []
    for node in query.nodes:
        if not isinstance(node, exp.Like) or not isinstance(node.expression, exp.Literal):
            continue
        use = next((u for u in query.column_uses if u.node is node.this), None)
        end = node.expression.meta["end"] + 1
        after = at.index(end)
        escaped = after < len(at.kinds) and at.kinds[after] is TokenType.ESCAPE
        if use and not escaped and not isinstance(node.parent, (exp.Escape, exp.Not)):
            found.append((node, use.alias_start, end, str(node.expression.this)))
    return sorted(found, key=lambda site: site[1])


def regex_from_wildcard(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [site for site in _likes(query) if site[3].startswith("%") and not set(site[3]) & set("'()[]{}+?\\|*")]
    for node, start, end, pattern in some(rng, sites):
        glob = pattern.replace("%", "*")
        column = query.text[start : at.before(node.expression.meta["start"])].split()[0]
        function = at.keyword(rng.choice(("REGEXP_MATCHES", "REGEXP_MATCHES", "~")))
        wrong = f"{column} ~ '{glob}'" if function == "~" else f"{function}({column}, '{glob}')"
        names = {"wrong": glob, "right": query.text[start:end]}
        yield _REGEX.fault("regex_from_wildcard", (Edit(start, end, wrong),), rng, **names)


def escape_doubled(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for _node, _start, end, _pattern in some(rng, [site for site in _likes(query) if "\\" not in site[3]]):
        edits = (Edit(end, end, f" {at.keyword('ESCAPE')} '\\\\'"),)
        yield _ESCAPE.fault("escape_doubled", edits, rng)


def logarithm_of_zero(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """The geometric mean of a column that has zeros."""
    at = layout(query)
    sites = []
    for call in at.called("AVG"):
        use = next((u for u in query.column_uses if u.end == at.ends[call.close - 1]), None)
        bare = use is not None and use.alias_start == at.starts[call.open + 1]
        least = use.column.values[0] if use and use.column and use.column.values else None
        if use and bare and isinstance(least, (int, float, Decimal)) and least == 0:
            sites.append((call, query.text[use.alias_start : use.end]))
    for call, column in some(rng, sites):
        wrong = f"{at.keyword('EXP')}({query.text[call.start : call.name_end]}({at.keyword('LN')}({column})))"
        names = {"column": column, "right": shortened(query.text[call.start : call.end])}
        yield _LOGARITHM.fault("logarithm_of_zero", (Edit(call.start, call.end, wrong),), rng, **names)


OPERATORS: tuple[Operator, ...] = (
    Operator(equals_many, "value", "subquery.cardinality", "tree", "`=` for IN with a subquery"),
    Operator(
        scalar_aggregate_dropped, "value", "subquery.cardinality", "tree", "A scalar subquery without its aggregate"
    ),
    Operator(in_star, "structure", "subquery.columns", "tree", "IN (SELECT * …)"),
    Operator(regex_from_wildcard, "value", "value.regex", "tree", "A wildcard pattern as a regular expression"),
    Operator(escape_doubled, "value", "value.escape", "tree", "ESCAPE with a doubled backslash"),
    Operator(logarithm_of_zero, "value", "value.domain", "tree", "The logarithm of a column with zeros"),
)
