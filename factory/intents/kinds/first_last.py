"""The first or last event of each parent: "What was each customer's first order, and what was it worth?"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import wanted
from factory.intents.draw_filter import draw_filters
from factory.intents.english import sentences, worded, words
from factory.intents.grouping import slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Join, Scope, plain_ways, shown
from factory.intents.subject import Subject, column_noun, facts
from factory.intents.timespan import times
from factory.records import Column, Database, Relation, Table

Pick = Literal["qualify", "derived", "cte", "distinct_on", "joined"]


@dataclass(frozen=True, kw_only=True)
class Events(Intent):
    """Rows with a time and a parent; rows without either are left out."""

    subject: Subject
    relation: Relation
    parent: Table
    time: Column

    def scope(self) -> Scope:
        """Events and their parent."""
        return Scope(self.subject.table, (Join(self.relation, self.parent.name),), self.aliases)

    def alone(self) -> Scope:
        """The events by themselves, for queries that reach the parent later or not at all."""
        return Scope(self.subject.table, (), self.aliases)

    def at(self, scope: Scope) -> exp.Column:
        return scope.column(self.subject.table.name, self.time.name)

    def owner(self, scope: Scope) -> exp.Column:
        """The event's reference to its parent."""
        return scope.column(self.subject.table.name, self.relation.child_column)

    def parents(self, scope: Scope) -> list[exp.Expr]:
        """The columns that say which parent it is, renamed where the events have one of that name too."""
        own = {c.name.lower() for c in self.subject.table.columns if c.name != self.relation.child_column}
        found: list[exp.Expr] = []
        for column in shown(self.parent):
            plain = scope.column(self.parent.name, column.name)
            label = "id" if column.role == "key" else column.label
            clash = column.name.lower() in own
            found.append(sql.alias(plain, slug(f"{self.parent.label} {label}")) if clash else plain)
        return found

    def restrict(self, query: exp.Select, scope: Scope) -> exp.Select:
        conditions = self.subject.conditions(scope)
        if self.time.nulls:
            conditions.append(sql.not_null(self.at(scope)))
        if len(scope.called) == 1 and self.subject.table.column(self.relation.child_column).nulls:
            conditions.append(sql.not_null(self.owner(scope)))
        return query.where(sql.both(*conditions), copy=False) if conditions else query

    def only(self) -> str:
        """What the question starts with where the events are restricted: "Among orders paid by card, "."""
        if not self.subject.restricted:
            return ""
        return worded(
            self.voice,
            "[Among|Of|Within] {said}, ",
            "[Considering|Counting|Looking at|Taking] [only |]{said}, ",
            "[Looking only|Only looking] at {said}: ",
            "[For|With] {said} only, ",
            "{said} only: ",
            said=self.subject.said(),
        )

    def who(self) -> list[str]:
        """ "customer ID" and "name", or just "ID": the parent is the one thing that is listed."""
        nouns = [column_noun(self.parent, c, qualified=i == 0) for i, c in enumerate(shown(self.parent))]
        return ["ID", *nouns[1:]] if worded(self.voice, "[long|short]") == "short" else nouns


