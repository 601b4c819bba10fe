"""Missing values shown as a word or counted as zero: "Count customers by segment, with 'unknown' for those without"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import identified
from factory.intents.draw_filter import compatible
from factory.intents.english import listed, sentence, sentences, two_decimals, worded
from factory.intents.grouping import Key, draw_key, slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_noun, draw_subject
from factory.intents.timespan import first_day
from factory.records import Column, Database

_WORDS = ("unknown", "none", "n/a", "not recorded", "missing")


@dataclass(frozen=True, kw_only=True)
class Coalesced(Intent):
    """`ask`: "groups" counts rows per value of `column`, "list" shows it, and both put `word` for NULL; "zero" averages
    it with NULL as 0. `long` writes CASE instead of COALESCE."""

    kind = "coalesced"
    subject: Subject
    column: Column
    ask: Literal["groups", "list", "zero"]
    word: str
    key: Key | None
    long: bool

    def tree(self) -> exp.Expr:
        table = self.subject.table
        scope = Scope(table, (*self.subject.joins(), *(self.key.joins() if self.key else ())), self.aliases)
        at = scope.column(table.name, self.column.name)
        instead = exp.Literal.number(0) if self.ask == "zero" else exp.Literal.string(self.word)
        value: exp.Expr = exp.Coalesce(this=at, expressions=[instead])
        if self.long:
            missing = exp.Is(this=at.copy(), expression=exp.Null())
            value = exp.Case(ifs=[exp.If(this=missing, true=instead.copy())], default=at.copy())
        # An alias equal to the column's name would be grouped by in its place.
        called = f"{slug(self.column.label)}_shown"
        if self.ask == "list":
            columns = [scope.column(table.name, c.name) for c in shown(table) if c.name != self.column.name]
            return self.subject.restrict(scope.select(*columns, sql.alias(value, called)), scope)
        if self.ask == "groups":
            count = sql.alias(sql.count_rows(), f"{slug(table.label)}_count")
            query = self.subject.restrict(scope.select(sql.alias(value, called), count), scope)
            return query.group_by(value.copy(), copy=False)
        mean = exp.Round(this=exp.Avg(this=value), decimals=exp.Literal.number(2))
        selected = self.key.selected(scope) if self.key else []
        query = scope.select(*selected, sql.alias(mean, f"avg_{slug(self.column.label)}"))
        query = self.subject.restrict(query, scope)
        return query.group_by(*self.key.expressions(scope), copy=False) if self.key else query

    def question(self) -> str:
        parts = {"what": self.subject.said(), "label": self.column.label, "word": f"'{self.word}'"}
        if self.ask == "groups":
            return sentence(
                worded(
                    self.voice,
                    "How many {what} are there per {label}? [Count|Put] those without one as {word}",
                    "Count {what} by {label}, [with|using] {word} for [those that have none|a missing one]",
                    "Number of {what} by {label}; [a missing value goes under|NULL becomes] {word}",
                    "{what} per {label}, [empty|missing] ones [as|shown as] {word}",
                    "[Break down|Split] the number of {what} by {label}. Where it is missing, say {word}",
                    "Group {what} by {label} ({word} for NULL) and count each group",
                    **parts,
                )
            )
        if self.ask == "list":
            table = self.subject.table
            nouns = [column_noun(table, c, qualified=i == 0) for i, c in enumerate(shown(table)) if c != self.column]
            return sentence(
                worded(
                    self.voice,
                    "List {these} of {what}, [with|writing] {word} where the {label} is missing",
                    "Show {what} with {these}; {word} if there is no {label}",
                    "What is the {label} of each of the {what}? Give {these}, {word} for a missing one",
                    "For {what}, {these}. Replace an empty {label} [by|with] {word}",
                    "{these} for all {what}, but {word} instead of a NULL {label}",
                    "{what}: {these}, {word} where no {label} is recorded",
                    these=listed([*(f"the {n}" for n in nouns), f"the {self.column.label}"]),
                    **parts,
                )
            )
        groups, identity = identified(self.voice, *([self.key] if self.key else []))
        lead = worded(
            self.voice,
            "What is the average {label} of {what}{per} if a missing value counts as 0?",
            "[Compute the average|Average] {label} over {what}{per}, [taking|with] NULL as 0",
            "Average {label} of {what}{per}, [missing values|those without one] counted as zero",
            "Mean {label} across {what}{per}. Treat missing values as 0, don't skip them",
            "Averaged over {what}, including those without a value as 0, what is the {label}{per}?",
            "For {what}, the average {label}{per}; [where none is recorded it counts as 0|NULL is 0]",
            per=f" per {groups[0]}" if groups else "",
            **parts,
        )
        day = first_day(self, self.key.unit) if self.key and self.key.unit else ""
        return sentences(lead, two_decimals(self.voice), identity, day)


def draw(database: Database, rng: Random) -> Intent | None:
    options = [
        (table, column)
        for table in database.tables
        if table.row_count > 20
        for column in table.with_role("category", "place", "measure", "code", "text")
        if 0.02 < column.nulls / table.row_count < 0.9 and _suits(column)
    ]
    words = [pair for pair in options if pair[1].role in ("category", "place")]
    if words and rng.random() < 0.4:
        options = words
    if not options:
        return None
    table, column = rng.choice(options)
    subject = draw_subject(database, table, rng, far=0.25, most=1, floor=15)
    if not all(compatible(column, f.column) for f in subject.filters):
        return None
    ask: Literal["groups", "list", "zero"] = "list"
    if column.role == "measure":
        ask = "zero"
    elif column.role in ("category", "place") and rng.random() < 0.75:
        ask = "groups"
    if ask == "list" and subject.rows() > 400:
        return None
    key = draw_key(database, subject, rng, entity=0.15, time=0.15) if ask == "zero" and rng.random() < 0.65 else None
    if key and (subject.rows() < 4 * key.groups or not compatible(key.columns[0], column)):
        key = None
    return Coalesced(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        column=column,
        ask=ask,
        word=rng.choice([w for w in _WORDS if w not in column.values]),
        key=key,
        long=rng.random() < 0.2,
    )


def _suits(column: Column) -> bool:
    if column.role == "measure":
        return column.additive
    return column.type == "VARCHAR" and (column.role in ("code", "text") or column.distinct <= 40)
