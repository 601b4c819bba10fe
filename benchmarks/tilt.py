"""Fits the weights that keep the looks of judging candidates from telling which are wrong, and writes them.

    python -m benchmarks.tilt [--questions 60] [--seed 0]

Draws questions of every shipped database, a few variants of each, and the faults that the prior offers for them. No
query is run: nearly all faults are proven wrong later. Prints how far right and wrong are apart before and after.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from factory.catalog import opened
from factory.intents.draw import intents
from factory.intents.registers import speak
from factory.load_spec import spec_names
from recipes import judging as package
from recipes.judging import recipe
from recipes.judging.prompts import SHAPES
from recipes.judging.slots import OFFERED, looks

OUT = Path(package.__file__).with_name("tilt.json")
# Rarer features are left alone.
LEAST = 0.003
RIDGE = 1e-3
Matrix = NDArray[np.float64]


def offered(questions: int, seed: int) -> dict[str, list[list[dict[str, float]]]]:
    """For each shape and question how the faults offered for the first place look."""
    found: dict[str, list[list[dict[str, float]]]] = {shape: [] for shape in SHAPES}
    for n, name in enumerate(spec_names()):
        with opened(f"{name}@{100 * seed + n + 1}", instances=1) as source:
            rng = Random(f"{name}/{seed}")
            for asked in islice(intents(source.database, rng), questions):
                tree = speak(asked, source.database, rng)[0].tree()
                for shape in SHAPES:
                    _, faults = recipe.wrong(shape, tree, source.database, rng)
                    if faults:
                        found[shape].append([looks(fault) for fault in faults[:OFFERED]])
        print(f"{name}: {len(found['pair']):,} questions so far", flush=True)
    return found


def fit(groups: list[list[dict[str, float]]]) -> dict[str, float]:
    """Newton's method on the mean of log sum exp over each question's faults; the ridge bounds what has no remedy."""
    often = Counter(name for group in groups for change in group for name in change)
    total = sum(map(len, groups))
    names = sorted(name for name, count in often.items() if count >= LEAST * total)
    at = {name: n for n, name in enumerate(names)}
    tables = []
    for group in groups:
        table = np.zeros((len(group), len(names)))
        for row, change in enumerate(group):
            for name, n in change.items():
                if name in at:
                    table[row, at[name]] = n
        tables.append(table)
    weights = np.zeros(len(names))
    for _ in range(12):
        gradient, curvature = RIDGE * weights, RIDGE * np.eye(len(names))
        for table in tables:
            share = np.exp((scores := table @ weights) - scores.max())
            share /= share.sum()
            mean = share @ table
            gradient += mean / len(tables)
            curvature += ((table * share[:, None]).T @ table - np.outer(mean, mean)) / len(tables)
        move = np.linalg.solve(curvature, gradient)
        weights -= move * min(1.0, 2.0 / (np.abs(move).max() + 1e-9))
    before = np.mean([table.mean(axis=0) for table in tables], axis=0)
    print(
        f"  largest mean change {np.abs(before).max():.3f} before, {np.abs(gradient - RIDGE * weights).max():.3f} after"
    )
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True) if abs(weight) >= 5e-3}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    fitted = {}
    for shape, groups in offered(arguments.questions, arguments.seed).items():
        print(f"{shape}: {len(groups):,} questions")
        fitted[shape] = fit(groups)
    OUT.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    print(f"→ {OUT.name}")


if __name__ == "__main__":
    main()
