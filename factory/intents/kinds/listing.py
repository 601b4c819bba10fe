"""Rows that meet conditions: "List the names and home cities of customers who get the newsletter"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents.english import listed, sentence
from factory.intents.filters import Equals
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_nouns, draw_subject
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Listing(Intent):
    kind = "listing"
    subject: Subject
    columns: tuple[Column, ...]

    def tree(self) -> exp.Expr:
        table = self.subject.table.name
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        query = scope.select(*(scope.column(table, c.name) for c in self.columns))
        return self.subject.restrict(query, scope)

    def question(self) -> str:
        what = self.subject.said()
        nouns = listed([column_nouns(c) for c in self.columns])
        singular = listed(["ID" if c.role == "key" else c.label for c in self.columns])
        return sentence(
            self.choose(
                f"List the {nouns} of all {what}.",
                f"Show me the {nouns} of {what}.",
                f"Which {what} are there? Give the {singular} of each.",
                f"I need the {singular} of every one of the {what}.",
                f"Find all {what} and return their {nouns}.",
                f"Please pull the {nouns} for {what}.",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice([t for t in database.tables if t.row_count > 1])
    subject = draw_subject(database, table, rng, far=0.4, least=1, names=True)
    if not subject.filters and not subject.far:
        return None
    extra = [c for c in table.columns if c.role not in ("key", "reference", "text", "geometry", "flag")]
    extra = [c for c in extra if c.name not in subject.used and c not in shown(table)]
    # "The names of the stores named X" tells nobody anything.
    fixed = {f.column.name for f in subject.filters if isinstance(f, Equals)}
    columns = (
        *(c for c in shown(table) if c.name not in fixed),
        *rng.sample(extra, min(len(extra), rng.choice((0, 1, 1, 2)))),
    )
    return Listing(voice=voice(rng), aliases=alias_style(rng), subject=subject, columns=columns) if columns else None
