"""Rows counted by a piece of a text: "How many customers are there per email domain?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import article, sentences, worded
from factory.intents.grouping import slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject
from factory.records import Column, Database

Part = Literal["domain", "initial", "word", "prefix", "length"]


@dataclass(frozen=True, kw_only=True)
class Parts(Intent):
    """Rows counted by a part of a text (or by its length). Rows without the text are left out."""

    kind = "text_functions"
    subject: Subject
    column: Column
    part: Part
    several: bool
    plain: bool

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        at = scope.column(self.subject.table.name, self.column.name)
        part = self._part(at)
        names = {"domain": "domain", "initial": "first_letter", "word": "first_word", "prefix": "prefix"}
        name = names.get(self.part, "length")
        count = sql.alias(sql.count_rows(), f"{slug(self.subject.table.label)}_count")
        query = scope.select(sql.alias(part, name), count)
        conditions = self.subject.conditions(scope)
        if self.column.nulls:
            conditions.append(sql.not_null(at.copy()))
        if conditions:
            query = query.where(sql.both(*conditions), copy=False)
        query = query.group_by(part.copy(), copy=False)
        if self.several:
            query = query.having(exp.GT(this=sql.count_rows(), expression=sql.literal(1)), copy=False)
        return query

    def _part(self, at: exp.Column) -> exp.Expr:
        one, two = exp.Literal.number(1), exp.Literal.number(2)
        if self.part == "length":
            return exp.Length(this=at)
        if self.part == "initial":
            return sql.call("LEFT", at, one) if self.plain else sql.call("SUBSTR", at, one, one.copy())
        if self.part == "domain":
            return sql.call("SPLIT_PART", at, exp.Literal.string("@"), two)
        mark = exp.Literal.string("-" if self.part == "prefix" else " ")
        return sql.call("SPLIT_PART", at, mark, one)

    def question(self) -> str:
        label, table = self.column.label, self.subject.table
        part, noun = {
            "domain": (f"domain of the {label} (after the @)", "domain"),
            "initial": (f"first letter of the {label}", "letter"),
            "word": (f"first word of the {label}", "word"),
            "prefix": (f"part of the {label} before the first hyphen", "prefix"),
            "length": (f"number of characters in the {label}", "length"),
        }[self.part]
        lead = worded(
            self.voice,
            "How many {what} are there for each {part}?",
            "Count {what} by the {part}",
            "Group {what} by {part} and [give|show] the [number|count] in each",
            "{part}: how many {what} for each?",
            "Each {part} among {what}, with the count",
            "For every {part}, how many {what} share it?",
            "[Break {what} down|Split {what}] by the {part}: {noun} and count",
            what=self.subject.said(),
            part=part,
            noun=noun,
        )
        several = worded(
            self.voice,
            "Only keep a {noun} that occurs more than once",
            "[Drop|Skip] those that occur [only|just] once",
            "[Leave out|Ignore] every {noun} with a single one",
            "At least two each",
            noun=noun,
        )
        missing = worded(
            self.voice,
            "[Skip|Ignore] {plural} without {a_label}",
            "No {label}, no row",
            "[Leave out|Drop] missing {plural_label}",
            plural=table.plural,
            label=label,
            a_label=article(label),
            plural_label=self.column.plural,
        )
        return sentences(lead, several if self.several else "", missing if self.column.nulls else "")


def draw(database: Database, rng: Random) -> Intent | None:
    found = draw_text(database, rng)
    if found is None or not (parts := _parts(found[1])):
        return None
    subject, column = found
    part = rng.choice(parts)
    return Parts(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        column=column,
        part=part,
        several=part in ("word", "domain") and rng.random() < 0.6,
        plain=rng.random() < 0.6,
    )


def draw_text(database: Database, rng: Random) -> tuple[Subject, Column] | None:
    """Rows and a text of theirs that no filter bears on."""
    tables = [t for t in database.tables if t.row_count > 20 and t.with_role("name", "code", "text")]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.15, most=1, floor=25)
    columns = [
        c
        for c in table.with_role("name", "code", "text")
        if c.type == "VARCHAR" and c.values and c.name not in subject.used
    ]
    columns = [c for c in columns if all(isinstance(v, str) for v in c.values)]
    return (subject, rng.choice(columns)) if columns else None


def _parts(column: Column) -> list[Part]:
    values = [str(v) for v in column.values]
    if all("@" in v for v in values):
        return ["domain", "domain", "domain", "length"]
    found: list[Part] = ["length"] if len({len(v) for v in values}) > 3 else []
    if column.role == "name" and all(v[:1].isalpha() and v[:1].isupper() for v in values):
        found += ["initial", "initial"]
    if column.role == "name" and sum(" " in v for v in values) > len(values) / 2:
        found.append("word")
    if column.role == "code" and all("-" in v for v in values) and len({v.split("-")[0] for v in values}) > 1:
        found += ["prefix", "prefix"]
    return found