@dataclass(frozen=True, kw_only=True)
class FirstLast(Events):
    """Of events at the same moment all count, or with `tie_break` the one with the lowest ID."""

    kind = "first_last"
    last: bool
    tie_break: bool
    key: Column
    measure: Column | None
    pick: Pick

    def tree(self) -> exp.Expr:
        table, scope = self.subject.table, self.scope()
        own = [self.key, self.time, *([self.measure] if self.measure else [])]
        selected = [*self.parents(scope), *(scope.column(table.name, c.name) for c in own)]
        order = [sql.ordered(self.at(scope), desc=self.last)]
        if self.pick == "joined":
            return self._joined(scope, selected)
        if self.tie_break:
            order.append(sql.ordered(scope.column(table.name, self.key.name)))
        partition = scope.column(self.parent.name, self.relation.parent_column)
        if self.pick == "distinct_on":
            query = self.restrict(scope.select(*selected), scope)
            query.set("distinct", exp.Distinct(on=exp.Tuple(expressions=[partition])))
            return query.order_by(sql.ordered(partition.copy()), *order, copy=False)
        number = exp.RowNumber() if self.tie_break else sql.call("RANK")
        window = exp.Window(this=number, partition_by=[partition], order=exp.Order(expressions=order))
        query = scope.select(*selected)
        if self.pick == "qualify":
            query = self.restrict(query, scope)
            query.set("qualify", exp.Qualify(this=exp.EQ(this=window, expression=sql.literal(1))))
            return query
        query = self.restrict(query.select(sql.alias(window, "position"), copy=False), scope)
        outer = exp.Select(expressions=[sql.column(e.alias_or_name) for e in selected])
        outer = outer.where(exp.EQ(this=sql.column("position"), expression=sql.literal(1)), copy=False)
        if self.pick == "derived":
            return outer.from_(exp.Subquery(this=query, alias=sql.called("numbered")), copy=False)
        return outer.from_(sql.table("numbered"), copy=False).with_(sql.called("numbered"), as_=query, copy=False)

    def _joined(self, scope: Scope, selected: list[exp.Expr]) -> exp.Expr:
        """Each parent's extreme moment in a CTE, and the events that lie on it."""
        name, alone = f"{'last' if self.last else 'first'}_times", self.alone()
        extreme = (exp.Max if self.last else exp.Min)(this=self.at(alone))
        inner = alone.select(sql.alias(self.owner(alone), "owner_key"), sql.alias(extreme, "moment"))
        inner = self.restrict(inner, alone).group_by(self.owner(alone), copy=False)
        on = sql.both(
            exp.EQ(this=self.owner(scope), expression=sql.column("owner_key", name)),
            exp.EQ(this=self.at(scope), expression=sql.column("moment", name)),
        )
        query = self.restrict(scope.select(*selected).join(sql.table(name), on=on, copy=False), scope)
        return query.with_(sql.called(name), as_=inner, copy=False)

    def question(self) -> str:
        table, by = self.subject.table, self.time.label
        nouns = [column_noun(table, self.key, qualified=True), by, *([self.measure.label] if self.measure else [])]
        owner = [column_noun(self.parent, c, qualified=i == 0) for i, c in enumerate(shown(self.parent))]
        show = wanted(self.voice, *owner, *nouns)
        ties = (
            worded(
                self.voice,
                "[On a tie|If tied|For ties], [take|keep] the lowest ID",
                "Ties go to the lowest ID",
                "[Same time|Equal times]: lowest ID [wins|only]",
                "The lowest ID breaks ties",
            )
            if self.tie_break
            else worded(
                self.voice,
                "[Keep|Include|Show] ties",
                "[If several tie|If tied], show [them all|all]",
                "Equal times all count",
                "Ties included",
            )
        )
        parts = {
            "only": self.only(),
            "which": "last" if self.last else "first",
            "end": "latest" if self.last else "earliest",
            "label": table.label,
            "plural": table.plural,
            "one": self.parent.label,
            "by": by,
        }
        lead = worded(
            self.voice,
            "{only}what was the {which} {label} of each {one}, by {by}?",
            "{only}for every {one}, the {which} {label} (by {by})",
            "{only}find each {one}'s {end} {label} by {by}",
            "{only}{which} {label} per {one}, [going by|by] {by}",
            "{only}per {one}, keep [just|only] the {label} with the {end} {by}",
            "{only}go through each {one}'s {plural} and pick the {which} by {by}",
            "{only}which {label} [came|was] {which} for each {one} ({by})?",
            "{only}the {end} of each {one}'s {plural}, by {by}",
            **parts,
        )
        return sentences(lead, *((show, ties) if self.voice % 2 else (ties, show)))


def draw_events(
    database: Database,
    rng: Random,
    *,
    per_parent: float = 1.5,
    filters: float = 0.45,
    happenings: bool = False,
    lasting: bool = False,
) -> dict[str, Any] | None:
    """The fields of Events with `per_parent` events for each parent or more, on average.

    `happenings`: only what parents do, not what they consist of (the employees of a department). `lasting`: only
    parents that stay, since the events of one that is an event itself (the GPS fixes of a trip) lie close together.
    """
    options: list[tuple[Table, Relation, Column]] = []
    for table in facts(database):
        if happenings and (table.person or table.kind != "fact"):
            continue
        ways = [w[0] for w in plain_ways(database, table.name, 1) if len(w) == 1 and w[0].parent != table.name]
        for relation in ways:
            parent = database.table(relation.parent)
            stays = parent.kind == "dimension" or not lasting
            fit = stays and _named(parent) and table.row_count >= per_parent * parent.row_count
            moments = [c for c in times(Subject(table)) if c.values and not planned(c)]
            options += [(table, relation, c) for c in moments if fit and parent.row_count > 3]
    if not options:
        return None
    table, relation, time = rng.choice(options)
    parent = database.table(relation.parent)
    subject = Subject(table)
    if rng.random() < filters:
        unwanted = frozenset(c.name for c in table.with_role("name", "timestamp", "text"))
        narrowed = replace(subject, filters=draw_filters(table, rng, 1, unwanted=unwanted))
        if time in times(narrowed) and narrowed.rows() >= per_parent * parent.row_count:
            subject = narrowed
    return {
        "voice": voice(rng),
        "aliases": alias_style(rng),
        "subject": subject,
        "relation": relation,
        "parent": parent,
        "time": time,
    }


def planned(time: Column) -> bool:
    """Whether it is when something should happen, which says nothing about what did."""
    return bool(words("due expires expiry planned promised scheduled until") & words(time.label))


def _named(parent: Table) -> bool:
    """Whether it can be told apart by a key: several customers may have one name."""
    columns = shown(parent)
    return bool(columns) and columns[0].role == "key"


def draw(database: Database, rng: Random) -> Intent | None:
    fields = draw_events(database, rng)
    if fields is None:
        return None
    table: Table = fields["subject"].table
    keys = [table.column(name) for name in table.key if table.column(name).role == "key"]
    if len(keys) != 1 or len(table.key) != 1 or fields["time"].nulls:
        return None
    measures = [c for c in table.with_role("measure") if not c.nulls and c.name not in fields["subject"].used]
    tie_break = "INT" in keys[0].type and rng.random() < 0.5
    picks: tuple[Pick, ...] = ("qualify", "derived", "cte", "distinct_on" if tie_break else "joined")
    return FirstLast(
        **fields,
        last=rng.random() < 0.45,
        tie_break=tie_break,
        key=keys[0],
        measure=rng.choice(measures) if measures and rng.random() < 0.8 else None,
        pick=rng.choice(picks),
    )
