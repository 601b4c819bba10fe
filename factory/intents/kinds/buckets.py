"""Ranges of a measure as named classes, through CASE: "Group products by price into 'low', 'medium', 'high'"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import number, sentences, worded
from factory.intents.filters import noun_phrase
from factory.intents.grouping import Aggregate, draw_aggregate
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.records import Column, Database

_NAMES = (("low", "medium", "high"), ("A", "B", "C"), ("bottom", "middle", "top"))
_AMOUNTS = (("small", "mid-sized", "large"),)


@dataclass(frozen=True, kw_only=True)
class Buckets(Intent):
    """Below `low`, from `low` to below `high`, from `high` on. Rows without a value are left out."""

    kind = "buckets"
    subject: Subject
    by: Column
    low: Any
    high: Any
    names: tuple[str, str, str]
    aggregate: Aggregate

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        at = scope.column(self.subject.table.name, self.by.name)
        first, second, third = (exp.Literal.string(text) for text in self.names)
        case = exp.Case(
            ifs=[
                exp.If(this=exp.LT(this=at.copy(), expression=sql.literal(self.low)), true=first),
                exp.If(this=exp.LT(this=at.copy(), expression=sql.literal(self.high)), true=second),
            ],
            default=third,
        )
        value = sql.alias(self.aggregate.expression(scope), self.aggregate.name())
        query = scope.select(sql.alias(case, f"{self.by.name.lower()}_class"), value)
        conditions = self.subject.conditions(scope)
        if self.by.nulls:
            conditions.append(sql.not_null(at.copy()))
        if conditions:
            query = query.where(sql.both(*conditions), copy=False)
        return query.group_by(case.copy(), copy=False)

    def question(self) -> str:
        unit, label = self.by.unit, self.by.label
        low, high = number(self.low, unit), number(self.high, unit)
        a, b, c = (f"'{name}'" for name in self.names)
        classes = worded(
            self.voice,
            "{a} below {low}, {b} below {high}, {c} from there on",
            "{a} (under {low}), {b} (under {high}), {c} (the rest)",
            "{a} under {low}, {c} from {high} up, {b} between",
            "{a} < {low}, {b} < {high}, {c} >= {high}",
            "{c} is {high} or more, {a} less than {low}, {b} in between",
            "below {low} is {a}, from {high} on {c}, else {b}",
            a=a,
            b=b,
            c=c,
            low=low,
            high=high,
        )
        parts = {"what": self.subject.said(), "label": label, "value": self.aggregate.said(), "classes": classes}
        ignored = worded(
            self.voice,
            "[Ignore|Skip] {plural} without {a_label}",
            "No {label}, no class: leave those out",
            "Where {label} is missing, leave {plural} out",
            "[Don't count|Drop] {plural} with no {label}",
            plural=self.subject.table.plural,
            label=label,
            a_label=noun_phrase(self.by),
        )
        lead = worded(
            self.voice,
            "[Group|Split|Sort|Bin] {what} by {label}: {classes}. [Give|Show|Return] the {value} [per class|in each]",
            "{value} of {what} by {label} class: {classes}"
            if self.aggregate.column
            else "How many {what} [fall in|are in|belong to] each {label} class: {classes}",
            "What is the {value} per {label} class of {what}, with {classes}?"
            if self.aggregate.column
            else "How many {what} belong to each class of {label}: {classes}",
            "For {what}, there are three {label} classes, {classes}; [give|return] each class and its {value}",
            "{label} classes {classes}: the {value} per class, [over|for] {what}",
            "{what} in [three|3] {label} classes ({classes}), with the {value} [of|for] each",
            **parts,
        )
        return sentences(lead, ignored if self.by.nulls else "")


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database) + [t for t in database.tables if t.row_count > 40])
    subject = draw_subject(database, table, rng, far=0.3, most=1, floor=40)
    measures = [c for c in table.with_role("measure") if c.distinct > 15]
    # A filter on another measure could leave whole classes empty.
    if not measures or any(f.column.role == "measure" for f in subject.filters):
        return None
    by = rng.choice(measures)
    low, high = (_round(by.values[i]) for i in rng.choice(((3, 5), (2, 6), (4, 6), (3, 6))))
    aggregate = draw_aggregate(table, rng, used=subject.used | {by.name}, count=0.65)
    if not by.values[1] < low < high <= by.values[7]:
        return None
    return Buckets(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        by=by,
        low=low,
        high=high,
        names=rng.choice(_NAMES + _AMOUNTS if by.additive and by.unit else _NAMES),
        aggregate=aggregate,
    )


def _round(value: Any) -> Any:
    shown = float(f"{float(value):.1e}")
    return int(shown) if shown.is_integer() else shown
