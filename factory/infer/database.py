"""The live catalog of a user's database → a `Database`, by reading names and statistics as a person would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from factory.infer.keys import Names, distinct, find_key, name_columns, unique, whole
from factory.infer.links import Link, find_links
from factory.infer.nouns import name_tables
from factory.infer.parts import spoken_parts
from factory.infer.relations import kind_of, relation_of, spatial_links
from factory.infer.roles import filled, role_of
from factory.infer.speech import distinct_labels, speech_of
from factory.infer.words import is_person
from factory.metadata import LiveColumn, LiveTable
from factory.records import Column, Database, Role, Table, Value

_RANGED = ("key", "reference", "measure", "timestamp")


def infer(name: str, live: Sequence[LiveTable], *, schema_text: str, digest: str) -> Database:
    """What can be told of a DuckDB file without asking its owner. Same tables, same result.

    Declared keys are taken as they are; others are guessed, and a guess that the values contradict is dropped.
    Columns that no question should be about (BLOBs, coordinates as numbers) get role "text" and no values; so do lists,
    JSON, STRUCTs and MAPs, whose labels know their parts.
    """
    vocabulary, named = name_tables(live)
    names = Names(vocabulary, named, {table.name: name_columns(vocabulary, table) for table in live})
    keys = {table.name: find_key(table, names) for table in live}
    links = find_links(live, keys, names)
    tables = tuple(_table(table, keys[table.name], links, names) for table in live)
    return Database(
        name=name,
        family=name,
        dialect="duckdb",
        tables=tables,
        relations=tuple(relation_of(link, named) for link in links),
        spatial=tuple(spatial_links(live)),
        schema_text=schema_text,
        digest=digest,
    )


def _table(table: LiveTable, key: tuple[str, ...], links: Sequence[Link], names: Names) -> Table:
    named, words = names.tables[table.name], names.columns[table.name]
    roles = {column.name: _role(column, table, key, links, names) for column in table.columns}
    if "name" not in roles.values() and table.row_count > 1:
        # In a table of three rows nothing tells names from categories but that they differ.
        telling = [
            c.name for c in table.columns if roles[c.name] == "category" and c.type == "VARCHAR" and unique(table, c)
        ]
        roles |= dict.fromkeys(telling[:1], "name")
    spoken = distinct_labels(
        [(c.name, words[c.name], dict(speech_of(c, words[c.name], roles[c.name], named))) for c in table.columns]
    )
    return Table(
        name=table.name,
        label=named.label,
        plural=named.plural,
        columns=tuple(
            _column(column, table, roles[column.name], _with_parts(fields, column, table, names))
            for column, fields in zip(table.columns, spoken, strict=True)
        ),
        key=key,
        kind=kind_of(table, named, roles, links),
        person=is_person(named.noun),
        comment=table.comment,
        row_count=table.row_count,
    )


def _with_parts(fields: Mapping[str, Any], column: LiveColumn, table: LiveTable, names: Names) -> Mapping[str, Any]:
    if not column.nested:
        return fields
    return {**fields, "parts": spoken_parts(fields["label"], fields["plural"], column, table, names)}


def _role(column: LiveColumn, table: LiveTable, key: tuple[str, ...], links: Sequence[Link], names: Names) -> Role:
    composite = any(column.name in own for own, _, _ in table.foreign_keys)
    if composite or any((link.child, link.column) == (table.name, column.name) for link in links):
        return "reference"
    if key == (column.name,):
        return "key"
    role = role_of(column, table, names.columns[table.name][column.name], names.tables[table.name].noun)
    # A line number that completes a key is no quantity.
    return "code" if role == "measure" and column.name in key else role


def _column(column: LiveColumn, table: LiveTable, role: Role, spoken: Mapping[str, Any]) -> Column:
    fields = Column(
        name=column.name,
        type=column.type,
        role=role,
        label="",
        plural="",
        comment=column.comment,
        nullable=column.nullable,
        distinct=distinct(column),
        nulls=column.nulls,
        geometry=column.geometry.removeprefix("MULTI") if column.geometry else None,
        extent=column.extent,
        values=_values(column, table, role),
    )
    fields = replace(fields, **spoken)
    if column.type.startswith("ENUM") and filled(column, table) > 0:
        return replace(fields, distinct=max(column.distinct, len(fields.values)))
    return fields


def _values(column: LiveColumn, table: LiveTable, role: Role) -> tuple[Value, ...]:
    if table.row_count < 2 or filled(column, table) <= 0:
        return ()
    if column.type.startswith("ENUM"):
        return _labels(column.type)
    if role == "text" and column.type != "VARCHAR":
        return ()
    if column.numeric and role not in _RANGED:
        return tuple(map(int, column.top)) if whole(column) else ()
    return column.quantiles or column.top


def _labels(kind: str) -> tuple[str, ...]:
    """The values of ENUM('a', 'b'), which the statistics leave out."""
    inner = kind[kind.index("(") + 1 : -1]
    parts, current, quoted = [], "", False
    for character in inner:
        if character == "'":
            current, quoted = current + character, not quoted
        elif character == "," and not quoted:
            parts.append(current.strip())
            current = ""
        else:
            current += character
    return tuple(part[1:-1].replace("''", "'") for part in (*parts, current.strip()) if part.startswith("'"))[:30]
