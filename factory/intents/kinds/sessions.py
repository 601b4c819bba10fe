"""Sessions: events of one parent that follow each other closely; a longer pause starts a new one."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import wanted
from factory.intents.english import article, sentences, worded
from factory.intents.intent import Intent
from factory.intents.kinds.first_last import Events, draw_events
from factory.intents.kinds.period_change import days_between
from factory.records import Database

Answer = Literal["each", "total", "listed"]
_PAUSES = (
    (6, "hour"),
    (12, "hour"),
    (24, "hour"),
    (48, "hour"),
    (3, "day"),
    (7, "day"),
    (14, "day"),
    (30, "day"),
    (60, "day"),
    (90, "day"),
    (180, "day"),
)


@dataclass(frozen=True, kw_only=True)
class Sessions(Events):
    """`each` counts the sessions per parent, `total` all of them, `listed` gives each with its ends and size."""

    kind = "sessions"
    answer: Answer
    pause: int
    unit: str
    case: bool

    def tree(self) -> exp.Expr:
        joined = self.answer != "total"
        scope = self.scope() if joined else self.alone()
        owner = scope.column(self.parent.name, self.relation.parent_column) if joined else self.owner(scope)
        at = self.at(scope)
        previous = exp.Window(
            this=exp.Lag(this=at.copy()), partition_by=[owner], order=exp.Order(expressions=[sql.ordered(at.copy())])
        )
        who = self.parents(scope) if joined else [owner.copy()]
        inner = self.restrict(scope.select(*who, sql.alias(at, "moment"), sql.alias(previous, "previous")), scope)
        names = [sql.column(e.alias_or_name) for e in who]
        if self.answer == "listed":
            return self._listed(names, inner)
        query = exp.Select(expressions=[*(names if joined else []), sql.alias(self._count(), "session_count")])
        query = query.from_(sql.table("events"), copy=False).with_(sql.called("events"), as_=inner, copy=False)
        return query.group_by(*(n.copy() for n in names), copy=False) if joined else query

    def _starts(self) -> exp.Expr:
        pause = exp.Interval(this=exp.Literal.string(str(self.pause)), unit=exp.Var(this=self.unit.upper()))
        limit = exp.Add(this=sql.column("previous"), expression=pause)
        first = exp.Is(this=sql.column("previous"), expression=exp.Null())
        return exp.Or(this=first, expression=exp.GT(this=sql.column("moment"), expression=limit))

    def _flag(self) -> exp.Expr:
        return exp.Case(ifs=[exp.If(this=self._starts(), true=sql.literal(1))], default=sql.literal(0))

    def _count(self) -> exp.Expr:
        if self.case:
            return exp.Sum(this=self._flag())
        return exp.Filter(this=sql.count_rows(), expression=exp.Where(this=self._starts()))

    def _listed(self, names: list[exp.Column], inner: exp.Select) -> exp.Expr:
        running = exp.Window(
            this=exp.Sum(this=self._flag()) if self.case else self._count(),
            partition_by=[names[0].copy()],
            order=exp.Order(expressions=[sql.ordered(sql.column("moment"))]),
        )
        number = sql.column("session_number")
        numbered = exp.Select(expressions=[*names, sql.column("moment"), sql.alias(running, "session_number")])
        numbered = numbered.from_(sql.table("events"), copy=False)
        moment = sql.column("moment")
        columns: list[exp.Expr] = [*(n.copy() for n in names), number]
        columns += [sql.alias(exp.Min(this=moment), "started"), sql.alias(exp.Max(this=moment.copy()), "ended")]
        columns.append(sql.alias(sql.count_rows(), "event_count"))
        query = exp.Select(expressions=columns).from_(sql.table("numbered"), copy=False)
        query = query.group_by(*(n.copy() for n in names), number.copy(), copy=False)
        query = query.with_(sql.called("events"), as_=inner, copy=False)
        return query.with_(sql.called("numbered"), as_=numbered, copy=False)

    def _each_session(self, parts: dict[str, str]) -> str:
        return worded(
            self.voice,
            "{only}split each {one}'s {events} into {sessions} by {by}, numbered from 1",
            "{only}which {sessions} of {events} did each {one} have ({by})? Number them from 1",
            "{only}{sessions} per {one}, [cut|formed] from {events} by {by}, numbered from 1",
            "{only}list every {one}'s {sessions} of {events} by {by}, counting from 1",
            "{only}for every {one}, form {sessions} of {events} by {by}, numbered [from 1|1, 2, 3 …]",
            "{only}[number|group] the {events} of each {one} as {sessions} 1, 2, 3 … by {by}",
            **parts,
        )

    def question(self) -> str:
        one, events = self.parent.label, self.subject.table.plural
        # Nobody calls what may last for months a session.
        long = self.unit == "day" and self.pause > 7
        session = worded(self.voice, "[burst|spell|run]") if long else "session"
        parts = {
            "only": self.only(),
            "one": one,
            "a_one": article(one),
            "many": self.parent.plural,
            "event": self.subject.table.label,
            "events": events,
            "by": self.time.label,
            "its": "their" if self.parent.person else "its",
            "session": session,
            "sessions": f"{session}s",
            "pause": f"{self.pause} {self.unit}s",
        }
        rule = worded(
            self.voice,
            "A gap of more than {pause} starts a new {session}",
            "A new {session} starts after more than {pause} without {events}",
            "[Break|Split] whenever more than {pause} pass",
            "More than {pause} between two {events} [ends|closes] a {session}",
            "Neighbours at most {pause} apart [stay together|belong together]",
            "[Gaps|Pauses] above {pause} separate {sessions}",
            **parts,
        )
        if self.answer == "total":
            return sentences(self._total(parts), rule)
        lead = self._each(parts) if self.answer == "each" else self._each_session(parts)
        output = [*self.who(), f"number of {session}s"]
        if self.answer == "listed":
            output = [*self.who(), f"{session} number", "its start", "its end", f"number of {events}"]
        return sentences(lead, rule, wanted(self.voice, *output))

    def _total(self, parts: dict[str, str]) -> str:
        return worded(
            self.voice,
            "{only}how many {sessions} of {events} do all {many} have together, by {by}?",
            "{only}split each {one}'s {events} into {sessions} by {by}: how many in all?",
            "{only}total [number|count] of {sessions} over all {many}, from {events} by {by}",
            "{only}count the {sessions} in the {events} of every {one} ({by}); just the total",
            "{only}one number: the {sessions} of all {many}, [formed|cut] from {events} by {by}",
            "{only}into how many {sessions} do the {events} fall, per {one} and by {by}, all together?",
            **parts,
        )

    def _each(self, parts: dict[str, str]) -> str:
        return worded(
            self.voice,
            "{only}how many {sessions} of {events} [does|did] each {one} with any have, by {by}?",
            "{only}split each {one}'s {events} into {sessions} by {by} and count them",
            "{only}number of {sessions} per {one}, from {its} {events} by {by}",
            "{only}count {sessions} of {events} per {one} ({by})",
            "{only}[sessionize|cut up] the {events} of each {one} by {by}: how many {sessions}?"
            if parts["session"] == "session"
            else "{only}cut up the {events} of each {one} by {by}: how many {sessions}?",
            "{only}into how many {sessions} do each {one}'s {events} fall ({by})?",
            **parts,
        )


def draw(database: Database, rng: Random) -> Intent | None:
    fields = draw_events(database, rng, per_parent=2, filters=0.3, happenings=True, lasting=True)
    if fields is None:
        return None
    time, subject, parent = fields["time"], fields["subject"], fields["parent"]
    # A third to the whole of the usual distance: sessions of a few events each.
    known = subject.rows() * (1 - time.nulls / max(subject.table.row_count, 1))
    usual = days_between(time.values[1], time.values[-2]) * parent.row_count / max(known, 1)
    wanted = usual * rng.choice((0.35, 0.6, 1))
    pauses = [(n, u) for n, u in _PAUSES if u == "day" or time.type != "DATE"]
    pause, unit = min(pauses, key=lambda p: abs(p[0] / (24 if p[1] == "hour" else 1) - wanted))
    answer: Answer = rng.choice(("each", "each", "total", "listed"))
    return Sessions(**fields, answer=answer, pause=pause, unit=unit, case=rng.random() < 0.5)
