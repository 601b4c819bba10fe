"""Verified pairs per second, and in the same run the floor: the bare engine executing the very same statements.

    python -m benchmarks.floor [--recipe error_correction] [--rows 3000] [--rounds 3] [--per-database 0]

Rounds alternate between factory and floor, since machines are noisy; medians and the median of the ratios are printed.
Seconds are those of the processor, of which both use one core: what else the machine does then counts less.
The floor excludes making the databases; the factory's time includes everything from the first import of a domain to the
renamed output folder. Certificates fill small databases of their own; the floor fills them again, untimed, and counts
the queries over them, as it does with the tables and functions that candidates of etl bring along. A run takes more
rows from one database the larger it is, 200 from 22,000 rows on, and opening databases is what the factory spends most
on beside the engine: `--rows 4000 --per-database 200` is a large run, small.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from factory import emit, pipeline, shard
from factory.catalog import Opened, opened, opened_empty
from factory.certify import scratch
from factory.engines.load import borrow, give_back
from factory.engines.scratch import ScratchEngine
from factory.executors.worker import collect_less
from factory.records import Database, Outcome, Scratch

Log = list[tuple[str, list[tuple[str, int]]]]
# What a database of aimed rows was told, in order.
Scratched = list[tuple[bool, list[str]]]
# What an empty database was filled with, and the statements that then ran, in order.
Brought = list[list[Scratch | str]]
_FILLING = ("CREATE", "INSERT", "DELETE")


class Clock:
    """Seconds of the processor by stage, measured from outside, so that the pipeline carries no stopwatch."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            start = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[stage] += time.process_time() - start

        return run


