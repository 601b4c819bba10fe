"""Rows that meet conditions: "List the names and home cities of all customers who get the newsletter"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents.english import listed, sentence, worded
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
        if (name := _name_of_one(self.subject)) is not None:
            return self._look_up(f"{self.subject.table.label} '{name}'")
        options = [
            "List the {nouns} of all {what}",
            "[Show me|Show|Get] the {nouns} of {what}",
            "[The |]{nouns} of all {what}",
            "[Please pull|Pull|Fetch] the {nouns} for [all |]{what}",
            "What are the {nouns} of the {what}?",
            "[Could you get me|Can I have] the {nouns} of [every one of the|all] {what}?",
            "{nouns} [for|of] {what}",
            "{what}, with {nouns}",
        ]
        if self.subject.far_table is None:
            # After a chain "their" could mean the last noun.
            options += [
                "[Find|Look up] all {what} and [return|give] their {nouns}",
                "Which {what} [are on record|do we have|exist]? [Give|Show] their {nouns}",
                "[Looking for|I'm after] {what}. [Show|Return] their {nouns}",
            ]
        nouns = listed([column_nouns(c) for c in self.columns])
        return sentence(worded(self.voice, *options, nouns=nouns, what=self.subject.said()))

    def _look_up(self, one: str) -> str:
        return sentence(
            worded(
                self.voice,
                "What {is} the {nouns} of the {one}?",
                "[Look up|Find|Get] the {nouns} of the {one}",
                "[Show me|Check] the {nouns} for the {one}",
                "Can you tell me the {nouns} of the {one}?",
                "{nouns} of the {one}",
                nouns=listed([c.label for c in self.columns]),
                one=one,
                **{"is": "is" if len(self.columns) == 1 else "are"},
            )
        )


def _name_of_one(subject: Subject) -> str | None:
    """The name, if the only restriction is one that no two rows share."""
    only = subject.filters[0] if len(subject.filters) == 1 and not subject.far else None
    if isinstance(only, Equals) and only.column.role == "name" and only.column.distinct == subject.table.row_count:
        return str(only.value)
    return None


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice([t for t in database.tables if t.row_count > 1])
    subject = draw_subject(database, table, rng, far=0.4, least=1, names=True)
    if not subject.restricted:
        return None
    extra = [c for c in table.columns if c.role not in ("key", "reference", "text", "geometry", "flag")]
    extra = [c for c in extra if c.name not in subject.used and c not in shown(table)]
    # "The names of the stores named X" tells nobody anything.
    fixed = {f.column.name for f in subject.filters if isinstance(f, Equals)}
    one = _name_of_one(subject) is not None
    columns = (
        *(c for c in shown(table) if c.name not in fixed and not one),
        *rng.sample(extra, min(len(extra), rng.choice((1, 2, 3) if one else (0, 1, 1, 2)))),
    )
    return Listing(voice=voice(rng), aliases=alias_style(rng), subject=subject, columns=columns) if columns else None
