"""Funnels: how many parents had one kind of event, and how many of those another kind after it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import sentences, worded
from factory.intents.intent import Intent
from factory.intents.kinds.first_last import Events, draw_events, planned
from factory.intents.subject import Subject
from factory.intents.timespan import times
from factory.records import Column, Database, Relation, Table

Form = Literal["exists", "joined"]


@dataclass(frozen=True, kw_only=True)
class Funnel(Events):
    """The second step counts when any of its events lies after the parent's first event of the first step."""

    kind = "funnel"
    second: Table
    second_relation: Relation
    second_time: Column
    percent: bool
    form: Form

    def tree(self) -> exp.Expr:
        scope = self.alone()
        reached = sql.alias(exp.Min(this=self.at(scope)), "reached")
        firsts = self.restrict(scope.select(self.owner(scope), reached), scope).group_by(self.owner(scope), copy=False)
        query = exp.Select(expressions=[sql.alias(sql.count_rows(), "first_step")]).from_(
            sql.table("first_steps"), copy=False
        )
        went_on = exp.Filter(this=sql.count_rows(), expression=exp.Where(this=self._later()))
        if self.percent:
            hundredfold = exp.Mul(this=exp.Literal.number("100.0"), expression=went_on)
            query = query.select(
                sql.alias(exp.Div(this=hundredfold, expression=sql.count_rows()), "second_step_pct"), copy=False
            )
        else:
            query = query.select(sql.alias(went_on, "second_step"), copy=False)
        if self.form == "joined":
            query = query.join(sql.table("last_steps"), on=self._same("last_steps"), join_type="left", copy=False)
        query = query.with_(sql.called("first_steps"), as_=firsts, copy=False)
        return query.with_(sql.called("last_steps"), as_=self._lasts(), copy=False) if self.form == "joined" else query

    def _same(self, other: str) -> exp.Expr:
        mine = sql.column(self.relation.child_column, "first_steps")
        return exp.EQ(this=sql.column(self.second_relation.child_column, other), expression=mine)

    def _later(self) -> exp.Expr:
        reached = sql.column("reached", "first_steps")
        if self.form == "joined":
            return exp.GT(this=sql.column("latest", "last_steps"), expression=reached)
        name = self.second.name
        after = exp.GT(this=sql.column(self.second_time.name, name), expression=reached)
        found = exp.Select(expressions=[sql.literal(1)]).from_(sql.table(name), copy=False)
        return exp.Exists(this=found.where(sql.both(self._same(name), after), copy=False))

    def _lasts(self) -> exp.Select:
        owner = sql.column(self.second_relation.child_column)
        latest = sql.alias(exp.Max(this=sql.column(self.second_time.name)), "latest")
        query = exp.Select(expressions=[owner, latest]).from_(sql.table(self.second.name), copy=False)
        return query.group_by(owner.copy(), copy=False)

    def question(self) -> str:
        parts = {
            "only": self.only(),
            "many": self.parent.plural,
            "its": "their" if self.parent.person else "its",
            "first": self.subject.table.label,
            "firsts": self.subject.table.plural,
            "seconds": self.second.plural,
            "one": self.time.label,
            "two": self.second_time.label,
            "value": "what percentage" if self.percent else "how many",
            "noun": "percentage" if self.percent else "number",
        }
        return sentences(
            worded(
                self.voice,
                "{only}how many {many} have any {firsts}, and {value} of them had any {seconds} after their first "
                "{first} ([by |]{one}, then {two})?",
                "{only}funnel from {firsts} ({one}) to {seconds} ({two}): number of {many} with any {firsts}, and "
                "{noun} of these with {seconds} after the first one",
                "{only}count {many} that reached {firsts}, and the {noun} of those that went on to {seconds} "
                "later than their first {first} ({one} against {two})",
                "{only}two steps: {many} with any {firsts}; of these, {value} had {seconds} whose {two} is after the "
                "{one} of their first {first}? Both figures in one row",
                "{only}conversion of {many} from {firsts} to {seconds}: how many start, {value} of them have any whose "
                "{two} is after the {one} of the first {first}?",
                **parts,
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    for _ in range(4):
        fields = draw_events(database, rng, per_parent=0.5, filters=0.3, happenings=True, lasting=True)
        if fields is None:
            return None
        if fields["time"].nulls:
            continue  # "any admissions" would mean those that aren't over too
        own: Relation = fields["relation"]
        options = [
            (database.table(r.child), r, c)
            for r in database.relations
            if r.parent == own.parent and r.child not in (own.child, own.parent) and _plain(database, r)
            for c in times(Subject(database.table(r.child)))
            if c.type == fields["time"].type and c.values and not planned(c)
        ]
        options = [o for o in options if o[0].kind == "fact" and not o[0].person]
        if options:
            second, relation, time = rng.choice(options)
            return Funnel(
                **fields,
                second=second,
                second_relation=relation,
                second_time=time,
                percent=rng.random() < 0.35,
                form=rng.choice(("exists", "exists", "joined")),
            )
    return None


def _plain(database: Database, relation: Relation) -> bool:
    """Whether it is the only way from this child to the parent."""
    return sum(r.parent == relation.parent for r in database.parents(relation.child)) == 1
