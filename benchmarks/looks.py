"""What can be seen of a query, a user name or a line of figures without reading it, as numbers by name."""

from __future__ import annotations

import re
from itertools import pairwise

from recipes.etl.tasks.accounts import COLUMNS

_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]+\"|\d+(?:\.\d+)?|\w+|<=|>=|<>|!=|\|\||//|::|[^\s\w]")
_VOWELS = "aeiou"
_PART = re.compile(r"; |, | \| | / | · ")


def shape_of(sql: str) -> dict[str, float]:
    """Layout and lengths."""
    lines = sql.split("\n")
    words = re.findall(r"[A-Za-z_]+", sql)
    return {
        "#characters": len(sql),
        "#lines": len(lines),
        "#longest line": max(map(len, lines)),
        "#indent": sum(len(line) - len(line.lstrip()) for line in lines),
        "#upper": sum(word.isupper() for word in words),
        "#lower": sum(word.islower() for word in words),
        "#words": len(words),
        "#per word": sum(map(len, words)) / max(1, len(words)),
        "#deepest": _depth(sql),
    }


def _depth(sql: str) -> int:
    depth = deepest = 0
    for mark in sql:
        depth += (mark == "(") - (mark == ")")
        deepest = max(deepest, depth)
    return deepest


def counts(sql: str) -> dict[str, float]:
    found: dict[str, float] = shape_of(sql)
    for token in _TOKEN.findall(sql):
        name = "#text" if token[0] == "'" else "#number" if token[0].isdigit() else token.lower()
        found[name] = found.get(name, 0) + 1
    return found


def of_name(name: str) -> dict[str, float]:
    """Of a user name."""
    lowered = name.lower()
    letters = [c for c in lowered if c.isalpha()]
    words = re.findall(r"[a-z]+", lowered)
    runs = re.findall(r"[bcdfghjklmnpqrstvwxyz]+", lowered)
    return {
        "length": len(name),
        "letters": len(letters),
        "digits": sum(c.isdigit() for c in name),
        "digits at the end": len(name) - len(name.rstrip("0123456789")),
        "first digit at": next((n for n, c in enumerate(name) if c.isdigit()), len(name)),
        "capitals": sum(c.isupper() for c in name),
        "starts with a capital": name[:1].isupper(),
        **{mark: name.count(mark) for mark in "_.-"},
        "parts": len(re.split(r"[_.\-]", name)),
        "words": len(words),
        "longest word": max(map(len, words), default=0),
        "shortest word": min(map(len, words), default=0),
        "vowels": sum(c in _VOWELS for c in letters) / max(1, len(letters)),
        "ends with a vowel": bool(letters) and letters[-1] in _VOWELS,
        "starts with a vowel": bool(letters) and letters[0] in _VOWELS,
        "longest run of consonants": max(map(len, runs), default=0),
        "different characters": len(set(lowered)) / len(name),
        "doubled letters": sum(a == b for a, b in pairwise(lowered)),
    }


def of_account(text: str) -> dict[str, float]:
    """The columns shown, each as it stands, and the looks of the text. Raises ValueError for a text without any."""
    found: dict[str, float] = {}
    for part in _PART.split(text):
        for names in COLUMNS:
            for column, name in names.items():
                rest = re.sub(r'[="\s:]', "", part.replace(name, "", 1)) if name in part else ""
                if rest.isdigit():
                    found[column] = float(rest)
    if not found:
        raise ValueError(f"no figures in {text!r}")
    return {**found, "#length": len(text), "#digits": sum(c.isdigit() for c in text), "#columns": len(found)}
