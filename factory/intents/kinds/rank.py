"""Ranks within groups: "Rank the products by list price within each product category"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence
from factory.intents.grouping import Key, draw_key
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_noun, draw_subject
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Rank(Intent):
    """`best` keeps ranks 1 to `best` only; 0 keeps all. Equal values share a rank."""

    kind = "rank"
    subject: Subject
    key: Key
    columns: tuple[Column, ...]
    by: Column
    desc: bool
    best: int
    cte: bool

    def tree(self) -> exp.Expr:
        table = self.subject.table.name
        scope = Scope(self.subject.table, (*self.subject.joins(), *self.key.joins()), self.aliases)
        at = scope.column(table, self.by.name)
        window = exp.Window(
            this=exp.Anonymous(this="RANK"),
            partition_by=self.key.expressions(scope),
            order=exp.Order(expressions=[sql.ordered(at.copy(), desc=self.desc)]),
        )
        position = f"{self.by.name.lower()}_rank"
        selected = [*self.key.selected(scope), *(scope.column(table, c.name) for c in self.columns), at]
        names = [e.alias_or_name for e in selected]
        if names.count(names[0]) > 1:
            label = f"{self.key.table.label}_{self.key.columns[0].label}".lower().replace(" ", "_")
            selected[0] = sql.alias(selected[0], label)
            names[0] = label
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
        outer = exp.Select(expressions=[sql.column(n) for n in (*names, position)])
        if self.cte:
            return outer.from_(exp.to_table("ranked")).where(keep, copy=False).with_("ranked", as_=query, copy=False)
        sub = exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier("ranked")))
        return outer.from_(sub, copy=False).where(keep, copy=False)

    def question(self) -> str:
        table, what = self.subject.table, self.subject.said()
        group, label = self.key.said(), self.by.label
        nouns = [column_noun(table, c, qualified=i == 0) for i, c in enumerate(self.columns)]
        output = f"{self.key.output()}, {listed([*nouns, label])}"
        first = "highest" if self.desc else "lowest"
        if self.by.role == "timestamp":
            first = "latest" if self.desc else "earliest"
        if not self.best:
            return sentence(
                self.choose(
                    f"Rank the {what} by {label} within each {group}, {first} first; equal values share a rank. "
                    f"Show {output} and the rank.",
                    f"For each {group}, number {what} by {label} from {first} on, giving ties the same rank. "
                    f"Return {output} and the rank.",
                )
            )
        top = f"in the top {self.best}" if self.best > 1 else "ranked first"
        many = f"{self.best} {table.plural}" if self.best > 1 else table.label
        return sentence(
            self.choose(
                f"Within each {group}, find the {many} with the {first} {label} among {what}, ties included. "
                f"Return {output} and the rank.",
                f"For every {group}, which {what} are {top} by {label} ({first} first, "
                f"ties share a rank)? Show {output} and the rank.",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in database.tables if t.row_count > 20 and shown(t)]
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.15, most=2)
    by = [c for c in table.with_role("measure", "timestamp") if c.distinct > 8 and c.name not in subject.used]
    key = draw_key(database, subject, rng, entity=0.2, time=0)
    if not by or key is None:
        return None
    chosen = rng.choice(by)
    return Rank(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        key=key,
        columns=shown(table),
        by=chosen,
        desc=rng.random() < 0.7,
        best=rng.choice((0, 1, 2, 3, 3)),
        cte=rng.random() < 0.5,
    )
