"""Names and texts as DuckDB's SQL writes them."""

from __future__ import annotations

from factory.check_spec import RESERVED


def quote(name: str) -> str:
    """A double-quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def plain(name: str) -> str:
    """The identifier as people write it: quoted only if the engine needs it."""
    simple = name.isascii() and name.replace("_", "a").isalnum() and not name[0].isdigit()
    return name if simple and name.lower() not in RESERVED else quote(name)


def text_literal(text: str) -> str:
    """A single-quoted string literal."""
    return "'" + text.replace("'", "''") + "'"
