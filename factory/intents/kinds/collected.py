"""Values of a group as one list: "For each category, the product names, comma-separated and in alphabetical order"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.draw_filter import compatible
from factory.intents.english import sentence
from factory.intents.grouping import Key, draw_key, slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject
from factory.intents.timespan import first_day
from factory.records import Column, Database

Form = Literal["string", "list", "sorted", "length"]


@dataclass(frozen=True, kw_only=True)
class Collected(Intent):
    """The different values of `column` in ascending order: as text with commas ("string"), as a list (ordered inside
    LIST or by LIST_SORT around it), or how many there are together with the list ("length")."""

    kind = "collected"
    subject: Subject
    column: Column
    key: Key
    form: Form

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, (*self.subject.joins(), *self.key.joins()), self.aliases)
        at = scope.column(self.subject.table.name, self.column.name)
        conditions = self.subject.conditions(scope)
        if self.column.nulls:
            conditions.append(sql.not_null(at.copy()))
        name = slug(self.column.plural)
        values = [sql.alias(self._values(at), f"{name}_list")]
        if self.form == "length":
            values.append(
                sql.alias(sql.call("LEN", sql.call("LIST", exp.Distinct(expressions=[at.copy()]))), f"{name}_count")
            )
        query = scope.select(*self.key.selected(scope), *values)
        if conditions:
            query = query.where(sql.both(*conditions), copy=False)
        return query.group_by(*self.key.expressions(scope), copy=False)

    def _values(self, at: exp.Column) -> exp.Expr:
        different = exp.Distinct(expressions=[at.copy()])
        order = [sql.ordered(at.copy())]
        if self.form == "string":
            return sql.call("STRING_AGG", different, exp.Order(this=exp.Literal.string(", "), expressions=order))
        if self.form == "list":
            return sql.call("LIST", exp.Order(this=different, expressions=order))
        return sql.call("LIST_SORT", sql.call("LIST", different))

    def question(self) -> str:
        what, group, plural = self.subject.said(), self.key.said(), self.column.plural
        several = f"different {plural}"
        order = "in ascending order" if self.column.role in ("timestamp", "measure") else "in alphabetical order"
        if self.form == "string":
            text = self.choose(
                f"For each {group}, show the {several} of {what} as one text, separated by ', ' and {order}.",
                f"Which {plural} occur among {what} per {group}? Join the different ones with ', ' {order}.",
                f"Concatenate the {several} of {what} per {group}, {order}, with ', ' between them.",
                f"{several} of {what} per {group} in a single string, {order}, separated by ', '.",
                f"I need one row per {group} with the {several} of {what} strung together by ', ', {order}.",
                f"Group {what} by {group} and join their {several} into one string ({order}, separator ', ').",
            )
        elif self.form == "length":
            text = self.choose(
                f"For each {group}, give the list of {several} of {what}, {order}, and its length.",
                f"Which {several} do {what} have per {group}, and how many are there? Give a list {order}, then the "
                f"count.",
                f"Collect the {several} of {what} per {group} in a list {order}, followed by how many it holds.",
                f"{several} of {what} per {group} as a list {order}, plus how many.",
                f"I need one row per {group}: the {several} of {what} as a list {order}, and the list's length.",
                f"Group {what} by {group}. Return their {several} as a list {order} and the number of entries.",
            )
        else:
            text = self.choose(
                f"For each {group}, collect the {several} of {what} in a list, {order}.",
                f"Which {plural} occur among {what} per {group}? Return the different ones as a list {order}.",
                f"Gather the {several} of {what} into one list per {group}, {order}.",
                f"{several} of {what} as a list per {group}, {order}.",
                f"I need one row per {group} with a list of the {several} of {what}, {order}.",
                f"Group {what} by {group} and return their {several} as a list {order}.",
            )
        text = sentence(text)
        if self.column.nulls:
            text += " " + self.aside("Ignore missing values.", "Leave out missing ones.", "Skip what is missing.")
        if self.key.entity:
            text += f" Include {self.key.output()}."
        return text + (first_day(self, self.key.unit) if self.key.unit else "")


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in database.tables if t.row_count > 20 and t.with_role("category", "place", "name", "code")]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.2, most=2, floor=15)
    key = draw_key(database, subject, rng, entity=0.4, time=0.05)
    if key is None or subject.rows() < 1.5 * key.groups:
        return None
    columns = [
        c for c in table.with_role("category", "place", "name", "code") if c.distinct > 2 and c.type == "VARCHAR"
    ]
    columns = [
        c
        for c in columns
        if all(compatible(c, f.column) for f in subject.filters)
        and (key.table != table or compatible(c, key.columns[0]))
    ]
    # Nobody reads a list of hundreds.
    columns = [c for c in columns if min(c.distinct, subject.rows() / key.groups) < 40]
    if not columns:
        return None
    return Collected(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        column=rng.choice(columns),
        key=key,
        form=rng.choice(("string", "string", "list", "sorted", "length")),
    )
