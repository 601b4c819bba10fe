"""Groups that pass a threshold: "Which customers placed more than 5 orders in 2023?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import answered
from factory.intents.english import article, number, sentences, worded
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
        amount = number(self.threshold, first.column.unit if first.column else None)
        columns, show = answered(self.voice, key, first)
        parts = {
            "what": self.subject.said(),
            "plural": f"{key.plural()}{columns}",
            "one": f"{key.said()}{columns}",
            "amount": amount,
            "of": first.of(self.subject.said()),
            "said": first.said(),
        }
        if first.column is None:
            over = self.operator == ">"
            parts |= {
                "many": f"{'more than' if over else 'at least'} {amount}",
                "have": key.via[0].verb
                if key.entity and len(key.via) == 1
                else "have"
                if key.entity
                else "account for",
            }
            lead = worded(
                self.voice,
                "Which {plural} {have} {many} {what}?",
                "[Find|Get] the {plural} with {many} {what}",
                "[List|Show] each {one} that has {many} {what}",
                "{plural} with {many} {what}",
                "Count {what} per {one}; [keep|only] groups with {many}",
                "[Are there|Do we have] {plural} with {many} {what}? [If so, which|Which ones]?",
                **parts,
            )
            return sentences(lead, show)
        above = {">": "above", "<": "below", ">=": "of at least"}[self.operator]
        parts |= {"above": above, "plain": above.removeprefix("of "), "a_value": article(first.said())}
        if first.function in ("max", "min") or first.said().startswith("sum "):
            options = ["Looking at {what}, for which {plural} is the {said} {plain} {amount}?"]
        else:
            options = [
                "[Looking at|Counting] {what}, which {plural} have {a_value} {above} {amount}?",
                "For {what}, every {one} with {a_value} {above} {amount}",
            ]
            if not self.subject.restricted:
                options.append("{plural} with {a_of} {above} {amount}?")
        lead = worded(
            self.voice,
            *options,
            "Taking {only}{what}, find the {plural} whose {said} is {plain} {amount}",
            "[Compute|Get] the {of} per {one} and keep [those|what is] {plain} {amount}",
            "For which {plural} is the {of} {plain} {amount}?",
            "{of} per {one}, [only|keeping] [what|whatever] is {plain} {amount}",
            only="only " if self.subject.restricted else "",
            a_of=article(parts["of"]),
            **parts,
        )
        return sentences(lead, show)


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
