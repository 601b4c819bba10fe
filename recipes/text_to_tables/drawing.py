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


def drawn(members: tuple[Member, ...], rng: Random) -> Iterator[Drawn]:
    """Endless questions; a member is asked as often as it has tables. Ends when none of them has any."""
    sources = {at: intents(member.database, rng) for at, member in enumerate(members)}
    while sources:
        at = rng.choices(list(sources), [len(members[n].database.tables) for n in sources])[0]
        wanted = rng.choices(list(_WANTED), list(_WANTED.values()))[0]
        last: Drawn | None = None
        for _ in range(_TRIES):
            intent = next(sources[at], None)
            if intent is None:
                break
            last = _spoken(at, members[at], intent, rng)
            if last and (wanted == "any" or (last.bridges if wanted == "bridge" else len(last.tables) > 1)):
                break
        else:
            # What a database hasn't got can't be waited for.
            if last is None:
                continue
        if last is None:
            del sources[at]
            continue
        yield last


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
