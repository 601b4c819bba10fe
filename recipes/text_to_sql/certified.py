"""Where a certificate enters the evidence, should the verdict carry one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factory.records import Verdict


def certificate(verdict: Verdict) -> Mapping[str, Any]:
    """What `certify` found out about the gold, in the columns of the evidence; the same columns without one."""
    found = getattr(verdict, "certificate", None)
    if found is None or found.kill_score is None:
        return {"certified": False, "kill_score": 0.0, "instances": 0, "survivors": []}
    return {
        "certified": True,
        "kill_score": float(found.kill_score),
        "instances": found.instances,
        "survivors": list(found.survivors),
    }
