"""Groups by several keys: "How many orders are there per store region, year and payment method?"."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import identified
from factory.intents.draw_filter import compatible
from factory.intents.english import listed, sentences, worded
from factory.intents.grouping import Aggregate, Key, draw_aggregate, draw_key
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.intents.timespan import first_day
from factory.records import Database


@dataclass(frozen=True, kw_only=True)
class MultiKey(Intent):
    """Two or three keys; `least` keeps groups of at least so many rows, 0 keeps all. `form` is how GROUP BY is
    written."""

    kind = "multi_key"
    subject: Subject
    keys: tuple[Key, ...]
    aggregate: Aggregate
    least: int
    form: Literal["expressions", "positions", "all"]

    def tree(self) -> exp.Expr:
        scope = Scope(
            self.subject.table, (*self.subject.joins(), *(j for key in self.keys for j in key.joins())), self.aliases
        )
        grouped = [e for key in self.keys for e in key.selected(scope)]
        query = scope.select(*grouped, sql.alias(self.aggregate.expression(scope), self.aggregate.name()))
        query = self.subject.restrict(query, scope)
        if self.form == "all":
            query.set("group", exp.Group(all=True))
        elif self.form == "positions":
            query = query.group_by(*(exp.Literal.number(i + 1) for i in range(len(grouped))), copy=False)
        else:
            query = query.group_by(*(e for key in self.keys for e in key.expressions(scope)), copy=False)
        if self.least:
            test = exp.GTE(this=sql.count_rows(), expression=sql.literal(self.least))
            query = query.having(test, copy=False)
        return query

    def question(self) -> str:
        said, identity = identified(self.voice, *self.keys)
        parts = {
            "groups": listed(said),
            "of": self.aggregate.of(self.subject.said()),
            "said": self.aggregate.said(),
            "what": self.subject.said(),
            "plural": self.subject.table.plural,
            "least": str(self.least),
        }
        lead = worded(
            self.voice,
            "What is the {of} for each [combination|pair] of {groups}?"
            if len(said) == 2
            else "What is the {of} for each combination of {groups}?",
            "[Break down|Split] the {of} by {groups}",
            "{of} per {groups}",
            "For every {groups}, the {of}",
            "How does the {of} [differ|vary] by {groups}? Every combination that occurs",
            "Group {what} by {groups} and [return|give] the {said}",
            "{groups}: the {of} for each combination",
            **parts,
        )
        least = worded(
            self.voice,
            "[Only|Keep] combinations with at least {least} {plural}",
            "[Leave out|Drop|Skip] combinations with fewer than {least} {plural}",
            "[Keep|Only] those with {least} {plural} or more",
            "At least {least} {plural} each",
            **parts,
        )
        unit = next((key.unit for key in self.keys if key.unit), None)
        return sentences(lead, least if self.least else "", identity, first_day(self, unit) if unit else "")


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database))
    subject = draw_subject(database, table, rng, far=0.2, most=1, floor=60)
    keys: list[Key] = []
    wanted = rng.choice((2, 2, 2, 3))
    for _ in range(8):
        key = draw_key(database, subject, rng, entity=0.15, time=0.25)
        if key and key.unit != "week" and _groups(key) <= 60 and all(_apart(key, other) for other in keys):
            keys.append(key)
        if len(keys) == wanted:
            break
    if len(keys) < 2:
        return None
    # Read out, a stretch of time comes last.
    keys.sort(key=lambda key: bool(key.unit))
    cells = math.prod(_groups(key) for key in keys)
    if cells > subject.rows() / 2:
        return None
    each = subject.rows() / cells
    least = rng.choice((0, max(2, round(each * rng.choice((0.5, 1, 1.5))))))
    return MultiKey(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        keys=tuple(keys),
        aggregate=draw_aggregate(table, rng, used=subject.used, count=0.5),
        least=least,
        form=rng.choice(("expressions", "expressions", "expressions", "positions", "all")),
    )


def _groups(key: Key) -> float:
    if key.unit is None:
        return key.groups
    days = (key.columns[0].values[-1] - key.columns[0].values[0]).days
    return 1 + float(days) / {"week": 7, "month": 30, "quarter": 91, "year": 365}[key.unit]


def _apart(one: Key, other: Key) -> bool:
    """Whether both may stand together: no second stretch of time, no two columns of one meaning, no table twice."""
    if (one.unit and other.unit) or {r.parent for r in one.via} & {r.parent for r in other.via}:
        return False
    return one.table != other.table or compatible(one.columns[0], other.columns[0])
