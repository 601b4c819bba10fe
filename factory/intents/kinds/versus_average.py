"""Rows above or below the average: "Which products have a list price above the average list price of all products?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence
from factory.intents.filters import noun_phrase
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
            end = f"{'highest' if self.level == 'max' else 'lowest'} {label}"
            show = self.show(f"their {nouns}")
            return sentence(
                self.choose(
                    f"Among {what}, find those with the {end} (all of them if several share it). {show}",
                    f"Which {what} have the {end} of all of these? Include every tie. {show}",
                    f"Find the {end} among {what} and return all {table.plural} that have it, with their {nouns}.",
                    f"Of the {what}, which have exactly the {end}? There may be several. {show}",
                    f"Give me all {what} that share the {end} found among them. {show}",
                )
                if self.subject.far_table is None
                else self.choose(
                    f"Among {what}, find those with the {end} (all of them if several share it). "
                    f"{self.show(f'the {nouns}')}",
                    f"Find the {end} among {what} and return the {nouns} of all that have it.",
                    f"Which of the {what} have the {end}, ties included? {self.show(f'the {nouns}')}",
                )
            )
        side = "above" if self.above else "below"
        show = self.show(f"the {nouns}")
        if self.overall:
            all_ = f"all {table.plural}"
            return sentence(
                self.choose(
                    f"Which {what} have {noun_phrase(self.by)} {side} the average {label} of {all_}? {show}",
                    f"Take {what} and find those whose {label} is {side} the average for {all_}. {show}",
                    f"Show the {nouns} of {what} whose {label} is {side} the average of {all_}."
                    if not self.subject.restricted
                    else f"Compared with {all_}, which of the {what} are {side} average in {label}? {show}",
                    f"List the {what} with {noun_phrase(self.by)} {side} that of the average {table.label}. {show}",
                    f"Compute the average {label} over {all_}. Which {what} are {side} it? {show}",
                )
            )
        return sentence(
            self.choose(
                f"Among {what}, which have {noun_phrase(self.by)} {side} their average? {show}",
                f"Take {what} and find those whose {label} is {side} the average for these. {show}",
                f"For {what}, compute the average {label} and show the {nouns} of those {side} it.",
                f"Which of the {what} are {side} their own group's average {label}? {show}",
                f"Average the {label} over {what}; which of them lie {side} that value? {show}",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in database.tables if t.row_count > 10 and t.with_role("measure") and shown(t)]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.25, most=2, floor=12)
    measures = [c for c in table.with_role("measure") if c.distinct > 3 and c.name not in subject.used]
    if not measures:
        return None
    restricted = subject.restricted
    level: Literal["avg", "max", "min"] = rng.choices(("avg", "max", "min"), weights=(6, 2, 1))[0]
    return VersusAverage(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        columns=shown(table),
        by=rng.choice(measures),
        level=level,
        above=rng.random() < 0.65,
        # "All orders" compares with everything; an extreme is only ever one of the rows asked about.
        overall=level == "avg" and (not restricted or (not subject.far and rng.random() < 0.3)),
    )
