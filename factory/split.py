"""Which databases are for training and which for testing. Never by row: a model that has seen a schema knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

SPLITS = ("train", "validation", "test")
SHARES = (90.0, 5.0, 5.0)
# From so many domains on, one can be spared for each of validation and test.
_ENOUGH = 6


def assign(
    families: Sequence[str], shares: Sequence[float] = SHARES, seed: int = 0, first: Sequence[str] = ()
) -> dict[str, str]:
    """Family → split. All variants of one domain stay together.

    A split gets the number of families nearest to its share, and at least one when there are six or more; with
    fewer, a share of less than half a family gets none. Training always gets one.

    Families are held out in an order of their own that the others have no part in, those of `first` before all
    others, for test and validation in turn. So two recipes that ask different domains hold out the same ones, as far
    as both ask those of `first` and both hold out as many: what one of them tests on, the other doesn't train on.
    """
    preferred = frozenset(first)
    ordered = sorted(set(families), key=lambda f: (f not in preferred, Random(f"split:{seed}:{f}").random(), f))
    total = sum(shares)
    counts = [round(len(ordered) * share / total) for share in shares]
    if len(ordered) >= _ENOUGH:
        counts = [max(1, n) if share > 0 else 0 for n, share in zip(counts, shares, strict=True)]
    while sum(counts[1:]) >= max(1, len(ordered)):
        counts[1 if counts[1] > counts[2] else 2] -= 1
    left = dict(zip(SPLITS[1:], counts[1:], strict=True))
    found: dict[str, str] = {}
    for family in ordered:
        split = max(reversed(SPLITS[1:]), key=lambda s: left[s])
        found[family] = split if left[split] > 0 else SPLITS[0]
        left[split] -= 1
    return found


def by_split(assigned: Mapping[str, str]) -> dict[str, list[str]]:
    return {split: sorted(f for f, s in assigned.items() if s == split) for split in SPLITS}
