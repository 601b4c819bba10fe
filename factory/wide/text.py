"""The text of a catalog in a prompt: conventions first, then its tables in one of three forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from factory.identifiers import plain
from factory.wide.catalog import Entry, WideDatabase

Form = Literal["names", "columns", "ddl"]
FORMS: tuple[Form, ...] = ("names", "columns", "ddl")
_HEAD = {"names": "Tables:", "columns": "Tables (columns):", "ddl": "Tables:"}


def catalog_text(database: WideDatabase, shown: Sequence[str], form: Form) -> str:
    """The tables that are shown, in this order, below the conventions that concern them."""
    entries = [database.entry[name] for name in shown]
    between = "\n\n" if form == "ddl" else "\n"
    tables = f"{_HEAD[form]}\n{between if form == 'ddl' else ''}".rstrip("\n") + ("\n\n" if form == "ddl" else "\n")
    tables += between.join(entry_text(entry, form) for entry in entries)
    conventions = noted(database, entries)
    return f"{conventions}\n\n{tables}" if conventions else tables


def noted(database: WideDatabase, entries: Sequence[Entry]) -> str:
    """The conventions that some of the entries follow; empty for a catalog without any."""
    kinds = {entry.kind for entry in entries}
    members = {entry.member for entry in entries}
    said = (n for n in database.notes if n.kind in kinds or (n.kind is None and n.member in members))
    lines = [f"- {note.text}" for note in said]
    return "\n".join(("Conventions:", *lines)) if lines else ""


def entry_text(entry: Entry, form: Form) -> str:
    """One table or view."""
    if form == "names":
        return entry.name
    if form == "columns":
        return f"{entry.name}({', '.join(plain(c.name) for c in entry.columns)})"
    head = f"/* {_comment(entry.comment)} */\n" if entry.comment else ""
    if entry.view:
        return f"{head}CREATE VIEW {entry.name} AS {entry.query};"
    rows = []
    for at, column in enumerate(entry.columns):
        comma = "" if at == len(entry.columns) - 1 else ","
        remark = f"  /* {_comment(column.comment)} */" if column.comment else ""
        rows.append(f"  {plain(column.name)} {column.type}{comma}{remark}")
    body = "\n".join(rows)
    return f"{head}CREATE TABLE {entry.name} (\n{body}\n);"


def _comment(text: str) -> str:
    return " ".join(text.replace("*/", "* /").replace("/*", "/ *").split())
