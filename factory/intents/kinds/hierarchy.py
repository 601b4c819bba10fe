"""Rows above and below each other: "All employees managed by employee 17, directly or through others"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.clauses import kind_of
from factory.intents.english import listed, sentence
from factory.intents.grouping import slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_nouns, draw_subject
from factory.records import Column, Database, Relation, Table

Form = Literal["below", "above", "depth", "levels", "count"]
_STEPS, _LEVEL = "steps", "level"


@dataclass(frozen=True, kw_only=True)
class Hierarchy(Intent):
    """All forms walk a relation of a table to itself.

    "below" and "above" start from the row with key `start`, "depth" gives the level of each row of the subject,
    "levels" how many rows of the subject are on each, and "count" the number of rows below each. `steps` adds the
    distance from the start to "below"; `zeros` keeps those without any in "count".
    """

    kind = "hierarchy"
    subject: Subject
    relation: Relation
    columns: tuple[Column, ...]
    form: Form
    start: Any
    steps: bool
    zeros: bool

    @property
    def table(self) -> Table:
        return self.subject.table

    def tree(self) -> exp.Expr:
        if self.form == "count":
            return self._count()
        if self.form in ("depth", "levels"):
            return self._levels()
        return self._walk()

    def _walk(self) -> exp.Expr:
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
        further = [_one_more(name, _STEPS)] if counted else []
        step = scope.select(*(scope.column(r.child, n) for n in needed), *further)
        inner, outer = (r.parent_column, r.child_column) if up else (r.child_column, r.parent_column)
        on = exp.EQ(this=scope.column(r.child, inner), expression=sql.column(outer, name))
        step = step.join(sql.table(name), on=on, copy=False)
        query = exp.Select(expressions=[sql.column(n) for n in (*carried, *([_STEPS] if counted else []))])
        return _recursive(query.from_(sql.table(name), copy=False), name, anchor, step)

    def _levels(self) -> exp.Expr:
        r, name = self.relation, "ranked_rows"
        scope = Scope(self.table, (), self.aliases, qualify=True, taken=frozenset({name}))
        plain = Scope(self.table, (), self.aliases)
        anchor = plain.select(plain.column(r.child, r.parent_column), sql.alias(sql.literal(1), _LEVEL))
        top = exp.Is(this=plain.column(r.child, r.child_column), expression=exp.Null())
        anchor = anchor.where(top, copy=False)
        step = scope.select(scope.column(r.child, r.parent_column), _one_more(name, _LEVEL))
        on = exp.EQ(this=scope.column(r.child, r.child_column), expression=sql.column(r.parent_column, name))
        step = step.join(sql.table(name), on=on, copy=False)
        level = sql.column(_LEVEL, name)
        if self.form == "levels":
            number = sql.alias(sql.count_rows(), f"{slug(self.table.label)}_count")
            if not self.subject.restricted:
                query = exp.Select(expressions=[sql.column(_LEVEL), number]).from_(sql.table(name), copy=False)
                query = query.group_by(sql.column(_LEVEL), copy=False)
                query = query.order_by(sql.ordered(sql.column(_LEVEL)), copy=False)
                return _recursive(query, name, anchor, step)
            query = scope.select(level, number)
        else:
            query = scope.select(*(scope.column(r.child, c.name) for c in self.columns), level)
        on = exp.EQ(this=sql.column(r.parent_column, name), expression=scope.column(r.child, r.parent_column))
        query = self.subject.restrict(query.join(sql.table(name), on=on, copy=False), scope)
        if self.form == "levels":
            query = query.group_by(level.copy(), copy=False).order_by(sql.ordered(level.copy()), copy=False)
        return _recursive(query, name, anchor, step)

    def _count(self) -> exp.Expr:
        r, name, top, member = self.relation, "below", "top_id", "member_id"
        scope = Scope(self.table, (), self.aliases, qualify=True, taken=frozenset({name}))
        plain = Scope(self.table, (), self.aliases)
        reference = plain.column(r.child, r.child_column)
        anchor = plain.select(
            sql.alias(reference, top), sql.alias(plain.column(r.child, r.parent_column), member)
        ).where(sql.not_null(reference.copy()), copy=False)
        step = scope.select(sql.column(top, name), scope.column(r.child, r.parent_column))
        on = exp.EQ(this=scope.column(r.child, r.child_column), expression=sql.column(member, name))
        step = step.join(sql.table(name), on=on, copy=False)
        shown_ = [scope.column(r.child, c.name) for c in self.columns]
        counted = exp.Count(this=sql.column(member, name)) if self.zeros else sql.count_rows()
        query = scope.select(*shown_, sql.alias(counted, f"{slug(self.table.label)}_count"))
        on = exp.EQ(this=sql.column(top, name), expression=scope.column(r.child, r.parent_column))
        query = query.join(sql.table(name), on=on, join_type="left" if self.zeros else "", copy=False)
        query = self.subject.restrict(query, scope).group_by(*(c.copy() for c in shown_), copy=False)
        return _recursive(query, name, anchor, step)

    def question(self) -> str:
        if self.form == "below":
            return sentence(self._below_said())
        if self.form == "above":
            return sentence(self._above_said())
        return sentence(self._count_said() if self.form == "count" else self._levels_said())

    def _below_said(self) -> str:
        label, plural, inverse = self.table.label, self.table.plural, self.relation.inverse
        through = self.aside(
            "directly or indirectly", "directly or through others", f"directly or by way of other {plural}"
        )
        start = f"the {label} with ID {self.start}"
        nouns = listed([column_nouns(c) for c in self.columns])
        distance = f" and how many steps below {start} each of them is (1 for direct ones)" if self.steps else ""
        below = f"{plural} {inverse} {start}, {through}"
        which = "Who are" if self.table.person else "What are"
        also = f"{', '.join(column_nouns(c) for c in self.columns)}{distance}" if self.steps else nouns
        return self.choose(
            f"List all {below}. Show their {also}.",
            f"{which} the {below}? Give me their {also}.",
            f"Starting from {start}, go down the whole hierarchy and return everything {inverse} it, {through}: the "
            f"{also}."
            if not self.table.person
            else f"Starting from {start}, go down the whole hierarchy and return everybody {inverse} them, {through}: "
            f"the {also}.",
            f"I need all {below}, with their {also}.",
            f"Everything below {start}, at all levels of {plural} {inverse} one another: {also}, please."
            if not self.table.person
            else f"Everybody below {start}, at all levels, not just those {inverse} them directly: {also}, please.",
            f"Find the {plural} that come below {start}, whether {inverse} that one or by way of other {plural}. "
            f"Return their {also}.",
        )

    def _above_said(self) -> str:
        label, plural = self.table.label, self.table.plural
        start = f"the {label} with ID {self.start}"
        it = "them" if self.table.person else "it"
        nouns = ", ".join(column_nouns(c) for c in self.columns)
        verb = self.relation.verb
        count = f"number of steps up from {it}"
        return self.choose(
            f"Follow the chain from {start} up to the top: that {label} (0 steps), the one above, and so on. Show "
            f"{nouns} and the {count}.",
            f"Which {plural} {verb} {start}, directly or through others? Include that {label} too, as step 0. Return "
            f"{nouns} and the {count}.",
            f"Give me {start} and everything above {it} in the hierarchy, with {nouns} and the number of steps (0 for "
            f"the start)."
            if not self.table.person
            else f"Give me {start} and everybody above {it} in the hierarchy, with {nouns} and the number of steps (0 "
            f"for the start).",
            f"Starting with {start} as step 0, climb from each {label} to the one above it, until the top. List "
            f"{nouns} and the step."
            if not self.table.person
            else f"Starting with {start} as step 0, climb from each {label} to the one above, until the top. List "
            f"{nouns} and the step.",
            f"I need the path from {start} to the top of the hierarchy, both ends included: {nouns}, and how many "
            f"steps each is away from the start.",
            f"{nouns} and distance (0, 1, 2, …) of {start} and of all {plural} over {it}, please.",
        )

    def _levels_said(self) -> str:
        label, plural, inverse = self.table.label, self.table.plural, self.relation.inverse
        missing = self.table.column(self.relation.child_column).missing
        roots = f"{plural} {missing}" if missing else f"{plural} not {inverse} any other {label}"
        rule = self.aside(
            f"Level 1 is for {roots}, level 2 for those {inverse} one on level 1, and so on.",
            f"Those on level 1 are the {roots}; everything {inverse} them is on level 2, and so forth."
            if not self.table.person
            else f"Those on level 1 are the {roots}; everybody {inverse} them is on level 2, and so forth.",
            f"Count levels from 1 at the top ({roots}).",
        )
        what = self.subject.said()
        if self.form == "levels":
            only = f" Count only {what}." if self.subject.restricted else ""
            return self.choose(
                f"How many {what} are on each level of the hierarchy? {rule} Sort by level.",
                f"Count {what} per level of the hierarchy, from the top down. {rule}",
                f"For every level of the hierarchy, I need the number of {what}, in order of level. {rule}",
                f"Number of {what} by level, top level first. {rule}",
                f"{rule} How many {plural} does each level have? List the levels in order.{only}",
                f"I want to see how the {what} spread over the levels of the hierarchy: level and count, level 1 "
                f"first. {rule}",
            )
        nouns = listed([column_nouns(c) for c in self.columns])
        return self.choose(
            f"On which level of the hierarchy is each of the {what}? {rule} Show {nouns} too, before the level.",
            f"List the {nouns} of all {what} with their level in the hierarchy. {rule}",
            f"For all {what}, work out the level in the hierarchy. {rule} Return {nouns}, and the level.",
            f"{nouns} and hierarchy level of all {what}, please. {rule}",
            f"{rule} Give the {nouns} and the level of all {what}.",
            f"How deep in the hierarchy are the {what}? {rule} I need {nouns} and that level.",
        )

    def _count_said(self) -> str:
        plural, inverse, what = self.table.plural, self.relation.inverse, self.subject.said()
        it = "them" if self.table.person else "it"
        each = f"each of the {what}" if self.subject.restricted else f"each {self.table.label}"
        through = self.aside("directly or indirectly", "directly or through others")
        nouns = [column_nouns(c) for c in self.columns]
        if self.zeros:
            none = self.aside("Show 0 for those without any.", "Keep those without any, with 0.", "Include zeros.")
        else:
            none = self.aside("Leave out those without any.", "Skip those below which there is nobody.", "No zeros.")
        if not self.table.person:
            none = none.replace("nobody", "nothing")
        return self.choose(
            f"For {each}, count the {plural} {inverse} {it}, {through}. {none} Show {listed([*nouns, 'the count'])}.",
            f"How many {plural} come below {each}, counting all levels, not just those {inverse} {it} directly? "
            f"{none} Return {listed([*nouns, 'that number'])}.",
            f"List the {listed(nouns)} of {what} with the total number of {plural} {inverse} each, {through}. {none}",
            f"I need the size of the tree below {each}, without the one at its top, which means all {plural} "
            f"{inverse} {it}, {through}. {none} Give {listed([*nouns, 'the size'])}.",
            f"{listed(nouns)} of {what}, plus the number of {plural} {inverse} each, {through}. {none}",
            f"Go down the hierarchy from {each} to the very end. How many {plural} are there below? {none} Give "
            f"{listed([*nouns, 'the number'])}.",
        )


def _one_more(name: str, column: str) -> exp.Expr:
    return exp.Add(this=sql.column(column, name), expression=sql.literal(1))


def _recursive(query: exp.Select, name: str, anchor: exp.Select, step: exp.Select) -> exp.Select:
    walk = exp.Union(this=anchor, expression=step, distinct=False)
    return query.with_(sql.called(name), as_=walk, recursive=True, copy=False)


def draw(database: Database, rng: Random) -> Intent | None:
    relations = [
        r
        for r in database.relations
        if r.parent == r.child and kind_of(r.inverse) == "participle" and _known(database, r)
    ]
    if not relations:
        return None
    relation = rng.choice(relations)
    table = database.table(relation.parent)
    form: Form = rng.choice(("below", "below", "above", "depth", "levels", "count", "count"))
    # A catalog's values of a number are its quantiles; the highest keys are the most likely to have rows above them.
    starts = table.column(relation.child_column if form == "below" else relation.parent_column).values
    plain = form in ("below", "above")
    return Hierarchy(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=Subject(table) if plain else draw_subject(database, table, rng, far=0, most=1, floor=15),
        relation=relation,
        columns=shown(table),
        form=form,
        start=rng.choice(starts if form == "below" else starts[-4:]),
        steps=rng.random() < 0.4,
        zeros=rng.random() < 0.5,
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
