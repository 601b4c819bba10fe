"""Rows above or below the average: "Which products have a list price above the average list price of all products?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import wanted
from factory.intents.english import sentences, worded
from factory.intents.filters import noun_phrase
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_noun, draw_subject
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
        parts = {
            "what": self.subject.said(),
            "label": label,
            "end": f"{'highest' if self.level == 'max' else 'lowest'} {label}",
            "side": "above" if self.above else "below",
            "have": noun_phrase(self.by),
            "all": f"all {table.plural}",
            "one": table.label,
            "plural": table.plural,
        }
        show = wanted(
            self.voice, *(column_noun(table, c, qualified=i == 0) for i, c in enumerate((*self.columns, self.by)))
        )
        if self.level != "avg":
            lead = worded(
                self.voice,
                "Among {what}, find those with the {end} (all if [tied|several share it])",
                "Which of the {what} have the {end}, ties included?",
                "Find the {end} among {what} and all of them that have it",
                "{what} with the {end} of them all, [ties too|all that tie]",
                "Of {what}, which have the {end}? [There may be several|Keep ties]",
                "Everything tied for the {end} among {what}"
                if not table.person
                else "Everybody tied for the {end} among {what}",
                **parts,
            )
        elif self.overall:
            lead = worded(
                self.voice,
                "Which {what} have {have} {side} the average {label} of {all}?",
                "[Take|Find] {what} whose {label} is {side} the average for {all}",
                "[Compared with|Against] {all}, which of the {what} are {side} average in {label}?"
                if self.subject.restricted
                else "Which {plural} are {side} average in {label}?",
                "{what} with {have} {side} that of the average {one}",
                "Average the {label} over {all}; which {what} are {side} it?",
                **parts,
            )
        else:
            lead = worded(
                self.voice,
                "Among {what}, which have {have} {side} their [average|mean]?",
                "Of {what}, those whose {label} is {side} the average for these",
                "For {what}, [compute|take] the average {label}; which are {side} it?",
                "Which of the {what} are {side} their own group's average {label}?",
                "Average the {label} over {what}; which of them lie {side}?",
                **parts,
            )
        return sentences(lead, show)


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
