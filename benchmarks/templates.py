"""How varied the values of each etl task are, and whether a template prevails.

    python -m benchmarks.templates [RUN] [--rows 3000] [--seed 0]

Builds etl records (or takes those of a finished run) and prints for every task, over all records and over the test
split alone: values, templates, the share of the commonest one, and the yardstick of `factory stats` for the values.
Exits with 1 when a template makes up more than 2 % of a task, by more than the luck of the draw.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from math import sqrt
from pathlib import Path

import orjson

from factory import pipeline
from factory.stats.variety import variety

ALLOWED = 0.02
# Deviations of a template at the bound that may be luck.
LUCK = 3
Values = dict[str, list[tuple[str, str]]]


def values(paths: list[Path]) -> Values:
    """Task → values and their templates."""
    found: Values = {}
    for path in paths:
        for record in map(orjson.loads, path.read_bytes().splitlines()):
            evidence = record["evidence"]
            texts = [value for value, _ in json.loads(evidence["pairs"])]
            found.setdefault(evidence["task"], []).extend(zip(texts, evidence["templates"], strict=True))
    return found


def allowed(count: int) -> float:
    return ALLOWED + LUCK * sqrt(ALLOWED * (1 - ALLOWED) / count)


def measure(name: str, found: Values) -> list[str]:
    """Prints a line a task; the tasks with a template that prevails."""
    print(f"\n{name:12} {'values':>7} {'distinct':>9} {'templates':>10}", end=" ")
    print(f"{'top':>7} {'gzip':>6} {'bigrams':>8} {'twins':>7}")
    prevailing = []
    for task, drawn in sorted(found.items()):
        texts = [text for text, _ in drawn]
        templates = Counter(template for _, template in drawn)
        template, often = templates.most_common(1)[0]
        share, told = often / len(drawn), variety(texts, [])
        if share > allowed(len(drawn)):
            prevailing.append(f"{task}: {share:.1%} are {template!r}")
        print(
            f"{task:12} {len(drawn):7,} {len(set(texts)) / len(drawn):9.1%} {len(templates):10,} {share:7.1%} "
            f"{told.gzip_ratio:6.2f} {told.bigrams:8.2f} {told.twins:7.1%}"
        )
    return prevailing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", nargs="?", type=Path)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    run, folder = arguments.run, None
    if run is None:
        folder = Path(tempfile.mkdtemp())
        run = folder / "run"
        pipeline.build(pipeline.Settings(recipe="etl", rows=arguments.rows, out=run, seed=arguments.seed))
    try:
        files = sorted(run.glob("etl/sft/*.jsonl"))
        prevailing = measure("all", values(files))
        measure("test alone", values([path for path in files if path.stem == "test"]))
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
    print("\n" + ("\n".join(prevailing) or "no template makes up more than 2 % of a task"))
    sys.exit(1 if prevailing else 0)


if __name__ == "__main__":
    main()
