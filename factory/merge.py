"""Shards, in their order → the rows of a run: nothing twice, no more than asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from factory import dryness
from factory.dedupe import Dedupe
from factory.dryness import Dryness
from factory.exceptions import FactoryError
from factory.result import Result, ShardResult
from factory.shard import Shard
from factory.tally import Coverage
from factory.wide.name import domains_in


@dataclass
class Funnel:
    """What became of every proposal. `resumed` counts rows that an earlier, unfinished run had proven."""

    wanted: int
    proposed: int = 0
    accepted: int = 0
    databases: int = 0
    resumed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def counts(self) -> dict[str, int]:
        ranked = sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))
        return {"proposed": self.proposed, **dict(ranked), "accepted": self.accepted}


class Merge:
    """The only place that sees more than one shard. `asked` are the names that the shards' databases come from."""

    def __init__(self, rows: int, dedupe: Dedupe, asked: Sequence[str]) -> None:
        self.funnel = Funnel(rows)
        self.digests: dict[str, str] = {}
        self.coverage = Coverage()
        self._dedupe = dedupe
        self._dryness = {name: Dryness() for name in asked}
        self._dry: dict[str, bool] = {}

    @property
    def full(self) -> bool:
        return self.funnel.accepted >= self.funnel.wanted

    @property
    def ended(self) -> bool:
        """Enough rows, or every database ran dry when it was asked last: asking again would not end."""
        return self.full or all(self._dry.get(name, False) for name in self._dryness)

    def take(self, shard: Shard, found: ShardResult) -> Iterator[Result]:
        """The results as the run counts them: one that repeats an earlier shard's gets a reason. Stops when full."""
        if self.digests.setdefault(found.database, found.digest) != found.digest:
            raise FactoryError(
                f"Database {found.database} was changed during the run, or since it was broken off: "
                "add --no-resume to start anew"
            )
        self.funnel.databases = len(self.digests)
        names = [shard.database] if shard.database in self._dryness else domains_in(shard.database)
        accepted = 0
        proven = [result.likeness for result in found.results if result.likeness is not None]
        repeated = iter(self._dedupe.take(proven, self.funnel.wanted - self.funnel.accepted))
        for result in found.results:
            if result.likeness is not None and (reason := next(repeated)):
                result = replace(result, reason=reason, fates=(), examples=())
            self.funnel.proposed += 1
            for name in names:
                self._dryness[name].add(bool(result.examples))
            self.coverage.add(result.fates)
            if result.reason:
                self.funnel.reasons[result.reason] += 1
            else:
                self.funnel.accepted += 1
                accepted += 1
            yield result
            if self.full:
                return
        nothing_new = found.dry and accepted <= dryness.DRY * len(found.results)
        self._dry.update({name: self._dryness[name].dry or nothing_new for name in names})
