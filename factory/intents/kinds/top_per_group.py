"""The best of each group by an aggregate: "In each region, which 3 stores handled the most orders?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import wanted
from factory.intents.draw_filter import compatible
from factory.intents.english import sentences, worded
from factory.intents.grouping import Aggregate, Key, draw_aggregate, draw_key, slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Join, Scope, shown
from factory.intents.subject import Subject, draw_subject, facts
from factory.records import Column, Database

Form = Literal["cte", "subquery", "qualify"]
_ORDINALS = {2: "second", 3: "third", 5: "fifth"}


@dataclass(frozen=True, kw_only=True)
class TopPerGroup(Intent):
    """`key` is what competes, `group` where; whoever ties with the last of the best is kept too."""

    kind = "top_per_group"
    subject: Subject
    group: Key
    key: Key
    aggregate: Aggregate
    best: int
    form: Form

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, self._joins(), self.aliases)
        owned = [*((self.group, c) for c in self.group.columns), *((self.key, c) for c in self.key.columns)]
        names = [c.name.lower() for _, c in owned]
        plain = [*self.group.expressions(scope), *self.key.expressions(scope)]
        selected = [
            sql.alias(e, slug(f"{k.table.label} {c.label}")) if names.count(c.name.lower()) > 1 else e
            for e, (k, c) in zip(plain, owned, strict=True)
        ]
        value, place = self.aggregate.name(), "place"
        window = exp.Window(
            this=exp.Anonymous(this="RANK"),
            partition_by=self.group.expressions(scope),
            order=exp.Order(expressions=[sql.ordered(self.aggregate.expression(scope), desc=True)]),
        )
        query = scope.select(*selected, sql.alias(self.aggregate.expression(scope), value))
        query = self.subject.restrict(query, scope).group_by(*(e.copy() for e in plain), copy=False)
        operator, last = (exp.EQ, 1) if self.best == 1 else (exp.LTE, self.best)
        if self.form == "qualify":
            query.set("qualify", exp.Qualify(this=operator(this=window, expression=sql.literal(last))))
            return query
        query = query.select(sql.alias(window, place), copy=False)
        outer = exp.Select(expressions=[sql.column(e.alias_or_name) for e in selected] + [sql.column(value)])
        keep = operator(this=sql.column(place), expression=sql.literal(last))
        if self.form == "cte":
            outer = outer.from_(sql.table("placed"), copy=False).where(keep, copy=False)
            return outer.with_(sql.called("placed"), as_=query, copy=False)
        sub = exp.Subquery(this=query, alias=sql.called("placed"))
        return outer.from_(sub, copy=False).where(keep, copy=False)

    def _joins(self) -> tuple[Join, ...]:
        return tuple(dict.fromkeys((*self.subject.joins(), *self.group.joins(), *self.key.joins())))

    def question(self) -> str:
        what, said = self.subject.said(), self.aggregate.said()
        count, n = self.aggregate.column is None, self.best
        parts = {
            "group": self.group.said(),
            "of": self.aggregate.of(what),
            "one": self.key.said(),
            "many": self.key.plural(),
            "n": str(n),
            "most": f"most {what}" if count else f"highest {self.aggregate.of(what)}",
            "last": _ORDINALS.get(n, ""),
        }
        show = wanted(self.voice, *self.group.outputs(), *self.key.outputs(), "count" if count else said)
        if n == 1:
            lead = worded(
                self.voice,
                "In each {group}, which {one} has the {most}?",
                "For every {group}, find the {one} with the {most}",
                "[Top|Leading|Number one] {one} per {group} by {of}",
                "Which {many} lead their {group} in the {of}?",
                "Each {group} [and|with] its {one} with the {most}",
                "[Leader|Winner] of each {group}: the {one} with the {most}",
                "Best {one} of each {group}, [going by|judged by|by] {of}",
                **parts,
            )
            ties = worded(
                self.voice,
                "[Keep|List|Show] all [in case of|on] a tie",
                "Ties [included|all count]",
                "If tied, [all|show all]",
            )
        else:
            lead = worded(
                self.voice,
                "In each {group}, which {n} {many} have the {most}?",
                "For every {group}, find the {n} {many} with the {most}",
                "Top {n} {many} [per|in each] {group} by {of}",
                "The [best|leading] {n} {many} of each {group}, [going by|judged by|by] {of}",
                "Within each {group}, rank {many} by {of} and keep the first {n}",
                "Which {n} {many} come out on top in their {group} in the {of}?",
                **parts,
            )
            ties = worded(
                self.voice,
                "Keep all that tie with the {last}",
                "[Include|Keep] ties with the {last}",
                "Ties with the {last} [count too|stay in]",
                "[Tied for|Sharing] {last}? Include them",
                **parts,
            )
        return sentences(lead, *((show, ties) if self.voice % 2 else (ties, show)))


def draw(database: Database, rng: Random) -> Intent | None:
    tables = facts(database)
    rng.shuffle(tables)
    for table in tables[:5]:
        subject = draw_subject(database, table, rng, far=0.15, most=1, floor=60)
        key = draw_key(database, subject, rng, entity=0.7, time=0)
        if key is None or key.groups < 4 or subject.rows() < 1.5 * key.groups:
            continue
        # What stores compete in may be something of the stores or above them, or anything else of the rows.
        group = _own_group(database, subject, key, rng) or draw_key(database, subject, rng, entity=0.1, time=0)
        if group is None or not _fits(group, key):
            continue
        within = key.groups / group.groups if group.via[: len(key.via)] == key.via else key.groups
        bests = [n for n in (1, 1, 2, 3, 3, 5) if n * 1.7 < within]
        aggregate = draw_aggregate(table, rng, used=subject.used, count=0.5, functions=("sum",))
        if not bests:
            continue
        if aggregate.column is not None and (
            aggregate.function != "sum" or aggregate.column.type in ("DOUBLE", "FLOAT")
        ):
            # Sums of floats that should tie differ in their last digits.
            aggregate = Aggregate("count", table)
        return TopPerGroup(
            voice=voice(rng),
            aliases=alias_style(rng),
            subject=subject,
            group=group,
            key=key,
            aggregate=aggregate,
            best=rng.choice(bests),
            form=rng.choice(("cte", "subquery", "qualify")),
        )
    return None


def _own_group(database: Database, subject: Subject, key: Key, rng: Random) -> Key | None:
    if not key.entity:
        return None
    found = [Key(key.table, (c,), key.via) for c in key.table.with_role("category", "place") if _groups(c)]
    seen = {key.table.name, *(r.child for r in key.via), *subject.tables}
    for relation in database.parents(key.table.name):
        parent = database.table(relation.parent)
        twice = sum(r.parent == relation.parent for r in database.parents(key.table.name)) > 1
        if parent.name not in seen and not twice:
            way = (*key.via, relation)
            found += [Key(parent, (c,), way) for c in parent.with_role("category", "place") if _groups(c)]
            columns = shown(parent)
            if parent.row_count <= 30 and len(columns) == 2 and not columns[1].nulls:
                found.append(Key(parent, columns, way))
    return rng.choice(found) if found else None


def _groups(column: Column) -> bool:
    return 1 < column.distinct <= 30 and not column.nulls


def _fits(group: Key, key: Key) -> bool:
    """Whether both can be reached in one FROM, and neither says the other already."""
    if group.table is key.table:
        return key.entity or all(compatible(a, b) for a in group.columns for b in key.columns)
    longer, shorter = sorted((group.via, key.via), key=len, reverse=True)
    own = {r.parent for r in longer} & {r.parent for r in shorter}
    return not own or longer[: len(shorter)] == shorter
