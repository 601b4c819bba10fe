"""Counts per parent with the zeros kept: "For every store, how many orders, stores without orders included?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed, sentence
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Join, Scope, shown
from factory.intents.subject import Subject, draw_subject
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
            name = "_".join(child.label.lower().replace("-", " ").split()) + "_count"
            value = sql.alias(exp.Count(this=counted), name)
        else:
            summed = exp.Sum(this=scope.column(child.name, self.value.name))
            name = "total_" + "_".join(self.value.label.lower().replace("-", " ").split())
            value = sql.alias(exp.Coalesce(this=summed, expressions=[exp.Literal.number(0)]), name)
        query = scope.select(*keys, value)
        inside = self.children.conditions(scope)
        if inside:
            join = query.args["joins"][0]
            join.set("on", sql.both(join.args["on"], *inside))
        query = self.subject.restrict(query, scope)
        return query.group_by(*(k.copy() for k in keys), copy=False)

    def question(self) -> str:
        table = self.subject.table
        own = f"all {self.subject.said()}"
        children, plural = self.children.said(), self.children.table.plural
        nouns = listed(["ID" if c.role == "key" else c.label for c in self.columns])
        value = "number" if self.value is None else f"total {self.value.label}"
        who = "who" if table.person else "that"
        return sentence(
            self.choose(
                f"For {own}, show the {nouns} and the {value} of {children}, with 0 for those {who} have none.",
                f"List {own} with their {nouns} and the {value} of {children}; keep {table.plural} without any, as 0.",
                f"Give the {nouns} of {own} and, for each, the {value} of {children}, "
                f"including the ones with no such {plural} (0).",
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
    children = draw_subject(database, child, rng, far=0, most=2)
    sums = [c for c in child.with_role("measure") if c.additive and c.name not in children.used]
    return Coverage(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=draw_subject(database, parent, rng, far=0, most=1),
        relation=relation,
        children=children,
        columns=columns,
        value=rng.choice(sums) if sums and rng.random() < 0.35 else None,
    )
