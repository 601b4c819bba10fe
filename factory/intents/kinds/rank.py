"""Ranks within groups: "Rank the products by list price within each product category"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import wanted
from factory.intents.english import capped, sentences, worded
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
        table, what, n = self.subject.table, self.subject.said(), self.best
        nouns = [column_noun(table, c, qualified=i == 0) for i, c in enumerate(self.columns)]
        show = wanted(self.voice, *self.key.outputs(), *nouns, self.by.label, "rank")
        first = "highest" if self.desc else "lowest"
        if self.by.role == "timestamp":
            first = "latest" if self.desc else "earliest"
        parts = {
            "what": what,
            "group": self.key.said(),
            "label": self.by.label,
            "first": first,
            "n": str(n),
            "one": table.label,
            "among": f" among {what}" if self.subject.restricted else "",
            "shared": self._ties(),
        }
        if n == 1:
            return sentences(self._leading(parts), show)
        lead = self._cut(parts) if n else self._all(parts)
        return sentences(
            lead, *((capped(parts["shared"]), show) if self.voice % 2 else (show, capped(parts["shared"])))
        )

    def _ties(self) -> str:
        """The two ways to go on after a tie, said so that no one can mistake them."""
        if self.dense:
            return worded(
                self.voice,
                "ties share a rank, [none is skipped|no gaps]",
                "dense ranking",
                "equal values share a rank without gaps",
                "use dense ranks (1, 1, 2)",
                "tied values rank the same, the next one follows on",
            )
        return worded(
            self.voice,
            "ties share a rank and leave a gap",
            "ties count as 1, 1, 3",
            "equal values share a rank, then skip",
            "tied values rank the same, with gaps after",
            "standard competition ranks (1, 1, 3)",
        )

    def _all(self, parts: dict[str, str]) -> str:
        return worded(
            self.voice,
            "Rank {what} by {label} within each {group}, {first} first",
            "For each {group}, [number|rank] {what} by {label}, the {first} as 1",
            "What rank does each of the {what} have by {label} in its {group}, {first} first?"
            if not self.subject.table.person
            else "What rank do {what} have by {label} in their {group}, {first} first?",
            "{label} ranking of {what} per {group}, 1 for the {first}",
            "[Place|Position] of each of the {what} by {label} inside their {group}, {first} first",
            "By {group}, where do {what} rank on {label} (1 = {first})?",
            **parts,
        )

    def _leading(self, parts: dict[str, str]) -> str:
        return worded(
            self.voice,
            "Within each {group}, find the {one} with the {first} {label}{among}, ties included",
            "For every {group}, which of the {what} rank first by {label} ({first} first, [with ties|ties included])?",
            "Which of the {what} lead their {group} by {label}, {first} first? Keep [ties|all that tie]",
            "Number one of every {group}{among}: the {one} with the {first} {label}, or all that tie",
            "Per {group}, whichever of the {what} have the {first} {label}; [ties stay|several may share it]",
            "{first} {label} per {group}{among}: which {one} has it? All, if tied",
            **parts,
        )

    def _cut(self, parts: dict[str, str]) -> str:
        top = ("Top {n} {what} by {label} [in|within] each {group}, {first} first",)
        return worded(
            self.voice,
            *(top if self.desc else ()),
            "Within each {group}, rank {what} by {label}, {first} first; keep ranks 1 to {n}",
            "Which of the {what} reach rank {n} or better by {label} in their {group}, {first} first?",
            "[Number|Rank] {what} by {label} in every {group} ({first} = 1) and [drop|cut] everything after rank {n}",
            "Ranks 1 to {n} of {what} by {label} [per|for each] {group}, from the {first} on",
            "Per {group}, the {what} at ranks 1 to {n} by {label}, {first} on top",
            "Which {what} [place|rank] 1 to {n} in their {group} on {label}, {first} first?",
            **parts,
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
