"""A connection → its tables with keys, comments and statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from factory.identifiers import quote
from factory.metadata.live import SAMPLE_ABOVE, Connection, LiveColumn, LiveTable
from factory.metadata.nested import parts_of

QUANTILES = (0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1)


def read_catalog(connection: Connection) -> tuple[LiveTable, ...]:
    """Tables of schema `main` as the engine reports them, largest first (ties by name), with statistics.

    Tables above 200,000 rows are sampled with a fixed seed.
    """
    tables = connection.execute(
        "SELECT table_name, comment FROM duckdb_tables() "
        "WHERE NOT internal AND schema_name = 'main' AND NOT temporary ORDER BY table_name"
    ).fetchall()
    columns = _columns(connection)
    keys, foreign = _constraints(connection)
    counts = _row_counts(connection, [name for name, _ in tables])
    live = []
    for name, comment in tables:
        count = counts[name]
        source = quote(name)
        if count > SAMPLE_ABOVE:
            source = f"(SELECT * FROM {source} USING SAMPLE reservoir({SAMPLE_ABOVE} ROWS) REPEATABLE (42))"
        measured = _measure(connection, source, columns.get(name, []))
        measured = [replace(c, parts=parts_of(connection, source, c, _measure)) if c.nested else c for c in measured]
        live.append(LiveTable(name, comment, tuple(measured), keys.get(name, ()), tuple(foreign.get(name, ())), count))
    return tuple(sorted(live, key=lambda t: (-t.row_count, t.name)))


def _row_counts(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    if not names:
        return {}
    parts = [f"SELECT {i}, count(*) FROM {quote(name)}" for i, name in enumerate(names)]
    return {names[i]: count for i, count in connection.execute(" UNION ALL ".join(parts)).fetchall()}


def _columns(connection: Connection) -> dict[str, list[LiveColumn]]:
    found: dict[str, list[LiveColumn]] = {}
    rows = connection.execute(
        "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() "
        "WHERE NOT internal AND schema_name = 'main' ORDER BY table_name, column_index"
    ).fetchall()
    for table, name, kind, nullable, comment in rows:
        found.setdefault(table, []).append(LiveColumn(name, kind, bool(nullable), comment))
    return found


def _constraints(
    connection: Connection,
) -> tuple[dict[str, tuple[str, ...]], dict[str, list[tuple[tuple[str, ...], str, tuple[str, ...]]]]]:
    keys: dict[str, tuple[str, ...]] = {}
    foreign: dict[str, list[tuple[tuple[str, ...], str, tuple[str, ...]]]] = {}
    rows = connection.execute(
        "SELECT table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names "
        "FROM duckdb_constraints() WHERE schema_name = 'main' ORDER BY table_name, constraint_index"
    ).fetchall()
    for table, kind, names, parent, parent_names in rows:
        if kind == "PRIMARY KEY":
            keys[table] = tuple(names)
        elif kind == "FOREIGN KEY":
            foreign.setdefault(table, []).append((tuple(names), parent, tuple(parent_names)))
    return keys, foreign


def _measure(connection: Connection, source: str, columns: list[LiveColumn]) -> list[LiveColumn]:
    asked: list[str] = []
    for column in columns:
        name = quote(column.name)
        asked += [f"count(*) - count({name})", _distinct(column)]
        if column.type.startswith("GEOMETRY"):
            asked += [
                f"min(ST_XMin({name}))",
                f"min(ST_YMin({name}))",
                f"max(ST_XMax({name}))",
                f"max(ST_YMax({name}))",
                f"min(ST_GeometryType({name})::VARCHAR)",
                f"list_transform(list({name})[1:12], lambda g: [ST_X(ST_Centroid(g)), ST_Y(ST_Centroid(g))])",
            ]
        elif column.numeric or column.temporal:
            finite = f" FILTER (WHERE isfinite({name}))" if column.type in ("FLOAT", "DOUBLE") else ""
            asked.append(f"quantile_disc({name}, {list(QUANTILES)}){finite}")
    row = iter(connection.execute(f"SELECT {', '.join(asked)} FROM {source}").fetchone())
    measured = []
    for column in columns:
        column = replace(column, nulls=next(row), distinct=next(row))
        if column.type.startswith("GEOMETRY"):
            box = (next(row), next(row), next(row), next(row))
            column = replace(column, extent=None if box[0] is None else box, geometry=next(row))
            column = replace(column, top=tuple((x, y) for x, y in next(row) or ()))
        elif column.numeric or column.temporal:
            quantiles = tuple(next(row) or ())
            low, high = (quantiles[0], quantiles[-1]) if quantiles else (None, None)
            column = replace(column, quantiles=quantiles, low=low, high=high)
        measured.append(column)
    return _with_top(connection, source, measured)


def _with_top(connection: Connection, source: str, columns: list[LiveColumn]) -> list[LiveColumn]:
    wanted = [(i, c) for i, c in enumerate(columns) if _countable(c) and not c.temporal]
    if not wanted:
        return columns
    parts = [
        f"(SELECT {i} AS i, CAST(v AS VARCHAR) AS v, n FROM (SELECT {quote(c.name)} AS v, count(*) AS n "
        f"FROM {source} WHERE {quote(c.name)} IS NOT NULL GROUP BY 1 ORDER BY n DESC, v LIMIT 30))"
        for i, c in wanted
    ]
    rows = connection.execute(f"{' UNION ALL '.join(parts)} ORDER BY i, n DESC, v").fetchall()
    top: dict[int, list[Any]] = {}
    for i, value, _ in rows:
        top.setdefault(i, []).append(value)
    return [replace(c, top=tuple(top[i])) if i in top else c for i, c in enumerate(columns)]


def _distinct(column: LiveColumn) -> str:
    if not _countable(column):
        return "0"
    # For numbers and times only the order of magnitude is of use, and the sketch costs a tenth.
    function = "approx_count_distinct(" if column.numeric or column.temporal else "count(DISTINCT "
    return f"{function}{quote(column.name)})"


def _countable(column: LiveColumn) -> bool:
    return (
        not column.type.startswith("GEOMETRY")
        and not column.nested
        and "[" not in column.type
        and "(" not in column.type.replace("DECIMAL(", "")
    )
