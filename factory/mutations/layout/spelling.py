"""Names as people get them wrong."""

from __future__ import annotations

import re
from random import Random

from factory.identifiers import NEVER_BARE

_WORD = re.compile(r"[A-Za-z]{4,}")

# What people and models call a column of a role before they have read the schema.
GENERIC_NAMES = {
    "key": ("id", "uid"),
    "reference": ("id", "ref_id"),
    "name": ("name", "title"),
    "code": ("code", "number"),
    "category": ("type", "kind"),
    "measure": ("amount", "value", "total"),
    "timestamp": ("date", "created_at"),
    "place": ("location", "address"),
    "text": ("description", "comments"),
    "flag": ("is_active", "enabled"),
    "geometry": ("geom", "geometry", "the_geom"),
}
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {letter: row[max(i - 1, 0) : i] + row[i + 1 : i + 2] for row in _ROWS for i, letter in enumerate(row)}
# A typo that is itself a word of SQL would be another fault than a misspelled keyword.
_WORDS = frozenset({"AS", "ASS", "DEC", "NO"})
HOW = {
    "swap": "two letters swapped",
    "drop": "a letter missing",
    "double": "a letter doubled",
    "slip": "one wrong letter",
    "glue": "the space left out",
}


def misspell(word: str, rng: Random) -> tuple[str, str]:
    """A typo of a keyword in the keyword's own case, and what happened to it, in words.

    Words of two or three letters are never hit by a wrong key: the result would not be recognised.
    """
    ways = ["swap", "swap", "drop", "drop", "double"] + (["slip"] if len(word) > 3 else [])
    while True:
        way = rng.choice(ways)
        i = rng.randrange(1, len(word))
        if way == "swap":
            # The first letter is seldom part of a swap, unless the word has no other pair.
            i = i if len(word) == 2 or i > 1 else i + 1
            typo = word[: i - 1] + word[i] + word[i - 1] + word[i + 1 :]
        elif way == "drop":
            typo = word[:i] + word[i + 1 :]
        elif way == "double":
            typo = word[: i + 1] + word[i:]
        else:
            near = rng.choice(_NEIGHBOURS[word[i].lower()])
            typo = word[:i] + (near if word[i].islower() else near.upper()) + word[i + 1 :]
        if typo != word and typo.upper() not in _WORDS:
            return typo, HOW[way]


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
    if word.isupper():
        return plural(word.lower()).upper()
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
    return name if name.isidentifier() and name.isascii() and name not in NEVER_BARE else ""
