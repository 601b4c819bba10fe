"""Names as people get them wrong, and the words that can't stand bare where a name is meant."""

from __future__ import annotations

import re
from random import Random

from factory.mutations.loud.typos import misspell

_WORD = re.compile(r"[A-Za-z]{4,}")

# What DuckDB's parser does not take as a bare column or table name.
_RESERVED_TEXT = """
    all analyse analyze and any array as asc asymmetric between both case cast check collate column
    concurrently constraint create cross current_date default deferrable desc describe distinct do else
    end except exists false fetch for foreign freeze from full glob grant group having ilike in
    initially inner intersect into is isnull join lambda lateral leading left like limit map natural not
    notnull null offset on only or order outer overlaps pivot placing positional primary qualify
    references returning right select semi show similar some summarize symmetric table tablesample then
    to trailing true try_cast union unique unpivot using values variadic verbose when where window with
"""
RESERVED = frozenset(_RESERVED_TEXT.split())


def misspell_name(name: str, rng: Random) -> str:
    """The name with a typo in one of its words, or "" when it has no word of four letters."""
    words = list(_WORD.finditer(name))
    if not words:
        return ""
    word = rng.choice(words)
    typo, _ = misspell(word.group(), rng)
    wrong = name[: word.start()] + typo + name[word.end() :]
    return "" if wrong.lower() == name.lower() else wrong


def plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


def singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) else word


def slug(label: str) -> str:
    """A label as a person would write it for an identifier; "" when it isn't made of plain words."""
    name = "_".join(label.lower().replace("-", " ").split())
    return name if name.isidentifier() and name.isascii() and name not in RESERVED else ""
