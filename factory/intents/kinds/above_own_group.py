"""Rows against the average of their own group: "Which products cost more than the average of their category?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import wanted
from factory.intents.english import sentences, worded
from factory.intents.filters import noun_phrase
from factory.intents.grouping import Key, draw_key, slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Join, Scope, shown
from factory.intents.subject import Subject, column_noun, draw_subject
from factory.records import Column, Database

Form = Literal["window", "qualify", "join", "correlated"]


@dataclass(frozen=True, kw_only=True)
class AboveOwnGroup(Intent):
    """The average is over those rows of the subject that share the key."""

    kind = "above_own_group"
    subject: Subject
    key: Key
    columns: tuple[Column, ...]
    by: Column
    above: bool
    form: Form

    def tree(self) -> exp.Expr:
        table = self.subject.table
        scope = Scope(table, self._joins(), self.aliases, qualify=True if self.form in ("join", "correlated") else None)
        at = scope.column(table.name, self.by.name)
        # A key of the parent is selected as the parent has it, under a name that no other column bears.
        names = [c.name.lower() for c in (*self.columns, self.by)]
        selected: list[exp.Expr] = []
        for column, plain in zip(self.key.columns, self.key.expressions(scope), strict=True):
            clash = column.name.lower() in names
            selected.append(sql.alias(plain, slug(f"{self.key.table.label} {column.label}")) if clash else plain)
        selected += [scope.column(table.name, c.name) for c in (*self.columns, self.by)]
        if self.form == "correlated":
            return self._correlated(scope, selected, at)
        if self.form == "join":
            return self._joined(scope, selected, at)
        over = exp.Window(this=exp.Avg(this=at.copy()), partition_by=self.key.expressions(scope))
        if self.form == "qualify":
            query = self.subject.restrict(scope.select(*selected), scope)
            query.set("qualify", exp.Qualify(this=self._compare(at.copy(), over)))
            return query
        inner = self.subject.restrict(scope.select(*selected, sql.alias(over, "group_average")), scope)
        outer = exp.Select(expressions=[sql.column(e.alias_or_name) for e in selected])
        outer = outer.from_(exp.Subquery(this=inner, alias=sql.called("compared")), copy=False)
        return outer.where(self._compare(sql.column(self.by.name), sql.column("group_average")), copy=False)

    def _joins(self) -> tuple[Join, ...]:
        return (*self.subject.joins(), *self.key.joins())

    def _compare(self, left: exp.Expr, right: exp.Expr) -> exp.Expr:
        return (exp.GT if self.above else exp.LT)(this=left, expression=right)

    def _correlated(self, scope: Scope, selected: list[exp.Expr], at: exp.Expr) -> exp.Expr:
        table = self.subject.table
        taken = frozenset(name.lower() for name in scope.called.values())
        # Without aliases the inner table would hide the outer one.
        inner = Scope(table, self._joins(), "initials", qualify=True, taken=taken)
        same = exp.EQ(this=self.key.expressions(inner)[0], expression=self.key.expressions(scope)[0])
        average = inner.select(exp.Avg(this=inner.column(table.name, self.by.name)))
        average = average.where(sql.both(same, *self.subject.conditions(inner)), copy=False)
        test = self._compare(at.copy(), exp.Subquery(this=average))
        return scope.select(*selected).where(sql.both(*self.subject.conditions(scope), test), copy=False)

    def _joined(self, scope: Scope, selected: list[exp.Expr], at: exp.Expr) -> exp.Expr:
        table, name = self.subject.table, "group_averages"
        inner = Scope(table, self._joins(), self.aliases)
        keys = self.key.expressions(inner)
        average = sql.alias(exp.Avg(this=inner.column(table.name, self.by.name)), "group_average")
        grouped = inner.select(sql.alias(keys[0].copy(), "group_key"), average)
        grouped = self.subject.restrict(grouped, inner).group_by(keys[0], copy=False)
        on = exp.EQ(this=sql.column("group_key", name), expression=self.key.expressions(scope)[0])
        query = scope.select(*selected).join(sql.table(name), on=on, copy=False)
        test = self._compare(at.copy(), sql.column("group_average", name))
        query = query.where(sql.both(*self.subject.conditions(scope), test), copy=False)
        return query.with_(sql.called(name), as_=grouped, copy=False)

    def question(self) -> str:
        nouns = [column_noun(self.subject.table, c, qualified=i == 0) for i, c in enumerate(self.columns)]
        show = wanted(self.voice, *self.key.outputs(), *nouns, self.by.label)
        parts = {
            "what": self.subject.said(),
            "group": self.key.said(),
            "label": self.by.label,
            "side": "above" if self.above else "below",
            "over": "over" if self.above else "under",
            "plural": self.subject.table.plural,
            "one": self.subject.table.label,
            "have": noun_phrase(self.by),
        }
        if self.subject.restricted:
            # Whose average it is has to be said: that of these rows, not of all in the group.
            return sentences(
                worded(
                    self.voice,
                    "[Considering|Counting|Taking] only {what}, which have {have} {side} [the average of|average for] "
                    "their "
                    "{group}?",
                    "Only {what}: [compare|hold] each {label} [with|against] the average of the same {group} and keep "
                    "those "
                    "{side}",
                    "Average the {label} of {what} per {group}; which of them are {side} their own average?",
                    "Which of the {what} lie {side} their joint average {label} per {group}?",
                    "Among {what}, those {side} the average {label} of the ones sharing their {group}",
                    "{what} {over} their own {group}'s mean {label}, mean over these {plural} only"
                    if not self.key.unit
                    else "{what} {over} the mean {label} of their {group}, mean over these {plural} only",
                    **parts,
                ),
                show,
            )
        return sentences(
            worded(
                self.voice,
                "Which {plural} have {have} {side} the average [for|of|in] their {group}?",
                "Compare each {one}'s {label} with the average per {group}; keep those {side}",
                "Within each {group}, find the {plural} {side} its average {label}",
                "{plural} with {have} {side} the average within their {group}",
                "Which {plural} are {side} average in {label}, [measured|judged] against their {group}?",
                "[{plural} {over}|Find {plural} {over}] the mean {label} of their {group}",
                **parts,
            ),
            show,
        )


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in database.tables if t.row_count > 20 and t.with_role("measure") and len(shown(t)) == 2]
    rng.shuffle(tables)
    for table in tables[:4]:
        subject = draw_subject(database, table, rng, far=0.15, most=1, floor=30)
        by = [c for c in table.with_role("measure") if c.distinct > 8 and c.name not in subject.used]
        key = draw_key(database, subject, rng, entity=0.3, time=0)
        if not by or key is None or subject.rows() < 3 * key.groups:
            continue
        forms: tuple[Form, ...] = ("window", "qualify", "join")
        if not key.via or key.entity:
            forms = (*forms, "correlated", "correlated")
        return AboveOwnGroup(
            voice=voice(rng),
            aliases=alias_style(rng),
            subject=subject,
            key=key,
            columns=shown(table),
            by=rng.choice(by),
            above=rng.random() < 0.65,
            form=rng.choice(forms),
        )
    return None
