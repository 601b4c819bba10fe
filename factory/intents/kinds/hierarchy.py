"""Rows above and below one: "All employees managed by employee 17, directly or through others"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.clauses import kind_of
from factory.intents.columns import wanted
from factory.intents.english import sentences, worded
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_noun, column_nouns
from factory.records import Column, Database, Relation, Table

Form = Literal["below", "above"]
_STEPS = "steps"


@dataclass(frozen=True, kw_only=True)
class Hierarchy(Intent):
    """Walks a relation of a table to itself, down from the row with key `start` or up from it.

    The way up begins with the start itself, as step 0; `steps` adds the distance to the way down.
    """

    kind = "hierarchy"
    subject: Subject
    relation: Relation
    columns: tuple[Column, ...]
    form: Form
    start: Any
    steps: bool

    @property
    def table(self) -> Table:
        return self.subject.table

    def tree(self) -> exp.Expr:
        """Down from the children of the start, or up from the start itself."""
        r, name = self.relation, "chain"
        up = self.form == "above"
        carried = [c.name for c in self.columns]
        needed = [*carried, *([r.child_column] if up else [])]
        counted = up or self.steps
        scope = Scope(self.table, (), self.aliases, qualify=True, taken=frozenset({name}))
        plain = Scope(self.table, (), self.aliases)
        at = plain.column(r.child, r.parent_column if up else r.child_column)
        zero = [sql.alias(sql.literal(0 if up else 1), _STEPS)] if counted else []
        anchor = plain.select(*(plain.column(r.child, n) for n in needed), *zero)
        anchor = anchor.where(exp.EQ(this=at, expression=sql.literal(self.start)), copy=False)
        further = [one_more(name, _STEPS)] if counted else []
        step = scope.select(*(scope.column(r.child, n) for n in needed), *further)
        inner, outer = (r.parent_column, r.child_column) if up else (r.child_column, r.parent_column)
        on = exp.EQ(this=scope.column(r.child, inner), expression=sql.column(outer, name))
        step = step.join(sql.table(name), on=on, copy=False)
        query = exp.Select(expressions=[sql.column(n) for n in (*carried, *([_STEPS] if counted else []))])
        return recursive(query.from_(sql.table(name), copy=False), name, anchor, step)

    def question(self) -> str:
        table = self.table
        parts = {
            "label": table.label,
            "plural": table.plural,
            "inverse": self.relation.inverse,
            "verb": self.relation.verb,
            "start": f"the {table.label} with ID {self.start}",
            "them": "them" if table.person else "it",
            "all": "everybody" if table.person else "everything",
            "are": "Who are" if table.person else "What are",
            "nouns": ", ".join(column_nouns(c) for c in self.columns),
            "through": worded(
                self.voice,
                "directly or [indirectly|through others]",
                f"directly or by way of other {table.plural}",
                "at any [depth|level]",
                "at every level",
            ),
        }
        return sentences(self._above(parts)) if self.form == "above" else self._below(parts)

    def _below(self, parts: dict[str, str]) -> str:
        table = self.table
        lead = worded(
            self.voice,
            "[List |]all {plural} {inverse} {start}, {through}",
            "{are} the {plural} {inverse} {start}, {through}?",
            "[Starting from|From] {start}, go all the way down: {all} {inverse} {them}, {through}",
            "{all} below {start}, at all levels of {plural} {inverse} one another",
            "Find the {plural} that come below {start} in the hierarchy, {through}",
            "The whole tree [under|below] {start}: {plural} {inverse} {them}, {through}",
            **parts,
        )
        show = wanted(self.voice, *(column_noun(table, c, qualified=False) for c in self.columns))
        if not self.steps:
            return sentences(lead, show)
        steps = worded(
            self.voice,
            "Show {nouns} and how many steps below each is (direct ones: 1)",
            "With {nouns} and the distance, 1 for direct ones",
            "Add {nouns} and the number of steps down, from 1",
            "{nouns}, steps from the start (1 = direct)",
            **parts,
        )
        return sentences(lead, steps)

    def _above(self, parts: dict[str, str]) -> str:
        return worded(
            self.voice,
            "Follow the chain from {start} (step 0) up to the top: {nouns}, and the number of steps",
            "Which {plural} {verb} {start}, directly or through others? Include that {label} as step 0; {nouns}, then "
            "steps",
            "{start} and {all} above in the hierarchy, with {nouns} and steps (0 for the start)",
            "Starting with {start} as step 0, climb from each {label} to the one above, until the top. List {nouns} "
            "and step",
            "The path from {start} to the top, both ends included: {nouns}, and steps away from the start",
            "{nouns} and distance (0, 1, 2, …) of {start} and of all {plural} over {them}",
            **parts,
        )


def one_more(name: str, column: str) -> exp.Expr:
    return exp.Add(this=sql.column(column, name), expression=sql.literal(1))


def recursive(query: exp.Select, name: str, anchor: exp.Select, step: exp.Select) -> exp.Select:
    walk = exp.Union(this=anchor, expression=step, distinct=False)
    return query.with_(sql.called(name), as_=walk, recursive=True, copy=False)


def draw_relation(database: Database, rng: Random) -> Relation | None:
    """A relation of a table to itself that can be spoken of."""
    relations = [
        r
        for r in database.relations
        if r.parent == r.child and kind_of(r.inverse) == "participle" and _known(database, r)
    ]
    return rng.choice(relations) if relations else None


def draw(database: Database, rng: Random) -> Intent | None:
    relation = draw_relation(database, rng)
    if relation is None:
        return None
    table = database.table(relation.parent)
    form: Form = rng.choice(("below", "below", "above"))
    # A catalog's values of a number are its quantiles; the highest keys are the most likely to have rows above them.
    starts = table.column(relation.child_column if form == "below" else relation.parent_column).values
    return Hierarchy(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=Subject(table),
        relation=relation,
        columns=shown(table),
        form=form,
        start=rng.choice(starts if form == "below" else starts[-4:]),
        steps=rng.random() < 0.4,
    )


def _known(database: Database, relation: Relation) -> bool:
    table = database.table(relation.parent)
    reference, key = table.column(relation.child_column), table.column(relation.parent_column)
    names = shown(table)
    return (
        bool(reference.values and key.values and reference.nulls)
        and len(names) == 2
        and names[0].name == relation.parent_column
        and isinstance(key.values[-1], int)
    )
