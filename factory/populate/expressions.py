"""`expr` columns: evaluated by DuckDB over the columns that are there already."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache

import duckdb
import polars as pl

from factory.check_spec import sources
from factory.exceptions import BadSpec
from factory.spec import ColumnSpec

_INSTEAD_OF_NULL = {"BOOLEAN": False, "VARCHAR": ""}


@lru_cache(maxsize=1)
def _engine(_process: int) -> duckdb.DuckDBPyConnection:
    """One connection for all expressions; a forked process gets its own."""
    connection = duckdb.connect(":memory:", config={"threads": 1})
    # Else DuckDB draws a bar on stdout when a machine is so busy that a statement takes two seconds.
    connection.execute("SET enable_progress_bar = false")
    return connection


def evaluate(
    columns: Sequence[ColumnSpec], rows: Mapping[str, pl.Series], types: Mapping[str, str], n: int, where: str
) -> pl.DataFrame:
    """The columns' expressions over `n` rows of the SQL types `types`, in one statement.

    Raises BadSpec when DuckDB objects.
    """
    names = dict.fromkeys(name for column in columns for name in sources(column))
    missing = [name for name in names if name not in rows]
    if missing:
        raise BadSpec(f"{where}: an expr reads {', '.join(missing)}, which this variant has left out")
    inputs = pl.DataFrame([rows[name].alias(name) for name in names] or [pl.Series("_", [None] * n)])
    chosen = ", ".join(f'({column.gen["expr"]}) AS "{column.base}"' for column in columns)
    cast = ", ".join(f'CAST("{name}" AS {types[name]}) AS "{name}"' for name in names) or "*"
    engine = _engine(os.getpid())
    engine.register("inputs", inputs)
    try:
        return engine.execute(f"SELECT {chosen} FROM (SELECT {cast} FROM inputs)").pl()
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise BadSpec(f"{where}: expr of {', '.join(c.base for c in columns)}: {said}") from None
    finally:
        engine.unregister("inputs")


def filled(drawn: pl.Series, column: ColumnSpec) -> pl.Series:
    """Without NULLs, when the column takes none: 0, false or the empty string instead."""
    if column.null or not drawn.null_count():
        return drawn
    return drawn.fill_null(_INSTEAD_OF_NULL.get(column.type, 0))
