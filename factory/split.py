"""Which databases are for training and which for testing. Never by row: a model that has seen a schema knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

SPLITS = ("train", "validation", "test")
SHARES = (90.0, 5.0, 5.0)


def assign(families: Sequence[str], shares: Sequence[float] = SHARES, seed: int = 0) -> dict[str, str]:
    """Family → split. All variants of one domain stay together.

    A split gets the number of families nearest to its share, and at least one when there are ten or more; with
    fewer, a share of less than half a family gets none. Training always gets one.
    """
    ordered = sorted(set(families))
    Random(f"split:{seed}").shuffle(ordered)
    total = sum(shares)
    counts = [round(len(ordered) * share / total) for share in shares]
    if len(ordered) >= 10:
        counts = [max(1, n) if share > 0 else 0 for n, share in zip(counts, shares, strict=True)]
    while sum(counts[1:]) >= max(1, len(ordered)):
        counts[1 if counts[1] > counts[2] else 2] -= 1
    counts[0] = len(ordered) - sum(counts[1:])
    found: dict[str, str] = {}
    at = 0
    for split, count in zip(SPLITS, counts, strict=True):
        found.update(dict.fromkeys(ordered[at : at + count], split))
        at += count
    return found


def by_split(assigned: Mapping[str, str]) -> dict[str, list[str]]:
    return {split: sorted(f for f, s in assigned.items() if s == split) for split in SPLITS}
