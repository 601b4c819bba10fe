"""Counts per parent with the zeros kept: "For every store, how many orders, stores without orders included?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentences, worded
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
        children, plural = self.children.said(), self.children.table.plural
        value = f"the number of {children}"
        if self.value is not None:
            said = f"sum of the {self.value.plural}" if "total" in self.value.label else f"total {self.value.label}"
            value = f"the {said} {'for' if ' of ' in said or ' per ' in said else 'of'} {children}"
        # With a passive verb ("are served by") the children are who did it, so that "their" is the relation's.
        linked = not verb.startswith(("are ", "were ", "have been ")) and not self.children.restricted
        lead = worded(
            self.voice,
            "For all {own} ({ids}), {of_each}, with 0 for those {who} have none",
            "List {own} with {ids} and {value}, [keeping|including] those without any as 0",
            "{many} of all {own}, each with {value}, [also|even] those with {none} (0)",
            "What is {value} for each of the {own} ({ids})? [None|No {plural}] means 0",
            "Overview of all {own}: {ids}, {value}; [0 where there are none|zeros stay]",
            "Per {one} ({ids}), {value}, zeros included{scope}",
            "{value} for every one of the {own}, by {ids}, 0 for none",
            own=self.subject.said(),
            ids=listed(["ID" if c.role == "key" else c.label for c in self.columns]),
            many=listed([column_nouns(c) for c in self.columns]),
            none=f"no {'such ' if self.children.restricted else ''}{plural}",
            value=value,
            of_each=f"{value} that they {verb}" if linked else value,
            who="who" if table.person else "that",
            plural=plural,
            one=table.label,
            scope=f", for all {self.subject.said()}" if self.subject.restricted else "",
        )
        return sentences(lead)


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
