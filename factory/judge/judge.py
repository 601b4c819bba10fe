"""A pair → its verdict: the user's data first, then instances derived from it, until they part or nothing is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Literal

from sqlglot import exp
from sqlglot.errors import SqlglotError

from factory.certify.scratch import Filling
from factory.judge.agree import Columns, TooManyOrders
from factory.judge.aimed import aimed
from factory.judge.derive import derived
from factory.judge.jury import ENVIRONMENT, Jury, Rules
from factory.judge.pairs import Pair
from factory.judge.query import Query
from factory.judge.source import Place, Source
from factory.judge.verdict import Confidence, Judged, Level
from factory.mutations.silent.propose import neighbours
from factory.records import Outcome, Table

NEAR_GOLD, NEAR_PREDICTED = 16, 8
AIMED = 4
# Near misses run on the user's own rows only where that takes no time.
SMALL = 50_000

HIGH, MEDIUM = 0.9, 0.6
LEAST_TRIED, LEAST_FILLED = 5, 3
_UNDECIDED = ("order_not_fixed", "raises_on_derived")
_DOUBTS = ("order_unchecked", "outside_an_ambiguous_gold")


class Judge:
    """Judges pairs on one source; the derived instances are made once for each set of tables."""

    def __init__(self, source: Source, rules: Rules = Rules()) -> None:  # noqa: B008 - frozen
        self.source = source
        self.rules = rules
        self._derived: dict[tuple[str, ...], list[tuple[str, list[Filling]]]] = {}

    def judge(self, pair: Pair) -> Judged:
        """Same pair, same source, same verdict. Raises nothing that the pair could cause."""
        gold, predicted = Query(pair.gold, self.source.dialect), Query(pair.predicted, self.source.dialect)
        own = self.source.own[0]
        right, answer = own.run(gold.text), own.run(predicted.text)
        if right.error:
            return self._raised(pair, "gold", right)
        if answer.error:
            return self._raised(pair, "prediction", answer)
        jury = Jury(gold, predicted, self.rules)
        on_own = _on_own(right, answer, jury, own)
        if gold.random or predicted.random:
            return Judged(pair, "undecided", "random", own_data=on_own)
        if gold.same_text(predicted):
            found = Confidence("high", 0, 0, 1, int(bool(right.rows)))
            return Judged(pair, "same", own_data="same", confidence=found, notes=("same_text",))
        notes = ["reads_the_clock"] if gold.clock or predicted.clock else []
        try:
            parted = self._hear_all(jury)
        except TooManyOrders:
            return Judged(pair, "undecided", "too_many_column_orders", own_data=on_own)
        if parted:
            return Judged(pair, "differs", own_data=on_own, witness=jury.parting, notes=tuple(notes))
        return _agreed(pair, jury, on_own, notes)

    def _raised(self, pair: Pair, who: str, outcome: Outcome) -> Judged:
        assert outcome.error
        message = self.source.public(outcome.error.message)
        kind = outcome.error.kind
        if kind in ENVIRONMENT:
            reason = f"{who}_{kind.lower().replace(' ', '_').removesuffix('_error')}"
            return Judged(pair, "undecided", reason, message)
        if who == "gold":
            return Judged(pair, "undecided", "gold_raises", message)
        return Judged(pair, "raises", message=message, own_data="raises")

    def _hear_all(self, jury: Jury) -> bool:
        heard = [place for place in self.source.own if _hear(jury, place)]
        if jury.parting:
            return True
        jury.own_agreed = self.source.own[0] in heard
        jury.add(self._near_misses(jury))
        if self._hear_derived(jury, self._instances(jury)):
            return True
        # What small instances leave over; a near miss over all of the user's rows may take long.
        if sum(table.row_count for table in self._tables(jury)) <= SMALL:
            for place in heard:
                jury.kill(place)
        return self._hear_derived(jury, self._aimed(jury, AIMED))

    def _hear_derived(self, jury: Jury, instances: Iterator[tuple[str, list[Filling]]]) -> bool:
        for name, fillings in instances:
            place = self.source.derived(name, fillings)
            if place is not None and _hear(jury, place):
                jury.kill(place)
            if jury.parting:
                return True
        return False

    def _instances(self, jury: Jury) -> Iterator[tuple[str, list[Filling]]]:
        tables = self._tables(jury)
        if not tables:
            return
        names = tuple(table.name for table in tables)
        if names not in self._derived:
            self._derived[names] = list(derived(self.source, tables))
        yield from self._aimed(jury, 0)
        yield from self._derived[names]

    def _aimed(self, jury: Jury, first: int) -> Iterator[tuple[str, list[Filling]]]:
        """Four rounds at the prediction; then as many at the near misses that are left too."""
        for k in range(first, first + AIMED):
            if first and not jury.open:
                return
            near = [Query(text, self.source.dialect) for text in jury.open.values()] if first else []
            yield from aimed(self.source, jury.gold, [jury.predicted, *near], k)

    def _near_misses(self, jury: Jury) -> dict[str, str]:
        found: dict[str, str] = {}
        seen = {jury.gold.text, jury.predicted.text}
        for query, most in ((jury.gold, NEAR_GOLD), (jury.predicted, NEAR_PREDICTED)):
            for tree in self._neighbours(query, most):
                text = tree.sql(dialect=self.source.dialect)
                if text not in seen:
                    seen.add(text)
                    found[f"{len(found)}"] = text
        return found

    def _neighbours(self, query: Query, most: int) -> list[exp.Expr]:
        if query.tree is None:
            return []
        try:
            return [n.tree for n in neighbours(query.tree, self.source.database, Random(query.text), most)]
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, SqlglotError):
            # Operators know the queries that the factory writes; anyone's may surprise them.
            return []

    def _tables(self, jury: Jury) -> Sequence[Table]:
        trees = [q.tree for q in (jury.gold, jury.predicted) if q.tree is not None]
        trees += self.source.views.under(trees).values()
        names = {node.name.lower() for tree in trees for node in tree.find_all(exp.Table)}
        return [table for table in self.source.database.tables if table.name.lower() in names]


def _hear(jury: Jury, place: Place) -> bool:
    return not jury.parting and jury.hear(place) == "agree"


def _on_own(right: Outcome, answer: Outcome, jury: Jury, place: Place) -> Literal["same", "differs"] | None:
    """What one comparison on the user's rows says: execution accuracy as benchmarks take it."""
    if right.truncated or answer.truncated:
        return None
    columns = Columns(strict=jury.rules.columns == "strict")
    try:
        return "same" if columns.agree(right, answer, jury.groups(right, place)) else "differs"
    except TooManyOrders:
        return None


