"""One pair before one data instance after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from factory.compare import same
from factory.judge.agree import Columns, Groups
from factory.judge.query import Query
from factory.judge.sorting import sorted_groups
from factory.judge.source import Place
from factory.judge.verdict import Parting
from factory.records import Outcome

ENVIRONMENT = ("Timeout", "Out of Memory Error", "INTERNAL Error", "Fatal Error", "IO Error", "Client Error")
UNREADABLE = ("Parser Error", "Binder Error", "Catalog Error", "Operational Error", "Programming Error")

Hearing = Literal["agree", "part", "unfit"]


@dataclass(frozen=True, slots=True)
class Rules:
    """`order`: "gold" compares the order of the rows when the gold query ends in ORDER BY; "ignored" never does.

    `columns`: "free" lets the prediction show its columns in another order, the same one on every instance.
    """

    order: Literal["gold", "ignored"] = "gold"
    columns: Literal["free", "strict"] = "free"


@dataclass(slots=True)
class Jury:
    """`unfit` counts why instances judged nothing; `flags` are doubts that an agreement has to bear."""

    gold: Query
    predicted: Query
    rules: Rules
    columns: Columns = field(init=False)
    open: dict[str, str] = field(default_factory=dict)
    tried: int = 0
    killed: int = 0
    agreed: int = 0
    filled: int = 0
    own_agreed: bool = False
    parting: Parting | None = None
    unfit: list[str] = field(default_factory=list)
    flags: dict[str, str] = field(default_factory=dict)
    _heard: dict[str, tuple[Outcome, Groups | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = Columns(strict=self.rules.columns == "strict")

    def add(self, near_misses: Mapping[str, str]) -> None:
        self.open.update(near_misses)
        self.tried += len(near_misses)

    def hear(self, place: Place) -> Hearing:
        """Compares on one instance. Raises TooManyOrders."""
        right = place.run(self.gold.text)
        if right.error or right.truncated:
            return self._dismissed(right.error.kind.lower().replace(" ", "_") if right.error else "too_many_rows")
        others = [o for _, o in _alternatives(self.gold, place, backwards=self.gold.positional)]
        if not all(same(right, other) for other in others):
            answer = place.run(self.predicted.text)
            if answer.error or not any(same(o, answer, permute=True) for o in (right, *others)):
                self.flags.setdefault("outside_an_ambiguous_gold", place.name)
            return self._dismissed("row_order")
        groups = self.groups(right, place)
        if not self._same(right, groups, place):
            return "part" if self.parting else "unfit"
        self._heard[place.name] = (right, groups)
        self.agreed += 1
        self.filled += _has_rows(right)
        if groups is not None and len(groups) > 1 and not self.predicted.keeps_order:
            self.flags.setdefault("order_not_fixed", place.name)
        return "agree"

    def kill(self, place: Place) -> None:
        """Runs the open near misses where the pair has just agreed. One that raises there is none."""
        right, groups = self._heard.pop(place.name)
        for name, text in list(self.open.items()):
            wrong = place.run(text)
            if wrong.error:
                if place.own or wrong.error.kind in ENVIRONMENT + UNREADABLE:
                    del self.open[name]
                    self.tried -= 1
            elif wrong.truncated or not Columns(strict=True).agree(right, wrong, groups):
                del self.open[name]
                self.killed += 1

    def _dismissed(self, why: str) -> Hearing:
        self.unfit.append(why)
        return "unfit"

    def groups(self, right: Outcome, place: Place) -> Groups | None:
        """The gold query's rows in the groups that its ORDER BY leaves; None where the order doesn't count."""
        if self.rules.order == "ignored" or not self.gold.ordered or len(right.rows) < 2:
            return None
        groups = sorted_groups(self.gold, right, place.run)
        if groups is None:
            self.flags.setdefault("order_unchecked", place.name)
        return groups

    def _same(self, right: Outcome, groups: Groups | None, place: Place) -> bool:
        answer = place.run(self.predicted.text)
        if answer.error:
            if answer.error.kind not in ENVIRONMENT:
                self.flags.setdefault("raises_on_derived", answer.error.message)
            self.unfit.append("prediction_raises")
            return False
        backwards = self.predicted.positional or (groups is not None and not self.predicted.keeps_order)
        for how, outcome in (("", answer), *_alternatives(self.predicted, place, backwards=backwards)):
            if outcome.truncated or not self.columns.agree(right, outcome, groups):
                missing, extra = self.columns.parting(right, outcome)
                alike = not missing and not extra and len(right.columns) == len(outcome.columns)
                counts = len(right.rows), len(outcome.rows)
                order_only = alike and groups is not None and counts[0] == counts[1]
                self.parting = Parting(place.name + how, place.own, missing, extra, *counts, order_only)
                return False
        return True


def _alternatives(query: Query, place: Place, *, backwards: bool) -> Iterator[tuple[str, Outcome]]:
    """What the query may give as well, since SQL leaves it open; those that can't be run are passed over."""
    if backwards:
        outcome = place.backwards(query)
        if outcome is not None and not outcome.error and not outcome.truncated:
            yield ", rows stored in reverse", outcome
    for text in query.variants:
        outcome = place.run(text)
        if not outcome.error and not outcome.truncated:
            yield ", ties broken another way", outcome


def _has_rows(outcome: Outcome) -> bool:
    return any(value is not None and value == value for row in outcome.rows for value in row)
