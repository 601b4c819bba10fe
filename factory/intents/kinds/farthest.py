"""The northernmost, southernmost, easternmost and westernmost points: "Which 3 depots are farthest north?"."""

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
        return query.order_by(order, copy=False).limit(sql.literal(self.limit), copy=False)

    @property
    def cut(self) -> Cut:
        return Cut(limit=self.limit, column=len(self.columns))

    def question(self) -> str:
        what, table = self.subject.said(), self.subject.table
        name = "latitude" if self.side in ("north", "south") else "longitude"
        output = f"the {listed([*('ID' if c.role == 'key' else c.label for c in self.columns), name])}"
        side, order = self.side, f"the {self.side}ernmost"
        if self.limit == 1:
            return sentence(
                self.choose(
                    f"Of all {what}, which one is farthest {side}? {self.show(output)}",
                    f"Find {order} of all {what} and return {output}.",
                    f"Give me {output} of the {table.label} that lies farthest {side}"
                    + (f", counting only {what}." if self.subject.restricted else "."),
                    f"Among {what}, which one lies farthest to the {side}? {self.show(output)}",
                    f"How far {side} do {what} reach? Give {output} of {order} one.",
                )
            )
        n = self.limit
        return sentence(
            self.choose(
                f"Of all {what}, which {n} are farthest {side}? {self.show(output)}",
                f"Find the {n} {side}ernmost {what} and return {output}.",
                f"Give me {output} of the {n} {side}ernmost {what}, starting with {order}.",
                f"Going by {self.point.label}, which {n} of the {what} lie farthest {side}? {self.show(output)}",
                f"Which {n} {what} have the {'highest' if side in ('north', 'east') else 'lowest'} {name}, going by "
                f"{self.point.label}? {self.show(output)}"
                if not self.subject.restricted
                else f"Sort {what} from {side} to {_opposite(side)} by {self.point.label} and keep the first {n}. "
                f"{self.show(output)}",
            )
        )


def _opposite(side: str) -> str:
    return {"north": "south", "south": "north", "east": "west", "west": "east"}[side]


def draw(database: Database, rng: Random) -> Intent | None:
    options = [(t, c) for t, c in point_tables(database) if shown(t)]
    if not options:
        return None
    table, point = rng.choice(options)
    limit = rng.choice((1, 3, 5, 10))
    return Farthest(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=draw_subject(database, table, rng, far=0, most=2, floor=2.0 * limit + 2),
        point=point,
        side=rng.choice(("north", "south", "east", "west")),
        columns=shown(table),
        limit=limit,
    )
