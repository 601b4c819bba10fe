"""What more workers bring, and how soon there is something to see.

    python -m benchmarks.scaling [--recipe error_correction] [--rows 1500] [--workers 1 2] [--rounds 3]

Rounds alternate between the numbers of workers, since machines are noisy. Rates are those of the whole command, from
its start to the folder in place, and of the proving alone, from the first accepted row to the last; a large run comes
near the second. The bytes are compared, too.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple


class Measured(NamedTuple):
    whole: float
    proving: float
    first: float
    digest: str


def run(recipe: str, rows: int, workers: int, out: Path) -> Measured:
    asked = ("--recipe", recipe, "--rows", str(rows), "--workers", str(workers), "--out", str(out), "--quiet")
    log = out.with_name(f"{out.name}.work") / "progress.jsonl"
    seen = b""
    begun = time.perf_counter()
    first = 0.0
    with subprocess.Popen([sys.executable, "-m", "factory", "build", *asked]) as process:
        while process.poll() is None:
            if log.exists():
                first = first or time.perf_counter() - begun
                try:
                    seen = log.read_bytes() or seen
                except FileNotFoundError:
                    break
            time.sleep(0.02)
    whole = time.perf_counter() - begun
    if process.returncode:
        raise SystemExit(process.returncode)
    at = [json.loads(line) for line in seen.splitlines()]
    proving = (at[-1]["accepted"] - at[0]["accepted"]) / max(1e-9, at[-1]["seconds"] - at[0]["seconds"])
    digest = hashlib.sha256(b"".join(p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file())).hexdigest()
    return Measured(rows / whole, proving, first, digest)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--recipe", default="error_correction")
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    found: defaultdict[int, list[Measured]] = defaultdict(list)
    folder = Path(tempfile.mkdtemp())
    try:
        for _ in range(arguments.rounds):
            for workers in arguments.workers:
                out = folder / "run"
                found[workers].append(run(arguments.recipe, arguments.rows, workers, out))
                shutil.rmtree(out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    base = found[arguments.workers[0]]
    print(f"{arguments.recipe}, {arguments.rows} rows, median of {arguments.rounds}")
    print("workers   rows/s   proving rows/s   times   first pair")
    for workers, some in found.items():
        times = statistics.median(a.proving / b.proving for a, b in zip(some, base, strict=True))
        whole, proving, first = (statistics.median(m[i] for m in some) for i in range(3))
        print(f"{workers:7} {whole:8.1f} {proving:16.1f} {times:7.2f} {first:10.1f} s")
    digests = {m.digest for some in found.values() for m in some}
    print("the same bytes every time" if len(digests) == 1 else f"{len(digests)} different results")
    if len(digests) != 1:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
