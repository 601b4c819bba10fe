"""One question about a field, whether it lies in a JSON object, a STRUCT or a MAP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import article, listed, sentence
from factory.intents.grouping import Aggregate, Function, Key
from factory.intents.grouping import slug as plain_name
from factory.intents.intent import Cut, Intent
from factory.intents.kinds.json_fields.parts import Spelling, reach
from factory.intents.scope import Scope
from factory.intents.subject import Subject, column_noun
from factory.records import Column

Form = Literal["count", "missing", "groups", "top", "value", "value per group", "value per key", "listing"]


@dataclass(frozen=True, kw_only=True)
class Fields(Intent):
    """`part` is what is asked about or grouped by, `number` the numeric part that `function` sums up."""

    subject: Subject
    column: Column
    part: Column
    form: Form
    number: Column | None = None
    function: Function = "avg"
    key: Key | None = None
    columns: tuple[Column, ...] = ()
    limit: int = 0
    spelling: Spelling = "arrow"

    def tree(self) -> exp.Expr:
        table = self.subject.table
        scope = Scope(table, (*self.subject.joins(), *(self.key.joins() if self.key else ())), self.aliases)
        at = scope.column(table.name, self.column.name)
        field = reach(at.copy(), self.column, self.part, self.spelling)
        number = reach(at.copy(), self.column, self.number, self.spelling) if self.number else None
        conditions = self.subject.conditions(scope)
        name = sql.alias(field.copy(), plain_name(self.part.label))
        counted = sql.alias(sql.count_rows(), f"{plain_name(table.label)}_count")
        if self.form == "missing":
            conditions += [sql.not_null(at.copy())] if self.column.nulls else []
            conditions.append(exp.Is(this=field.copy(), expression=exp.Null()))
        elif self.form in ("groups", "top", "value per group") and self.part.nulls:
            conditions.append(sql.not_null(field.copy()))
        if (
            number is not None
            and self.number
            and self.number.nulls
            and self.form in ("value per group", "value per key")
        ):
            conditions.append(sql.not_null(number.copy()))
        query = scope.select(*self._selected(scope, name, counted, number))
        if conditions:
            query = query.where(sql.both(*conditions), copy=False)
        if self.form in ("groups", "top", "value per group"):
            query = query.group_by(field.copy(), copy=False)
        elif self.key:
            query = query.group_by(*self.key.expressions(scope), copy=False)
        if self.form == "top":
            query = query.order_by(sql.ordered(sql.count_rows(), desc=True), copy=False)
            query = query.limit(sql.literal(self.limit), copy=False)
        return query

    def _selected(self, scope: Scope, name: exp.Expr, counted: exp.Expr, number: exp.Expr | None) -> list[exp.Expr]:
        if self.form in ("count", "missing"):
            return [counted]
        if self.form in ("groups", "top"):
            return [name, counted]
        if self.form == "listing":
            return [*(scope.column(self.subject.table.name, c.name) for c in self.columns), name]
        assert number is not None
        kinds = {"sum": exp.Sum, "avg": exp.Avg, "min": exp.Min, "max": exp.Max, "median": exp.Median}
        value = sql.alias(kinds[self.function](this=number), self._aggregate().name())
        if self.form == "value":
            return [value]
        return [*self.key.selected(scope), value] if self.key else [name, value]

    @property
    def cut(self) -> Cut | None:
        return Cut(limit=self.limit, column=1) if self.form == "top" else None

    def _aggregate(self) -> Aggregate:
        return Aggregate(self.function, self.subject.table, self.number)

    def question(self) -> str:
        what, label, table = self.subject.said(), self.part.label, self.subject.table
        where = f"in the {self.column.label}"
        if self.form == "count":
            return sentence(
                self.choose(
                    f"How many {what} are there?",
                    f"Count the {what}.",
                    f"What is the number of {what}?",
                    f"I need the count of {what}.",
                    f"Give me the total number of {what}.",
                )
            )
        if self.form == "missing":
            whole = self.column.label if self.column.label == self.column.plural else article(self.column.label)
            return sentence(
                self.choose(
                    f"How many {what} have {whole} that {_lack(self.column)} {article(label)}?",
                    f"Count the {what} whose {self.column.label} {_give(self.column)} no {label}.",
                    f"For how many {what} {_is(self.column)} the {self.column.label} recorded but no {label} in "
                    f"{'them' if _several(self.column) else 'it'}?",
                    f"Number of {what} that have {whole} without {article(label)}.",
                )
            )
        if self.form == "listing":
            nouns = listed([column_noun(table, c, qualified=i == 0) for i, c in enumerate(self.columns)])
            return sentence(
                self.choose(
                    f"List the {what}: {nouns}, then the {label} {where}.",
                    f"Which {what} are there? Show {nouns} and the {label} {where}.",
                    f"Show me {nouns} and the {label} {where} for all {what}.",
                    f"Find {what}. I want {nouns}, plus the {label} {where}.",
                )
            )
        return self._groups(what, where) if self.number is None else self._values(what, where)

    def _groups(self, what: str, where: str) -> str:
        label, plural = self.part.label, self.part.plural
        if self.form == "top":
            n = f"{self.limit} " if self.limit > 1 else ""
            text = self.choose(
                f"Which {n}{plural if n else label} {where} {'occur' if n else 'occurs'} most often among {what}?",
                f"What {'are' if n else 'is'} the {n}most common {plural if n else label} {where} of {what}?",
                f"Top {n}{plural if n else label} {where} by number of {what}.",
            )
            return f"{sentence(text)} {self.show(f'the {label} and the count')}"
        text = self.choose(
            f"How many {what} are there for each {label} {where}?",
            f"Count {what} by the {label} {where}.",
            f"Break {what} down by the {label} {where}, with a count for each.",
            f"{what} per {label} {where}: how many?",
            f"What {plural} occur {where} of {what}, and how often?",
        )
        return sentence(text) + self._only_given(self.part)

    def _values(self, what: str, where: str) -> str:
        assert self.number is not None
        bare = self._aggregate().said()
        said = f"{bare} {where}"
        if self.form == "value":
            return sentence(
                self.choose(
                    f"What is the {said} of {what}?",
                    f"Give me the {said} across {what}.",
                    f"For {what}, what is the {said}?",
                    f"I need the {said} over all {what}.",
                )
            )
        if self.key is None:
            group = self.part.label
            text = self.choose(
                f"What is the {bare} of {what} per {group}?",
                f"For each {group}, give the {bare} of {what}.",
                f"Show the {bare} by {group} for {what}.",
                f"{bare} of {what}, split by {group}.",
                f"Compare the {bare} of {what} between {self.part.plural}.",
            )
            inside = self.aside(f"Both are {where}.", f"Take both from the {self.column.label}.")
            return f"{sentence(text)} {inside}{self._only_given(self.part, both=True)}"
        group = self.key.said()
        text = self.choose(
            f"What is the {said} of {what} per {group}?",
            f"For each {group}, give the {said} of {what}.",
            f"Show the {said} by {group} for {what}.",
            f"{said} of {what}, split by {group}.",
        )
        ends = f" Include {self.key.output()}." if self.key.entity else ""
        return sentence(text) + self._only_given(self.number) + ends

    def _only_given(self, part: Column, *, both: bool = False) -> str:
        """The rule for rows that lack the part, if there are any."""
        if not part.nulls and not (both and self.number and self.number.nulls):
            return ""
        rows = self.subject.table.plural
        if both:
            return f" {self.aside(f'Leave out {rows} that lack either.', f'Only {rows} that give both count.')}"
        return " " + self.aside(
            f"Leave out {rows} without one.", f"Skip {rows} that give none.", f"Only {rows} that have one count."
        )


def _several(column: Column) -> bool:
    return column.label == column.plural and column.label.endswith("s")


def _lack(column: Column) -> str:
    return "lack" if _several(column) else "lacks"


def _give(column: Column) -> str:
    return "give" if _several(column) else "gives"


def _is(column: Column) -> str:
    return "are" if _several(column) else "is"
