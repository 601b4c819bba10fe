"""The rows with the second or third value from the top: "Which products have the second-highest list price?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import wanted
from factory.intents.english import sentences, worded
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_noun, draw_subject
from factory.records import Column, Database

Form = Literal["offset", "dense_rank", "qualify", "nested"]
_ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}


@dataclass(frozen=True, kw_only=True)
class Nth(Intent):
    """`nth` counts different values, so that rows that share the highest one don't make up the second."""

    kind = "nth"
    subject: Subject
    columns: tuple[Column, ...]
    by: Column
    nth: int
    desc: bool
    form: Form

    def tree(self) -> exp.Expr:
        table = self.subject.table.name
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        at = scope.column(table, self.by.name)
        selected = [scope.column(table, c.name) for c in (*self.columns, self.by)]
        query = scope.select(*(c.copy() for c in selected))
        if self.form in ("offset", "nested"):
            value = exp.Subquery(this=self._offset() if self.form == "offset" else self._nested())
            test = exp.EQ(this=at, expression=value)
            return query.where(sql.both(*self.subject.conditions(scope), test), copy=False)
        conditions = self.subject.conditions(scope)
        if self.by.nulls:
            conditions.append(sql.not_null(at.copy()))
        window = exp.Window(
            this=exp.Anonymous(this="DENSE_RANK"),
            order=exp.Order(expressions=[sql.ordered(at.copy(), desc=self.desc)]),
        )
        if self.form == "qualify":
            if conditions:
                query = query.where(sql.both(*conditions), copy=False)
            query.set("qualify", exp.Qualify(this=exp.EQ(this=window, expression=sql.literal(self.nth))))
            return query
        position = "place"
        inner = scope.select(*selected, sql.alias(window, position))
        if conditions:
            inner = inner.where(sql.both(*conditions), copy=False)
        outer = exp.Select(expressions=[sql.column(c.name) for c in selected]).from_(sql.table("placed"), copy=False)
        outer = outer.where(exp.EQ(this=sql.column(position), expression=sql.literal(self.nth)), copy=False)
        return outer.with_(sql.called("placed"), as_=inner, copy=False)

    def _offset(self) -> exp.Select:
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        at = scope.column(self.subject.table.name, self.by.name)
        query = scope.select(at).distinct(copy=False)
        conditions = self.subject.conditions(scope)
        if self.by.nulls:
            conditions.append(sql.not_null(at.copy()))
        if conditions:
            query = query.where(sql.both(*conditions), copy=False)
        query = query.order_by(sql.ordered(at.copy(), desc=self.desc), copy=False)
        return query.limit(sql.literal(1), copy=False).offset(sql.literal(self.nth - 1), copy=False)

    def _nested(self) -> exp.Select:
        """The highest value below the highest, `nth` - 1 times over."""
        kind, compare = (exp.Max, exp.LT) if self.desc else (exp.Min, exp.GT)
        found: exp.Select | None = None
        for _ in range(self.nth):
            scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
            at = scope.column(self.subject.table.name, self.by.name)
            conditions = self.subject.conditions(scope)
            if found is not None:
                conditions.append(compare(this=at.copy(), expression=exp.Subquery(this=found)))
            found = scope.select(kind(this=at))
            if conditions:
                found = found.where(sql.both(*conditions), copy=False)
        assert found is not None
        return found

    def question(self) -> str:
        table, what = self.subject.table, self.subject.said()
        ends = ("latest", "earliest") if self.by.role == "timestamp" else ("highest", "lowest")
        parts = {
            "what": what,
            "label": self.by.label,
            "values": self.by.plural,
            "end": ends[0] if self.desc else ends[1],
            "nth": _ORDINALS[self.nth],
            "plural": table.plural,
            "among": f" among {what}" if self.subject.restricted else "",
        }
        equal = worded(
            self.voice,
            "[Equal values count once|Count distinct values]; [keep|show] all that [tie|share it]",
            "Ties [share a place|count as one], [list|keep] all",
            "Distinct values decide; all [ties|that tie] are wanted",
            "Ties share a place, no gaps; include them",
        )
        lead = worded(
            self.voice,
            "Which {plural} have the {nth}-{end} {label}{among}?",
            "Find the {nth} {end} {label}{among} and all {plural} that have it"
            if not self.subject.restricted
            else "Find the {nth} {end} {label} of {what} and those of them that have it",
            "Of {what}, which come {nth} by {label}, {end} first?",
            "The {what} with the {nth}-{end} {label}"
            if not self.subject.restricted
            else "Looking only at {what}, those with the {nth}-{end} {label}",
            "{nth}-{end} {label} of {what}: which of them have it?",
            "[Sort|Order] the different {values} of {what}, {end} first; which of these {plural} have the {nth}?",
            "{what} in {nth} place by {label}, {end} first",
            **parts,
        )
        show = wanted(self.voice, *(column_noun(table, c, qualified=False) for c in self.columns), self.by.label)
        return sentences(lead, *((show, equal) if self.voice % 2 else (equal, show)))


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in database.tables if t.row_count > 10 and len(shown(t)) == 2]
    rng.shuffle(tables)
    for table in tables[:4]:
        subject = draw_subject(database, table, rng, far=0.2, most=2, floor=12)
        by = [c for c in table.with_role("measure", "timestamp") if c.distinct > 8 and c.name not in subject.used]
        by = [c for c in by if c.type not in ("DOUBLE", "FLOAT")] or by
        if not by:
            continue
        nth = rng.choice((2, 2, 3, 3, 4, 5))
        forms: tuple[Form, ...] = (
            ("offset", "dense_rank", "qualify", "nested") if nth == 2 else ("offset", "dense_rank", "qualify")
        )
        return Nth(
            voice=voice(rng),
            aliases=alias_style(rng),
            subject=subject,
            columns=shown(table),
            by=rng.choice(by),
            nth=nth,
            desc=rng.random() < 0.7,
            form=rng.choice(forms),
        )
    return None
