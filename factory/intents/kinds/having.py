"""Groups that pass a threshold: "Which customers placed more than 5 orders in 2023?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import article, number, sentence
from factory.intents.estimate import below_share
from factory.intents.grouping import Aggregate, Key, draw_aggregate, draw_key
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.kinds.breakdown import Breakdown
from factory.intents.scope import Scope
from factory.intents.subject import Subject, draw_subject, facts
from factory.records import Database


@dataclass(frozen=True, kw_only=True)
class Having(Breakdown):
    """`operator` is one of > < >=, of the first aggregate and `threshold`."""

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
        amount, output = number(self.threshold, unit), key.output()
        if first.column is None:
            many = f"{'more than' if self.operator == '>' else 'at least'} {amount}"
            show = self.show(f"{output} and the number of {self.subject.table.plural}")
            have = key.via[0].verb if key.entity and len(key.via) == 1 else "have" if key.entity else "account for"
            return sentence(
                self.choose(
                    f"Which {key.plural()} {have} {many} {what}? {show}",
                    f"Find the {key.plural()} with {many} {what}, and return {output} with that count.",
                    f"List each {key.said()} that has {many} {what}. I need {output} and the count.",
                    f"{key.plural()} with {many} {what}, please: {output} and the count.",
                    f"Count {what} per {key.said()} and keep only the groups with {many}. {show}",
                    f"Are there {key.plural()} with {many} {what}? If so, which ones? {show}",
                )
            )
        said = first.said()
        above = {">": "above", "<": "below", ">=": "of at least"}[self.operator]
        plain = above.removeprefix("of ")
        show = self.show(f"{output} and the {said}")
        if first.function in ("max", "min") or said.startswith("sum "):
            options = [f"Looking at {what}, for which {key.plural()} is the {said} {plain} {amount}? {show}"]
        else:
            options = [
                f"Looking at {what}, which {key.plural()} have {article(said)} {above} {amount}? {show}",
                f"For {what}, list every {key.said()} with {article(said)} {above} {amount}; "
                f"return {output} and the {said}.",
            ]
            if not self.subject.restricted:
                options.append(f"{key.plural()} with {article(first.of(what))} {above} {amount}? {show}")
        return sentence(
            self.choose(
                *options,
                f"Consider {'only ' if self.subject.restricted else ''}{what}. Find the {key.plural()} whose {said} is "
                f"{plain} {amount}, with {output} and that value.",
                f"Compute the {first.of(what)} per {key.said()} and keep those where it is {plain} {amount}. {show}",
                f"For which {key.plural()} is the {first.of(what)} {plain} {amount}? {show}",
                f"{first.of(what)} per {key.said()}: keep only what is {plain} {amount}. {show}",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    table = rng.choice(facts(database))
    subject = draw_subject(database, table, rng, far=0.2, most=2, floor=60)
    key = draw_key(database, subject, rng, entity=0.55, time=0)
    if key is None or subject.rows() < 2 * key.groups:
        return None
    first = draw_aggregate(table, rng, used=subject.used, count=0.55)
    operator = rng.choice((">", ">", ">=") if first.column is None else (">", ">", ">=", "<"))
    if operator == ">=" and not first.exact:
        operator = ">"
    if first.function == "sum" and operator == "<":
        operator = ">"  # groups without any rows would have the lowest sums
    threshold = _threshold(subject, key, first, rng)
    if threshold is None:
        return None
    return Having(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        keys=(key,),
        aggregates=(first,),
        operator=operator,
        threshold=threshold,
    )


def _threshold(subject: Subject, key: Key, first: Aggregate, rng: Random) -> Any:
    """A round value near what an average group has, so that some groups pass and some don't."""
    each = subject.rows() / max(key.groups, 1)
    if first.column is None:
        value = _round(each * rng.choice((0.6, 0.8, 1, 1.3)))
        return max(2, int(value))
    levels = [float(v) for v in first.column.values]
    low, middle, high = levels[3], levels[4], levels[5]
    if first.function == "sum":
        value = _round((low + middle + high) / 3 * each * rng.choice((0.8, 1, 1.3)))
    elif first.function in ("max", "min"):
        # The extreme of n rows lies near the 1/n end of the values.
        value = _round(levels[6] if first.function == "max" else levels[2])
    else:
        value = _round(rng.choice((middle, (low + middle) / 2, (middle + high) / 2)))
    return value if 0.02 < below_share(first.column, value) < 0.98 or first.function == "sum" else None


def _round(value: float) -> Any:
    shown = float(f"{value:.1e}")
    return int(shown) if shown.is_integer() else shown
