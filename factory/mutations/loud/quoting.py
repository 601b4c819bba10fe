"""Names and values between marks that DuckDB doesn't read."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Layout, layout, some
from factory.mutations.query import Query
from factory.records import Database

_PLACEHOLDERS = ("?", ":{}", "{{{{{}}}}}", "%({})s")


def _identifiers(at: Layout, *, columns: bool) -> list[tuple[int, int]]:
    """Tables, also where they qualify a column, and columns if asked for; without those in double quotes."""
    tables = [use for use in at.query.table_uses if at.is_base(use)]
    names = {use.node.name for use in tables}
    spans = {(use.start, use.end) for use in tables}
    spans |= {(c.alias_start, c.alias_end) for c in at.query.column_uses if c.alias in names}
    if columns:
        spans |= {(use.start, use.end) for use in at.query.column_uses if use.column is not None}
    return sorted(span for span in spans if at.text[span[0]] != '"')


def _quoted(
    operator: str, query: Query, rng: Random, left: str, right: str, engine: str, what: str
) -> Iterator[Mutation]:
    at = layout(query)
    tables = _identifiers(at, columns=False)
    everything = _identifiers(at, columns=True)
    variants = [spans for spans in (tables, everything) if tables and spans]
    for spans in some(rng, variants if tables != everything else variants[:1]):
        names = {at.text[a:b] for a, b in spans}
        edits = tuple(Edit(a, b, f"{left}{at.text[a:b]}{right}") for a, b in spans)
        start, end = rng.choice(tables)
        name = at.text[start:end]
        shown = _span(left, name, right)
        diagnosis = rng.choice(
            (
                f"Names such as {shown} stand in {what}, which {engine} reads as quotes and DuckDB doesn't.",
                f"{what[0].upper()}{what[1:]} don't quote names in DuckDB, so {shown} isn't recognised as a table.",
                f"{shown} is quoted as in {engine}. DuckDB uses double quotes, and only where a name needs them.",
            )
        )
        rest = " and the other names" if len(names) > 1 else ""
        repair = rng.choice(
            (
                f"Remove the {what}: write `{name}`{rest} without them.",
                f"Drop the {what}; the {'names need' if rest else 'name needs'} no quotes.",
                f"Write {'the names' if rest else f'`{name}`'} without {what}.",
            )
        )
        yield Mutation(operator, edits, diagnosis, repair)


def _span(left: str, name: str, right: str) -> str:
    """Code that may itself hold backticks."""
    return f"`` {left}{name}{right} ``" if left == "`" else f"`{left}{name}{right}`"


def backtick_identifiers(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    return _quoted("backtick_identifiers", query, rng, "`", "`", "MySQL", "backticks")


def bracket_identifiers(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """Always with the tables: DuckDB reads a lone bracketed column as a list."""
    return _quoted("bracket_identifiers", query, rng, "[", "]", "SQL Server", "square brackets")


def curly_quotes(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = [i for i, kind in enumerate(at.kinds) if kind is TokenType.STRING and "'" not in at.tokens[i].text]
    if not sites:
        return
    left, right = rng.choice(("‘’", "‘’", "“”"))
    edits = tuple(Edit(at.starts[i], at.ends[i], f"{left}{at.tokens[i].text}{right}") for i in sites)
    literal = query.text[at.starts[sites[0]] : at.ends[sites[0]]]
    wrong = f"{left}{literal[1:-1]}{right}"
    diagnosis = rng.choice(
        (
            f"`{wrong}` is written with typographic quotes, which mean nothing in SQL.",
            f"The quotes of `{wrong}` are curly ones, as word processors make them; DuckDB doesn't take "
            "it for a string.",
            f"A string needs straight single quotes. With `{left}` and `{right}` the engine reads `{wrong}` as a name.",
        )
        if literal[1:-1].isidentifier()
        else (
            f"`{wrong}` is written with typographic quotes, which mean nothing in SQL.",
            f"The quotes of `{wrong}` are curly ones, as word processors make them; DuckDB doesn't take "
            "it for a string.",
            f"A string needs straight single quotes, not `{left}` and `{right}`.",
        )
    )
    repair = rng.choice(
        (
            f"Write `{literal}` with straight quotes.",
            f"Use straight single quotes: `{literal}`.",
            "Replace the curly quotes by straight single quotes.",
        )
    )
    yield Mutation("curly_quotes", edits, diagnosis, repair)


def placeholder(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """A parameter of prepared code in place of a value that the question names."""
    at = layout(query)
    sites = []
    for i, kind in enumerate(at.kinds):
        if kind in (TokenType.STRING, TokenType.NUMBER) and at.kinds[i - 1] in (
            TokenType.EQ,
            TokenType.NEQ,
            TokenType.GT,
            TokenType.GTE,
            TokenType.LT,
            TokenType.LTE,
            TokenType.LIKE,
        ):
            named = at.kinds[i - 2] is TokenType.VAR
            sites.append((i, at.tokens[i - 2].text.lower() if named else "value"))
    for i, name in some(rng, sites):
        value = query.text[at.starts[i] : at.ends[i]]
        wrong = rng.choice(_PLACEHOLDERS).format(name)
        diagnosis = rng.choice(
            (
                f"`{wrong}` is a placeholder that was never filled in, so there is no value to compare with.",
                f"The query contains the parameter `{wrong}`, and nothing supplies a value for it.",
                f"`{wrong}` is left over from a template; a query that is run as it stands needs the value itself.",
            )
        )
        repair = rng.choice(
            (
                f"Put the value in its place: `{value}`.",
                f"Replace `{wrong}` by `{value}`.",
                f"Write `{value}` instead of the placeholder.",
            )
        )
        yield Mutation("placeholder", (Edit(at.starts[i], at.ends[i], wrong),), diagnosis, repair)


OPERATORS: tuple[Operator, ...] = (
    Operator(backtick_identifiers, "dialect", "quote.identifier", "text", "Names in backticks (MySQL)"),
    Operator(bracket_identifiers, "dialect", "quote.identifier", "text", "Names in square brackets (SQL Server)"),
    Operator(curly_quotes, "syntax", "quote.typographic", "text", "Strings in curly quotes"),
    Operator(placeholder, "value", "placeholder.unfilled", "text", "A parameter instead of a value"),
)
