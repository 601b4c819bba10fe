"""A pivot by hand: "Per region, count the orders paid by card, by wallet and by voucher in columns of their own"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import identified
from factory.intents.draw_filter import compatible
from factory.intents.english import listed, sentences, worded
from factory.intents.grouping import Aggregate, Key, draw_key, slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, column_nouns, draw_subject, facts
from factory.intents.timespan import first_day
from factory.records import Column, Database

Form = Literal["filter", "sum case", "count case", "count_if"]


@dataclass(frozen=True, kw_only=True)
class ConditionalCounts(Intent):
    """One column per value of `column`, in the order of `values`; `form` is the way it is written.

    `aggregate` counts, sums or averages; without any such row a count is 0 and the others are NULL. `whole` adds the
    same over all rows of the group, whatever their value.
    """

    kind = "conditional_counts"
    subject: Subject
    column: Column
    values: tuple[str, ...]
    key: Key
    aggregate: Aggregate
    whole: bool
    form: Form

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, (*self.subject.joins(), *self.key.joins()), self.aliases)
        at = scope.column(self.subject.table.name, self.column.name)
        selected = self.key.selected(scope)
        for value in self.values:
            test = exp.EQ(this=at.copy(), expression=sql.literal(value))
            selected.append(sql.alias(self._cell(test, scope), f"{slug(value)}_{self._suffix()}"))
        if self.whole:
            selected.append(sql.alias(self.aggregate.expression(scope), f"all_{self._suffix()}"))
        query = self.subject.restrict(scope.select(*selected), scope)
        return query.group_by(*self.key.expressions(scope), copy=False)

    def _suffix(self) -> str:
        return "count" if self.aggregate.column is None else self.aggregate.name()

    def _cell(self, test: exp.Expr, scope: Scope) -> exp.Expr:
        if self.form == "filter":
            return exp.Filter(this=self.aggregate.expression(scope), expression=exp.Where(this=test))
        if self.aggregate.column is None and self.form == "count_if":
            return exp.CountIf(this=test)
        one = exp.Literal.number(1)
        if self.aggregate.column is None:
            if self.form == "count case":
                return exp.Count(this=exp.Case(ifs=[exp.If(this=test, true=one)]))
            return exp.Sum(this=exp.Case(ifs=[exp.If(this=test, true=one)], default=exp.Literal.number(0)))
        plain = self.aggregate.expression(scope)
        plain.set("this", exp.Case(ifs=[exp.If(this=test, true=plain.this)]))
        return plain

    def question(self) -> str:
        what, label = self.subject.said(), self.column.label
        quoted = [f"'{value}'" for value in self.values]
        (group,), identity = identified(self.voice, self.key)
        parts = {
            "what": what,
            "label": label,
            "group": group,
            "groups": f"{self.key.unit}s" if self.key.unit else self.key.plural(),
            "these": listed(quoted),
            "how_many": ", how many with ".join(quoted),
            "plural": column_nouns(self.column),
            "said": self.aggregate.said(),
            "of": self.aggregate.of(what),
        }
        if self.aggregate.column is None:
            lead = worded(
                self.voice,
                "Per {group}, count {what} by {label}, [a column each for|columns] {these}",
                "How many {what} does each {group} have with the {label} {how_many}? One row per {group}",
                "Pivot {what} by {label}: [one row per|rows by] {group}, counts for {these} as columns",
                "{what} per {group}, counted side by side for the {plural} {these}",
                "[Cross-tabulate|Crosstab of] {what}: {group} in rows, {label} {these} in columns",
                "[For each|Per] {group}, separate counts of {what} [with|for] {label} {these}",
                **parts,
            )
        else:
            lead = worded(
                self.voice,
                "Per {group}, the {of} by {label}, [a column each for|columns] {these}",
                "What is the {of} for each of the {plural} {these}? Side by side, one row per {group}",
                "Pivot {what} by {label}: [one row per|rows by] {group}, the {said} for {these} as columns",
                "{of} per {group}, side by side for the {plural} {these}",
                "[Cross-tabulate|Crosstab of] the {of}: {group} in rows, {label} {these} in columns",
                "[For each|Per] {group}, separate columns with the {of} for {label} {these}",
                **parts,
            )
        none = worded(
            self.voice, "[Leave it|A cell is] NULL where there is none", "[No rows|None]: NULL", "NULL for none"
        )
        return sentences(
            lead,
            self._over_all(self.subject.table.plural, label) if self.whole else "",
            none if self.aggregate.column is not None else "",
            identity,
            first_day(self, self.key.unit) if self.key.unit else "",
        )

    def _over_all(self, plural: str, label: str) -> str:
        return worded(
            self.voice,
            "[Last column|At the end]: the {what}, whatever the {label}",
            "Add the {what}, no matter which {label}, at the end",
            "Finish each row with the {what}, [regardless of|any] {label}",
            what=f"number of all these {plural}"
            if self.aggregate.column is None
            else f"{self.aggregate.said()} overall",
            label=label,
        )


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in facts(database) if any(_suits(c) for c in t.with_role("category", "place"))]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.2, most=1, floor=60)
    columns = [c for c in table.with_role("category", "place") if _suits(c)]
    columns = [c for c in columns if all(compatible(c, f.column) for f in subject.filters)]
    key = draw_key(database, subject, rng, entity=0.2, time=0.2)
    if not columns or key is None:
        return None
    column = rng.choice(columns)
    if not compatible(key.columns[0], column) or subject.rows() < 6 * key.groups:
        return None
    fitting = [v for v in column.values if isinstance(v, str) and "'" not in v and len(v) < 25]
    values = tuple(fitting[: rng.choice((2, 3, 3, 4))])
    if len(values) < 2 or len({slug(v) for v in values}) < len(values):
        return None
    aggregate = Aggregate("count", table)
    measures = [c for c in table.with_role("measure") if c.distinct > 8 and not c.nulls and c.name not in subject.used]
    if measures and rng.random() < 0.3:
        measure = rng.choice(measures)
        aggregate = Aggregate("sum" if measure.additive and rng.random() < 0.6 else "avg", table, measure)
    return ConditionalCounts(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        column=column,
        values=values if rng.random() < 0.6 else tuple(rng.sample(values, len(values))),
        key=key,
        aggregate=aggregate,
        whole=rng.random() < 0.25,
        form=rng.choice(("filter", "filter", "sum case", "count case", "count_if")),
    )


def _suits(column: Column) -> bool:
    return 2 <= column.distinct <= 12