class Recorded:
    """A connection that remembers what it was told."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, told: list[str]) -> None:
        self.bare = connection
        self._told = told

    def execute(self, sql: str | duckdb.Statement, *more: Any) -> Any:
        self._told.append(sql if isinstance(sql, str) else sql.query)
        return self.bare.execute(sql, *more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bare, name)


def build(
    recipe: str, rows: int, seed: int, out: Path, per_database: int
) -> tuple[float, Log, Scratched, Brought, Clock]:
    """One run of the factory; the statements it executed, by database, in order."""
    log: Log = []
    scratched: Scratched = []
    brought: Brought = []
    clock = Clock()

    def recorded(*, spatial: bool) -> Any:
        scratched.append((spatial, []))
        return Recorded(borrow(spatial=spatial), scratched[-1][1])

    @contextmanager
    def logged(name: str, **options: Any) -> Iterator[Opened]:
        start = time.process_time()
        with opened(name, **options) as source:
            clock.seconds["open databases"] += time.process_time() - start
            source.engine.log = []
            log.append((name, source.engine.log))
            yield source
            start = time.process_time()
        clock.seconds["open databases"] += time.process_time() - start

    @contextmanager
    def logged_empty(database: Database, **options: Any) -> Iterator[Opened]:
        with opened_empty(database, **options) as source:
            brought.append([])
            _remember(source.engine, brought[-1])
            yield source

    def released(connection: Any, *, spatial: bool) -> None:
        give_back(connection.bare, spatial=spatial)

    scratch.forget()  # what an earlier run kept isn't recorded
    originals = shard.opened, shard.prove, shard.settle, emit.Writer.write
    shard.opened, shard.opened_empty = logged, logged_empty  # type: ignore[assignment]
    shard.prove = clock.timed("prove", shard.prove)
    shard.settle = clock.timed("certify", shard.settle)
    scratch.borrow, scratch.give_back = recorded, released  # type: ignore[assignment]
    emit.Writer.write = clock.timed("emit", emit.Writer.write)  # type: ignore[method-assign]
    try:
        start = time.process_time()
        settings = pipeline.Settings(recipe=recipe, rows=rows, out=out, seed=seed, per_database=per_database)
        pipeline.build(settings)
        seconds = time.process_time() - start
    finally:
        shard.opened, shard.prove, shard.settle = originals[:3]
        shard.opened_empty = opened_empty
        emit.Writer.write = originals[3]  # type: ignore[method-assign]
        scratch.forget()
        scratch.borrow, scratch.give_back = borrow, give_back
    return seconds, log, scratched, brought, clock


def _remember(engine: Any, told: list[Scratch | str]) -> None:
    fill, run = engine.fill, engine.run

    def filled(given: Scratch) -> None:
        told.append(given)
        fill(given)

    def ran(sql: str, instance: int = 0) -> Outcome:
        told.append(sql)
        outcome: Outcome = run(sql, instance)
        return outcome

    engine.fill, engine.run = filled, ran


def floor(log: Log, scratched: Scratched, brought: Brought) -> float:
    """Seconds that the bare engine needs for the statements, the making of the databases not counted."""
    total = 0.0
    for name, statements in log:
        with opened(name) as source:
            connections = source.engine.connections
            start = time.process_time()
            for sql, instance in statements:
                with suppress(duckdb.Error):
                    connections[instance].execute(sql).fetchall()
            total += time.process_time() - start
    for spatial, told in scratched:
        connection = borrow(spatial=spatial)
        for sql in told:
            start = time.process_time()
            with suppress(duckdb.Error):
                connection.execute(sql).fetchall()
            total += 0 if sql.startswith(_FILLING) else time.process_time() - start
        give_back(connection, spatial=spatial)
    return total + sum(map(_floor_of_scratch, brought))


def _floor_of_scratch(told: list[Scratch | str]) -> float:
    """A script runs in a transaction that is taken back, so that the tables it creates are gone for the next one."""
    engine = ScratchEngine()
    connection = engine.connections[0]
    total = 0.0
    for step in told:
        if isinstance(step, Scratch):
            engine.fill(step)
            continue
        start = time.perf_counter()
        connection.execute("BEGIN")
        with suppress(duckdb.Error):
            connection.execute(step).fetchall()
        connection.execute("ROLLBACK")
        total += time.perf_counter() - start
    engine.close()
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="error_correction")
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--per-database", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    collect_less()  # as the workers do that prove a run
    folder = Path(tempfile.mkdtemp())
    runs, floors, stages = [], [], Counter[str]()
    statements = 0
    try:
        for n in range(arguments.rounds):
            out = folder / f"run{n}"
            seconds, log, scratched, brought, clock = build(
                arguments.recipe, arguments.rows, n, out, arguments.per_database
            )
            bare = floor(log, scratched, brought)
            statements = sum(len(told) for _, told in [*log, *scratched])
            statements += sum(isinstance(step, str) for told in brought for step in told)
            runs.append(seconds)
            floors.append(bare)
            clock.seconds["propose, render, dedupe"] = seconds - sum(clock.seconds.values())
            for stage, spent in clock.seconds.items():
                stages[stage] += spent / arguments.rounds
            clock.seconds["of these: the statements alone"] = bare
            print(f"round {n + 1}: factory {seconds:.1f} s, floor {bare:.1f} s, ratio {bare / seconds:.2f}", flush=True)
            shutil.rmtree(out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    rows = arguments.rows
    run, bare = statistics.median(runs), statistics.median(floors)
    print(f"\n{arguments.recipe}, median of {arguments.rounds} runs of {rows} rows")
    print(f"verified pairs per second   {rows / run:8.1f}")
    print(f"floor, same statements      {rows / bare:8.1f}   ({statements / rows:.1f} statements a pair)")
    ratios = [f / r for f, r in zip(floors, runs, strict=True)]
    print(f"factory / floor             {statistics.median(ratios):8.2f}")
    print("\nwhere a pair's time goes, in ms (means)")
    for stage, spent in stages.most_common():
        print(f"  {stage:28} {spent / rows * 1000:6.2f}")
    print(f"  {'the bare engine':28} {statistics.mean(floors) / rows * 1000:6.2f}   (within prove and certify)")
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
