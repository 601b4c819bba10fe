"""Counts per parent with the zeros kept: "For every store, how many orders, stores without orders included?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import capped, listed, sentence
from factory.intents.grouping import slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Join, Scope, shown
from factory.intents.subject import Subject, column_nouns, draw_subject
from factory.records import Column, Database, Relation


@dataclass(frozen=True, kw_only=True)
class Coverage(Intent):
    """`value` None counts children; else sums it, with 0 where there are none."""

    kind = "coverage"
    subject: Subject
    relation: Relation
    children: Subject
    columns: tuple[Column, ...]
    value: Column | None

    def tree(self) -> exp.Expr:
        r = self.relation
        scope = Scope(self.subject.table, (Join(r, r.child, left=True),), self.aliases)
        keys = [scope.column(r.parent, c.name) for c in self.columns]
        child = self.children.table
        counted = scope.column(child.name, child.key[0] if child.key else r.child_column)
        if self.value is None:
            value = sql.alias(exp.Count(this=counted), f"{slug(child.label)}_count")
        else:
            summed = exp.Sum(this=scope.column(child.name, self.value.name))
            name = f"total_{slug(self.value.label)}"
            value = sql.alias(exp.Coalesce(this=summed, expressions=[exp.Literal.number(0)]), name)
        query = scope.select(*keys, value)
        inside = self.children.conditions(scope)
        if inside:
            join = query.args["joins"][0]
            join.set("on", sql.both(join.args["on"], *inside))
        query = self.subject.restrict(query, scope)
        return query.group_by(*(k.copy() for k in keys), copy=False)

    def question(self) -> str:
        table, verb = self.subject.table, self.relation.verb
        own, plural = self.subject.said(), self.children.table.plural
        children = self.children.said()
        some = "" if self.value is None else "total "
        nouns = listed(["ID" if c.role == "key" else c.label for c in self.columns])
        many = listed([column_nouns(c) for c in self.columns])
        none = f"no {'such ' if self.children.restricted else ''}{plural}"
        value = f"the number of {children}"
        if self.value is not None:
            said = f"sum of the {self.value.plural}" if "total" in self.value.label else f"{some}{self.value.label}"
            value = f"the {said} {'for' if ' of ' in said or ' per ' in said else 'of'} {children}"
        who = "who" if table.person else "that"
        # With a passive verb ("are served by") the children are who did it, so that "their" is the relation's.
        link = f"that they {verb}" if not verb.startswith(("are ", "were ", "have been ")) else None
        of_each = f"{value} {link}" if link and not self.children.restricted else value
        return sentence(
            self.choose(
                f"For all {own}, show the {nouns} and {of_each}, with 0 for those {who} have none.",
                f"List the {many} of all {own} and {value} for each; keep {table.plural} without any, as 0.",
                f"Give the {many} of all {own} and, for each, {value}, including the ones with {none} (0).",
                f"What is {value} for each of the {own}? {capped(table.plural)} without any should appear with 0. "
                f"Return the {nouns} too.",
                f"I need an overview of all {own}: {nouns}, and {value}. Show 0 where there are none.",
                f"Per {table.label}, return the {nouns} and {value}, zeros included"
                + (f", for all {own}." if self.subject.restricted else "."),
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    relations = [r for r in database.relations if r.parent != r.child]
    if not relations:
        return None
    relation = rng.choice(relations)
    parent, child = database.table(relation.parent), database.table(relation.child)
    columns = shown(parent)
    several = sum(r.child == relation.child and r.parent == relation.parent for r in relations) > 1
    if not columns or child.row_count == 0 or several:
        return None
    children = draw_subject(database, child, rng, far=0, most=2, floor=8)
    sums = [c for c in child.with_role("measure") if c.additive and c.name not in children.used]
    return Coverage(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=draw_subject(database, parent, rng, far=0, most=1, floor=3),
        relation=relation,
        children=children,
        columns=columns,
        value=rng.choice(sums) if sums and rng.random() < 0.35 else None,
    )
