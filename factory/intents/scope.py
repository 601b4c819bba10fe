"""The tables of one SELECT: joins along relations, and what each table is called."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from factory.identifiers import plain
from factory.intents import sql
from factory.records import Column, Database, Relation, Table

AliasStyle = Literal["initials", "names", "words"]


@dataclass(frozen=True, slots=True)
class Join:
    """Brings in `table` along `relation`, from whichever of its ends is in the scope already."""

    relation: Relation
    table: str
    left: bool = False


class Scope:
    """FROM `root` and its joins; a table occurs once.

    With one table columns stay bare, else they are qualified. `taken` holds qualifiers of enclosing queries.
    """

    def __init__(
        self,
        root: Table,
        joins: tuple[Join, ...] = (),
        style: AliasStyle = "initials",
        *,
        qualify: bool | None = None,
        taken: frozenset[str] = frozenset(),
    ) -> None:
        self.root = root
        self.joins = joins
        self.qualify = bool(joins) if qualify is None else qualify
        self.style = style
        self.called: dict[str, str] = {}
        used = set(taken)
        for table in (root.name, *(join.table for join in joins)):
            if table not in self.called:
                self.called[table] = _alias(table, style, used)
                used.add(self.called[table].lower())

    def column(self, table: str, column: str) -> exp.Column:
        return sql.column(column, self.called[table] if self.qualify else None)

    def select(self, *columns: exp.Expr) -> exp.Select:
        query = exp.Select(expressions=list(columns)).from_(self._table(self.root.name), copy=False)
        for join in self.joins:
            r = join.relation
            on = exp.EQ(this=self.column(r.child, r.child_column), expression=self.column(r.parent, r.parent_column))
            query = query.join(self._table(join.table), on=on, join_type="left" if join.left else "", copy=False)
        return query

    def _table(self, name: str) -> exp.Table:
        called = self.called[name]
        table = sql.table(name)
        if called != name and self.qualify:
            table.set("alias", sql.called(called))
        return table


def _alias(table: str, style: AliasStyle, used: set[str]) -> str:
    if style == "names":
        return table
    words = _words(table)
    base = "".join(word[0] for word in words).lower()
    if style == "words":
        last = words[-1].lower()
        short = last if len(words) > 1 and last not in used else last[:4].rstrip("aeiou") or last[:4]
        base = short if plain(short) == short else base
    candidate, n = base, 1
    while candidate in used or plain(candidate) != candidate:
        n += 1
        candidate = f"{base}{n}"
    return candidate


def _words(name: str) -> list[str]:
    spaced = "".join(f" {c}" if c.isupper() and not p.isupper() else c for p, c in zip(" " + name, name, strict=False))
    words = [w for w in spaced.replace("_", " ").split() if w.isalnum()]
    kept = [w for w in words if w.lower() not in ("dim", "fact", "tbl")]
    return kept or words or ["t"]


def chains(database: Database, table: str, depth: int) -> list[tuple[Relation, ...]]:
    """Ways up from `table` to its parents, up to `depth` relations long, that visit no table twice."""
    found: list[tuple[Relation, ...]] = []
    frontier: list[tuple[Relation, ...]] = [()]
    for _ in range(depth):
        longer = []
        for chain in frontier:
            at = chain[-1].parent if chain else table
            seen = {table, *(r.parent for r in chain)}
            longer += [(*chain, r) for r in database.parents(at) if r.parent not in seen]
        found += longer
        frontier = longer
    return found


def plain_ways(database: Database, table: str, depth: int) -> list[tuple[Relation, ...]]:
    """Those `chains` whose end needs no explanation: "the order's customer", but not "the route's airport" of two.

    A direct parent is meant before a distant one; else the way must be the only one.
    """
    ways = chains(database, table, depth + 1)
    direct = Counter(way[0].parent for way in ways if len(way) == 1)
    every = Counter(way[-1].parent for way in ways)
    return [
        way
        for way in ways
        if (direct[way[0].parent] == 1 if len(way) == 1 else len(way) <= depth and every[way[-1].parent] == 1)
    ]


def shown(table: Table) -> tuple[Column, ...]:
    """The columns that say which row it is: key, then name or code."""
    keys = [table.column(name) for name in table.key if table.column(name).role == "key"][:1]
    names = list(table.with_role("name", "code"))[:1]
    return tuple(keys + names)
