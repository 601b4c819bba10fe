"""Parents with or without children: "List the customers who never placed any orders"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence, worded
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Join, Scope, shown
from factory.intents.subject import Subject, column_nouns, draw_subject
from factory.records import Column, Database, Relation

Form = Literal["in", "exists", "left join"]


@dataclass(frozen=True, kw_only=True)
class Membership(Intent):
    """`children` may be restricted; `form` is the way it is written, not part of what is asked."""

    kind = "membership"
    subject: Subject
    relation: Relation
    children: Subject
    negated: bool
    columns: tuple[Column, ...]
    form: Form

    def tree(self) -> exp.Expr:
        r = self.relation
        if self.form == "left join":
            return self._left_join()
        outer = Scope(self.subject.table, (), self.aliases, qualify=self.form == "exists")
        inner = Scope(
            self.children.table,
            (),
            self.aliases,
            qualify=self.form == "exists",
            taken=frozenset(name.lower() for name in outer.called.values()),
        )
        query = outer.select(*(outer.column(r.parent, c.name) for c in self.columns))
        conditions = self.subject.conditions(outer)
        reference = inner.column(r.child, r.child_column)
        key = outer.column(r.parent, r.parent_column)
        inside = self.children.conditions(inner)
        test: exp.Expr
        if self.form == "exists":
            inside = [exp.EQ(this=reference, expression=key), *inside]
            sub = inner.select(exp.Literal.number(1)).where(sql.both(*inside), copy=False)
            test = exp.Exists(this=sub)
        else:
            if self.negated and self._nullable():
                # NOT IN over a NULL is never true.
                inside.append(sql.not_null(reference.copy()))
            sub = inner.select(reference)
            if inside:
                sub = sub.where(sql.both(*inside), copy=False)
            test = exp.In(this=key, query=exp.Subquery(this=sub))
        if self.negated:
            test = exp.Not(this=test)
        return query.where(sql.both(*conditions, test), copy=False)

    def _left_join(self) -> exp.Expr:
        r = self.relation
        scope = Scope(self.subject.table, (Join(r, r.child, left=True),), self.aliases)
        query = scope.select(*(scope.column(r.parent, c.name) for c in self.columns))
        inside = self.children.conditions(scope)
        if inside:
            join = query.args["joins"][0]
            join.set("on", sql.both(join.args["on"], *inside))
        missing = exp.Is(this=scope.column(r.child, r.child_column), expression=exp.Null())
        return query.where(sql.both(*self.subject.conditions(scope), missing), copy=False)

    def _nullable(self) -> bool:
        return self.children.table.column(self.relation.child_column).nullable

    def question(self) -> str:
        table, own = self.subject.table, self.subject.restriction()
        pronoun = "who" if table.person else "that"
        glue = "and " if any(own.startswith(f" {w} ") or f" {w} " in own for w in ("who", "that", "whose")) else ""
        children = self.children.said()
        some = "any" if self.negated else worded(self.voice, "[|one or more|]")
        verb = self.relation.verb_negative if self.negated else self.relation.verb
        options = [
            "[List |]the {nouns} of {what}",
            "Find all {what} and [show|return|give] their {nouns}",
            "[Show me|Give me|Get] the {nouns} of all {what}",
            "[Looking for|I'm after] {what}: their {nouns}",
            "[Are there|Do we have] {what}? If so, [give me|show] their {nouns}",
            "{nouns} of {what}",
        ]
        if not glue:
            options += [
                "Which {direct}? [Show|Return|Give] their {nouns}",
                "[Tell me which|Find out which|Say which] {direct}, with their {nouns}",
            ]
        return sentence(
            worded(
                self.voice,
                *options,
                what=f"{table.plural}{own} {glue}{pronoun} {verb} {some} {children}",
                direct=f"{table.plural}{own} {verb} {some} {children}",
                nouns=listed([column_nouns(c) for c in self.columns]),
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    relations = [r for r in database.relations if r.parent != r.child]
    if not relations:
        return None
    relation = rng.choice(relations)
    parent, child = database.table(relation.parent), database.table(relation.child)
    columns = shown(parent)
    if not columns or child.row_count == 0:
        return None
    subject = draw_subject(database, parent, rng, far=0, most=1, floor=3)
    children = draw_subject(database, child, rng, far=0, most=1)
    negated = rng.random() < 0.5
    forms: tuple[Form, ...] = ("in", "exists", "left join") if negated else ("in", "exists")
    return Membership(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        relation=relation,
        children=children,
        negated=negated,
        columns=columns,
        form=rng.choice(forms),
    )
