"""Rows above or below the average: "Which products cost more than the average product in their list?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import article, listed, sentence
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_nouns, draw_subject
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class VersusAverage(Intent):
    """Compares `by` with its average (or maximum, minimum) over the same subject, or over all rows when `overall`."""

    kind = "versus_average"
    subject: Subject
    columns: tuple[Column, ...]
    by: Column
    level: Literal["avg", "max", "min"]
    above: bool
    overall: bool

    def tree(self) -> exp.Expr:
        table = self.subject.table.name
        outer = Scope(self.subject.table, self.subject.joins(), self.aliases)
        inner_joins = () if self.overall else self.subject.joins()
        inner = Scope(
            self.subject.table,
            inner_joins,
            self.aliases,
            taken=frozenset(a.lower() for a in outer.called.values()) if outer.qualify else frozenset(),
        )
        level = {"avg": exp.Avg, "max": exp.Max, "min": exp.Min}[self.level](this=inner.column(table, self.by.name))
        sub = inner.select(level)
        if not self.overall:
            sub = self.subject.restrict(sub, inner)
        compare = exp.EQ if self.level != "avg" else exp.GT if self.above else exp.LT
        test = compare(this=outer.column(table, self.by.name), expression=exp.Subquery(this=sub))
        query = outer.select(*(outer.column(table, c.name) for c in (*self.columns, self.by)))
        return query.where(sql.both(*self.subject.conditions(outer), test), copy=False)

    def question(self) -> str:
        table, label = self.subject.table, self.by.label
        what = self.subject.said()
        nouns = listed([column_nouns(c) for c in (*self.columns, self.by)])
        if self.level != "avg":
            end = "highest" if self.level == "max" else "lowest"
            return sentence(
                self.choose(
                    f"Among {what}, find those with the {end} {label} (all of them if several share it). "
                    f"Show their {nouns}.",
                    f"Which {what} have the {end} {label} of all of these? Include every tie and list the {nouns}.",
                )
            )
        side = "above" if self.above else "below"
        group = f"all {table.plural}" if self.overall else "these"
        return sentence(
            self.choose(
                f"Which {what} have {article(label)} {side} the average {label} of {group}? List their {nouns}."
                if self.overall
                else f"Among {what}, which have {article(label)} {side} their average? List the {nouns}.",
                f"Take {what} and find those whose {label} is {side} the average for {group}. Return the {nouns}.",
                f"Show the {nouns} of {what} whose {label} is {side} the average of {group}."
                if self.overall
                else f"For {what}, compute the average {label} and show the {nouns} of those {side} it.",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in database.tables if t.row_count > 10 and t.with_role("measure") and shown(t)]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.25, most=2)
    measures = [c for c in table.with_role("measure") if c.distinct > 3 and c.name not in subject.used]
    if not measures:
        return None
    restricted = bool(subject.filters or subject.far)
    return VersusAverage(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        columns=shown(table),
        by=rng.choice(measures),
        level=rng.choices(("avg", "max", "min"), weights=(6, 2, 1))[0],
        above=rng.random() < 0.65,
        overall=not restricted,
    )
