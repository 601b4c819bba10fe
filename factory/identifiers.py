"""Names and texts as DuckDB's SQL writes them."""

from __future__ import annotations

# duckdb_keywords() of DuckDB 1.5.5, category reserved; importing the engine for it would cost 50 ms.
RESERVED = frozenset(
    """
    all analyse analyze and any array as asc asymmetric both case cast check collate column constraint
    create default deferrable desc describe distinct do else end except false fetch for foreign from
    group having in initially intersect into lambda lateral leading limit not null offset on only or
    order pivot pivot_longer pivot_wider placing primary qualify references returning select show some
    summarize symmetric table then to trailing true union unique unpivot using variadic when where window
    with
    """.split()  # noqa: SIM905 - a list of 75 literals takes a page
)

# Names that need quotes: the above, those of category type_function, and what DuckDB takes bare but sqlglot doesn't.
NEVER_BARE = RESERVED | frozenset(
    """
    anti asof at authorization binary by collation columns concurrently cross freeze full generated glob ilike inner is
    isnull join left like map natural notnull outer overlaps positional right semi similar struct tablesample try_cast
    unpack verbose

    alter between cube drop exists force grant if insert install lock recursive revoke rollback rollup values
    """.split()  # noqa: SIM905 - as above
)


def quote(name: str) -> str:
    """A double-quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def plain(name: str) -> str:
    """The identifier as people write it: quoted only if the engine needs it."""
    simple = name.isascii() and name.replace("_", "a").isalnum() and not name[0].isdigit()
    return name if simple and name.lower() not in NEVER_BARE else quote(name)


def text_literal(text: str) -> str:
    """A single-quoted string literal."""
    return "'" + text.replace("'", "''") + "'"
