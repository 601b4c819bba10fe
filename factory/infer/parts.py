"""The parts of a user's JSON, STRUCT, MAP and list columns: roles and words, read as those of columns are."""

from __future__ import annotations

from factory.infer.keys import Names
from factory.infer.roles import role_of
from factory.infer.speech import distinct_labels, speech_of
from factory.metadata import LiveColumn, LiveTable, live_parts
from factory.records import Column


def spoken_parts(label: str, plural: str, column: LiveColumn, table: LiveTable, names: Names) -> tuple[Column, ...]:
    """The column's parts that a question could be about."""
    if not column.parts:
        return ()
    if not column.parts[0].name:
        kind = column.parts[0].type
        # Where an item may come twice, "rows per item" has two meanings.
        wanted = kind in ("VARCHAR", "INTEGER", "BIGINT") and column.type.endswith("[]") and not column.parts[0].repeats
        return live_parts([Column("", kind, "category", label, plural)], column) if wanted else ()
    named = names.tables[table.name]
    inside = LiveTable(column.name, None, column.parts, (), (), table.row_count)
    words = {part.name: names.vocabulary.words(part.name) for part in column.parts}
    roles = {part.name: role_of(part, inside, words[part.name], named.noun) for part in column.parts}
    spoken = distinct_labels(
        [(p.name, words[p.name], dict(speech_of(p, words[p.name], roles[p.name], named))) for p in column.parts]
    )
    said = [
        Column(name=part.name, type=part.type, role=roles[part.name], **fields)
        for part, fields in zip(column.parts, spoken, strict=True)
    ]
    return live_parts(said, column)
