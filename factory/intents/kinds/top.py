"""The groups at the top or bottom: "Which 5 stores handled the most orders?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import sentence
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

    def question(self) -> str:
        key, first = self.keys[0], self.aggregates[0]
        what = self.subject.said()
        one = self.limit == 1
        n = "" if one else f"{self.limit} "
        groups = key.said() if one else key.plural()
        value = f"number of {self.subject.table.plural}" if first.column is None else first.said()
        show = self.show(f"{key.output()} and the {value}")
        if first.column is None:
            have = ("has" if key.entity else "accounts for") if one else "have" if key.entity else "account for"
            if key.entity and len(key.via) == 1 and not one:
                have = key.via[0].verb
            options = [
                f"Which {n}{groups} {have} the most {what}? {show}",
                f"Find the {n}{groups} with the most {what}, giving {key.output()} and the count.",
                f"Give me the {n}{groups} with the most {what}: {key.output()} and how many.",
                f"Counting {what}, which {n}{groups} come{'s' if one else ''} out on top? {show}",
                f"Could you find the {n}{groups} with the highest number of {what}? {show}",
            ]
            if not one:
                options += [
                    f"Top {n}{groups} by number of {what}. {show}",
                    f"Rank the {groups} by the number of {what} and keep the first {self.limit}. {show}",
                ]
        else:
            most = "highest" if self.sort == "desc" else "lowest"
            has = "has" if one else "have"
            considering = f"Considering {'only ' if self.subject.restricted else ''}{what}"
            options = [
                f"Which {n}{groups} {has} the {most} {first.of(what)}? {show}",
                f"{considering}, find the {n}{groups} with the {most} {value}; return {key.output()} and that value.",
                f"Give me the {n}{groups} with the {most} {first.of(what)}. {show}",
                f"In which {n}{groups} is the {first.of(what)} {most}? {show}"
                if not key.entity
                else f"For which {n}{groups} is the {first.of(what)} {most}? {show}",
                f"Could you find the {n}{groups} with the {most} {value} across {what}? {show}",
            ]
            if not one:
                options += [
                    f"{'Top' if self.sort == 'desc' else 'Bottom'} {n}{groups} by {first.of(what)}. {show}",
                    f"Rank the {groups} by the {first.of(what)} and keep the {n}with the {most}. {show}",
                ]
        return sentence(self.choose(*options)) + ("" if one else self._ordered())

    def _ordered(self) -> str:
        first, last = ("highest", "lowest") if self.sort == "desc" else ("lowest", "highest")
        return self.aside(
            f" Sort from {first} to {last}.", f" {first.capitalize()} first.", "", f" List the {first} first."
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
