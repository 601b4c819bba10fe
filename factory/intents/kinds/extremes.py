"""The rows at the top of one column: "What are the 5 most expensive products launched in 2022?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence
from factory.intents.intent import Cut, Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, draw_subject
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Extremes(Intent):
    kind = "extremes"
    subject: Subject
    columns: tuple[Column, ...]
    by: Column
    desc: bool
    limit: int

    def tree(self) -> exp.Expr:
        table = self.subject.table.name
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        query = scope.select(*(scope.column(table, c.name) for c in (*self.columns, self.by)))
        conditions = self.subject.conditions(scope)
        if self.by.nulls:
            conditions.append(sql.not_null(scope.column(table, self.by.name)))
        if conditions:
            query = query.where(sql.both(*conditions), copy=False)
        by = sql.ordered(scope.column(table, self.by.name), desc=self.desc)
        return query.order_by(by, copy=False).limit(self.limit, copy=False)

    @property
    def cut(self) -> Cut:
        return Cut(limit=self.limit, column=len(self.columns))

    def question(self) -> str:
        table = self.subject.table
        output = listed(["ID" if c.role == "key" else c.label for c in (*self.columns, self.by)])
        n = "" if self.limit == 1 else f"{self.limit} "
        noun = table.label if self.limit == 1 else table.plural
        rest = self.subject.restriction()
        adjective = self.by.most if self.desc else self.by.least
        ends = ("latest", "earliest") if self.by.role == "timestamp" else ("highest", "lowest")
        end = ends[0] if self.desc else ends[1]
        if adjective:
            phrase = f"{n}{adjective} {noun}{_singular(rest) if self.limit == 1 else rest}"
        else:
            phrase = f"{n}{noun} with the {end} {self.by.label}"
            if rest:
                phrase += f" among all {table.plural}{rest}"
        verb = "is" if self.limit == 1 else "are"
        return sentence(
            self.choose(
                f"What {verb} the {phrase}? Show the {output}.",
                f"Find the {phrase}, returning the {output}.",
                f"Give me the {output} of the {phrase}.",
                f"List the {phrase} with {'its' if self.limit == 1 and not table.person else 'their'} {output}.",
            )
        )


def _singular(rest: str) -> str:
    """Relative clauses agree with their noun: "who get" → "among those who get"."""
    return f" among those{rest}" if rest.startswith((" who ", " that ")) else rest


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice([t for t in database.tables if t.row_count > 10])
    subject = draw_subject(database, table, rng, far=0.25, most=2)
    orderable = [c for c in table.with_role("measure", "timestamp") if c.distinct > 20 and c.name not in subject.used]
    columns = shown(table)
    if not orderable or not columns:
        return None
    return Extremes(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        columns=columns,
        by=rng.choice(orderable),
        desc=rng.random() < 0.65,
        limit=rng.choice((1, 3, 5, 5, 10)),
    )
