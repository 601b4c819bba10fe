"""Questions about one database of a catalog, with the tables that they need and those that nobody mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents.draw import intents
from factory.intents.intent import Intent
from factory.intents.registers import Said, speak
from factory.records import Database
from factory.wide.catalog import Member

_TRIES = 25
# What a draw looks for: anything, several tables, or one that is only passed through.
_WANTED = {"any": 4, "several": 3, "bridge": 4}


@dataclass(frozen=True, slots=True)
class Drawn:
    """`tables` and `bridges` are tables of the member."""

    at: int
    member: Member
    intent: Intent
    said: Said
    tree: exp.Expr
    tables: tuple[str, ...]
    bridges: tuple[str, ...]


class Draws:
    """Endless questions about the members of a catalog; one is asked as often as it has tables."""

    def __init__(self, members: tuple[Member, ...], rng: Random) -> None:
        self._members = members
        self._rng = rng
        self._sources = {at: intents(member.database, rng) for at, member in enumerate(members)}

    def __iter__(self) -> Iterator[Drawn]:
        """Ends when no member has questions."""
        rng = self._rng
        while self._sources:
            at = rng.choices(list(self._sources), [len(self._members[n].database.tables) for n in self._sources])[0]
            wanted = rng.choices(list(_WANTED), list(_WANTED.values()))[0]
            last: Drawn | None = None
            for intent in self._some(at, _TRIES):
                if _promising(intent, self._members[at].database, wanted):
                    last = _spoken(at, self._members[at], intent, rng)
                    if last and (wanted != "bridge" or last.bridges):
                        break
            if last is not None:  # what a database hasn't got can't be waited for
                yield last

    def about(self, at: int, tables: tuple[str, ...], tries: int) -> Iterator[Drawn]:
        """Questions that need exactly these tables of a member, among the next so many."""
        for intent in self._some(at, tries):
            if used(intent.tree(), self._members[at].database) == tables:
                found = _spoken(at, self._members[at], intent, self._rng)
                if found and found.tables == tables:
                    yield found

    def _some(self, at: int, tries: int) -> Iterator[Intent]:
        for _ in range(tries):
            intent = next(self._sources[at], None) if at in self._sources else None
            if intent is None:
                self._sources.pop(at, None)
                return
            yield intent


def _promising(intent: Intent, database: Database, wanted: str) -> bool:
    """Whether it is worth the words: those cost more than the query."""
    if wanted == "any":
        return True
    tree = intent.tree()
    tables = used(tree, database)
    return bool(bridges(tree, tables, database, "")) if wanted == "bridge" else len(tables) > 1


def _spoken(at: int, member: Member, intent: Intent, rng: Random) -> Drawn | None:
    intent, said = speak(intent, member.database, rng)
    if said.register == "technical":
        return None  # it calls tables and columns by their names, and so gives the answer away
    tree = intent.tree()
    tables = used(tree, member.database)
    if not tables:
        return None
    question = " ".join((*said.earlier, said.question))
    return Drawn(at, member, intent, said, tree, tables, bridges(tree, tables, member.database, question))


def used(tree: exp.Expr, database: Database) -> tuple[str, ...]:
    """Tables of the database that a query reads."""
    ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    names = {node.name for node in tree.find_all(exp.Table)}
    return tuple(sorted(name for name in names if name in database.by_name and name.lower() not in ctes))


def bridges(tree: exp.Expr, tables: tuple[str, ...], database: Database, question: str) -> tuple[str, ...]:
    """Tables that a query only passes through: it uses keys of theirs, and the question has no word for them."""
    owners: dict[str, set[str]] = {}
    for node in tree.find_all(exp.Table):
        owners.setdefault(node.alias_or_name, set()).add(node.name)
    plain: dict[str, set[str]] = {name: set() for name in tables}
    for column in tree.find_all(exp.Column):
        for name in owners.get(column.table, set(tables) if not column.table else set()):
            if name in plain and column.name in database.table(name).by_name:
                plain[name].add(database.table(name).column(column.name).role)
    if len(tables) < 3:
        return ()
    return tuple(
        name
        for name in tables
        if plain[name] <= {"key", "reference"} and not mentions(question, database.table(name).label)
        and not mentions(question, database.table(name).plural)
    )  # fmt: skip


def mentions(question: str, words: str) -> bool:
    return re.search(rf"\b{re.escape(words)}\b", question, re.IGNORECASE) is not None
