"""A proven candidate with neighbours → its certificate, or the reason why it gets none."""

from __future__ import annotations

from dataclasses import replace

from factory.certify.certificate import certify
from factory.certify.stability import stable
from factory.engines.engine import Engine
from factory.records import Database, Verdict

LEAST = 0.9


def settle(verdict: Verdict, database: Database, engine: Engine, *, least: float = LEAST) -> Verdict:
    """The verdict with a certificate; with a reason, or of a recipe that wants none, it comes back as it is.

    Rows are judged as a bag: how ties under an ORDER BY come out differs from session to session.

    Rejects with `order_dependent` what changes with the order of the stored rows, with `no_neighbours` what no near
    miss could be tried against, and with `low_kill_score` what less than the share `least` of them was told from.
    """
    candidate = verdict.candidate
    if verdict.reason or candidate.neighbours is None:
        return verdict
    gold = candidate.statements[candidate.subject[0]]
    if not stable(gold, database, engine, ordered=False):
        return replace(verdict, reason="order_dependent")
    found = certify(gold, candidate.neighbours, database, engine, ordered=False)
    verdict = replace(verdict, certificate=found)
    if found.kill_score is None:
        return replace(verdict, reason="no_neighbours")
    if found.kill_score < least:
        return replace(verdict, reason="low_kill_score", detail=", ".join(found.survivors))
    return verdict
