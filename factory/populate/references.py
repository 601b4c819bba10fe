"""Which parent each row has."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from factory.populate.draw import DUPLICATES, Floats, Ints, weighted


@lru_cache(maxsize=256)
def _zipf(n: int, skew: float, shift: float) -> Floats:
    """Cumulative Zipf-Mandelbrot weights: the shift keeps one parent from taking a tenth of all rows."""
    return np.cumsum(1 / (np.arange(1, n + 1) + shift) ** skew)


def parent_rows(
    rng: np.random.Generator, parents: int, n: int, *, skew: float, null: float, once: bool, instance: int
) -> Ints:
    """The parent's row number for each of `n` rows, -1 for none. A few parents stay without children.

    `once` draws each parent at most once and then gives fewer than `n` rows when parents run out.
    """
    if parents == 0:
        return np.full(n if null else 0, -1, dtype=np.int64)
    order = rng.permutation(parents)
    if once:
        return order[:n].astype(np.int64)
    childless = max(1, round(0.03 * parents)) if parents >= 4 else 0
    order = order[: parents - childless]
    if instance == DUPLICATES:
        cumulative = _zipf(len(order), max(skew, 1.5), 0.0)
    else:
        cumulative = _zipf(len(order), skew, round(0.02 * parents))
    rows = order[weighted(rng, cumulative, n)].astype(np.int64)
    if null:
        rows[rng.random(n) < null] = -1
    return rows


def tree_rows(rng: np.random.Generator, n: int, null: float) -> Ints:
    """Parents within the same table: 3 to 5 levels, each row under an earlier one, roots (-1) first."""
    depth = min(int(rng.integers(3, 6)), n)
    roots = max(1, round(null * n))
    growth = 1.8 ** np.arange(depth - 1)
    ends = roots + np.round(np.cumsum(growth) / max(growth.sum(), 1) * (n - roots)).astype(int)
    rows = np.full(n, -1, dtype=np.int64)
    low, high = 0, roots
    for end in ends.tolist():
        if end > high:
            rows[high:end] = low + rng.integers(0, high - low, end - high)
            low, high = high, end
    return rows
