"""Do looks tell the label? They must not, or a model learns looks.

    python -m benchmarks.surface [RUN] [--recipe judging] [--rows 2000] [--seed 0]

Builds records (or takes those of a finished run) and trains small classifiers to guess labels from what can be seen
without reading: each feature alone, logistic regression, boosted stumps, which also find thresholds, and for user names
a tree. Folds are by domain. Exits with 1 when a classifier is more than 5 points above chance.

judging: the verdict, from counts in each candidate (length, keywords, marks, layout). For a list the counts are also
taken relative to the other candidates of the list, for a pair as the first less the second.

etl: human or bot, from the characters of a user name, and from each column of an account's activity. What a tree finds
in those columns is the rule that the prompt states, so it is asked about names alone.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from benchmarks.guessing import FOLDS, MODELS, Matrix, best_alone, guesses
from benchmarks.looks import counts, of_account, of_name
from factory import pipeline

ALLOWED = 0.05
# A token that occurs in fewer candidates than this says little, and names of columns are none of the looks.
_RARE = 0.005
_BOTS = ("bot", "automated", "fake", "b")
_LOOKS: Mapping[str, Callable[[str], dict[str, float]]] = {"usernames": of_name, "accounts": of_account}
Samples = tuple[Matrix, Matrix, list[str], list[str]]


def records(run: Path, recipe: str) -> Iterator[dict[str, Any]]:
    for path in sorted(run.glob(f"{recipe}/sft/*.jsonl")):
        yield from map(orjson.loads, path.read_bytes().splitlines())


def of_verdicts(found: list[dict[str, Any]], shape: str) -> Samples:
    """Counts, labels, domains, names of the counts; one row a candidate, of a pair one row altogether."""
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
    return np.array(rows), np.array(labels), owners, names if shape != "list" else [*names, *names]


def of_bots(found: list[dict[str, Any]], task: str) -> Samples:
    """Looks, whether it is a bot, domains, names of the looks. A column that isn't shown has its mean."""
    groups = [r for r in found if r["evidence"]["task"] == task]
    pairs = [(*pair, domain(r)) for r in groups for pair in json.loads(r["evidence"]["pairs"])]
    seen = [_LOOKS[task](value) for value, _, _ in pairs]
    names = sorted({name for looks in seen for name in looks})
    table = np.array([[float(looks.get(name, np.nan)) for name in names] for looks in seen])
    shown = np.isnan(table)
    table = np.where(shown, np.nanmean(table, axis=0), table)
    gaps = [n for n in range(len(names)) if shown[:, n].any()]
    return (
        np.hstack([table, shown[:, gaps].astype(float)]),
        np.array([float(truth.lower() in _BOTS) for _, truth, _ in pairs]),
        [owner for _, _, owner in pairs],
        [*names, *(f"no {names[n]}" for n in gaps)],
    )


def domain(record: dict[str, Any]) -> str:
    return str(record["database"]).partition("@")[0]


def kinds(found: list[dict[str, Any]], recipe: str) -> Iterator[tuple[str, Samples, tuple[str, ...]]]:
    """What is guessed, from what, and by which classifiers."""
    if recipe == "judging":
        for shape in ("list", "single", "pair"):
            if any(r["evidence"]["shape"] == shape for r in found):
                yield shape, of_verdicts(found, shape), ("logistic", "stumps")
        return
    for task in _LOOKS:
        if any(r["evidence"]["task"] == task for r in found):
            names = task == "usernames"
            yield task, of_bots(found, task), ("alone", "logistic", "stumps", *(("tree",) if names else ()))


def measure(found: list[dict[str, Any]], recipe: str) -> bool:
    """Prints accuracy against chance for every kind; whether all are within what is allowed."""
    sound = True
    print(f"{'':9} {'classifier':10} {'samples':>8} {'features':>9} {'chance':>8} {'accuracy':>9} {'above':>8}")
    for kind, (x, y, owners, names), models in kinds(found, recipe):
        domains = sorted(set(owners))
        folds = [domains.index(owner) % FOLDS for owner in owners]
        chance = max(y.mean(), 1 - y.mean())
        for model in models:
            note = ""
            if model == "alone":
                accuracy, best = best_alone(x, y, folds)
                note = f"   {names[best]}"
            else:
                accuracy = float((guesses(x, y, folds, MODELS[model]) == y).mean())
            above = accuracy - chance
            sound = sound and above <= ALLOWED
            print(f"{kind:9} {model:10} {len(y):8,} {x.shape[1]:9} {chance:8.1%} {accuracy:9.1%} {above:+8.1%}{note}")
    return sound


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", nargs="?", type=Path)
    parser.add_argument("--recipe", choices=("judging", "etl"), default="judging")
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    recipe, run, folder = arguments.recipe, arguments.run, None
    if run is None:
        folder = Path(tempfile.mkdtemp())
        run = folder / "run"
        options = {"tasks": ",".join(_LOOKS)} if recipe == "etl" else {}
        settings = pipeline.Settings(recipe=recipe, rows=arguments.rows, out=run, seed=arguments.seed, options=options)
        pipeline.build(settings)
    try:
        sound = measure(list(records(run, recipe)), recipe)
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
    print("within 5 points of chance" if sound else "more than 5 points above chance: looks give labels away")
    sys.exit(0 if sound else 1)


if __name__ == "__main__":
    main()
