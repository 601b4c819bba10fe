"""Facts → the schema text of a prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from factory.identifiers import plain, text_literal
from factory.metadata.live import LiveColumn, LiveTable

TEXT_LIMIT = 40
PARTS_SHOWN = 6


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
        # Which axis is which is what spatial SQL goes wrong by; beyond these bounds the coordinates are projected.
        degrees = max(-x0, x1) <= 180 and max(-y0, y1) <= 90
        x, y = ("x longitude", "y latitude") if degrees else ("x", "y")
        return f"{column.geometry}, {x} {x0:.2f} to {x1:.2f}, {y} {y0:.2f} to {y1:.2f}"
    if column.parts:
        return _parts(column)
    if column.low is not None:
        return "" if keyed else f"{_show(column.low, column.type)} to {_show(column.high, column.type)}"
    if not column.top or column.type == "BOOLEAN" or column.type.startswith("GEOMETRY"):
        return ""
    shown = column.top[:3] if column.distinct > 5 else column.top
    return ", ".join(_show(value) for value in shown) + (", ..." if column.distinct > 5 else "")


def _parts(column: LiveColumn) -> str:
    """The keys of a JSON object with their values, as far as they fit a remark; a list's items are just values."""
    if not column.parts[0].name:
        facts = _facts(column.parts[0], keyed=False)
        return f"items: {facts}" if facts else ""
    record = column.type.startswith("STRUCT(")  # whose type names the fields already
    said = []
    for part in column.parts:
        facts = "true or false" if part.type == "BOOLEAN" else _facts(replace(part, top=part.top[:2]), keyed=False)
        if facts or not record:
            said.append(f"{_comment(part.name)} ({facts})" if facts else _comment(part.name))
    shown = ", ".join(said[:PARTS_SHOWN]) + (", ..." if len(said) > PARTS_SHOWN else "")
    return shown if record else f"keys: {shown}"


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
