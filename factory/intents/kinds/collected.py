"""Values of a group as one list: "For each category, the product names, comma-separated and in alphabetical order"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import identified
from factory.intents.draw_filter import compatible
from factory.intents.english import sentences, worded
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
        (group,), identity = identified(self.voice, self.key)
        parts = {
            "what": self.subject.said(),
            "group": group,
            "plural": self.column.plural,
            "order": worded(self.voice, *_ORDERS.get(self.column.role, _ALPHABETIC)),
        }
        patterns = {
            "string": (
                "For each {group}, the [different|distinct] {plural} of {what} [as one text|in one string], separated "
                "by ', ', "
                "{order}",
                "Which {plural} occur among {what} per {group}? [Join|String together] the different ones with ', ', "
                "{order}",
                "[Concatenate|Join] the [distinct|unique] {plural} of {what} per {group} with ', ', {order}",
                "[Distinct|Unique] {plural} of {what} per {group}, comma-separated (', '), {order}",
                "Group {what} by {group}: their [different|unique] {plural} in one string, {order}, separator ', '",
                "Per {group}, string together the [different|distinct] {plural} of {what} by ', ', {order}",
            ),
            "length": (
                "For each {group}, [give a|the] list of [different|distinct] {plural} of {what}, {order}, and its "
                "length",
                "Which different {plural} do {what} have per {group}, and how many? List ({order}), then count",
                "Collect the [distinct|unique] {plural} of {what} per {group} in a list, {order}, then how many it "
                "holds",
                "[Distinct|Unique] {plural} of {what} per {group} as a list, {order}, plus how many",
                "Group {what} by {group}: a list of different {plural}, {order}, and the number of entries",
            ),
        }.get(
            self.form,
            (
                "For each {group}, collect the [different|distinct] {plural} of {what} in a list, {order}",
                "Which {plural} occur among {what} per {group}? The different ones as a list, {order}",
                "Gather the [unique|different] {plural} of {what} into one list per {group}, {order}",
                "[Unique|Distinct] {plural} of {what} as a list per {group}, {order}",
                "Group {what} by {group}, with a list of [their different|the distinct] {plural}, {order}",
            ),
        )
        missing = worded(
            self.voice, "[Ignore|Skip] missing values", "Leave out [missing ones|NULLs]", "No NULLs [in it|please]"
        )
        return sentences(
            worded(self.voice, *patterns, **parts),
            missing if self.column.nulls else "",
            identity,
            first_day(self, self.key.unit) if self.key.unit else "",
        )


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


_ALPHABETIC = ("alphabetically", "in alphabetical order", "A to Z", "sorted alphabetically")


_ORDERS = {
    "measure": ("ascending", "in ascending order", "lowest first"),
    "timestamp": ("in ascending order", "in date order", "oldest first", "chronologically"),
}
