"""The groups at the top or bottom: "Which 5 stores have the highest total line total?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

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
        return query.limit(self.limit, copy=False)

    @property
    def cut(self) -> Cut:
        return Cut(limit=self.limit, column=len(self.keys[0].columns))

    def question(self) -> str:
        key, first = self.keys[0], self.aggregates[0]
        what = self.subject.said()
        most = "highest" if self.sort == "desc" else "lowest"
        one = self.limit == 1
        n = "" if one else f"{self.limit} "
        groups = key.said() if one else key.plural()
        has = "has" if one else "have"
        if first.column is None:
            said = f"most {what}"
            shown = f"number of {self.subject.table.plural}"
            options = (
                f"Which {n}{groups} {has} the {said}? Show {key.output()} and the {shown}.",
                f"Find the {n}{groups} with the {said}, giving {key.output()} and the count.",
                f"Top {n}{key.plural()} by {shown}, counting only {what}. Show {key.output()} and the count"
                if self.subject.restriction() and not one
                else f"Give me the {n}{groups} with the {said}: {key.output()} and how many.",
            )
        else:
            said = first.said()
            options = (
                f"Which {n}{groups} {has} the {most} {said} of {what}? Show {key.output()} and the {said}.",
                f"Considering {what}, find the {n}{groups} with the {most} {said}; "
                f"return {key.output()} and that value.",
                f"Rank the {key.plural()} by the {said} of {what} and give me the {most} {n or 'one '}"
                f"with {key.output()} and the {said}.",
            )
        order = "" if one else self.choose("", f" Sort from {'highest' if self.sort == 'desc' else 'lowest'} on.", "")
        return sentence(sentence(self.choose(*options)) + order)


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database))
    subject = draw_subject(database, table, rng, far=0.2, most=2)
    key = draw_key(database, subject, rng, entity=0.7, time=0)
    if key is None:
        return None
    first = draw_aggregate(table, rng, used=subject.used, count=0.5)
    # "The fewest orders" would have to count those with none at all.
    sort = "desc" if first.column is None else rng.choice(("desc", "desc", "asc"))
    return Top(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        keys=(key,),
        aggregates=(first,),
        sort=sort,
        limit=rng.choice((1, 3, 3, 5, 5, 10)),
    )
