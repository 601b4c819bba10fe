"""What is inside JSON, STRUCT, MAP and list columns, measured like columns of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from factory.identifiers import quote, text_literal
from factory.metadata.live import Connection, LiveColumn
from factory.records import Column

MOST_PARTS = 12
Measure = Callable[[Connection, str, list[LiveColumn]], list[LiveColumn]]


def parts_of(connection: Connection, source: str, column: LiveColumn, measure: Measure) -> tuple[LiveColumn, ...]:
    """The parts of a nested column of `source`, most frequent first; parts that are nested themselves are left out.

    Empty when the values have no parts in common, e.g. JSON that holds arrays.
    """
    name = quote(column.name)
    if column.type.endswith("]"):
        return _items(connection, source, column, measure)
    if column.type == "JSON":
        found = _json_keys(connection, source, name)
        reach = [f"TRY_CAST({name} ->> {text_literal(_path(key))} AS {kind})" for key, kind in found]
    elif column.type.startswith("MAP("):
        found = _map_keys(connection, source, name)
        reach = [f"{name}[{text_literal(key)}]" for key, _ in found]
    else:
        described = connection.execute(f"SELECT unnest({name}) FROM {source} LIMIT 0").description
        found = [(item[0], str(item[1])) for item in described]
        reach = [f"struct_extract({name}, {text_literal(field)})" for field, _ in found]
    return _measured(connection, f"{source} WHERE {name} IS NOT NULL", found, reach, measure)


def live_parts(said: Sequence[Column], live: LiveColumn) -> tuple[Column, ...]:
    """What people call the parts of a nested column, with what the live data says of them; other parts are left out."""
    names = {part.name: part for part in said}
    return tuple(
        replace(
            (spoken := names[part.name]),
            type=part.type,
            values=_values(spoken, part),
            distinct=part.distinct,
            nulls=part.nulls + live.nulls,
        )
        for part in live.parts
        if part.name in names
    )


def _values(said: Column, live: LiveColumn) -> tuple[Any, ...]:
    if said.role in ("measure", "timestamp"):
        return tuple(live.quantiles)
    whole = live.type.endswith("INT") or live.type == "INTEGER"
    return tuple(int(value) for value in live.top) if whole else tuple(live.top)


def _measured(
    connection: Connection, rows: str, found: Sequence[tuple[str, str]], reach: Sequence[str], measure: Measure
) -> tuple[LiveColumn, ...]:
    parts = [LiveColumn(key, kind, True, None) for key, kind in found]
    first = {part.name.lower(): part for part in reversed(parts)}  # a query can't tell "Id" from "id"
    kept = [
        (part, at)
        for part, at in zip(parts, reach, strict=True)
        if part.name and first[part.name.lower()] is part and not part.nested and not part.type.startswith("GEOMETRY")
    ][:MOST_PARTS]
    if not kept:
        return ()
    selected = ", ".join(f"{at} AS {quote(part.name)}" for part, at in kept)
    return tuple(measure(connection, f"(SELECT {selected} FROM {rows})", [part for part, _ in kept]))


def _items(connection: Connection, source: str, column: LiveColumn, measure: Measure) -> tuple[LiveColumn, ...]:
    kind = column.type[: column.type.rindex("[")]
    item = LiveColumn("item", kind, True, None)
    if item.nested or item.type.startswith("GEOMETRY"):
        return ()
    rows = f"(SELECT unnest({quote(column.name)}) AS item FROM {source})"
    (measured,) = measure(connection, rows, [item])
    name = quote(column.name)
    (repeats,) = connection.execute(
        f"SELECT coalesce(bool_or(len(list_distinct({name}::{kind}[])) < len({name})), false) FROM {source}"
    ).fetchone()
    return (replace(measured, name="", repeats=repeats),)


def _path(key: str) -> str:
    return f'$."{key}"'


def _json_keys(connection: Connection, source: str, name: str) -> list[tuple[str, str]]:
    """Keys of the objects and the narrowest type that holds all their values; keys that a path can't name are out."""
    rows = connection.execute(
        f"SELECT k, list_sort(list(DISTINCT json_type({name}, '$.\"' || k || '\"'))), count(*) AS n "
        f"FROM (SELECT {name}, unnest(json_keys({name})) AS k FROM {source} WHERE json_type({name}) = 'OBJECT') "
        f"WHERE regexp_full_match(k, '[A-Za-z_][A-Za-z0-9_]*') GROUP BY k ORDER BY n DESC, k LIMIT {4 * MOST_PARTS}"
    ).fetchall()
    return [(key, kind) for key, kinds, _ in rows if (kind := _kind(set(kinds) - {"NULL"}))]


def _kind(kinds: set[str]) -> str:
    if kinds <= {"BIGINT", "UBIGINT"}:
        return "BIGINT" if kinds else ""
    if kinds <= {"BIGINT", "UBIGINT", "DOUBLE"}:
        return "DOUBLE"
    return {"VARCHAR": "VARCHAR", "BOOLEAN": "BOOLEAN"}.get("".join(sorted(kinds)), "")


def _map_keys(connection: Connection, source: str, name: str) -> list[tuple[str, str]]:
    described = connection.execute(f"SELECT map_keys({name}), map_values({name}) FROM {source} LIMIT 0").description
    keys, values = (str(item[1]) for item in described)
    if keys != "VARCHAR[]":
        return []
    rows = connection.execute(
        f"SELECT k, count(*) AS n FROM (SELECT unnest(map_keys({name})) AS k FROM {source}) "
        f"GROUP BY k ORDER BY n DESC, k LIMIT {MOST_PARTS}"
    ).fetchall()
    return [(key, values.removesuffix("[]")) for key, _ in rows]
