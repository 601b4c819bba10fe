"""Weekdays, hours, quarters: "On which weekday are the most orders placed?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import sentences, worded
from factory.intents.grouping import Aggregate, draw_aggregate
from factory.intents.intent import Cut, Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.intents.timespan import times
from factory.records import Column, Database

Part = Literal["weekday", "hour", "quarter", "month", "weekend"]
_SAID: dict[Part, str] = {
    "weekday": "day of the week",
    "hour": "hour of the day",
    "quarter": "quarter of the year",
    "month": "calendar month",
    "weekend": "weekday or weekend",
}
_WRITTEN: dict[Part, tuple[str, ...]] = {
    "weekday": ("[Write|Give] days by English name", "English day names", "Monday, Tuesday and so on"),
    "hour": ("Hours run from 0 to 23", "Give the hour as a number, 0 to 23", "24-hour clock, just the number"),
    "quarter": ("Quarters 1 to 4, all years together", "[Number|Count] quarters 1 to 4 over all years"),
    "month": (
        "Month names, all years together",
        "All years together, months by English name",
        "January and so on, over all years",
    ),
    "weekend": (
        "Call them 'weekend' (Saturday, Sunday) and 'weekday'",
        "Saturday and Sunday are 'weekend', the rest 'weekday'",
        "'weekend' is Saturday or Sunday, else 'weekday'",
    ),
}


@dataclass(frozen=True, kw_only=True)
class DateParts(Intent):
    """`top` keeps the one part with the highest value. Rows without the time are left out."""

    kind = "date_parts"
    subject: Subject
    time: Column
    part: Part
    aggregate: Aggregate
    top: bool
    plain: bool

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        at = scope.column(self.subject.table.name, self.time.name)
        part = self._expression(at)
        name = {"weekday": "weekday", "hour": "hour", "quarter": "quarter", "month": "month"}.get(self.part, "day_type")
        value = sql.alias(self.aggregate.expression(scope), self.aggregate.name())
        query = scope.select(sql.alias(part, name), value)
        conditions = self.subject.conditions(scope)
        if self.time.nulls:
            conditions.append(sql.not_null(at.copy()))
        if conditions:
            query = query.where(sql.both(*conditions), copy=False)
        query = query.group_by(part.copy(), copy=False)
        if not self.top:
            return query
        return query.order_by(sql.ordered(sql.column(self.aggregate.name()), desc=True), copy=False).limit(
            1, copy=False
        )

    def _expression(self, at: exp.Column) -> exp.Expr:
        def extract(unit: str) -> exp.Expr:
            return exp.Extract(this=exp.Var(this=unit), expression=at.copy())

        if self.part == "weekday":
            return sql.call("DAYNAME", at) if self.plain else sql.call("STRFTIME", at, exp.Literal.string("%A"))
        if self.part == "month":
            return sql.call("MONTHNAME", at) if self.plain else sql.call("STRFTIME", at, exp.Literal.string("%B"))
        if self.part in ("hour", "quarter"):
            return extract(self.part.upper()) if self.plain else sql.call(self.part.upper(), at)
        ends = [exp.Literal.string(day) for day in ("Saturday", "Sunday")]
        late: exp.Expr = exp.GTE(this=extract("ISODOW"), expression=exp.Literal.number(6))
        if self.plain:
            late = exp.In(this=sql.call("DAYNAME", at), expressions=ends)
        weekend, weekday = exp.Literal.string("weekend"), exp.Literal.string("weekday")
        return exp.Case(ifs=[exp.If(this=late, true=weekend)], default=weekday)

    @property
    def cut(self) -> Cut | None:
        return Cut(limit=1, column=1) if self.top else None

    def question(self) -> str:
        parts = {
            "what": self.subject.said(),
            "part": _SAID[self.part],
            "label": self.time.label,
            "of": self.aggregate.of(self.subject.said()),
            "said": self.aggregate.said(),
            "at": {"hour": "At", "weekday": "On"}.get(self.part, "In"),
        }
        return sentences(self._lead(parts), worded(self.voice, *_WRITTEN[self.part]))

    def _lead(self, parts: dict[str, str]) -> str:
        if self.top:
            return worded(
                self.voice,
                "Which {part} has the highest {of}, [going by|by] {label}? With [that|the] value",
                "By {label}, find the {part} with the highest {of}; [return|show] both",
                "{at} what {part} ({label}) is the {of} highest, and what is it then?",
                "[Busiest|Peak] {part} for {what} by {label}, with the {said}"
                if self.aggregate.column is None
                else "{part} with the top {of}, by {label}, [with|and] its value",
                "The one {part} where the {of} peaks ({label}), and the value",
                "Compare the {of} per {part} of the {label}: [just|only] the highest, with its {part}",
                **parts,
            )
        if self.part == "weekend":
            return worded(
                self.voice,
                "[Is there a difference|Any difference] between weekdays and weekends in the {of}, by {label}?",
                "Compare the {of} on weekdays and weekends, [going by|by] {label}",
                "{of}, weekdays against weekends by {label}",
                "[Split|Divide] {what} by {label} into weekday and weekend: the {said} for both",
                "How does the {of} at weekends compare with weekdays ({label})?",
                "The {of} for the weekend and the rest of the week, by {label}",
                **parts,
            )
        return worded(
            self.voice,
            "What is the {of} for each {part}, [going by|by] {label}?",
            "[Show|Get] the {of} per {part} of the {label}",
            "{of} by {part} (of the {label})",
            "How does the {of} vary with the {part} ({label})?",
            "Group {what} by {part} of {label} and [return|give] the {said}",
            "For every {part} in the {label}, the {of}",
            **parts,
        )


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in facts(database) if t.with_role("timestamp")]
    tables = tables or [t for t in database.tables if t.with_role("timestamp") and t.row_count > 20]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.3, most=2, floor=60)
    moments = [c for c in times(subject) if c.type in ("DATE", "TIMESTAMP")]
    if not moments:
        return None
    time = rng.choice(moments)
    parts: list[Part] = ["weekday", "weekday", "quarter", "month", "weekend"]
    if time.type == "TIMESTAMP" and subject.rows() > 200:
        parts += ["hour", "hour", "hour"]
    part = rng.choice(parts)
    return DateParts(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        time=time,
        part=part,
        aggregate=draw_aggregate(table, rng, used=subject.used, count=0.6, functions=("sum", "avg")),
        top=part != "weekend" and rng.random() < 0.4,
        plain=rng.random() < 0.6,
    )
