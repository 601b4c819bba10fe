"""Ranks within groups: "Rank the products by list price within each product category"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import capped, listed, sentence
from factory.intents.grouping import Key, draw_key, slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_noun, draw_subject
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Rank(Intent):
    """`best` keeps ranks 1 to `best` only; 0 keeps all. Equal values share a rank; `dense` leaves no gap after them."""

    kind = "rank"
    subject: Subject
    key: Key
    columns: tuple[Column, ...]
    by: Column
    desc: bool
    best: int
    dense: bool
    cte: bool

    def tree(self) -> exp.Expr:
        table = self.subject.table
        scope = Scope(table, (*self.subject.joins(), *self.key.joins()), self.aliases)
        at = scope.column(table.name, self.by.name)
        window = exp.Window(
            this=exp.Anonymous(this="DENSE_RANK" if self.dense else "RANK"),
            partition_by=self.key.expressions(scope),
            order=exp.Order(expressions=[sql.ordered(at.copy(), desc=self.desc)]),
        )
        owned = [*((self.key.table, c) for c in self.key.columns), *((table, c) for c in (*self.columns, self.by))]
        names = [c.name.lower() for _, c in owned]
        selected: list[exp.Expr] = []
        for owner, column in owned:
            plain = scope.column(owner.name, column.name)
            clash = names.count(column.name.lower()) > 1 and owner is self.key.table
            selected.append(sql.alias(plain, slug(f"{owner.label} {column.label}")) if clash else plain)
        position = f"{self.by.name.lower()}_rank"
        query = scope.select(*selected, sql.alias(window, position))
        conditions = self.subject.conditions(scope)
        if self.by.nulls:
            conditions.append(sql.not_null(at.copy()))
        if conditions:
            query = query.where(sql.both(*conditions), copy=False)
        if not self.best:
            return query
        keep: exp.Expr = exp.LTE(this=sql.column(position), expression=sql.literal(self.best))
        if self.best == 1:
            keep = exp.EQ(this=sql.column(position), expression=sql.literal(1))
        outer = exp.Select(expressions=[sql.column(n) for n in (*(e.alias_or_name for e in selected), position)])
        if self.cte:
            return (
                outer.from_(sql.table("ranked"), copy=False)
                .where(keep, copy=False)
                .with_(sql.called("ranked"), as_=query, copy=False)
            )
        sub = exp.Subquery(this=query, alias=sql.called("ranked"))
        return outer.from_(sub, copy=False).where(keep, copy=False)

    def question(self) -> str:
        table, what = self.subject.table, self.subject.said()
        group, label = self.key.said(), self.by.label
        nouns = [column_noun(table, c, qualified=i == 0) for i, c in enumerate(self.columns)]
        output = listed([self.key.output(), *(f"the {n}" if i == 0 else n for i, n in enumerate(nouns)), label])
        show = self.show(f"{output.replace(' and ', ', ')} and the rank")
        ties = self._ties()
        first = "highest" if self.desc else "lowest"
        if self.by.role == "timestamp":
            first = "latest" if self.desc else "earliest"
        if not self.best:
            return sentence(
                self.choose(
                    f"Rank the {what} by {label} within each {group}, {first} first; {ties}. {show}",
                    f"For each {group}, number {what} by {label} from the {first} on; {ties}. {show}",
                    f"What rank does each of the {what} have by {label} among those of the same {group}? The "
                    f"{first} gets rank 1, and {ties}. {show}",
                    f"I need a ranking of {what} per {group}. The {first} {label} gets rank 1, and {ties}. {show}",
                    f"Put {what} in order of {label} inside every {group} and give each its rank, {first} first; "
                    f"{ties}. {show}",
                )
            )
        if self.best == 1:
            among = f" among {what}" if self.subject.restricted else ""
            return sentence(
                self.choose(
                    f"Within each {group}, find the {table.label} with the {first} {label}{among}, ties "
                    f"included. {show}",
                    f"For every {group}, which of the {what} rank first by {label} ({first} first, ties included)? "
                    f"{show}",
                    f"Which of the {what} lead their {group} by {label}, {first} first? Keep all that tie. {show}",
                    f"Give me the number one of every {group}{among}: the {table.label} with the {first} {label}, or "
                    f"all that tie. {show}",
                    f"Per {group}, return whichever of the {what} have the {first} {label}; several may share it. "
                    f"{show}",
                )
            )
        n = self.best
        top = [
            f"For every {group}, which {what} are in the top {n} by {label} ({first} first, {ties})? {show}",
            f"Top {n} {what} by {label} in each {group}, {first} first. {capped(ties)}. {show}",
        ]
        return sentence(
            self.choose(
                *(top if self.desc else ()),
                f"Within each {group}, rank {what} by {label}, {first} first, and keep ranks 1 to {n}; {ties}. {show}",
                f"Which of the {what} reach rank {n} or better by {label} in their {group}? Rank 1 is the {first}, "
                f"and {ties}. {show}",
                f"Number {what} by {label} in every {group}, with the {first} as 1, and drop everything after rank "
                f"{n}; {ties}. {show}",
                f"In each {group}, I need the {what} ranked 1 to {n} by {label}. The {first} comes first; {ties}. "
                f"{show}",
                f"Per {group}, give me ranks 1 to {n} of {what} by {label}, from the {first} on; {ties}. {show}",
            )
        )

    def _ties(self) -> str:
        """The two ways to go on after a tie, said so that no one can mistake them."""
        if self.dense:
            return self.aside(
                "equal values share a rank and no rank is skipped",
                "ties share a rank, without gaps after them",
                "tied values get the same rank and the next value the next rank",
            )
        return self.aside(
            "equal values share a rank and the following ranks are skipped",
            "ties share a rank, with a gap after them",
            "tied values get the same rank and leave a gap, as in 1, 1, 3",
        )


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in database.tables if t.row_count > 20 and shown(t)]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.15, most=2, floor=40)
    by = [c for c in table.with_role("measure", "timestamp") if c.distinct > 8 and c.name not in subject.used]
    key = draw_key(database, subject, rng, entity=0.2, time=0)
    if not by or key is None or subject.rows() < 2 * key.groups:
        return None
    return Rank(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        key=key,
        columns=shown(table),
        by=rng.choice(by),
        desc=rng.random() < 0.7,
        best=rng.choice((0, 1, 2, 3, 3)),
        dense=rng.random() < 0.35,
        cte=rng.random() < 0.5,
    )
