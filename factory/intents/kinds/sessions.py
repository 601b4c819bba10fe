"""Sessions: events of one parent that follow each other closely; a longer pause starts a new one."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import article, sentence
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

    def question(self) -> str:
        one, event, events = self.parent.label, self.subject.table.label, self.subject.table.plural
        by, only, many = self.time.label, self.only(), self.parent.plural
        pause = f"{self.pause} {self.unit}s"
        # Nobody calls what may last for months a session.
        long = self.unit == "day" and self.pause > 7
        session, sessions = ("burst", "bursts") if long else ("session", "sessions")
        rule = self.aside(
            f"A new {session} starts once {article(one)} has gone more than {pause} without {events}",
            f"Start a new {session} whenever {article(one)}'s next {event} comes more than {pause} after the one "
            "before",
            f"{events} of {article(one)} belong to one {session} as long as no two neighbours are more than {pause} "
            "apart",
        )
        rule = sentence(rule)
        if self.answer == "total":
            return sentence(
                self.choose(
                    f"{only}how many {sessions} of {events} do all {many} have together, by {by}? {rule}",
                    f"{only}split the {events} of each {one} into {sessions} by {by}. {rule} How many {sessions} are "
                    "there "
                    f"in all?",
                    f"{only}total number of {sessions} over all {many}, from the {events} by {by}. {rule}",
                    f"{only}count the {sessions} that the {events} of every {one} fall into, by {by}, and give me just "
                    f"the overall total. {rule}",
                    f"{only}I need one number: the {sessions} of all {many}, formed from their {events} by {by}. "
                    f"{rule}",
                    f"{only}into how many {sessions} do the {events} fall, taken per {one} and by {by}? {rule}",
                )
            )
        if self.answer == "each":
            show = self.show(f"{self.who()} and the number of {sessions}")
            return sentence(
                self.choose(
                    f"{only}how many {sessions} of {events} does each {one} with any have, by {by}? {rule} {show}",
                    f"{only}split the {events} of each {one} into {sessions} by {by} and count them. {rule} {show}",
                    f"{only}number of {sessions} per {one}, from its {events} by {by}. {rule} {show}"
                    if not self.parent.person
                    else f"{only}number of {sessions} per {one}, from their {events} by {by}. {rule} {show}",
                    f"{only}count the {sessions} that the {events} of every {one} fall into, by {by}. {rule} {show}",
                    f"{only}I need the number of {sessions} of each {one} that has {events}, by {by}. {rule} {show}",
                    f"{only}into how many {sessions} do the {events} of each {one} fall, by {by}? {rule} {show}",
                )
            )
        show = self.show(f"{self.who()}, the {session} number, its start, its end and the number of {events}")
        return sentence(
            self.choose(
                f"{only}split the {events} of each {one} into {sessions} by {by}, numbered from 1. {rule} {show}",
                f"{only}which {sessions} of {events} did each {one} have, by {by}? {rule} Number them from 1. {show}",
                f"{only}{sessions} per {one}, formed from {events} by {by} and numbered from 1. {rule} {show}",
                f"{only}I need the {events} grouped into {sessions}, {one} by {one} and by {by}, numbered from 1. "
                f"{rule} "
                f"{show}",
                f"{only}list the {sessions} that the {events} of every {one} fall into, by {by}, counting from 1. "
                f"{rule} "
                f"{show}",
                f"{only}for every {one}, form {sessions} of {events} by {by} and number them from 1 on. {rule} {show}",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    fields = draw_events(database, rng, per_parent=2, filters=0.3, happenings=True)
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
