"""The role of a column that is neither key nor reference: from its type, its name and its values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import fmean

from factory.infer.keys import SUFFIXES, distinct, whole
from factory.infer.words import LEXICON, Words, noun_of, opaque, singular
from factory.metadata import SAMPLE_ABOVE, LiveColumn, LiveTable
from factory.records import Role

_WORDS = {role: frozenset(words) for role, words in LEXICON["roles"].items()}
_MEASURED = frozenset(LEXICON["measures"]["additive"]) | frozenset(LEXICON["measures"]["not_additive"])
_DATE = re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4}")
FEW = 40


def role_of(column: LiveColumn, table: LiveTable, words: Words, noun: Words) -> Role:
    """A column that no question should be about (a BLOB, a list, a coordinate) is a text."""
    kind = column.type
    if kind.startswith("GEOMETRY"):
        return "geometry"
    if kind.endswith("]"):
        return "text"
    if kind == "BOOLEAN":
        return "flag"
    if column.temporal:
        return "timestamp"
    if kind.startswith("ENUM"):
        return "category"
    if column.numeric:
        return _numeric(column, table, words)
    if kind == "UUID":
        return "code"
    if kind == "TIME":
        return "category" if 1 < column.distinct <= FEW else "text"
    return _textual(column, table, words, noun) if kind == "VARCHAR" else "text"


def filled(column: LiveColumn, table: LiveTable) -> int:
    """Rows that statistics were taken from and that hold a value."""
    return min(table.row_count, SAMPLE_ABOVE) - column.nulls


def _numeric(column: LiveColumn, table: LiveTable, words: Words) -> Role:
    rows, last, integer, count = filled(column, table), words[-1], whole(column), distinct(column)
    few = integer and 0 < count <= FEW and (count <= rows * 0.2 or rows < FEW)
    if last in _WORDS["coordinate"] and (len(last) > 1 or len(words) == 1):
        return "text"
    if not integer or "per" in words:
        return "measure"
    if "date" in words and _date_number(column):
        return "text"
    if last in _WORDS["calendar"] or words[:1] == ("day",) or words[:1] == ("week",):
        return "category" if not set(words) & {"count", "number"} or last == "year" else "measure"
    if set(words) & {"zip", "postal", "phone", "fax", "barcode", "ssn", "serial"}:
        return "category" if few else "code"
    if last in SUFFIXES and words[0] != "number":
        return "category" if few and last not in ("number", "no", "nr") else "code"
    if last in _WORDS["category"] or words[0] in ("is", "has"):
        return "category" if few else "measure"
    if _two_way(column) and rows > FEW and not _counted(words):
        return "category"
    # A handful of codes, by the look of it: few values, a name that says nothing, and nothing in the plural.
    coded = few and count <= 6 and rows >= 50 * count and opaque(words) and not _counted(words)
    return "category" if coded and not set(words) & _MEASURED else "measure"


def _date_number(column: LiveColumn) -> bool:
    return column.low is not None and column.low > 19_000_000 and column.high < 22_000_000


def _two_way(column: LiveColumn) -> bool:
    return set(column.top) == {"0", "1"}


def _counted(words: Words) -> bool:
    return singular(words[-1]) != words[-1] or bool(set(words) & {"count", "number", "quantity"})


def _textual(column: LiveColumn, table: LiveTable, words: Words, noun: Words) -> Role:
    last, rows, top = words[-1], filled(column, table), [str(value) for value in column.top]
    share = column.distinct / rows if rows else 1.0
    length = fmean(map(len, top)) if top else 0.0
    spaces = fmean(len(value.split()) for value in top) if top else 0.0
    few = bool(rows) and column.distinct <= FEW and (share <= 0.5 or column.distinct <= 5)
    named = bool(_WORDS["name"] & set(words[-2:])) and "code" not in words
    if top and not few and (length >= 60 or (spaces >= 5 and not named)):
        return "text"
    if last in _WORDS["text"] and (spaces >= (4 if few else 2.5) or not top):
        return "text"
    if top and all(_DATE.match(value) for value in top):
        return "category" if few and rows > FEW else "text"
    if any("@" in value and " " not in value for value in top[:3]):
        return "code"
    if (last in _WORDS["code"] or _WORDS["code"] & set(words[:1])) and not named:
        return "category" if few and (share < 0.3 or last not in ("number", "no", "plate")) else "code"
    own = noun_of(words) == noun or noun_of(words[:-1]) in (noun, noun[-1:])
    if _place(words, top) and not (share > 0.7 and (own or last == "name")):
        return "place"
    if "address" in words and share > 0.5:
        return "code"
    if named and (share > 0.3 or own or words in (("name",), ("title",))):
        return "name"
    if few and (share < 0.7 or rows < FEW / 2):
        return "category"
    if _regular(top):
        return "code" if share > 0.5 else "category"
    if not top:
        return "category"
    if share > 0.9 and column.nulls == 0 and spaces < 5 and noun_of(words) in (noun, noun[-1:]):
        return "name"
    return "category" if column.distinct <= 3 * FEW and share < 0.3 else "text" if spaces >= 3 else "name"


def _place(words: Words, top: Sequence[str]) -> bool:
    if set(words) & {
        "type",
        "class",
        "code",
        "status",
        "kind",
        "group",
        "zone",
        "category",
        "address",
        "level",
        "rating",
    }:
        return False
    named = words[-1] in _WORDS["place"] or (words[-1] == "name" and words[0] in _WORDS["place"])
    named = named or words[0] in ("city", "country", "state", "town")
    # An order's "state" is a status, and so is anything in lower case.
    return named and (not top or sum(value[:1].isupper() for value in top) > len(top) / 2)


def _regular(top: Sequence[str]) -> bool:
    """Whether the values share a few shapes that hold digits, or are short words in capitals."""
    shapes = {
        re.sub(r"(.)\1+", r"\1", re.sub(r"[a-z]", "a", re.sub(r"[A-Z]", "A", re.sub(r"\d", "9", v)))) for v in top
    }
    if not top or any(" " in value.strip() and not re.search(r"\d", value) for value in top):
        return False
    return len(shapes) <= max(3, len(top) // 6) and all("9" in shape or shape == "A" for shape in shapes)
