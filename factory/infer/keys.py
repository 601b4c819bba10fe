"""Keys: as declared, else from names and uniqueness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from factory.infer.nouns import Named
from factory.infer.words import LEXICON, Vocabulary, Words, noun_of, split
from factory.metadata import SAMPLE_ABOVE, LiveColumn, LiveTable

SUFFIXES = frozenset(LEXICON["key_suffixes"])
_SURROGATE = ("id", "key", "sk", "pk", "uuid", "guid")
# How many values `LiveColumn.top` holds at most, and how far its estimate of distinct numbers may be off.
_TOP, _ERROR = 30, 0.35
_WHOLE_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


@dataclass(frozen=True, slots=True)
class Names:
    """The words of every table and column: `columns[table][column]` has no prefix such as TPC-H's `l_`."""

    vocabulary: Vocabulary
    tables: Mapping[str, Named]
    columns: Mapping[str, Mapping[str, Words]]


def name_columns(vocabulary: Vocabulary, table: LiveTable) -> Mapping[str, Words]:
    """Words of the columns of one table, without a short prefix that all of them share."""
    pieces = {column.name: split(column.name) for column in table.columns}
    firsts = {words[0] if len(words) > 1 else "" for words in pieces.values()}
    shared = next(iter(firsts)) if len(firsts) == 1 and len(pieces) > 1 else ""
    if len(shared) > 3 or shared in vocabulary.nouns:
        shared = ""
    found = {}
    for column in table.columns:
        rest = " ".join(pieces[column.name][bool(shared) :])
        found[column.name] = vocabulary.words(rest or column.name, column.comment or "")
    return found


def find_key(table: LiveTable, names: Names) -> tuple[str, ...]:
    """The declared primary key, else the likeliest unique column, else nothing."""
    if table.key:
        return table.key
    noun = names.tables[table.name].noun
    best: tuple[int, str] | None = None
    for i, column in enumerate(table.columns):
        rank = _key_rank(names.columns[table.name][column.name], noun, first=i == 0)
        if rank and unique(table, column) and _keyable(column) and (best is None or rank > best[0]):
            best = (rank, column.name)
    return (best[1],) if best else ()


def _key_rank(words: Words, noun: Words, *, first: bool) -> int:
    """0 when the name is none of a key."""
    stem, suffix = stem_of(words)
    if suffix in _SURROGATE and not stem:
        return 5
    if suffix in _SURROGATE and noun_of(stem) in (noun, noun[-1:]):
        return 6
    if suffix and noun_of(stem) == noun:
        return 4
    if suffix in ("key", "sk", "id", "number", "no") and first:
        return 3
    # A name that ends in the noun: trip_id in taxi_trips, whose noun may be longer or shorter.
    return 2 if suffix in _SURROGATE and noun_of(stem)[-1:] == noun[-1:] else 1 if suffix == "code" and first else 0


def stem_of(words: Words) -> tuple[Words, str]:
    """customer, id → (customer), id; id, customer → the same; a name without a key's suffix has suffix ""."""
    if words[-1] in SUFFIXES:
        return words[:-1], words[-1]
    if words[0] in ("id", "fk", "sk", "pk") and len(words) > 1:
        return stem_of(words[1:])[0] or words[1:], "id"
    return words, ""


def distinct(column: LiveColumn) -> int:
    """The number of different values: exact when `top` holds all of them, else as `distinct` estimates it."""
    return len(column.top) if 0 < len(column.top) < _TOP and not column.geometry else column.distinct


def unique(table: LiveTable, column: LiveColumn) -> bool:
    """Whether no value repeats, as far as estimates tell.

    `top` is sorted by frequency, then by value: it is in order throughout only if all of its values are equally
    frequent, and an estimate near the number of rows says that this frequency is one.
    """
    rows = min(table.row_count, SAMPLE_ABOVE)
    if column.nulls or column.top != tuple(sorted(column.top)):
        return False
    if rows < _TOP:
        return len(column.top) == rows
    return column.distinct >= rows * (1 - _ERROR)


def whole(column: LiveColumn) -> bool:
    """Integers, and the DECIMAL(n,0) that older warehouses use for them."""
    decimal = column.type.startswith("DECIMAL") and column.type.endswith(",0)")
    return column.type in _WHOLE_NUMBERS or decimal


def _keyable(column: LiveColumn) -> bool:
    return whole(column) or column.type in ("VARCHAR", "UUID")
