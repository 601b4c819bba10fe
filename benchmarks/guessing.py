"""Small classifiers that guess a label from counts, each row guessed by one that hasn't seen its domain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
# Rows and labels to learn from, rows to guess.
Model = Callable[[Matrix, Matrix, Matrix], Matrix]
# A share of ones, or feature, threshold and what lies below and above it.
Tree = float | tuple[int, float, "Tree", "Tree"]
FOLDS = 5
_DEEP, _LEAF = 4, 30


def logistic(x: Matrix, y: Matrix, *, steps: int = 300, ridge: float = 1e-3) -> Matrix:
    """Weights of a logistic regression, the last for the constant, by accelerated gradient descent."""
    x = np.hstack([x, np.ones((len(x), 1))])
    rate = 4 / (np.linalg.norm(x, 2) ** 2 / len(x))
    weights = ahead = np.zeros(x.shape[1])
    for n in range(steps):
        error = 1 / (1 + np.exp(-np.clip(x @ ahead, -30, 30))) - y
        before, weights = weights, ahead - rate * (x.T @ error / len(x) + ridge * ahead)
        ahead = weights + n / (n + 3) * (weights - before)
    return weights


def stumps(x: Matrix, y: Matrix, rounds: int = 60) -> list[tuple[int, float, float]]:
    """AdaBoost over one-feature thresholds: (feature, threshold, vote for above)."""
    cuts = np.unique(np.quantile(x, np.linspace(0.05, 0.95, 13), axis=0), axis=0)
    above = np.hstack([np.where(x > cut, np.float32(1), np.float32(-1)) for cut in cuts])
    signs, weight = 2 * y - 1, np.full(len(y), 1 / len(y))
    found = []
    for _ in range(rounds):
        edges = (weight * signs).astype(np.float32) @ above
        best = int(np.argmax(np.abs(edges)))
        edge = float(edges[best])
        if abs(edge) < 1e-6:
            break
        vote = 0.5 * np.log((1 + edge) / (1 - edge + 1e-12))
        weight = weight * np.exp(-vote * signs * above[:, best])
        weight /= weight.sum()
        cut, feature = divmod(best, x.shape[1])
        found.append((feature, float(cuts[cut, feature]), float(vote)))
    return found


def votes(found: list[tuple[int, float, float]], x: Matrix) -> Matrix:
    return np.asarray(sum(vote * np.where(x[:, feature] > cut, 1.0, -1.0) for feature, cut, vote in found) > 0)


def tree(x: Matrix, y: Matrix, deep: int = _DEEP) -> Tree:
    """Greedy splits at quantiles by Gini impurity, none with fewer rows than a leaf must have."""
    if deep and len(y) >= 2 * _LEAF and 0 < y.mean() < 1:
        best = max(
            ((_gain(x[:, n] > cut, y), n, cut) for n in range(x.shape[1]) for cut in np.unique(_cuts(x[:, n]))),
            default=(0.0, 0, 0.0),
        )
        gain, feature, cut = best
        if gain > 0:
            above = x[:, feature] > cut
            return feature, float(cut), tree(x[~above], y[~above], deep - 1), tree(x[above], y[above], deep - 1)
    return float(y.mean())


def _cuts(column: Matrix) -> Matrix:
    return np.asarray(np.quantile(column, np.linspace(0.05, 0.95, 13)))


def _gain(above: NDArray[np.bool_], y: Matrix) -> float:
    n = int(above.sum())
    if min(n, len(y) - n) < _LEAF:
        return 0.0
    p, q, r = y.mean(), y[above].mean(), y[~above].mean()
    return float(p * (1 - p) - (n * q * (1 - q) + (len(y) - n) * r * (1 - r)) / len(y))


def leaf(found: Tree, row: Matrix) -> float:
    while not isinstance(found, float):
        feature, cut, below, above = found
        found = above if row[feature] > cut else below
    return found


def _by_logistic(x: Matrix, y: Matrix, unseen: Matrix) -> Matrix:
    weights = logistic(x, y)
    return np.asarray(unseen @ weights[:-1] + weights[-1] > 0)


def _by_stumps(x: Matrix, y: Matrix, unseen: Matrix) -> Matrix:
    return votes(stumps(x, y), unseen)


def _by_tree(x: Matrix, y: Matrix, unseen: Matrix) -> Matrix:
    found = tree(x, y)
    return np.array([leaf(found, row) > 0.5 for row in unseen])


MODELS: dict[str, Model] = {"logistic": _by_logistic, "stumps": _by_stumps, "tree": _by_tree}


def guesses(x: Matrix, y: Matrix, folds: list[int], model: Model) -> Matrix:
    """For each row the guess of a model that hasn't seen its domain."""
    found = np.zeros(len(y))
    for fold in range(FOLDS):
        out = np.array([f == fold for f in folds])
        if not out.any() or out.all():
            continue
        mean, spread = x[~out].mean(axis=0), x[~out].std(axis=0) + 1e-9
        scaled = (x - mean) / spread
        found[out] = model(scaled[~out], y[~out], scaled[out])
    return found


def best_alone(x: Matrix, y: Matrix, folds: list[int]) -> tuple[float, int]:
    """The accuracy of the feature that tells most with three thresholds of its own, and which it is."""

    def few(x: Matrix, y: Matrix, unseen: Matrix) -> Matrix:
        return votes(stumps(x, y, rounds=3), unseen)

    return max((float((guesses(x[:, [n]], y, folds, few) == y).mean()), n) for n in range(x.shape[1]))
