"""Tables that a question is about: keys, values and a few other columns, named as the domain names things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from factory.records import ScratchTable
from recipes.etl.source import Source
from recipes.etl.task import Task

_AFFIXES = ("{}", "{}", "raw_{}", "{}_raw", "stg_{}", "{}_import", "import_{}", "{}_2024", "src_{}", "{}_staging")


@dataclass(frozen=True, slots=True)
class Drawn:
    """`extra` is a column with few values, beside the key and the column of values."""

    table: ScratchTable
    record: str
    records: str
    key: str
    column: str
    extra: str


def draw_table(task: Task, source: Source, values: Sequence[str], rng: Random) -> Drawn:
    record, records = rng.choice(source.domain.records)
    key = rng.choice(("id", f"{record}_id", "row_id", f"{record}_no"))
    extra, choices = rng.choice(source.domain.extras)
    column = rng.choice([name for name in task.columns if name not in (key, extra)])
    columns = [(key, "INTEGER"), (extra, "VARCHAR"), (column, "VARCHAR")]
    start = rng.choice((1, 1, 101, 1000, 5001))
    step = rng.choice((1, 1, 3, 7))
    rows = [(start + n * step, rng.choice(choices), value) for n, value in enumerate(values)]
    # A value that occurs twice is answered twice, and a count has to count it so.
    again = rng.sample(list(values), min(len(values), rng.randint(0, 3)))
    rows += [(start + (len(rows) + n) * step, rng.choice(choices), value) for n, value in enumerate(again)]
    table = ScratchTable(rng.choice(_AFFIXES).format(records), tuple(columns), tuple(rows))
    return Drawn(table, record, records, key, column, extra)
