"""The live catalog and data of a database → facts, and the schema text of a prompt.

`read_catalog` and `schema_text` are all that inference needs: what a model is trained on is what it sees later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from factory.identifiers import plain, quote, text_literal

SAMPLE_ABOVE = 200_000
TEXT_LIMIT = 40
_NUMERIC = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)
_REAL = ("FLOAT", "DOUBLE", "DECIMAL")
_TIMES = ("DATE", "TIMESTAMP")
QUANTILES = (0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1)


class Connection(Protocol):
    """A DuckDB connection, as far as reading the catalog needs one."""

    def execute(self, query: str, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class LiveColumn:
    """`top` holds up to 30 values, most frequent first (none for numbers and times, which have `quantiles`;
    for geometry (x, y) of the centres of a few rows)."""

    name: str
    type: str
    nullable: bool
    comment: str | None
    distinct: int = 0
    nulls: int = 0
    low: Any = None
    high: Any = None
    top: tuple[Any, ...] = ()
    quantiles: tuple[Any, ...] = ()
    geometry: str | None = None
    extent: tuple[float, float, float, float] | None = None

    @property
    def numeric(self) -> bool:
        return self.type.startswith(_NUMERIC + _REAL) and "[" not in self.type

    @property
    def temporal(self) -> bool:
        return self.type.startswith(_TIMES) and "[" not in self.type


@dataclass(frozen=True, slots=True)
class LiveTable:
    """`foreign_keys` holds (own columns, parent table, parent columns)."""

    name: str
    comment: str | None
    columns: tuple[LiveColumn, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...]
    row_count: int

    @property
    def key_columns(self) -> frozenset[str]:
        """Columns of the key and of foreign keys, whose ranges say nothing."""
        return frozenset(self.key).union(*(own for own, _, _ in self.foreign_keys))


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
        live.append(LiveTable(name, comment, tuple(measured), keys.get(name, ()), tuple(foreign.get(name, ())), count))
    return tuple(sorted(live, key=lambda t: (-t.row_count, t.name)))


class SchemaText(str):
    """A schema text that keeps what it was made of, so that it can be written again with less."""

    tables: tuple[LiveTable, ...]


def schema_text(
    tables: Sequence[LiveTable],
    *,
    names: Sequence[str] | None = None,
    descriptions: bool = True,
    samples: bool = True,
) -> SchemaText:
    """CREATE TABLE statements with samples, ranges and comments: the metadata part of every prompt.

    `names` picks tables and their order; references to others are left out with them. Without `descriptions` there are
    no comments of the catalog, without `samples` neither values nor ranges.
    """
    found = by_name(tables)
    shown = [found[name] for name in names] if names is not None else list(tables)
    if names is not None:
        kept = {table.name for table in shown}
        shown = [replace(t, foreign_keys=tuple(k for k in t.foreign_keys if k[1] in kept)) for t in shown]
    keyed = {t.name: t.key_columns for t in tables}
    text = SchemaText("\n\n".join(_create(t, keyed[t.name], descriptions, samples) for t in shown))
    text.tables = tuple(tables)
    return text


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
        and "[" not in column.type
        and "(" not in column.type.replace("DECIMAL(", "")
    )


def _create(table: LiveTable, keyed: frozenset[str], descriptions: bool, samples: bool) -> str:
    single = {own[0]: (parent, theirs[0]) for own, parent, theirs in table.foreign_keys if len(own) == 1}
    lines: list[tuple[str, str]] = []
    for column in table.columns:
        text = f"{plain(column.name)} {column.type}"
        if table.key == (column.name,):
            text += " PRIMARY KEY"
        elif not column.nullable and column.name not in table.key:
            text += " NOT NULL"
        if column.name in single:
            parent, theirs = single[column.name]
            text += f" REFERENCES {plain(parent)}({plain(theirs)})"
        lines.append((text, _remark(column, column.name in keyed, descriptions, samples)))
    if len(table.key) > 1:
        lines.append((f"PRIMARY KEY ({', '.join(map(plain, table.key))})", ""))
    for own, parent, keys in table.foreign_keys:
        if len(own) > 1:
            names, targets = ", ".join(map(plain, own)), ", ".join(map(plain, keys))
            lines.append((f"FOREIGN KEY ({names}) REFERENCES {plain(parent)}({targets})", ""))
    last = len(lines) - 1
    body = "\n".join(
        f"  {text}{'' if i == last else ','}{f'  /* {remark} */' if remark else ''}"
        for i, (text, remark) in enumerate(lines)
    )
    head = f"/* {_comment(table.comment)} */\n" if table.comment and descriptions else ""
    return f"{head}CREATE TABLE {plain(table.name)} (\n{body}\n);"


def _remark(column: LiveColumn, keyed: bool, descriptions: bool, samples: bool) -> str:
    parts = [_comment(column.comment)] if column.comment and descriptions else []
    facts = _facts(column, keyed) if samples else ""
    return "; ".join([*parts, facts] if facts else parts)


def _facts(column: LiveColumn, keyed: bool) -> str:
    if column.extent:
        x0, y0, x1, y1 = column.extent
        return f"{column.geometry}, longitude {x0:.2f} to {x1:.2f}, latitude {y0:.2f} to {y1:.2f}"
    if column.low is not None:
        return "" if keyed else f"{_show(column.low, column.type)} to {_show(column.high, column.type)}"
    if not column.top or column.type == "BOOLEAN" or column.type.startswith("GEOMETRY"):
        return ""
    shown = column.top[:3] if column.distinct > 5 else column.top
    return ", ".join(_show(value) for value in shown) + (", ..." if column.distinct > 5 else "")


def _show(value: Any, kind: str = "") -> str:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        text = value if len(value) <= TEXT_LIMIT else value[: TEXT_LIMIT - 1] + "…"
        return text_literal(_comment(text))
    if isinstance(value, float):
        return f"{value:.7g}" if kind == "FLOAT" else f"{value:.10g}"
    return str(value)


def _comment(text: str | None) -> str:
    # "*/" in a value would end the remark and turn data into SQL; "/*" would open another, since they nest.
    return " ".join((text or "").replace("*/", "* /").replace("/*", "/ *").split())


def by_name(tables: Sequence[LiveTable]) -> Mapping[str, LiveTable]:
    return {table.name: table for table in tables}
