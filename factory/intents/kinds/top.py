"""The groups at the top or bottom: "Which 5 stores handled the most orders?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import answered
from factory.intents.english import sentences, worded
from factory.intents.grouping import draw_aggregate, draw_key
from factory.intents.intent import Cut, Intent, alias_style, voice
from factory.intents.kinds.breakdown import Breakdown
from factory.intents.subject import draw_subject, facts
from factory.records import Database


@dataclass(frozen=True, kw_only=True)
class Top(Breakdown):
    kind = "top"
    limit: int

    def tree(self) -> exp.Expr:
        query = super().tree()
        assert isinstance(query, exp.Select)
        return query.limit(sql.literal(self.limit), copy=False)

    @property
    def cut(self) -> Cut:
        return Cut(limit=self.limit, column=len(self.keys[0].columns))

    @property
    def in_order(self) -> bool:
        return self.limit > 1 and bool(self._ordered())

    def question(self) -> str:
        key, first, what = self.keys[0], self.aggregates[0], self.subject.said()
        one = self.limit == 1
        has = "has" if one else "have"
        if first.column is None and not key.entity:
            has = "accounts for" if one else "account for"
        elif first.column is None and key.entity and len(key.via) == 1 and not one:
            has = key.via[0].verb
        columns, show = answered(self.voice, key, first)
        parts = {
            "what": what,
            "n": "" if one else f"{self.limit} ",
            "limit": str(self.limit),
            "groups": f"{key.said() if one else key.plural()}{columns}",
            "plural": key.plural(),
            "has": has,
            "of": first.of(what),
            "value": first.said(),
            "most": "highest" if self.sort == "desc" else "lowest",
            "top": "Top" if self.sort == "desc" else "Bottom",
            "s": "s" if one else "",
        }
        if first.column is None:
            options = [
                "Which {n}{groups} {has} the most {what}?",
                "[Find|Get] the {n}{groups} with the most {what}",
                "The {n}{groups} with the [highest number of|most] {what}",
                "Counting {what}, which {n}{groups} come{s} out on top?",
                "{what}: which {n}{groups} {has} the most?",
            ]
            if not one:
                options += [
                    "Top {n}{groups} by number of {what}",
                    "Rank {plural} by [how many {what} they have|number of {what}], [keeping|and keep] the first "
                    "{limit}"
                    if key.entity
                    else "Rank {plural} by number of {what}, [keeping|and keep] the first {limit}",
                ]
        else:
            options = [
                "Which {n}{groups} {has} the {most} {of}?",
                "[Considering|Looking at|Taking] {what}, [find|get] the {n}{groups} with the {most} {value}",
                "The {n}{groups} with the {most} {of}",
                "For which {n}{groups} is the {of} {most}?"
                if key.entity
                else "In which {n}{groups} is the {of} {most}?",
                "Comparing the {of}, which {n}{groups} {has} the {most}?",
            ]
            if not one:
                options += [
                    "{top} {n}{groups} by {of}",
                    "Rank {plural} by the {of} and keep the {n}with the {most}",
                ]
        return sentences(worded(self.voice, *options, **parts), show, "" if one else self._ordered())

    def _ordered(self) -> str:
        first, last = ("highest", "lowest") if self.sort == "desc" else ("lowest", "highest")
        return worded(
            self.voice,
            "Sort from {first} to {last}",
            "{capped} first",
            "",
            "{capped} [on top|at the top]",
            "[In {direction} order|Sort {direction}]",
            first=first,
            last=last,
            capped=first.capitalize(),
            direction="descending" if self.sort == "desc" else "ascending",
        )


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database))
    subject = draw_subject(database, table, rng, far=0.2, most=2, floor=40)
    key = draw_key(database, subject, rng, entity=0.7, time=0)
    if key is None:
        return None
    groups = min(key.groups, subject.rows() / 2)
    limits = [n for n in (1, 3, 3, 5, 5, 10) if 2 * n <= groups]
    if not limits:
        return None
    first = draw_aggregate(table, rng, used=subject.used, count=0.5, functions=("sum", "avg"))
    # "The fewest orders", "the lowest total" would have to take in those with none at all.
    sort = rng.choice(("desc", "asc")) if first.function == "avg" else "desc"
    return Top(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        keys=(key,),
        aggregates=(first,),
        sort=sort,
        limit=rng.choice(limits),
    )
