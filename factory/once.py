"""One example is audited in two forms: what the engine said of the first is not asked again for the second."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from factory.certify import settle
from factory.engines.engine import Engine
from factory.records import Database, Outcome, Verdict


class Once:
    """An engine that answers what it was asked for the same example before from memory, and asks the other the rest."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ident = ""
        self._outcomes: dict[tuple[str, int], Outcome] = {}
        self._settled: dict[str, Verdict] = {}

    def turn_to(self, ident: str) -> None:
        if ident != self._ident:
            self._ident = ident
            self._outcomes.clear()
            self._settled.clear()

    def run(self, sql: str, instance: int = 0) -> Outcome:
        key = sql, instance
        if key not in self._outcomes:
            self._outcomes[key] = self._engine.run(sql, instance)
        return self._outcomes[key]

    def settled(self, verdict: Verdict, database: Database, least: float) -> Verdict:
        """The verdict with its certificate; that of one gold query is the same in both records."""
        candidate = verdict.candidate
        if verdict.reason or candidate.neighbours is None:
            return verdict
        gold = candidate.statements[candidate.subject[0]]
        if gold not in self._settled:
            self._settled[gold] = settle(verdict, database, self, least=least)
        known = self._settled[gold]
        return replace(verdict, reason=known.reason, detail=known.detail, certificate=known.certificate)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)
