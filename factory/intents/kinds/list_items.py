"""Items of list columns: "How many orders are tagged 'gift'?", "The most frequent tags", "Products without any"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import article, listed, sentence
from factory.intents.grouping import Aggregate, Key, draw_aggregate, draw_key, slug
from factory.intents.intent import Cut, Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject
from factory.intents.timespan import first_day
from factory.records import Column, Database

Form = Literal["count", "per key", "frequent", "items", "value per item", "average length", "lengths"]
FORMS: tuple[Form, ...] = (
    "count",
    "count",
    "count",
    "per key",
    "frequent",
    "items",
    "value per item",
    "average length",
    "lengths",
)
Test = Literal["has", "has any", "has all", "lacks", "at least", "empty"]


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """`item` is what people call the items, and what type they have; `least` is a number of items."""

    column: Column
    item: Column
    test: Test
    values: tuple[Any, ...] = ()
    least: int = 0

    def said(self) -> str:
        plural = self.column.plural
        if self.test == "empty":
            return f"with an empty list of {plural}"
        if self.test == "at least":
            return f"with at least {self.least} {plural}"
        quoted = [f"'{value}'" if self.item.type == "VARCHAR" else str(value) for value in self.values]
        if self.test == "has" and self.item.phrase:
            return self.item.phrase.replace("'{}'", quoted[0]).replace("{}", quoted[0])
        if self.test == "lacks":
            return f"whose list of {plural} leaves out {quoted[0]}"
        both = "both " if self.test == "has all" else ""
        return f"whose {plural} include {both}{listed(quoted, 'and' if both else 'or')}"

    def condition(self, at: exp.Column) -> exp.Expr:
        values = [sql.literal(value) for value in self.values]
        if self.test == "empty":
            return exp.EQ(this=sql.call("LEN", at), expression=sql.literal(0))
        if self.test == "at least":
            return exp.GTE(this=sql.call("LEN", at), expression=sql.literal(self.least))
        if len(values) == 1:
            found = sql.call("LIST_CONTAINS", at, values[0])
            return exp.Not(this=found) if self.test == "lacks" else found
        return sql.call(f"LIST_{'HAS_ALL' if self.test == 'has all' else 'HAS_ANY'}", at, exp.Array(expressions=values))


@dataclass(frozen=True, kw_only=True)
class ListItems(Intent):
    """`lateral` unnests in FROM, else in a derived table of its own."""

    kind = "list_items"
    subject: Subject
    column: Column
    form: Form
    key: Key | None = None
    aggregate: Aggregate | None = None
    limit: int = 0
    lateral: bool = False

    def tree(self) -> exp.Expr:
        table = self.subject.table
        joins = (*self.subject.joins(), *(self.key.joins() if self.key else ()))
        scope = Scope(table, joins, self.aliases, qualify=True if self._unnested and self.lateral else None)
        at = scope.column(table.name, self.column.name)
        counted = sql.alias(sql.count_rows(), f"{slug(table.label)}_count")
        keys = self.key.selected(scope) if self.key else []
        if self._unnested:
            return self._of_items(scope, at)
        if self.form == "average length":
            length = exp.Avg(this=sql.call("LEN", at.copy()))
            query = scope.select(*keys, sql.alias(length, f"avg_{slug(self.column.label)}_count"))
        elif self.form == "lengths":
            keys = [sql.alias(sql.call("LEN", at.copy()), f"{slug(self.column.label)}_count")]
            query = scope.select(*keys, counted)
        else:
            query = scope.select(*keys, counted)
        conditions = self.subject.conditions(scope)
        if self.column.nulls and (self.form == "lengths" or (self.form == "average length" and self.key)):
            conditions.append(sql.not_null(at.copy()))
        if conditions:
            query = query.where(sql.both(*conditions), copy=False)
        if self.form == "lengths":
            return query.group_by(sql.call("LEN", at.copy()), copy=False)
        return query.group_by(*self.key.expressions(scope), copy=False) if self.key else query

    @property
    def _unnested(self) -> bool:
        return self.form in ("frequent", "items", "value per item")

    def _of_items(self, scope: Scope, at: exp.Column) -> exp.Expr:
        """One row per item; a row with several counts under each, one with none under none."""
        table, name = self.subject.table, slug(self.column.label)
        measure = self.aggregate.column if self.aggregate else None
        if self.lateral:
            query = scope.select()
            unnest = exp.Unnest(
                expressions=[at], alias=exp.TableAlias(this=sql.name("items"), columns=[sql.name(name)])
            )
            query = query.join(unnest, join_type="cross", copy=False)
            query = self.subject.restrict(query, scope)
            item: exp.Expr = sql.column(name, "items")
            value = scope.column(table.name, measure.name) if measure else None
        else:
            inner: list[exp.Expr] = [sql.alias(sql.call("UNNEST", at), name)]
            inner += [scope.column(table.name, measure.name)] if measure else []
            inside = self.subject.restrict(scope.select(*inner), scope)
            query = exp.Select().from_(exp.Subquery(this=inside, alias=sql.called("items")), copy=False)
            item, value = sql.column(name), sql.column(measure.name) if measure else None
        output: exp.Expr = sql.alias(sql.count_rows(), f"{slug(table.label)}_count")
        if self.aggregate and value is not None:
            kinds = {"sum": exp.Sum, "avg": exp.Avg, "min": exp.Min, "max": exp.Max, "median": exp.Median}
            output = sql.alias(kinds[self.aggregate.function](this=value), self.aggregate.name())
        query = query.select(item, output, copy=False).group_by(item.copy(), copy=False)
        if self.form == "frequent":
            query = query.order_by(sql.ordered(sql.count_rows(), desc=True), copy=False)
            query = query.limit(sql.literal(self.limit), copy=False)
        return query

    @property
    def cut(self) -> Cut | None:
        return Cut(limit=self.limit, column=1) if self.form == "frequent" else None

    def question(self) -> str:
        what, label, plural = self.subject.said(), self.column.label, self.column.plural
        rows = self.subject.table.plural
        if self.form == "count":
            return sentence(
                self.choose(
                    f"How many {what} are there?",
                    f"Count the {what}.",
                    f"What is the number of {what}?",
                    f"Number of {what}, please.",
                    f"I need to know how many {what} there are.",
                )
            )
        if self.form == "per key":
            assert self.key
            group = self.key.said()
            text = self.choose(
                f"How many {what} are there per {group}?",
                f"For each {group}, count the {what}.",
                f"Number of {what} by {group}.",
                f"Split the count of {what} by {group}.",
            )
            return sentence(text) + self._key_output()
        if self.form == "average length":
            group = f" per {self.key.said()}" if self.key else ""
            text = self.choose(
                f"How many {plural} do {what} have on average{group}?",
                f"What is the average number of {plural} of {what}{group}?",
                f"Average count of {plural} across {what}{group}.",
                f"On average, how long is the list of {plural} of {what}{group}?",
            )
            return sentence(text) + self._without_list() + self._key_output()
        if self.form == "lengths":
            text = self.choose(
                f"How many {what} have no {plural}, how many have one, and so on?",
                f"By number of {plural}, count the {what}.",
                f"Distribution of the number of {plural} over {what}: each number and the count.",
                f"For each number of {plural}, how many {what} have that many?",
            )
            return sentence(text) + self._without_list()
        return self._of_items_said(what, label, plural, rows)

    def _of_items_said(self, what: str, label: str, plural: str, rows: str) -> str:
        each = self.aside(
            f"{article(self.subject.table.label)} with several counts under each.",
            f"{rows} with several {plural} count once for each.",
        )
        if self.form == "frequent":
            n = f"{self.limit} " if self.limit > 1 else ""
            many = plural if n else label
            text = self.choose(
                f"Which {n}{many} {'occur' if n else 'occurs'} most often among {what}?",
                f"What {'are' if n else 'is'} the {n}most frequent {many} of {what}?",
                f"Top {n}{many} by number of {what}.",
                f"Find the {n}{many} that the most {what} carry.",
            )
            return f"{sentence(text)} {self.show(f'the {label} and the count')}"
        if self.form == "items":
            text = self.choose(
                f"How many {what} are there per {label}?",
                f"By {label}, count the {what}.",
                f"For each {label}, how many {what} carry it?",
                f"How often does each {label} occur among {what}?",
            )
            return f"{sentence(text)} {sentence(each)}"
        assert self.aggregate
        said = self.aggregate.said()
        text = self.choose(
            f"What is the {self.aggregate.of(what)} per {label}?",
            f"For each {label}, show the {said} of the {what} that carry it.",
            f"{self.aggregate.of(what)}, split by {label}.",
            f"Compare {plural} by the {said} of {what}.",
        )
        return f"{sentence(text)} {sentence(each)}"

    def _without_list(self) -> str:
        if not self.column.nulls:
            return ""
        return " " + self.aside(
            f"Leave out those where no list of {self.column.plural} is recorded; an empty one counts as 0.",
            "An empty list counts as 0, a missing one not at all.",
        )

    def _key_output(self) -> str:
        if self.key is None:
            return ""
        text = f" Include {self.key.output()}." if self.key.entity else ""
        return text + (first_day(self, self.key.unit) if self.key.unit else "")


def draw(database: Database, rng: Random) -> Intent | None:
    found = [(t, c) for t in database.tables for c in t.columns if c.type.endswith("[]") and t.row_count > 20]
    found = [(t, c) for t, c in found if c.parts]
    if not found:
        return None
    table, column = rng.choice(found)
    items = column.parts
    form = rng.choice(FORMS)
    # Before "opened by members …" a filter on the items could belong to either noun.
    subject = draw_subject(database, table, rng, far=0 if form in ("count", "per key") else 0.2, most=1, floor=40)
    made = ListItems(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        column=column,
        form=form,
        lateral=rng.random() < 0.4,
        limit=rng.choice((1, 2, 3, 5)),
    )
    values = list(items[0].values[:8]) if items else []
    if len(values) < 3 or items[0].distinct > 60:
        return None
    if form == "per key" or (form == "average length" and rng.random() < 0.5):
        key = draw_key(database, subject, rng, entity=0.25, time=0.15)
        if key is None or subject.rows() < 8 * key.groups:
            return None
        made = replace(made, key=key)
    if form in ("count", "per key"):
        one = _filter(column, items[0], values, rng)
        return replace(made, subject=replace(subject, filters=(*subject.filters, one)))
    if form == "value per item":
        aggregate = draw_aggregate(table, rng, used=subject.used, count=0)
        if aggregate.column is None or aggregate.column.nulls:
            return None
        return replace(made, aggregate=aggregate)
    return replace(made, limit=min(made.limit, items[0].distinct - 1))


def _filter(column: Column, item: Column, values: list[Any], rng: Random) -> ItemFilter:
    test: Test = rng.choice(("has", "has", "has", "has any", "has all", "lacks", "at least", "empty"))
    count = 2 if test in ("has any", "has all") else 0 if test in ("at least", "empty") else 1
    return ItemFilter(column, item, test, tuple(rng.sample(values, count)), least=rng.choice((2, 3)))
