"""What an answer is held against that didn't come from the engine."""

from __future__ import annotations

from dataclasses import replace

from factory.engines.engine import Engine
from factory.records import Verdict


def recomputed(verdict: Verdict, engine: Engine) -> Verdict:
    """The verdict after the oracle has computed the rows of its first subject again, if it expects any.

    Rejects with `oracle_disagrees` and `on_the_edge`; what the oracle can't compute stays, as "not_computed".
    """
    candidate = verdict.candidate
    if verdict.reason or candidate.expected is None:
        return verdict
    # shapely and pyproj take a third of a second to load, and most recipes have nothing to compute.
    from factory.oracle import judge

    found = verdict.outcomes[candidate.subject[0], 0]
    judgement = judge(candidate.expected, found, lambda sql: engine.run(sql, 0))
    if judgement.reason == "oracle_unable":
        return replace(verdict, oracle="not_computed")
    if judgement.reason:
        return replace(verdict, reason=judgement.reason, detail=judgement.detail)
    return replace(verdict, oracle="agrees")
