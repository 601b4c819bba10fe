"""What was the latest at that time: each event with the last one of another sort that its parent had by then."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import wanted
from factory.intents.english import sentences, worded
from factory.intents.filters import Equals
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, plain_ways
from factory.intents.subject import Subject, column_noun, facts
from factory.intents.timespan import times
from factory.records import Column, Database, Relation, Table

Match = Literal["asof", "scalar", "grouped"]


@dataclass(frozen=True, slots=True)
class Stream:
    """Rows with a time that belong to the parent at the end of `relation`."""

    subject: Subject
    relation: Relation
    time: Column


@dataclass(frozen=True, kw_only=True)
class AsOf(Intent):
    """`keep` shows the events without an earlier one too, with nothing beside them."""

    kind = "as_of"
    events: Stream
    earlier: Stream
    parent: Table
    key: Column
    keep: bool
    match: Match

    def tree(self) -> exp.Expr:
        # With tables by their own names, a table beside itself would not be told apart.
        style = "initials" if self.aliases == "names" else self.aliases
        table, other = self.events.subject.table, self.earlier.subject.table
        mine = Scope(table, (), style, qualify=True)
        theirs = Scope(other, (), style, qualify=True, taken=frozenset(mine.called.values()))
        key = mine.column(table.name, self.key.name)
        at = mine.column(table.name, self.events.time.name)
        if self.match == "asof":
            return self._asof(mine, key, at)
        moment = theirs.column(other.name, self.earlier.time.name)
        latest = sql.alias(exp.Max(this=moment), "latest_time")
        together = exp.EQ(
            this=theirs.column(other.name, self.earlier.relation.child_column),
            expression=mine.column(table.name, self.events.relation.child_column),
        )
        before = exp.LTE(this=moment.copy(), expression=at.copy())
        conditions = [together, *self.earlier.subject.conditions(theirs), before]
        if self.match == "scalar":
            found = theirs.select(exp.Max(this=moment.copy())).where(sql.both(*conditions), copy=False)
            query = mine.select(key, at, sql.alias(exp.Subquery(this=found), "latest_time"))
            query = self.events.subject.restrict(query, mine)
            if self.keep:
                return query
            exists = theirs.select(sql.literal(1)).where(sql.both(*(c.copy() for c in conditions)), copy=False)
            return query.where(exp.Exists(this=exists), copy=False)
        source = exp.Table(this=sql.name(other.name), alias=sql.called(theirs.called[other.name]))
        query = mine.select(key, at, latest)
        query = query.join(source, on=sql.both(*conditions), join_type="left" if self.keep else "", copy=False)
        return self.events.subject.restrict(query, mine).group_by(key.copy(), at.copy(), copy=False)

    def _asof(self, mine: Scope, key: exp.Column, at: exp.Column) -> exp.Expr:
        table, other = self.events.subject.table, self.earlier.subject.table
        alone = Scope(other, (), self.aliases)
        owner, moment = self.earlier.relation.child_column, self.earlier.time.name
        inner = alone.select(alone.column(other.name, owner), alone.column(other.name, moment))
        inner = self.earlier.subject.restrict(inner, alone)
        on = sql.both(
            exp.EQ(
                this=mine.column(table.name, self.events.relation.child_column),
                expression=sql.column(owner, "earlier"),
            ),
            exp.GTE(this=at.copy(), expression=sql.column(moment, "earlier")),
        )
        join = exp.Join(
            this=exp.Subquery(this=inner, alias=sql.called("earlier")),
            method="ASOF",
            side="LEFT" if self.keep else None,
            on=on,
        )
        query = mine.select(key, at, sql.alias(sql.column(moment, "earlier"), "latest_time"))
        query.append("joins", join)
        return self.events.subject.restrict(query, mine)

    def question(self) -> str:
        at, moment = self.events.time.label, self.earlier.time.label
        key = column_noun(self.events.subject.table, self.key, qualified=True)
        none = (
            worded(
                self.voice,
                "[Leave it empty|Empty|NULL] if there is none",
                "Keep those without one",
                "[If none, NULL|No match, NULL]",
                "Events without one stay, with an empty time",
            )
            if self.keep
            else worded(
                self.voice,
                "[Leave out|Skip|Drop] those without one",
                "Only those that have one",
                "No match, no row",
            )
        )
        lead = worded(
            self.voice,
            "For each of the {what}, find the [latest|last] of the same {one}'s {others} [up to then|at or before it] "
            "({by})",
            "Match {what} [to|with] the [latest|most recent] of the same {one}'s {others} no later than them ({by})",
            "{what}, each with the last of the {one}'s {others} [up to that moment|at or before it], by {by}",
            "What was the last {moment} among the same {one}'s {others} as of each {at} of {what} (same moment "
            "counts)?",
            "When did the {one} last have one of {its} {others}, as of the {at} of each of the {what} (inclusive)?",
            "[As-of join|Join] {what} [to|with] the same {one}'s {others}: [latest|most recent] {moment} <= {at}",
            "For each of the {what}: the [latest|most recent] {moment} not after its {at}, among the {one}'s {others}",
            what=self.events.subject.said(),
            others=self.earlier.subject.said(),
            one=self.parent.label,
            by=at if at == moment else f"{at}, {moment}",
            at=at,
            moment=moment,
            its="their" if self.parent.person else "its",
        )
        return sentences(
            lead,
            wanted(self.voice, key, "both times"),
            none,
        )


def draw(database: Database, rng: Random) -> Intent | None:
    streams = _streams(database)
    pairs = [
        (a, b)
        for a in streams
        for b in streams
        if a.relation.parent == b.relation.parent
        and a.time.type == b.time.type
        and (a.subject.table is not b.subject.table or a == b)
        and len(a.subject.table.key) == 1
    ]
    # A table beside itself only makes sense in two parts of it.
    crossed = [pair for pair in pairs if pair[0] is not pair[1]]
    split = [pair for pair in pairs if pair[0] is pair[1] and _divisions(pair[0].subject.table)]
    if not crossed and not split:
        return None
    if not split or (crossed and rng.random() < 0.6):
        events, earlier = rng.choice(crossed)
    else:
        both, _ = rng.choice(split)
        column = rng.choice(_divisions(both.subject.table))
        first, second = rng.sample([v for v in column.values[:5] if "'" not in str(v)], 2)
        events, earlier = (
            Stream(Subject(both.subject.table, (Equals(column, value),)), both.relation, both.time)
            for value in (first, second)
        )
    table = events.subject.table
    return AsOf(
        voice=voice(rng),
        aliases=alias_style(rng),
        events=events,
        earlier=earlier,
        parent=database.table(events.relation.parent),
        key=table.column(table.key[0]),
        keep=rng.random() < 0.6,
        match=rng.choice(("asof", "asof", "scalar", "grouped")),
    )


def _streams(database: Database) -> list[Stream]:
    """Things that happen to a parent, several times on average, at a moment that is always known."""
    found: list[Stream] = []
    for table in facts(database):
        if table.person or table.kind != "fact":
            continue
        moments = [c for c in times(Subject(table)) if not c.nulls and c.values][:1]
        ways = [way[0] for way in plain_ways(database, table.name, 1) if len(way) == 1 and way[0].parent != table.name]
        for relation in ways:
            if table.row_count >= database.table(relation.parent).row_count:
                found += [Stream(Subject(table), relation, time) for time in moments]
    return found


def _divisions(table: Table) -> list[Column]:
    return [
        c
        for c in table.with_role("category")
        if not c.nulls and 2 <= c.distinct <= 12 and sum("'" not in str(v) for v in c.values[:5]) > 1
    ]
