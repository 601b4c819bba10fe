"""The rows that a question is about: a table, filters on it, and filters on something it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.clauses import clauses, kind_of, verbal
from factory.intents.draw_filter import draw_filters
from factory.intents.estimate import kept, share
from factory.intents.filters import Equals, Filter, OneOf
from factory.intents.scope import Join, Scope, chains
from factory.records import Column, Database, Relation, Table


@dataclass(frozen=True, slots=True)
class Subject:
    """`via` leads up from `table` to the ancestor that the `far` filters are about."""

    table: Table
    filters: tuple[Filter, ...] = ()
    via: tuple[Relation, ...] = ()
    far_table: Table | None = None
    far: tuple[Filter, ...] = ()
    between: tuple[Table, ...] = ()

    def said(self) -> str:
        """ "orders paid by card and placed by customers living in Berlin"."""
        return f"{self.table.plural}{self.restriction()}"

    def restriction(self) -> str:
        """What follows the plural noun, with a space before it; empty when nothing restricts."""
        own = [f.said() for f in self.filters]
        if self.far_table is None:
            return f" {_together(self.filters)}" if own else ""
        chain = self._chain(self.far_table)
        if verbal(self.via[0].inverse) and any(isinstance(f, OneOf) for f in self.filters):
            return f" {_together(self.filters)} and {chain}"
        if not verbal(self.via[0].inverse):
            return f" {clauses(own)} {chain}" if own else f" {chain}"
        *others, last = sorted(own, key=_participles_last) or [""]
        if last and kind_of(last) == "participle":
            glue = "" if not others else f" {clauses(others, before_participle=True)}"
            return f"{glue} {last} and {chain}"
        return f" {clauses(own, before_participle=True)} {chain}" if own else f" {chain}"

    def _chain(self, ancestor: Table) -> str:
        steps = " ".join(f"{r.inverse} {t.plural}" for r, t in zip(self.via, self.between, strict=False))
        only = self.far[0] if len(self.far) == 1 else None
        if isinstance(only, Equals) and only.column.role == "name" and only.column.distinct == ancestor.row_count:
            link = self.via[-1].inverse.removesuffix(" among the")
            named = "" if link.endswith(" is") else f"the {ancestor.label} "
            one = f"{link} {named}'{only.value}'"
            return f"{steps} {one}" if steps else one
        last = f"{self.via[-1].inverse} {ancestor.plural} {_together(self.far)}"
        return f"{steps} {last}" if steps else last

    def that(self, verb: str) -> str:
        """ "that lie", or "and that lie" if the restriction ends in such a clause already."""
        ends = {kind_of(f.said()) for f in (*self.filters, *self.far)}
        return f"{'and ' if ends & {'relative', 'whose'} else ''}{'who' if self.table.person else 'that'} {verb}"

    @property
    def restricted(self) -> bool:
        return bool(self.filters or self.far)

    def joins(self) -> tuple[Join, ...]:
        return tuple(Join(relation, relation.parent) for relation in self.via)

    def conditions(self, scope: Scope) -> list[exp.Expr]:
        found = [f.condition(scope.column(self.table.name, f.column.name)) for f in self.filters]
        if self.far_table:
            found += [f.condition(scope.column(self.far_table.name, f.column.name)) for f in self.far]
        return found

    def restrict(self, query: exp.Select, scope: Scope) -> exp.Select:
        conditions = self.conditions(scope)
        return query.where(sql.both(*conditions), copy=False) if conditions else query

    def rows(self) -> float:
        """About how many rows it has on the ordinary instance."""
        rows = kept(self.table, self.filters)
        for one in self.far:
            assert self.far_table is not None
            rows *= share(self.far_table, one)
        return rows

    @property
    def used(self) -> frozenset[str]:
        """Columns of `table` that a filter is about already."""
        return frozenset(f.column.name for f in self.filters)

    @property
    def tables(self) -> frozenset[str]:
        return frozenset({self.table.name, *(relation.parent for relation in self.via)})


def _together(filters: tuple[Filter, ...]) -> str:
    """One text in which "or" and "not" reach no further than their own restriction: those come last, after "and"."""
    open_ended = [f.said() for f in filters if isinstance(f, OneOf) or _negated(f)]
    closed = [f.said() for f in filters if not (isinstance(f, OneOf) or _negated(f))]
    if not open_ended or len(filters) == 1 or {"relative", "whose"} & {kind_of(said) for said in closed}:
        return clauses([f.said() for f in filters])
    return " and ".join([clauses(closed), *open_ended] if closed else open_ended)


def _negated(one: Filter) -> bool:
    return one.said().startswith("not ")


def _participles_last(said: str) -> bool:
    return kind_of(said) == "participle"


def draw_subject(
    database: Database,
    table: Table,
    rng: Random,
    *,
    far: float = 0.3,
    least: int = 0,
    most: int = 3,
    names: bool = False,
    floor: float = 2,
) -> Subject:
    """`far` is the chance of filters on an ancestor; `least` and `most` bound the own filters.

    Only where rows are listed does anybody ask for those of a certain name: `names`. Filters are taken away again until
    about `floor` rows are left.
    """
    count = max(least, min(most, rng.choices((0, 1, 2, 3), weights=(15, 45, 30, 10))[0]))
    unwanted = frozenset() if names else frozenset(c.name for c in table.with_role("name"))
    subject = Subject(table, draw_filters(table, rng, count, patterns=names, unwanted=unwanted))
    ways = chains(database, table.name, rng.choice((1, 1, 2, 2, 3))) if rng.random() < far else []
    if ways:
        via = rng.choice(ways)
        ancestor = database.table(via[-1].parent)
        filters = draw_filters(ancestor, rng, rng.choice((1, 1, 2)))
        if filters:
            own = tuple(f for f in subject.filters if _before_chain(f, via[0].inverse))[:2]
            between = tuple(database.table(r.parent) for r in via[:-1])
            subject = Subject(table, own, via, ancestor, filters, between)
    while subject.rows() < floor and len(subject.filters) + bool(subject.far) > least:
        if len(subject.far) > 1:
            subject = replace(subject, far=subject.far[:1])
        elif subject.filters:
            subject = replace(subject, filters=subject.filters[:-1])
        else:
            subject = Subject(table)
    return subject


def _before_chain(one: Filter, inverse: str) -> bool:
    """Whether a restriction may stand before "placed by customers …": a "that" clause would swallow what follows."""
    kind = kind_of(one.said())
    if kind in ("relative", "whose") or _negated(one):
        return False
    return kind != "with" or inverse.split(" ", 1)[0] not in ("of", "with")


def facts(database: Database) -> list[Table]:
    """Tables that things are counted in: those that refer to others, and any large one."""
    found = [t for t in database.tables if t.row_count > (20 if database.parents(t.name) else 150)]
    return found or [t for t in database.tables if t.row_count > 1]


def column_noun(table: Table, column: Column, *, qualified: bool) -> str:
    """What a person calls the column: "home city", or with the table "customer home city"."""
    label = "ID" if column.role == "key" else column.label
    if not qualified or label.startswith(table.label):
        return label
    return f"{label} of the {table.label}" if " of " in label else f"{table.label} {label}"


def column_nouns(column: Column, table: Table | None = None) -> str:
    """The plural, with the name of the table if it is given."""
    plural = "IDs" if column.role == "key" else column.plural
    if table is None or plural.startswith(table.label):
        return plural
    return f"{plural} of the {table.plural}" if " of " in plural else f"{table.label} {plural}"
