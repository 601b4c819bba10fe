"""One aggregate divided by another: "What is the ratio of cancelled to delivered orders per store?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import identified
from factory.intents.draw_filter import compatible
from factory.intents.english import sentences, two_decimals, worded
from factory.intents.filters import Equals
from factory.intents.grouping import Key, draw_key
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, plain_ways
from factory.intents.subject import Subject, draw_subject, facts
from factory.intents.timespan import first_day
from factory.records import Column, Database, Relation, Table


@dataclass(frozen=True, kw_only=True)
class Ratio(Intent):
    """Rounded to two decimals; NULL where the divisor is 0. One of three is set.

    `sums`: the totals of two measures; `parts`: the numbers of rows with either value; `parent`: rows per distinct
    parent that they belong to. `cast` makes the division one of floats by CAST, else by a factor 1.0.
    """

    kind = "ratio"
    subject: Subject
    key: Key | None
    cast: bool
    form: Literal["filter", "case"]
    sums: tuple[Column, Column] | None = None
    parts: tuple[Equals, Equals] | None = None
    parent: tuple[Relation, Table] | None = None

    def tree(self) -> exp.Expr:
        joins = (*self.subject.joins(), *(self.key.joins() if self.key else ()))
        scope = Scope(self.subject.table, joins, self.aliases)
        top, bottom = self._both(scope)
        top = (
            exp.Cast(this=top, to=exp.DataType.build("double"))
            if self.cast
            else exp.Mul(this=exp.Literal.number("1.0"), expression=top)
        )
        divided = exp.Div(this=top, expression=exp.Nullif(this=bottom, expression=exp.Literal.number(0)))
        value = sql.alias(exp.Round(this=divided, decimals=exp.Literal.number(2)), "ratio")
        selected = [*(self.key.selected(scope) if self.key else ()), value]
        query = self.subject.restrict(scope.select(*selected), scope)
        return query.group_by(*self.key.expressions(scope), copy=False) if self.key else query

    def _both(self, scope: Scope) -> tuple[exp.Expr, exp.Expr]:
        table = self.subject.table.name
        if self.sums:
            first, second = (exp.Sum(this=scope.column(table, column.name)) for column in self.sums)
            return first, second
        if self.parts:
            one, other = (self._number(p.condition(scope.column(table, p.column.name))) for p in self.parts)
            return one, other
        assert self.parent is not None
        reference = scope.column(table, self.parent[0].child_column)
        return exp.Count(this=reference), exp.Count(this=exp.Distinct(expressions=[reference.copy()]))

    def _number(self, test: exp.Expr) -> exp.Expr:
        if self.form == "filter":
            return exp.Filter(this=sql.count_rows(), expression=exp.Where(this=test))
        one, zero = exp.Literal.number(1), exp.Literal.number(0)
        return exp.Sum(this=exp.Case(ifs=[exp.If(this=test, true=one)], default=zero))

    def question(self) -> str:
        groups, identity = identified(self.voice, *([self.key] if self.key else []))
        lead = self._per_parent("".join(groups)) if self.parent else self._relation("".join(groups))
        zero = worded(
            self.voice, "NULL where the second is [zero|0]", "Division by zero gives NULL", "NULL if the divisor is 0"
        )
        return sentences(
            lead,
            two_decimals(self.voice),
            zero if self.key and not self.parent else "",
            identity,
            first_day(self, self.key.unit) if self.key and self.key.unit else "",
        )

    def _relation(self, group: str) -> str:
        plural = self.subject.table.plural
        if self.sums:
            one, other = (_total(column) for column in self.sums)
        else:
            assert self.parts is not None
            one, other = (f"number of {plural} {part.said()}" for part in self.parts)
            other = other.replace(f"number of {plural} ", "number of those ")
        return worded(
            self.voice,
            "[Taking|For] {among}, what is the {one} divided by the {other}{per}?",
            "{lead}what is the ratio of the {one} to the {other}, over {among}?",
            "Divide the {one} by the {other}{per}, [looking at|for|over] {among}",
            "{one} [in relation to|relative to] the {other}{per}, as a plain ratio, over {among}",
            "The {one} as a multiple of the {other}{per}, [across|for] {among}",
            "Ratio of the {one} to the {other}{per} [among|over] {among}",
            one=one,
            other=other,
            among=self.subject.said() if self.subject.restricted else f"all {plural}",
            per=f" per {group}" if group else "",
            lead=f"for each {group}, " if group else "",
        )

    def _per_parent(self, group: str) -> str:
        assert self.parent is not None
        return worded(
            self.voice,
            "How many {what} are there on average per {one}{per}, counting only {many} [that have any|with any]?",
            "What is the average number of {what} per {one}{per}? [Leave out|Skip] {many} without any",
            "Divide the number of {what} with a known {one} by the number of different {many} they belong to{by}",
            "{what} per {one}{per} on average, over {many} [that have at least one|with at least one]",
            "{what} per {one}{per}: the mean over all {many} that occur among them",
            "On average, how many {what} come to one {one}{per}? Count only {many} that have any",
            what=self.subject.said(),
            one=self.parent[1].label,
            many=self.parent[1].plural,
            per=f" in each {group}" if group else "",
            by=f" per {group}" if group else "",
        )


def _total(column: Column) -> str:
    return (
        f"sum of the {column.plural}"
        if "total" in column.label or "balance" in column.label
        else f"total {column.label}"
    )


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database))
    subject = draw_subject(database, table, rng, far=0.2, most=1, floor=60)
    key = draw_key(database, subject, rng, entity=0.15, time=0.2) if rng.random() < 0.65 else None
    if key and subject.rows() < 12 * key.groups:
        key = None
    sums = [c for c in table.with_role("measure") if c.additive and c.distinct > 4 and c.name not in subject.used]
    sums = [c for c in sums if not c.nulls and c.values[0] >= 0]
    categories = [c for c in table.with_role("category") if 2 <= c.distinct <= 8 and _values(c)]
    categories = [c for c in categories if all(compatible(c, f.column) for f in subject.filters)]
    if key:
        categories = [c for c in categories if compatible(c, key.columns[0])]
    parents = [w[0] for w in plain_ways(database, table.name, 1) if len(w) == 1 and w[0].parent not in subject.tables]
    parents = [r for r in parents if not key or r.parent != key.table.name]
    kinds = [name for name, found in (("sums", sums[1:]), ("parts", categories), ("parent", parents)) if found]
    if not kinds:
        return None
    drawn = rng.choice(kinds)
    column = rng.choice(categories) if drawn == "parts" else None
    relation = rng.choice(parents) if drawn == "parent" else None
    one, other = rng.sample(_values(column), 2) if column else ("", "")
    return Ratio(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        key=key,
        cast=rng.random() < 0.5,
        form="filter" if rng.random() < 0.5 else "case",
        sums=_two(sums, rng) if drawn == "sums" else None,
        parts=(Equals(column, one), Equals(column, other)) if column else None,
        parent=(relation, database.table(relation.parent)) if relation else None,
    )


def _two(columns: list[Column], rng: Random) -> tuple[Column, Column]:
    one, other = rng.sample(columns, 2)
    return one, other


def _values(column: Column) -> list[str]:
    found = [v for v in column.values[:4] if isinstance(v, str) and "'" not in v and len(v) < 30]
    return found if len(found) > 1 else []
