"""Groups that pass a threshold: "Which customers placed more than 5 orders in 2023?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import article, number, sentence
from factory.intents.grouping import draw_aggregate, draw_key
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.kinds.breakdown import Breakdown
from factory.intents.scope import Scope
from factory.intents.subject import draw_subject, facts
from factory.records import Database


@dataclass(frozen=True, kw_only=True)
class Having(Breakdown):
    kind = "having"
    operator: str
    threshold: Any

    def having(self, query: exp.Select, scope: Scope) -> exp.Select:
        compare = {">": exp.GT, "<": exp.LT, ">=": exp.GTE}[self.operator]
        test = compare(this=self.aggregates[0].expression(scope), expression=sql.literal(self.threshold))
        return query.having(test, copy=False)

    def question(self) -> str:
        key, first = self.keys[0], self.aggregates[0]
        what, unit = self.subject.said(), first.column.unit if first.column else None
        amount = number(self.threshold, unit)
        words = {">": "more than", "<": "fewer than", ">=": "at least"}
        above = {">": "above", "<": "below", ">=": "of at least"}[self.operator]
        output = key.output()
        if first.column is None:
            many = f"{words[self.operator]} {amount}"
            return sentence(
                self.choose(
                    f"Which {key.plural()} have {many} {what}? "
                    f"Show {output} and the number of {self.subject.table.plural}.",
                    f"Find the {key.plural()} with {many} {what}, and return {output} with that count.",
                    f"List each {key.said()} that has {many} {what}. I need {output} and the count.",
                )
            )
        said = first.said()
        return sentence(
            self.choose(
                f"Looking at {what}, which {key.plural()} have {article(said)} {above} {amount}? "
                f"Show {output} and the {said}.",
                f"For {what}, list every {key.said()} with {article(said)} {above} {amount}; "
                f"return {output} and the {said}.",
                f"Consider only {what}. Find the {key.plural()} whose {said} is "
                f"{above.removeprefix('of ')} {amount}, with {output} and that value.",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database))
    subject = draw_subject(database, table, rng, far=0.2, most=2)
    key = draw_key(database, subject, rng, entity=0.55, time=0)
    if key is None:
        return None
    first = draw_aggregate(table, rng, used=subject.used, count=0.55)
    if first.column is None:
        threshold: Any
        operator, threshold = rng.choice(((">", 1), (">", 2), (">=", 3), (">", 5), (">", 10), (">=", 2)))
    else:
        levels = [v for v in first.column.values[1:-1] if v]
        if not levels:
            return None
        level = float(rng.choice(levels))
        if first.function == "sum":
            level *= rng.choice((2, 5, 10))
        rounded = float(f"{level:.1e}")
        threshold = int(rounded) if rounded.is_integer() else rounded
        operator = rng.choice((">", ">", "<"))
    return Having(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        keys=(key,),
        aggregates=(first,),
        operator=operator,
        threshold=threshold,
    )