def _agreed(pair: Pair, jury: Jury, on_own: Literal["same", "differs"] | None, notes: list[str]) -> Judged:
    """The pair agrees wherever it was judged: is that enough to call it the same?"""
    doubts = [flag for flag in _DOUBTS if flag in jury.flags]
    found = Confidence(_level(jury, notes or doubts), jury.tried, jury.killed, jury.agreed, jury.filled)
    told = (*notes, *doubts)
    reason = next((flag for flag in _UNDECIDED if flag in jury.flags), None)
    message = None
    if not jury.own_agreed:
        reason = jury.unfit[0] if jury.unfit else "not_judged"
    elif reason == "raises_on_derived":
        message = jury.flags[reason]
    elif reason is None and not jury.filled:
        reason = "empty_everywhere"
    if reason:
        return Judged(pair, "undecided", reason, message, on_own, found, notes=told)
    return Judged(pair, "same", own_data=on_own, confidence=found, notes=told)


def _level(jury: Jury, doubts: Sequence[str]) -> Level:
    score = jury.killed / jury.tried if jury.tried else 0.0
    if score >= HIGH and jury.tried >= LEAST_TRIED and jury.filled >= LEAST_FILLED and not doubts:
        return "high"
    return "medium" if score >= MEDIUM and jury.filled > 1 else "low"
