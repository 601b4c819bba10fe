"""Rows a second through the deduplication of a run, and the memory that it takes.

    python -m benchmarks.dedupe [--rows 1000000] [RUN]

The keys are synthetic: pairs that are all new, a third as many shapes, sketches that are all different. With RUN, the
questions of a finished run are sketched and compared too: they share their phrases, as templates do.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import orjson

from factory.dedupe import Dedupe, Likeness
from factory.near import sketch

BATCH = 200


def resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def synthetic(rows: int, rng: Random) -> list[Likeness]:
    return [
        Likeness(rng.randbytes(16), rng.randrange(max(1, rows // 3)).to_bytes(8, "big"), "", rng.randbytes(64))
        for _ in range(BATCH)
    ]


def measure(rows: int, near: float) -> None:
    rng, dedupe = Random(1), Dedupe(max_per_skeleton=max(10, rows // 100), near=near)
    before, seconds, accepted = resident(), 0.0, 0
    for _ in range(0, rows, BATCH):
        some = synthetic(rows, rng)
        start = time.process_time()
        accepted += dedupe.take(some, BATCH).count(None)
        seconds += time.process_time() - start
    print(
        f"{'exact' if near == 1 else f'near {near}':10} {rows / seconds:10,.0f} rows/s   {accepted:,} of {rows:,} new"
        f"   {resident() - before:6,.0f} MB"
    )


def questions(run: Path) -> Sequence[str]:
    return [orjson.loads(line)["question"] for path in sorted(run.glob("*/sft/*.jsonl")) for line in path.open("rb")]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path, nargs="?")
    parser.add_argument("--rows", type=int, default=1_000_000)
    arguments = parser.parse_args()
    for near in (1.0, 0.85):
        measure(arguments.rows, near)
    if arguments.run:
        asked = questions(arguments.run)
        start = time.process_time()
        sketches = [sketch(question) for question in asked]
        print(f"sketched   {len(asked) / (time.process_time() - start):10,.0f} questions/s (in the workers)")
        rng, dedupe, seconds = Random(1), Dedupe(near=0.85), 0.0
        for first in range(0, len(sketches), BATCH):
            likenesses = [
                Likeness(rng.randbytes(16), rng.randbytes(8), "", one) for one in sketches[first : first + BATCH]
            ]
            start = time.process_time()
            dedupe.take(likenesses, BATCH)
            seconds += time.process_time() - start
        print(f"compared   {len(asked) / seconds:10,.0f} questions/s")


if __name__ == "__main__":
    main()
