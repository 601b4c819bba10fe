"""Rows with what they belong to: "For all returns sent back in 2023, show the ID together with the product name"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import article, listed, sentences, worded
from factory.intents.grouping import slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Join, Scope, plain_ways, shown
from factory.intents.subject import Subject, column_noun, column_nouns, draw_subject
from factory.records import Column, Database, Relation, Table


@dataclass(frozen=True, kw_only=True)
class Detail(Intent):
    """`beside` holds the ancestors' columns, `joins` the relations that reach them, nearest first.

    `loose` are the tables that a row may lack: their joins keep it.
    """

    kind = "detail"
    subject: Subject
    columns: tuple[Column, ...]
    joins: tuple[Relation, ...]
    beside: tuple[tuple[Table, Column], ...]
    loose: frozenset[str]

    def tree(self) -> exp.Expr:
        table = self.subject.table
        scope = Scope(table, tuple(Join(r, r.parent, left=r.parent in self.loose) for r in self.joins), self.aliases)
        own = [(table, column) for column in self.columns]
        names = [column.name.lower() for _, column in (*own, *self.beside)]
        selected: list[exp.Expr] = []
        for owner, column in (*own, *self.beside):
            at: exp.Expr = scope.column(owner.name, column.name)
            if names.count(column.name.lower()) > 1:
                at = sql.alias(at, slug(column_noun(owner, column, qualified=True)))
            selected.append(at)
        return self.subject.restrict(scope.select(*selected), scope)

    def question(self) -> str:
        table = self.subject.table
        one = column_noun(table, self.columns[0], qualified=True)
        lead = worded(
            self.voice,
            "For all {what}, [show |]the {own} [together|along] with {beside}",
            "List the {own} of each of the {what}, [along with|and] {beside}",
            "{what}: {own}, plus {beside}",
            "The {more} and also {beside} for all {what}",
            "Show the {owns} of {what}, and next to each {beside}",
            "What are the {owns} of the {what}? Add {beside} to each",
            "[Pull|Get|Fetch] the {more}, with {beside}, for all {what}",
            "[Give|Look up] {beside} [for|of] each of the {what}, after the {own}",
            what=self.subject.said(),
            own=listed(["ID" if c.role == "key" else c.label for c in self.columns]),
            owns=listed([column_nouns(c) for c in self.columns]),
            beside=listed([f"the {column_noun(t, c, qualified=True)}" for t, c in self.beside]),
            more=listed([one, *("ID" if c.role == "key" else c.label for c in self.columns[1:])]),
        )
        lacking = [t.label for t, _ in self.beside if t.name in self.loose]
        kept = worded(
            self.voice,
            "Keep {plural} without {without}",
            "[Leave it empty|NULL] where there is no {nothing}",
            "Include those [that have|with] no {nothing}[, too|]",
            "No {nothing}? Keep the row",
            plural=table.plural,
            nothing=listed(lacking, "or"),
            without=listed([article(label) for label in lacking], "or"),
        )
        return sentences(lead, kept if lacking else "")


def draw(database: Database, rng: Random) -> Intent | None:
    candidates = [t for t in database.tables if database.parents(t.name) and t.row_count > 1]
    if not candidates:
        return None
    table = rng.choice(candidates)
    subject = draw_subject(database, table, rng, far=0, least=1, most=2, names=True)
    columns = shown(table)
    if not subject.filters or not columns:
        return None
    joins: list[Relation] = []
    beside: list[tuple[Table, Column]] = []
    ways = plain_ways(database, table.name, 3)
    rng.shuffle(ways)
    for way in ways:
        reached = {table.name, *(r.parent for r in joins)}
        new = [r for r in way if r not in joins]
        if len(joins) + len(new) > 3 or any(r.parent in reached for r in new) or len(beside) > 2:
            continue
        ancestor = database.table(way[-1].parent)
        tellable = ancestor.with_role("name", "category", "place", "code")
        if not tellable:
            continue
        joins += new
        beside.append((ancestor, rng.choice(tellable)))
        if rng.random() < 0.45:
            break
    if not beside:
        return None
    loose: set[str] = set()
    for relation in joins:
        if relation.child in loose or database.table(relation.child).column(relation.child_column).nulls:
            loose.add(relation.parent)
    return Detail(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        columns=columns,
        joins=tuple(joins),
        beside=tuple(beside),
        loose=frozenset(loose),
    )
