"""What is known of a wide catalog: its tables, where each comes from, and whose questions it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from factory.identifiers import plain
from factory.records import Column, Database

Kind = Literal[
    "table", "part", "staging", "archive", "snapshot", "old", "draft", "sandbox",
    "year", "summary", "filtered", "joined",
]  # fmt: skip
# A table that is in use, and one of the parts that it is split into where there is no whole.
IN_USE: tuple[Kind, ...] = ("table", "part")


@dataclass(frozen=True, slots=True)
class Entry:
    """A table or view. `name` is as SQL writes it, with the schema unless that is `main`.

    `of` is the table that it was made from, by `query`: empty for one in use. `group` is the table in use that it
    belongs to (a table's own name; for parts what the whole would be called). `renamed` maps columns of `of`, and
    `joined_as` those of the other table that a joined view reads (`joined`), to its own. `detail` is a date or a year,
    `said` what a question calls the rows of a view.
    """

    name: str
    kind: Kind
    member: int
    group: str
    columns: tuple[Column, ...]
    label: str
    plural: str
    comment: str = ""
    key: tuple[str, ...] = ()
    of: str = ""
    query: str = ""
    view: bool = False
    detail: str = ""
    renamed: Mapping[str, str] | None = None
    joined: str = ""
    joined_as: Mapping[str, str] | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A database of the catalog. `places` says where each of its tables stands: in one entry, or in several parts.

    `spoken` is the domain as people say it, `company` whose it is when it isn't one's own.
    """

    database: Database
    places: Mapping[str, tuple[str, ...]]
    spoken: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A line of the catalog's conventions, which a prompt has when it shows a table of this kind or this member."""

    text: str
    kind: Kind | None = None
    member: int | None = None


@dataclass(frozen=True)
class WideDatabase(Database):
    """`entries` are in the order of their names."""

    members: tuple[Member, ...] = ()
    entries: tuple[Entry, ...] = ()
    notes: tuple[Note, ...] = ()

    @cached_property
    def entry(self) -> Mapping[str, Entry]:
        return {entry.name: entry for entry in self.entries}

    @cached_property
    def groups(self) -> Mapping[str, tuple[Entry, ...]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.group, []).append(entry)
        return {group: tuple(entries) for group, entries in found.items()}


def as_wide(database: Database) -> WideDatabase:
    """Any database as a catalog of one member and no copies."""
    if isinstance(database, WideDatabase):
        return database
    entries = tuple(
        Entry(plain(t.name), "table", 0, plain(t.name), t.columns, t.label, t.plural, t.comment or "", t.key)
        for t in sorted(database.tables, key=lambda t: t.name)
    )
    places = {t.name: (plain(t.name),) for t in database.tables}
    return WideDatabase(
        name=database.name,
        family=database.family,
        dialect=database.dialect,
        tables=(),
        instances=database.instances,
        title=database.title,
        schema_text=database.schema_text,
        digest=database.digest,
        members=(Member(database, places),),
        entries=entries,
    )
