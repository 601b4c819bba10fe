"""Questions about one database of a catalog, with the tables that they need and those that nobody mentions."""

from __future__ import annotations

import re
from collections import defaultdict
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
# Share of the tries at five questions that may come out as five about one table.
_ALONE = 0.25


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
    """Endless questions about the members of a catalog; one is asked as often as it has tables.

    What wasn't looked for is kept, unspoken since words cost more than queries: the last of each kind for each set of
    tables.
    """

    def __init__(self, members: tuple[Member, ...], rng: Random) -> None:
        self._members = members
        self._rng = rng
        self._sources = {at: intents(member.database, rng) for at, member in enumerate(members)}
        self._spare: defaultdict[tuple[int, tuple[str, ...]], dict[str, Intent]] = defaultdict(dict)

    def __iter__(self) -> Iterator[Drawn]:
        """Ends when no member has questions."""
        rng = self._rng
        while self._sources:
            at = rng.choices(list(self._sources), [len(self._members[n].database.tables) for n in self._sources])[0]
            wanted = rng.choices(list(_WANTED), list(_WANTED.values()))[0]
            last: Drawn | None = None
            for intent in self._some(at):
                tree, database = intent.tree(), self._members[at].database
                tables = used(tree, database)
                if tables and not _promising(tree, tables, database, wanted):
                    self._spare[at, tables][intent.kind] = intent
                elif tables:
                    last = _spoken(at, self._members[at], intent, rng)
                    if last and (wanted != "bridge" or last.bridges):
                        break
            if last is not None:  # what a database hasn't got can't be waited for
                yield last

    def together(self, count: int) -> list[Drawn]:
        """So many questions, of as many kinds, for the same tables; empty until there are enough.

        Where there aren't, the database that is nearest to it is asked a little more.
        """
        # Questions about one table come together soonest.
        fewest = 1 if self._rng.random() < _ALONE else 2
        whole = [key for key in self._spare if len(key[1]) >= fewest and self._whole(*key)]
        ready = [key for key in whole if len(self._spare[key]) >= count]
        if not ready:
            if whole:
                self._keep_more(max(whole, key=lambda key: len(self._spare[key]))[0])
            return []
        key = self._rng.choice(ready)
        return self._several(key, list(self._spare.pop(key).values()), count)

    def near(self, one: Drawn, most: int) -> list[Drawn]:
        """Questions that need some of the tables of this one, and others, or not all of them."""
        keys = [k for k in self._spare if k[0] == one.at and k[1] != one.tables and set(k[1]) & set(one.tables)]
        found: list[Drawn] = []
        for key in self._rng.sample(keys, min(most, len(keys))):
            found += self._several(key, list(self._spare[key].values()), 1)
        return found

    def _several(self, key: tuple[int, tuple[str, ...]], kept: list[Intent], count: int) -> list[Drawn]:
        self._rng.shuffle(kept)
        found: list[Drawn] = []
        for intent in kept:
            one = _spoken(key[0], self._members[key[0]], intent, self._rng)
            # One of a list stands by itself.
            if one and one.tables == key[1] and not one.said.earlier and one.said.register != "rambling":
                found.append(one)
            if len(found) == count:
                return found
        return []

    def _keep_more(self, at: int) -> None:
        for intent in self._some(at) if at in self._sources else ():
            if tables := used(intent.tree(), self._members[at].database):
                self._spare[at, tables][intent.kind] = intent

    def _whole(self, at: int, tables: tuple[str, ...]) -> bool:
        return all(len(self._members[at].places[name]) == 1 for name in tables)

    def _some(self, at: int) -> Iterator[Intent]:
        for _ in range(_TRIES):
            intent = next(self._sources[at], None)
            if intent is None:
                del self._sources[at]
                return
            yield intent


def _promising(tree: exp.Expr, tables: tuple[str, ...], database: Database, wanted: str) -> bool:
    if wanted == "bridge":
        return bool(bridges(tree, tables, database, ""))
    return wanted == "any" or len(tables) > 1


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
