"""How long a user waits before anything is proven: for the help, and for the rows of a database.

    python -m benchmarks.startup [--rounds 10]

The help is held against a bare Python that starts and ends; making rows against DuckDB that copies the same rows.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

import duckdb
import polars as pl

from factory.load_spec import load_spec, spec_names
from factory.populate import populate


def median(call: Callable[[], object], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def command(*arguments: str) -> Callable[[], object]:
    return partial(subprocess.run, [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def copied(rows: dict[str, pl.DataFrame]) -> None:
    with duckdb.connect(config={"threads": 1}) as connection:
        for number, table in enumerate(rows.values()):
            connection.register("source", table)
            connection.execute(f"CREATE TABLE t{number} AS FROM source")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    bare, shown = median(command("-c", "pass"), rounds), median(command("-m", "factory", "--help"), rounds)
    print(f"factory --help {shown:.3f} s, bare Python {bare:.3f} s, times {shown / bare:.1f}")
    print("database                 rows   made     copied   times")
    for name in spec_names():
        spec = load_spec(name)
        made = populate(spec, 0)
        again = median(partial(populate, spec, 0), rounds)
        alone = median(partial(copied, made), rounds)
        rows = sum(len(table) for table in made.values())
        print(f"{name:22} {rows:6,} {again:7.3f} s {alone:7.3f} s {again / alone:7.1f}")


if __name__ == "__main__":
    main()
