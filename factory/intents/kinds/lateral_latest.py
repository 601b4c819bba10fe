"""The last few children of each parent: "For each customer, the 3 latest orders"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.clauses import kind_of
from factory.intents.columns import wanted
from factory.intents.english import sentences, worded
from factory.intents.grouping import slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_noun, draw_subject
from factory.intents.timespan import times
from factory.records import Column, Database, Relation

Form = Literal["cross", "comma", "on true", "window"]


@dataclass(frozen=True, kw_only=True)
class LateralLatest(Intent):
    """The `count` latest (or earliest) children; `keep` leaves parents without any in, with NULLs.

    Of two children at the same time, the one with the higher key is the later.
    """

    kind = "lateral_latest"
    subject: Subject
    relation: Relation
    children: Subject
    columns: tuple[Column, ...]
    shown: tuple[Column, ...]
    time: Column
    count: int
    latest: bool
    keep: bool
    form: Form

    def tree(self) -> exp.Expr:
        r, name = self.relation, "recent" if self.latest else "first_ones"
        outer = Scope(self.subject.table, (), self.aliases, qualify=True, taken=frozenset({name}))
        taken = frozenset({name, *(called.lower() for called in outer.called.values())})
        inner = Scope(self.children.table, (), self.aliases, qualify=True, taken=taken)
        own = [outer.column(r.parent, c.name) for c in self.columns]
        names = {c.name.lower() for c in self.columns}
        clash = [c.name.lower() in names for c in self.shown]
        called = [
            slug(f"{self.children.table.label} {c.label}") if twice else c.name
            for c, twice in zip(self.shown, clash, strict=True)
        ]
        picked: list[exp.Expr] = [inner.column(r.child, c.name) for c in self.shown]
        picked = [sql.alias(c, n) if twice else c for c, n, twice in zip(picked, called, clash, strict=True)]
        query = outer.select(*own, *(sql.column(n, name) for n in called))
        by = [self.time, self.shown[0]]
        order = [sql.ordered(inner.column(r.child, c.name), desc=self.latest) for c in by]
        conditions = self.children.conditions(inner)
        key = outer.column(r.parent, r.parent_column)
        reference = inner.column(r.child, r.child_column)
        if self.form == "window":
            sub = inner.select(*picked, sql.alias(reference, "parent_key"))
            window = exp.Window(
                this=exp.RowNumber(), partition_by=[reference.copy()], order=exp.Order(expressions=order)
            )
            if conditions:
                sub = sub.where(sql.both(*conditions), copy=False)
            sub.set("qualify", exp.Qualify(this=exp.LTE(this=window, expression=sql.literal(self.count))))
            on = exp.EQ(this=sql.column("parent_key", name), expression=key)
            query = query.join(sql.table(name), on=on, join_type="left" if self.keep else "", copy=False)
            return self.subject.restrict(query, outer).with_(sql.called(name), as_=sub, copy=False)
        same = exp.EQ(this=reference, expression=key)
        sub = inner.select(*picked).where(sql.both(same, *conditions), copy=False)
        sub = sub.order_by(*order, copy=False).limit(sql.literal(self.count), copy=False)
        lateral = exp.Lateral(this=exp.Subquery(this=sub), alias=sql.called(name))
        if self.keep or self.form == "on true":
            side = "LEFT" if self.keep else None
            join = exp.Join(this=lateral, side=side, on=exp.Boolean(this=True))
        else:
            join = exp.Join(this=lateral, kind="CROSS" if self.form == "cross" else None)
        query.append("joins", join)
        return self.subject.restrict(query, outer)

    def question(self) -> str:
        parent, child, n = self.subject.table, self.children.table, self.count
        what, end = self.subject.said(), "latest" if self.latest else "earliest"
        these = self.children.restriction()
        some = f"{end} {child.label if n == 1 else f'{n} {child.plural}'}"
        if these:
            some = f"{end} of the {child.plural}{these}" if n == 1 else f"{n} {end} of the {child.plural}{these}"
        elif n > 1:
            some = f"{n} {end} {child.plural}"
        nouns = [column_noun(parent, c, qualified=i == 0) for i, c in enumerate(self.columns)]
        theirs = [column_noun(child, c, qualified=i == 0) for i, c in enumerate(self.shown)]
        parts = {
            "some": some,
            "each": f"each of the {what}" if self.subject.restricted else f"each {parent.label}",
            "one": parent.label,
            "many": parent.plural,
            "only": f", for {what}" if self.subject.restricted else "",
            "children": f"{child.plural}{these}",
            "end": end if n == 1 else f"{end} {n}",
            "order": self.time.label,
            "times": self.time.plural,
            "is": "is" if n == 1 else "are",
            "who": "who" if parent.person else "that",
            "higher": "higher" if self.latest else "lower",
        }
        tie = worded(
            self.voice,
            "[Break ties by|On ties take] the {higher} ID",
            "[Ties|Equal {times}]: {higher} ID first",
            "On equal {times}, the {higher} ID comes first",
            "The {higher} ID wins a tie",
            **parts,
        )
        none = (
            worded(
                self.voice,
                "Keep {many} without any, [fields empty|with NULLs]",
                "[{many} with none stay|Those with none stay], [empty|with NULLs]",
                "No match: NULLs, but keep the {one}",
                **parts,
            )
            if self.keep
            else worded(
                self.voice,
                "[Skip|Drop|Leave out] {many} without any",
                "[Ignore|Omit] {many} {who} have none",
                "Only {many} with any",
                **parts,
            )
        )
        lead = worded(
            self.voice,
            "For {each}, [find|return|get] the {some}, by {order}",
            "What {is} the {some} of {each}, [going by|by] {order}?",
            "The {some} [per|for each] {one}{only}, by {order}",
            "Per {one}{only}: the {some} ({order})",
            "From the {children}, pick the {end} of {each} by {order}",
            "Sort the {children} of {each} by {order} and keep the {end}",
            "{some} [for|of] {each}, judged by {order}",
            **parts,
        )
        show = wanted(self.voice, *nouns, *theirs)
        return sentences(lead, *((tie, none) if self.voice % 2 else (none, tie)), show)


def draw(database: Database, rng: Random) -> Intent | None:
    relations = [r for r in database.relations if r.parent != r.child]
    rng.shuffle(relations)
    for relation in relations[:12]:
        parent, child = database.table(relation.parent), database.table(relation.child)
        columns, own = shown(parent), shown(child)
        several = sum(r.child == child.name and r.parent == parent.name for r in relations) > 1
        if len(columns) < 2 or not own or own[0].role != "key" or several or child.row_count < 1.2 * parent.row_count:
            continue
        children = draw_subject(database, child, rng, far=0, most=1, floor=parent.row_count)
        moments = [c for c in times(children) if not c.nulls]
        if not moments or any(kind_of(f.said()) == "whose" for f in children.filters):
            continue
        subject = draw_subject(database, parent, rng, far=0, most=1, least=1 if parent.row_count > 60 else 0, floor=8)
        return LateralLatest(
            voice=voice(rng),
            aliases=alias_style(rng),
            subject=subject,
            relation=relation,
            children=children,
            columns=columns,
            shown=(own[0], time := rng.choice(moments)),
            time=time,
            count=rng.choice((1, 2, 3, 3, 5)),
            latest=rng.random() < 0.75,
            keep=rng.random() < 0.3,
            form=rng.choice(("cross", "comma", "on true", "on true", "window")),
        )
    return None
