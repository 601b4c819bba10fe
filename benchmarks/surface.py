"""Does the look of a candidate tell whether it is right? It must not, or a judge learns looks.

    python -m benchmarks.surface [RUN] [--rows 2000] [--seed 0]

Builds judging records (or takes those of a finished run), counts in each candidate what can be seen without reading it
(length, keywords, marks, layout), and trains two simple classifiers to guess the verdict from these counts: logistic
regression, and boosted stumps, which also find thresholds. Folds are by domain. For a list the counts are also taken
relative to the other candidates of the list, for a pair as the first less the second. Exits with 1 when a classifier
is more than 5 points above chance.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from factory import pipeline

Matrix = NDArray[np.float64]
ALLOWED = 0.05
FOLDS = 5
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]+\"|\d+(?:\.\d+)?|\w+|<=|>=|<>|!=|\|\||//|::|[^\s\w]")
# A token that occurs in fewer candidates than this says little, and names of columns are none of the looks.
_RARE = 0.005


def shape_of(sql: str) -> dict[str, float]:
    """Layout and lengths."""
    lines = sql.split("\n")
    words = re.findall(r"[A-Za-z_]+", sql)
    return {
        "#characters": len(sql),
        "#lines": len(lines),
        "#longest line": max(map(len, lines)),
        "#indent": sum(len(line) - len(line.lstrip()) for line in lines),
        "#upper": sum(word.isupper() for word in words),
        "#lower": sum(word.islower() for word in words),
        "#words": len(words),
        "#per word": sum(map(len, words)) / max(1, len(words)),
        "#deepest": _depth(sql),
    }


def _depth(sql: str) -> int:
    depth = deepest = 0
    for mark in sql:
        depth += (mark == "(") - (mark == ")")
        deepest = max(deepest, depth)
    return deepest


def counts(sql: str) -> dict[str, float]:
    found: dict[str, float] = shape_of(sql)
    for token in _TOKEN.findall(sql):
        name = "#text" if token[0] == "'" else "#number" if token[0].isdigit() else token.lower()
        found[name] = found.get(name, 0) + 1
    return found


def records(run: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(run.glob("judging/sft/*.jsonl")):
        yield from map(orjson.loads, path.read_bytes().splitlines())


def samples(found: list[dict[str, Any]], shape: str) -> tuple[Matrix, Matrix, list[str]]:
    """Counts, labels, domains; one row a candidate, of a pair one row altogether."""
    groups = [r for r in found if r["evidence"]["shape"] == shape]
    seen = [[counts(sql) for sql in r["evidence"]["candidates"]] for r in groups]
    everywhere: dict[str, set[str]] = {}
    often: dict[str, int] = {}
    for record, some in zip(groups, seen, strict=True):
        for one in some:
            for name in one:
                often[name] = often.get(name, 0) + 1
                everywhere.setdefault(name, set()).add(domain(record))
    total = sum(map(len, seen))
    # Words of at least a third of the domains: SQL's own, and what queries are made of everywhere.
    domains = len({domain(r) for r in groups})
    names = sorted(n for n in often if often[n] >= _RARE * total and 3 * len(everywhere[n]) >= domains)
    rows, labels, owners = [], [], []
    for record, some in zip(groups, seen, strict=True):
        table = np.array([[one.get(n, 0.0) for n in names] for one in some])
        right = [label == "1" for label in record["evidence"]["labels"]]
        if shape == "pair":
            rows.append(table[0] - table[1])
            labels.append(float(right[0]))
            owners.append(domain(record))
            continue
        centred = np.hstack([table, table - table.mean(axis=0)]) if shape == "list" else table
        rows += list(centred)
        labels += [float(label) for label in right]
        owners += [domain(record)] * len(right)
    return np.array(rows), np.array(labels), owners


def domain(record: dict[str, Any]) -> str:
    return str(record["database"]).partition("@")[0]


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


def guesses(x: Matrix, y: Matrix, folds: list[int], model: str) -> Matrix:
    """For each row the guess of a model that hasn't seen its domain."""
    found = np.zeros(len(y))
    for fold in range(FOLDS):
        out = np.array([f == fold for f in folds])
        if not out.any() or out.all():
            continue
        mean, spread = x[~out].mean(axis=0), x[~out].std(axis=0) + 1e-9
        scaled = (x - mean) / spread
        if model == "logistic":
            weights = logistic(scaled[~out], y[~out])
            found[out] = scaled[out] @ weights[:-1] + weights[-1] > 0
        else:
            votes = sum(vote * np.where(x[out][:, f] > cut, 1.0, -1.0) for f, cut, vote in stumps(x[~out], y[~out]))
            found[out] = votes > 0
    return found


def measure(found: list[dict[str, Any]]) -> bool:
    """Prints accuracy against chance for every shape; whether all are within what is allowed."""
    sound = True
    print(f"{'shape':8} {'classifier':10} {'samples':>8} {'features':>9} {'chance':>8} {'accuracy':>9} {'above':>8}")
    for shape in ("list", "single", "pair"):
        if not any(r["evidence"]["shape"] == shape for r in found):
            continue
        x, y, owners = samples(found, shape)
        domains = sorted(set(owners))
        folds = [domains.index(owner) % FOLDS for owner in owners]
        chance = max(y.mean(), 1 - y.mean())
        for model in ("logistic", "stumps"):
            accuracy = float((guesses(x, y, folds, model) == y).mean())
            above = accuracy - chance
            sound = sound and above <= ALLOWED
            print(f"{shape:8} {model:10} {len(y):8,} {x.shape[1]:9} {chance:8.1%} {accuracy:9.1%} {above:+8.1%}")
    return sound


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", nargs="?", type=Path)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    run, folder = arguments.run, None
    if run is None:
        folder = Path(tempfile.mkdtemp())
        run = folder / "run"
        pipeline.build(pipeline.Settings(recipe="judging", rows=arguments.rows, out=run, seed=arguments.seed))
    try:
        sound = measure(list(records(run)))
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
    print("within 5 points of chance" if sound else "more than 5 points above chance: looks give verdicts away")
    sys.exit(0 if sound else 1)


if __name__ == "__main__":
    main()
