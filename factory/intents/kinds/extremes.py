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
        return query.order_by(by, copy=False).limit(sql.literal(self.limit), copy=False)

    @property
    def cut(self) -> Cut:
        return Cut(limit=self.limit, column=len(self.columns))

    def question(self) -> str:
        output = listed(["ID" if c.role == "key" else c.label for c in (*self.columns, self.by)])
        adjective = self.by.most if self.desc else self.by.least
        ends = ("latest", "earliest") if self.by.role == "timestamp" else ("highest", "lowest")
        end = f"{ends[0] if self.desc else ends[1]} {self.by.label}"
        return sentence(self._one(output, adjective, end) if self.limit == 1 else self._some(output, adjective, end))

    def _one(self, output: str, adjective: str | None, end: str) -> str:
        what, noun = self.subject.said(), self.subject.table.label
        if adjective:
            return self.choose(
                f"Of all {what}, which one is the {adjective}? {self.show(f'its {output}')}"
                if not self.subject.table.person
                else f"Of all {what}, who is the {adjective}? {self.show(f'the {output}')}",
                f"Among {what}, find the {adjective} one and return the {output}.",
                f"Give me the {output} of the {adjective} {noun} among all {what}."
                if self.subject.restricted
                else f"Give me the {output} of the {adjective} {noun}.",
                f"Look at all {what}. Which is the {adjective}? {self.show(f'the {output}')}"
                if not self.subject.table.person
                else f"Look at all {what}. Who is the {adjective}? {self.show(f'the {output}')}",
                f"What are the {output} of the {adjective} {noun}, counting only {what}?"
                if self.subject.restricted
                else f"What are the {output} of the {adjective} {noun}?",
            )
        return self.choose(
            f"Of all {what}, which one has the {end}? {self.show(f'the {output}')}",
            f"Among {what}, find the one with the {end} and return the {output}.",
            f"Give me the {output} of the {noun} with the {end}"
            + (f" among all {what}." if self.subject.restricted else "."),
            f"Look at all {what}. Which one has the {end}? {self.show(f'the {output}')}",
            f"Which {noun} has the {end}" + (f" among {what}" if self.subject.restricted else "") + "? "
            f"{self.show(f'the {output}')}",
        )

    def _some(self, output: str, adjective: str | None, end: str) -> str:
        table, what, n = self.subject.table, self.subject.said(), self.limit
        if adjective:
            phrase = f"{n} {adjective} {what}"
        else:
            phrase = f"{n} {table.plural} with the {end}" + (f" among all {what}" if self.subject.restricted else "")
        order = self._order(adjective, end)
        return self.choose(
            f"What are the {phrase}? {self.show(f'the {output}')}{order}",
            f"Find the {phrase}, returning the {output}.{order}",
            f"Give me the {output} of the {phrase}.{order}",
            f"Of all {what}, which {n} {f'are the {adjective}' if adjective else f'have the {end}'}? "
            f"{self.show(f'the {output}')}{order}",
            f"Sort {what} by {self.by.label} and keep the {n} {adjective or f'with the {end}'}. "
            f"{self.show(f'the {output}')}{order}",
            f"Top {n} {what} by {self.by.label}, please. {self.show(f'the {output}')}{order}"
            if self.desc and self.by.role == "measure"
            else f"Could you show me the {phrase}? {self.show(f'the {output}')}{order}",
        )

    def _order(self, adjective: str | None, end: str) -> str:
        first = f"the {adjective}" if adjective else f"the {end}"
        return self.aside(f" Start with {first}.", "", f" Put {first} first.", "")


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in database.tables if t.row_count > 10]
    if not tables:
        return None
    table = rng.choice(tables)
    limit = rng.choice((1, 3, 5, 5, 10))
    subject = draw_subject(database, table, rng, far=0.25, most=2, floor=2.0 * limit + 2)
    orderable = [c for c in table.with_role("measure", "timestamp") if c.distinct > 20 and c.name not in subject.used]
    columns = shown(table)
    if not orderable or not columns or subject.rows() < 1.5 * limit:
        return None
    return Extremes(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        columns=columns,
        by=rng.choice(orderable),
        desc=rng.random() < 0.65,
        limit=limit,
    )
