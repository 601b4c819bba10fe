"""Two kinds of events of one parent side by side: "Per customer, the number of orders and the total of refunds"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.clauses import kind_of
from factory.intents.columns import wanted
from factory.intents.english import listed, sentences, worded
from factory.intents.grouping import Aggregate, draw_aggregate, slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_noun, draw_subject
from factory.records import Column, Database, Relation, Table

Keep = Literal["all", "both", "more"]
Form = Literal["ctes", "derived", "scalar"]


@dataclass(frozen=True, slots=True)
class Fact:
    """An aggregate of those children of a parent that the subject is about."""

    relation: Relation
    children: Subject
    aggregate: Aggregate

    def said(self) -> str:
        return self.aggregate.of(self.children.said())


@dataclass(frozen=True, kw_only=True)
class TwoFacts(Intent):
    """Each fact is aggregated before the join: joined first, the rows of one would multiply those of the other.

    `keep` "all" has every parent, with 0 for what it lacks, "both" those with both kinds of children, and "more" those
    with more of the first kind than of the second.
    """

    kind = "two_facts"
    parent: Table
    columns: tuple[Column, ...]
    facts: tuple[Fact, Fact]
    keep: Keep
    form: Form

    def tree(self) -> exp.Expr:
        names = self._names()
        if self.form == "scalar":
            return self._scalar(names)
        called = [slug(f"{fact.children.table.label} facts") for fact in self.facts]
        outer = Scope(self.parent, (), self.aliases, qualify=True, taken=frozenset(called))
        left = self.keep != "both"
        values: list[exp.Expr] = []
        for name, table in zip(names, called, strict=True):
            value: exp.Expr = sql.column(name, table)
            if left:
                value = exp.Coalesce(this=value, expressions=[exp.Literal.number(0)])
            values.append(value)
        shown_ = [sql.alias(value, name) if left else value for value, name in zip(values, names, strict=True)]
        query = outer.select(*(outer.column(self.parent.name, c.name) for c in self.columns), *shown_)
        for fact, name, table in zip(self.facts, names, called, strict=True):
            grouped = self._grouped(fact, name)
            r = fact.relation
            on = exp.EQ(
                this=sql.column(r.child_column, table), expression=outer.column(self.parent.name, r.parent_column)
            )
            source: exp.Expr = sql.table(table)
            if self.form == "derived":
                source = exp.Subquery(this=grouped, alias=sql.called(table))
            else:
                query = query.with_(sql.called(table), as_=grouped, copy=False)
            query = query.join(source, on=on, join_type="left" if left else "", copy=False)
        if self.keep == "more":
            query = query.where(exp.GT(this=values[0].copy(), expression=values[1].copy()), copy=False)
        return query

    def _grouped(self, fact: Fact, name: str) -> exp.Select:
        scope = Scope(fact.children.table, (), self.aliases)
        reference = scope.column(fact.relation.child, fact.relation.child_column)
        query = scope.select(reference, sql.alias(fact.aggregate.expression(scope), name))
        return fact.children.restrict(query, scope).group_by(reference.copy(), copy=False)

    def _scalar(self, names: tuple[str, str]) -> exp.Expr:
        outer = Scope(self.parent, (), self.aliases, qualify=True)
        taken = frozenset(name.lower() for name in outer.called.values())
        query = outer.select(*(outer.column(self.parent.name, c.name) for c in self.columns))
        for fact, name in zip(self.facts, names, strict=True):
            r = fact.relation
            inner = Scope(fact.children.table, (), self.aliases, qualify=True, taken=taken)
            value = fact.aggregate.expression(inner)
            if fact.aggregate.column is not None:
                value = exp.Coalesce(this=value, expressions=[exp.Literal.number(0)])
            same = exp.EQ(
                this=inner.column(r.child, r.child_column), expression=outer.column(self.parent.name, r.parent_column)
            )
            sub = inner.select(value).where(sql.both(same, *fact.children.conditions(inner)), copy=False)
            query = query.select(sql.alias(exp.Subquery(this=sub), name), copy=False)
        return query

    def _names(self) -> tuple[str, str]:
        first, second = (fact.aggregate.name() for fact in self.facts)
        if first == second:
            first, second = (f"{slug(f.children.table.label)}_{f.aggregate.name()}" for f in self.facts)
        return first, second

    def question(self) -> str:
        nouns = [column_noun(self.parent, c, qualified=i == 0) for i, c in enumerate(self.columns)]
        first, second = (fact.said() for fact in self.facts)
        one, other = (fact.children.said() for fact in self.facts)
        parts = {
            "label": self.parent.label,
            "plural": self.parent.plural,
            "who": "who" if self.parent.person else "that",
            "first": first,
            "second": second,
            "one": one,
            "other": other,
            "ids": listed(["ID" if c.role == "key" else c.label for c in self.columns]),
        }
        if self.keep == "more":
            return sentences(self._more(parts), wanted(self.voice, *nouns, "both numbers"))
        rest = (
            worded(self.voice, "0 where there are none", "zeros included", "[missing|none] = 0", "with 0 for none")
            if self.keep == "all"
            else worded(
                self.voice, "only {plural} with both", "skipping {plural} that lack either", "where both exist", **parts
            )
        )
        return sentences(
            worded(
                self.voice,
                "For each {label} ({ids}), the {first}, and the {second}, {rest}",
                "List {plural} with {ids}, the {first}, and the {second}, {rest}",
                "What are the {first} and the {second} [for each|per] {label}? {ids} in front, {rest}",
                "Per {label} ({ids}): {first}; {second}; {rest}",
                "Two figures per {label}, {rest}: the {first}, and the {second}, after {ids}",
                "The {first} next to the {second} for every {label} ({ids}), {rest}",
                rest=rest,
                **parts,
            )
        )

    def _more(self, parts: dict[str, str]) -> str:
        return worded(
            self.voice,
            "Which {plural} have more {one} than {other}? Count none as 0",
            "Find {plural} with more {one} than {other} (none [counts as|is] 0)",
            "Count {one} and {other} per {label}, 0 for none; keep those where the first is [higher|larger]",
            "{plural} for which the {first} exceeds the {second} (none = 0)",
            "{plural} {who} have more {one} than {other}, none meaning 0",
            "Compare two counts per {label}, zeros included: {one}, and {other}. Where is the first larger?",
            **parts,
        )


def draw(database: Database, rng: Random) -> Intent | None:
    pairs = [
        (a, b)
        for a in database.relations
        for b in database.relations
        if a.parent == b.parent and a.child != b.child and a.parent not in (a.child, b.child)
    ]
    pairs = [(a, b) for a, b in pairs if all(_only(database, r) for r in (a, b))]
    rng.shuffle(pairs)
    for a, b in pairs[:8]:
        parent = database.table(a.parent)
        columns = shown(parent)
        if len(columns) < 2 or columns[0].name != a.parent_column or parent.row_count < 4:
            continue
        keep: Keep = rng.choice(("all", "all", "both", "more"))
        found = (_fact(database, a, keep, rng), _fact(database, b, keep, rng))
        if any(f.children.rows() < 0.4 * parent.row_count for f in found):
            continue
        return TwoFacts(
            voice=voice(rng),
            aliases=alias_style(rng),
            parent=parent,
            columns=columns,
            facts=found,
            keep=keep,
            form=rng.choice(("ctes", "ctes", "derived", "scalar"))
            if keep == "all"
            else rng.choice(("ctes", "derived")),
        )
    return None


def _fact(database: Database, relation: Relation, keep: Keep, rng: Random) -> Fact:
    table = database.table(relation.child)
    children = draw_subject(database, table, rng, far=0, most=1, floor=8)
    if any(kind_of(f.said()) in ("relative", "whose") for f in children.filters):
        children = Subject(table)
    if keep == "more":
        return Fact(relation, children, Aggregate("count", table))
    aggregate = draw_aggregate(table, rng, used=children.used, count=0.5, functions=("sum",))
    column = aggregate.column
    # A sum over nothing but NULLs is neither a number nor nothing.
    plain = column is None or (aggregate.function == "sum" and not column.nulls)
    return Fact(relation, children, aggregate if plain else Aggregate("count", table))


def _only(database: Database, relation: Relation) -> bool:
    """Whether "the orders of a customer" can mean nothing else."""
    return sum(r.child == relation.child and r.parent == relation.parent for r in database.relations) == 1
