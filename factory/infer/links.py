"""References: as declared, else from names, types and ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from factory.infer.keys import Names, distinct, stem_of, whole
from factory.infer.words import LEXICON, Words, is_person, noun_of, singular
from factory.metadata import SAMPLE_ABOVE, LiveColumn, LiveTable

_PEOPLE = 2
_KIN: Mapping[str, Sequence[str]] = LEXICON["kin"]


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key of one column; `role` holds the words that tell it from another of the same parent."""

    child: str
    column: str
    parent: str
    parent_column: str
    role: Words = ()


def find_links(tables: Sequence[LiveTable], keys: Mapping[str, tuple[str, ...]], names: Names) -> tuple[Link, ...]:
    """Declared foreign keys of one column, then what names, types and ranges suggest for the other columns."""
    found: list[Link] = []
    for table in tables:
        declared = {n for own, _, _ in table.foreign_keys for n in own}
        for own, parent, theirs in table.foreign_keys:
            if len(own) == 1:
                stem = stem_of(names.columns[table.name][own[0]])[0]
                role = _role(stem, _stems(parent, theirs[0], names))
                found.append(Link(table.name, own[0], parent, theirs[0], role))
        for column in table.columns:
            if column.name not in declared:
                found += _guessed(table, column, tables, keys, names)
    return tuple(found)


def _guessed(
    table: LiveTable,
    column: LiveColumn,
    tables: Sequence[LiveTable],
    keys: Mapping[str, tuple[str, ...]],
    names: Names,
) -> Iterator[Link]:
    """Parents that the column may refer to, the likeliest first."""
    words = names.columns[table.name][column.name]
    stem, suffix = stem_of(words)
    ranked: list[tuple[int, Link]] = []
    for parent in tables:
        if len(keys[parent.name]) != 1 or (parent.name == table.name and keys[table.name] == (column.name,)):
            continue
        target = next(c for c in parent.columns if c.name == keys[parent.name][0])
        same_name = words == names.columns[parent.name][target.name]
        fits = _same_type(column, target) and _within(table, column, parent, target)
        if not stem or not fits or not (suffix or same_name):
            continue
        rank, role = _match(stem, table, parent, target, names)
        if rank and keys[table.name] == (column.name,) and (rank < 3 or stem == names.tables[table.name].noun):
            continue
        if rank:
            ranked.append((rank, Link(table.name, column.name, parent.name, target.name, role)))
    ranked.sort(key=lambda pair: -pair[0])
    # Two tables of people and a column that says neither: nobody can tell.
    if len(ranked) < 2 or ranked[0][0] > _PEOPLE or ranked[1][0] < _PEOPLE:
        yield from (link for _, link in ranked[:1])


def _match(stem: Words, table: LiveTable, parent: LiveTable, target: LiveColumn, names: Names) -> tuple[int, Words]:
    """How well a reference's stem names the parent (0: not at all), and the words that go beyond."""
    joined, noun = noun_of(stem), names.tables[parent.name].noun
    if parent.name != table.name:
        if joined == noun:
            return 9, ()
        for kind in _stems(parent.name, target.name, names):
            if joined == kind:
                return 8, ()
            if kind and joined[-len(kind) :] == kind and len(joined) > len(kind):
                return 5 + len(kind) // 2, joined[: -len(kind)]
        if joined == noun[-1:]:
            return 3, ()
        person = is_person(stem) or " ".join(stem) in _KIN["people"]
        return (_PEOPLE, stem) if person and names.tables[parent.name].label in _KIN["tables"] else (0, ())
    if joined[-len(noun) :] == noun and len(joined) > len(noun):
        return 6, joined[: -len(noun)]
    return (4, stem) if stem[-1] in _KIN["self"] or " ".join(stem) in _KIN["self"] else (0, ())


def _stems(table: str, key: str, names: Names) -> tuple[Words, ...]:
    """What a reference to the table may be named after: its noun, and the stem of its key."""
    stem = noun_of(stem_of(names.columns[table][key])[0])
    noun = names.tables[table].noun
    return tuple(dict.fromkeys(s for s in (noun, stem) if s))


def _role(stem: Words, kinds: Sequence[Words]) -> Words:
    joined = noun_of(stem)
    for kind in kinds:
        if joined == kind or joined == kind[-1:] or not joined:
            return ()
        if joined[-len(kind) :] == kind:
            return joined[: -len(kind)]
    return tuple(map(singular, joined[-1:])) if len(joined) == 1 else joined


def _same_type(column: LiveColumn, target: LiveColumn) -> bool:
    return (whole(column) and whole(target)) or column.type == target.type


def _within(table: LiveTable, column: LiveColumn, parent: LiveTable, target: LiveColumn) -> bool:
    """Whether the values could all be the parent's; a table without rows contradicts nothing."""
    if not table.row_count or column.nulls >= min(table.row_count, SAMPLE_ABOVE):
        return True
    if not parent.row_count or distinct(column) > max(parent.row_count, target.distinct) * 1.1:
        return False
    if column.low is None or target.low is None:
        return True
    slack = (target.high - target.low) / 50 if parent.row_count > SAMPLE_ABOVE else 0
    return bool(column.low >= target.low - slack and column.high <= target.high + slack)
