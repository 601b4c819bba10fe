"""How often the judge is right, how much luck it sees through, and what a pair costs.

    python -m benchmarks.judge [--generated 40]

First the pairs of tests/data/judge_pairs.jsonl, labelled by hand. Then pairs that the factory writes itself: for each
drawn question its query and another way to write it, which no judge may call different.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from factory.catalog import export
from factory.intents.draw import intents
from factory.intents.rewrites.realise import realisations
from factory.intents.style import Style, render
from factory.judge.judge import Judge
from factory.judge.pairs import Pair
from factory.judge.source import source
from factory.judge.verdict import Judged
from factory.records import Database

DATA = Path(__file__).parent.parent / "tests" / "data"
SHIPPED = ("retail", "hr", "public_library")


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    for name in SHIPPED:
        export(name, 0, folder / f"{name}.duckdb")
        yield name, folder / f"{name}.duckdb"
    connection = sqlite3.connect(folder / "club.sqlite")
    connection.executescript((DATA / "club.sql").read_text(encoding="utf-8"))
    connection.commit()
    connection.close()
    yield "club", folder / "club.sqlite"


def said(judged: Judged) -> str:
    return f"same, {judged.confidence.level}" if judged.verdict == "same" and judged.confidence else judged.verdict


def rewritten(database: Database, count: int) -> Iterator[Pair]:
    """Pairs of a query and another way to write it."""
    rng = Random(f"judge {database.name}")
    for number, intent in enumerate(intents(database, rng)):
        if number == count:
            return
        tree = intent.tree()
        for _, other in realisations(tree, database, rng, 1):
            yield Pair(number + 1, render(tree, Style()), render(other, Style()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generated", type=int, default=40, help="questions drawn for each shipped database")
    arguments = parser.parse_args()
    labelled = [json.loads(line) for line in (DATA / "judge_pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    found, generated, chance = Counter[tuple[str, str]](), Counter[str](), Counter[bool]()
    seconds, judged_pairs = 0.0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, file in files(Path(folder)):
            with source(str(file), timeout=10.0) as opened:
                judge = Judge(opened)
                start = time.perf_counter()
                for pair in labelled:
                    if pair["database"] == name:
                        verdict = judge.judge(Pair(pair["id"], pair["gold"], pair["predicted"]))
                        judged_pairs += 1
                        found[pair["label"], said(verdict)] += 1
                        if pair["label"] == "differs" and verdict.own_data == "same":
                            chance[verdict.verdict == "differs"] += 1
                seconds += time.perf_counter() - start
                for one in rewritten(opened.database, arguments.generated) if name in SHIPPED else ():
                    verdict = judge.judge(one)
                    generated[
                        said(verdict) if verdict.verdict == "same" else f"{verdict.verdict} {verdict.reason}"
                    ] += 1
                    if verdict.verdict == "differs":
                        print(f"{name}: {one.gold}\n  against {one.predicted}\n  {verdict.witness}")
    print("label    verdict            pairs")
    for (label, verdict_text), count in sorted(found.items()):
        print(f"{label:8} {verdict_text:18} {count:5}")
    total = sum(chance.values())
    caught = chance[True]
    print(f"\nwrong queries that agree on the user's data: {total}; found out: {caught} ({caught / total:.0%})")
    print(f"pairs a second: {judged_pairs / seconds:.1f}")
    print(f"\nqueries the factory wrote in two ways: {dict(sorted(generated.items()))}")


if __name__ == "__main__":
    main()
