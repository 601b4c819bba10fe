"""The northernmost, southernmost, easternmost and westernmost points."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence
from factory.intents.geo import point_tables
from factory.intents.intent import Cut, Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, draw_subject
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Farthest(Intent):
    kind = "farthest"
    subject: Subject
    point: Column
    side: Literal["north", "south", "east", "west"]
    columns: tuple[Column, ...]
    limit: int

    def tree(self) -> exp.Expr:
        table = self.subject.table
        scope = Scope(table, (), self.aliases)
        upright = self.side in ("north", "south")
        at = sql.call("ST_Y" if upright else "ST_X", scope.column(table.name, self.point.name))
        name = "latitude" if upright else "longitude"
        query = scope.select(*(scope.column(table.name, c.name) for c in self.columns), sql.alias(at, name))
        conditions = self.subject.conditions(scope)
        if self.point.nulls:
            conditions.append(sql.not_null(scope.column(table.name, self.point.name)))
        if conditions:
            query = query.where(sql.both(*conditions), copy=False)
        order = sql.ordered(sql.column(name), desc=self.side in ("north", "east"))
        return query.order_by(order, copy=False).limit(self.limit, copy=False)

    @property
    def cut(self) -> Cut:
        return Cut(limit=self.limit, column=len(self.columns))

    def question(self) -> str:
        what = self.subject.said()
        name = "latitude" if self.side in ("north", "south") else "longitude"
        nouns = listed([*("ID" if c.role == "key" else c.label for c in self.columns), name])
        n = f"{self.limit} " if self.limit > 1 else ""
        verb = "are" if n else "is"
        return sentence(
            self.choose(
                f"Of all {what}, which {n or 'one '}{verb} farthest {self.side} by {self.point.label}? "
                f"Show the {nouns}.",
                f"Find the {n}{self.side}ernmost among {what} (by {self.point.label}) and return the {nouns}.",
                f"Give me the {nouns} of the {n}{self.side}ernmost of the {what}, going by {self.point.label}.",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    options = [(t, c) for t, c in point_tables(database) if shown(t)]
    if not options:
        return None
    table, point = rng.choice(options)
    return Farthest(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=draw_subject(database, table, rng, far=0, most=2),
        point=point,
        side=rng.choice(("north", "south", "east", "west")),
        columns=shown(table),
        limit=rng.choice((1, 3, 5, 10)),
    )
