"""Two sets of parents put together: "Which customers placed orders in 2022 but never placed any in 2023?"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import exp as power
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.clauses import kind_of
from factory.intents.columns import wanted
from factory.intents.draw_filter import draw_filter
from factory.intents.english import listed, sentences, worded
from factory.intents.filters import Equals, Filter, Period
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Join, Scope, shown
from factory.intents.subject import Subject, column_noun, column_nouns, draw_subject
from factory.intents.timespan import times
from factory.records import Column, Database, Relation, Table

Operation = Literal["intersect", "except", "union"]
Form = Literal["direct", "in", "cte"]
# Unions come from other kinds too, and of some data the other two are seldom true.
_OFTEN: dict[Operation, int] = {"intersect": 3, "except": 4, "union": 1}
_OPERATIONS = {"intersect": exp.Intersect, "except": exp.Except, "union": exp.Union}


@dataclass(frozen=True, slots=True)
class Side:
    """Those parents that have such children."""

    relation: Relation
    children: Subject

    def said(self) -> str:
        return f"{self.relation.verb} {self.those()}"

    def those(self) -> str:
        return f"{self.children.table.plural}{self.restriction()}"

    def restriction(self) -> str:
        """Without a verb that was said already: "placed orders in 2022", not "placed orders placed in 2022"."""
        said, verb = self.children.restriction(), self.relation.verb.split()[-1]
        return (
            said.removeprefix(f" {verb}") if said.startswith((f" {verb} in ", f" {verb} on ", f" {verb} by ")) else said
        )

    def share(self, parents: int) -> float:
        """About which part of the parents it is."""
        return 1 - power(-self.children.rows() / max(parents, 1))


@dataclass(frozen=True, kw_only=True)
class SetOperation(Intent):
    """`form`: the operation stands over whole rows, or over keys in IN (…) or in a CTE."""

    kind = "set_operation"
    parent: Table
    columns: tuple[Column, ...]
    first: Side
    second: Side
    operation: Operation
    form: Form

    def tree(self) -> exp.Expr:
        if self.form == "direct":
            return self._combined(self._parents(self.first), self._parents(self.second))
        keys = self._combined(self._keys(self.first), self._keys(self.second))
        parent, key = self.parent.name, self.first.relation.parent_column
        if self.form == "in":
            outer = Scope(self.parent, (), self.aliases)
            test = exp.In(this=outer.column(parent, key), query=exp.Subquery(this=keys))
            return outer.select(*(outer.column(parent, c.name) for c in self.columns)).where(test, copy=False)
        outer = Scope(self.parent, (), self.aliases, qualify=True, taken=frozenset({"matching"}))
        on = exp.EQ(this=sql.column(key, "matching"), expression=outer.column(parent, key))
        query = outer.select(*(outer.column(parent, c.name) for c in self.columns))
        query = query.join(sql.table("matching"), on=on, copy=False)
        return query.with_(sql.called("matching"), as_=keys, copy=False)

    def _combined(self, first: exp.Select, second: exp.Select) -> exp.Query:
        return _OPERATIONS[self.operation](this=first, expression=second, distinct=True)

    def _parents(self, side: Side) -> exp.Select:
        r = side.relation
        scope = Scope(self.parent, (Join(r, r.child),), self.aliases)
        query = scope.select(*(scope.column(r.parent, c.name) for c in self.columns))
        return side.children.restrict(query, scope)

    def _keys(self, side: Side) -> exp.Select:
        r = side.relation
        scope = Scope(side.children.table, (), self.aliases)
        reference: exp.Expr = scope.column(r.child, r.child_column)
        if self.form == "cte" and r.child_column != r.parent_column:
            reference = sql.alias(reference, r.parent_column)
        return side.children.restrict(scope.select(reference), scope)

    def question(self) -> str:
        parts = {
            "plural": self.parent.plural,
            "who": "who" if self.parent.person else "that",
            "what": "Whom" if self.parent.person else "What",
            "first": self.first.said(),
            "second": self.second.said(),
            "both": self._both(),
            "nouns": listed([column_nouns(c) for c in self.columns]),
        }
        show = wanted(self.voice, *(column_noun(self.parent, c, qualified=False) for c in self.columns))
        within = (
            "[List |]the {nouns} of {plural} {who} {both}",
            "Find all {plural} {who} {both}, [and return|with] their {nouns}",
            "{nouns} of {plural} {who} {both}",
        )
        options = ["Which {plural} {both}?", "[Find|Get] the {plural} {who} {both}", "{plural} {who} {both}"]
        if self.operation == "intersect":
            options += [
                "Of the {plural} {who} {first}, which also {second}?",
                "[Overlap|Intersection] of two groups of {plural}: those {who} {first}, and those {who} {second}",
                "Compare {plural} {who} {first} with those {who} {second}: who is in both?"
                if self.parent.person
                else "Compare {plural} {who} {first} with those {who} {second}: which are in both?",
            ]
        elif self.operation == "except":
            options += [
                "Take the {plural} {who} {first} and [leave out|remove] all {who} {second}",
                "{plural} {who} {first}, minus those {who} {second}",
                "Two groups of {plural}: those {who} {first}, those {who} {second}. Which are in the first only?",
            ]
        else:
            options += [
                "[Merge|Combine] {plural} {who} {first} with those {who} {second}, each once",
                "{what} do I get by adding {plural} {who} {first} to those {who} {second}, without duplicates?",
                "[Union|One list] of {plural} {who} {first} and those {who} {second}, no repeats",
            ]
        if self.voice % 3 == 0:
            return sentences(worded(self.voice, *within, **parts))
        return sentences(worded(self.voice, *options, **parts), show)

    def _both(self) -> str:
        first, second = self.first.said(), self.second.said()
        same = self.first.relation == self.second.relation
        if self.operation == "union":
            return self.aside(f"{first} or {second} (or both)", f"{first}, or {second}, or both")
        if self.operation == "except":
            some = self.second.restriction() if same else f" {self.second.those()}"
            denied = f"{self.second.relation.verb_negative} any{some}"
            return self.aside(f"{first} but {denied}", f"{first} and {denied}")
        if same:
            return self.aside(
                f"{first} and also {self.second.those()}",
                f"{first} as well as {self.second.those()}",
                f"{self.first.relation.verb} both {self.first.those()} and {self.second.those()}",
            )
        return self.aside(f"{first} and also {second}", f"{first}, and also {second}", f"{first} and {second} too")


def draw(database: Database, rng: Random) -> Intent | None:
    pairs = [
        (a, b)
        for a in database.relations
        for b in database.relations
        if a.parent == b.parent and a.parent_column == b.parent_column and a.parent not in (a.child, b.child)
    ]
    rng.shuffle(pairs)
    # Pairs of different relations and those of one relation with itself are wanted about equally often.
    pairs.sort(key=lambda pair: (pair[0] == pair[1]) != (rng.random() < 0.5))
    for a, b in pairs[:12]:
        parent = database.table(a.parent)
        columns = shown(parent)
        if len(columns) < 2 or columns[0].name != a.parent_column or parent.row_count < 5:
            continue
        sides = _contrast(database, a, rng) if a == b else _two(database, a, b, rng)
        if sides is None:
            continue
        first, second = (side.share(parent.row_count) for side in sides)
        fitting: dict[Operation, float] = {"intersect": first * second, "except": first * (1 - second)}
        if a != b:
            # Of one relation, "in 2022 or in 2023" is no more than a filter.
            fitting["union"] = 1 - (1 - first) * (1 - second)
        operations = [o for o, part in fitting.items() if 2.5 < part * parent.row_count < 0.95 * parent.row_count]
        if operations:
            return SetOperation(
                voice=voice(rng),
                aliases=alias_style(rng),
                parent=parent,
                columns=columns,
                first=sides[0],
                second=sides[1],
                operation=rng.choices(operations, [_OFTEN[o] for o in operations])[0],
                form=rng.choice(("direct", "direct", "in", "cte")),
            )
    return None


def _two(database: Database, a: Relation, b: Relation, rng: Random) -> tuple[Side, Side] | None:
    first, second = (
        Side(r, draw_subject(database, database.table(r.child), rng, far=0, most=1, floor=3)) for r in (a, b)
    )
    # "orders that were late and also wrote reviews": the clause would run on.
    if any(kind_of(f.said()) in ("relative", "whose") for f in first.children.filters):
        return None
    return first, second


def _contrast(database: Database, relation: Relation, rng: Random) -> tuple[Side, Side] | None:
    """Children of the same kind by two values of one column, so that no child can be both."""
    child = database.table(relation.child)
    filters = _two_years(child, rng) if rng.random() < 0.4 else _two_values(child, rng)
    if filters is None or kind_of(filters[0].said()) in ("relative", "whose"):
        return None
    return Side(relation, Subject(child, filters[:1])), Side(relation, Subject(child, filters[1:]))


def _two_values(child: Table, rng: Random) -> tuple[Filter, Filter] | None:
    one = draw_filter(child, rng, (), ("category", "place"))
    if not isinstance(one, Equals):
        return None
    others = [v for v in one.column.values[:8] if isinstance(v, str) and v != one.value and "'" not in v]
    return (one, Equals(one.column, rng.choice(others))) if others else None


def _two_years(child: Table, rng: Random) -> tuple[Filter, Filter] | None:
    moments = [c for c in times(Subject(child)) if c.values]
    if not moments:
        return None
    column, plain = rng.choice(moments), rng.random() < 0.4
    years = list(range(column.values[1].year, column.values[-2].year + 1))
    if not 2 <= len(years) <= 20:
        return None
    first, second = (
        Period(column, date(y, 1, 1), date(y + 1, 1, 1), f"in {y}", as_year=plain) for y in rng.sample(years, 2)
    )
    return first, second
