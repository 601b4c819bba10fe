"""Levels of a hierarchy, and how much is below each row: "How many employees are on each level?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import capped, listed, sentences, worded
from factory.intents.grouping import slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.kinds.hierarchy import draw_relation, one_more, recursive
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_nouns, draw_subject
from factory.records import Column, Database, Relation, Table

Form = Literal["depth", "levels", "count"]
_LEVEL = "level"
_PER_LEVEL = (
    "How many {what} are on each level of the hierarchy? Sort by level",
    "Count {what} per level of the hierarchy, [from the top down|top level first]",
    "For every hierarchy level, the number of {what}, in order of level",
    "Number of {what} by level, top level first",
    "How do {what} spread over the hierarchy? Level and count, level 1 first",
)
_OF_EACH = (
    "On which level of the hierarchy is each of the {what}? Show {ids}, then level",
    "[List |]the {nouns} of all {what} with their level in the hierarchy",
    "[Work out|Find] the hierarchy level of all {what}; [return|show] {ids}, level",
    "{ids} and hierarchy level of all {what}",
    "How deep in the hierarchy are the {what}? With {ids}, and that level",
)


@dataclass(frozen=True, kw_only=True)
class HierarchyLevels(Intent):
    """Walks a relation of a table to itself from end to end.

    "depth" gives the level of each row of the subject, "levels" how many rows of the subject are on each, and "count"
    the number of rows below each; `zeros` keeps those without any in "count".
    """

    kind = "hierarchy_levels"
    subject: Subject
    relation: Relation
    columns: tuple[Column, ...]
    form: Form
    zeros: bool

    @property
    def table(self) -> Table:
        return self.subject.table

    def tree(self) -> exp.Expr:
        return self._count() if self.form == "count" else self._levels()

    def _levels(self) -> exp.Expr:
        r, name = self.relation, "ranked_rows"
        scope = Scope(self.table, (), self.aliases, qualify=True, taken=frozenset({name}))
        plain = Scope(self.table, (), self.aliases)
        anchor = plain.select(plain.column(r.child, r.parent_column), sql.alias(sql.literal(1), _LEVEL))
        top = exp.Is(this=plain.column(r.child, r.child_column), expression=exp.Null())
        anchor = anchor.where(top, copy=False)
        step = scope.select(scope.column(r.child, r.parent_column), one_more(name, _LEVEL))
        on = exp.EQ(this=scope.column(r.child, r.child_column), expression=sql.column(r.parent_column, name))
        step = step.join(sql.table(name), on=on, copy=False)
        level = sql.column(_LEVEL, name)
        if self.form == "levels":
            number = sql.alias(sql.count_rows(), f"{slug(self.table.label)}_count")
            if not self.subject.restricted:
                query = exp.Select(expressions=[sql.column(_LEVEL), number]).from_(sql.table(name), copy=False)
                query = query.group_by(sql.column(_LEVEL), copy=False)
                query = query.order_by(sql.ordered(sql.column(_LEVEL)), copy=False)
                return recursive(query, name, anchor, step)
            query = scope.select(level, number)
        else:
            query = scope.select(*(scope.column(r.child, c.name) for c in self.columns), level)
        on = exp.EQ(this=sql.column(r.parent_column, name), expression=scope.column(r.child, r.parent_column))
        query = self.subject.restrict(query.join(sql.table(name), on=on, copy=False), scope)
        if self.form == "levels":
            query = query.group_by(level.copy(), copy=False).order_by(sql.ordered(level.copy()), copy=False)
        return recursive(query, name, anchor, step)

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
        return recursive(query, name, anchor, step)

    def question(self) -> str:
        table = self.table
        missing = table.column(self.relation.child_column).missing
        parts = {
            "label": table.label,
            "plural": table.plural,
            "inverse": self.relation.inverse,
            "what": self.subject.said(),
            "them": "them" if table.person else "it",
            "all": "everybody" if table.person else "everything",
            "nobody": "nobody" if table.person else "nothing",
            "roots": f"{table.plural} {missing}"
            if missing
            else f"{table.plural} not {self.relation.inverse} any other {table.label}",
            "each": f"each of the {self.subject.said()}" if self.subject.restricted else f"each {table.label}",
            "nouns": listed([column_nouns(c) for c in self.columns]),
            "ids": ", ".join(column_nouns(c) for c in self.columns),
        }
        if self.form == "count":
            return self._below_each(parts)
        rule = worded(
            self.voice,
            "Level 1: {roots}; level 2: those {inverse} one of them, and so on",
            "{roots_capped} are level 1, {all} {inverse} them level 2, and so forth",
            "[Count|Number] levels from 1 at the top ({roots})",
            "Top level ({roots}) is 1",
            roots_capped=capped(parts["roots"]),
            **parts,
        )
        lead = worded(self.voice, *(_PER_LEVEL if self.form == "levels" else _OF_EACH), **parts)
        return sentences(lead, rule)

    def _below_each(self, parts: dict[str, str]) -> str:
        parts |= {
            "through": worded(self.voice, "directly or [indirectly|through others]", "at any level", "at all levels")
        }
        none = (
            worded(self.voice, "[Show |]0 for those without any", "Keep those without any, as 0", "Include zeros")
            if self.zeros
            else worded(
                self.voice, "[Leave out|Skip] those without any", "Skip those with {nobody} below", "No zeros", **parts
            )
        )
        lead = worded(
            self.voice,
            "For {each}, count the {plural} {inverse} {them}, {through}. [Show|With] {ids}, count",
            "How many {plural} come below {each}, [counting all levels|at any depth]? [Return|Show] {ids}, number",
            "[List |]{nouns} of {what}, with the number of {plural} {inverse} each, {through}",
            "Size of the tree below {each}, itself not counted: all {plural} {inverse} {them}, {through}. [Give|With] "
            "{ids}, size",
            "{ids} of {what}, plus how many {plural} are {inverse} each, {through}",
            "Go down from {each} to the very end: how many {plural} are there below? [Give|Show] {ids}, number",
            **parts,
        )
        return sentences(lead, none)


def draw(database: Database, rng: Random) -> Intent | None:
    relation = draw_relation(database, rng)
    if relation is None:
        return None
    table = database.table(relation.parent)
    return HierarchyLevels(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=draw_subject(database, table, rng, far=0, most=1, floor=15),
        relation=relation,
        columns=shown(table),
        form=rng.choice(("depth", "levels", "count", "count")),
        zeros=rng.random() < 0.5,
    )
