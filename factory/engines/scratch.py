"""DuckDB over tables that a candidate brings along, with functions that answer from its pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
from duckdb.func import FunctionNullHandling

from factory.engines.duckdb import DuckDBEngine, connect_memory
from factory.identifiers import quote
from factory.records import Outcome, Scratch, SqlError


class ScratchEngine(DuckDBEngine):
    """One empty database in memory; `fill` replaces its tables and the pairs of its functions.

    `run` also takes CREATE TABLE … AS before the SELECT, and takes back what it created. A function raises for
    arguments that it has no answer for; for a NULL it answers NULL.
    """

    def __init__(self, *, timeout: float = 10.0) -> None:
        super().__init__([connect_memory(spatial=False)], timeout=timeout)
        self._answers: dict[str, dict[tuple[str, ...], str | None]] = {}
        self._tables: list[str] = []

    def fill(self, scratch: Scratch) -> None:
        connection = self.connections[0]
        for name in self._tables:
            connection.execute(f"DROP TABLE {quote(name)}")
        self._tables = []
        for table in scratch.tables:
            columns = ", ".join(f"{quote(name)} {kind}" for name, kind in table.columns)
            connection.execute(f"CREATE TABLE {quote(table.name)} ({columns})")
            self._tables.append(table.name)
            if table.rows:
                row = f"({', '.join('?' for _ in table.columns)})"
                values = [value for cells in table.rows for value in cells]
                inserted = ", ".join([row] * len(table.rows))
                connection.execute(f"INSERT INTO {quote(table.name)} VALUES {inserted}", values)
        for pairs in self._answers.values():
            pairs.clear()
        for name, given in scratch.functions.items():
            if name not in self._answers:
                self._answers[name] = {}
                connection.create_function(
                    name,
                    _function(name, self._answers[name]),
                    None,
                    duckdb.sqltypes.VARCHAR,
                    null_handling=FunctionNullHandling.SPECIAL,
                )
            self._answers[name].update(given)

    def run(self, sql: str, instance: int = 0) -> Outcome:
        connection = self.connections[instance]
        try:
            *before, last = connection.extract_statements(sql)
        except (duckdb.Error, UnicodeError, ValueError):
            return super().run(sql, instance)
        if not before:
            return super().run(sql, instance)
        if any(statement.type != duckdb.StatementType.CREATE for statement in before):
            return Outcome(error=SqlError("Permission Error", "Permission Error: only CREATE TABLE may come first"))
        connection.execute("BEGIN")
        try:
            for statement in before:
                connection.execute(statement)
            return super().run(last.query.strip(), instance)
        except duckdb.Error as error:
            return Outcome(error=SqlError(str(error).split(":", 1)[0], str(error)))
        finally:
            connection.execute("ROLLBACK")


def _function(name: str, pairs: dict[tuple[str, ...], str | None]) -> Callable[..., str | None]:
    def answer(*given: Any) -> str | None:
        if given[0] is None:
            return None
        if given not in pairs:
            raise ValueError(f"{name} has no answer for these arguments")
        return pairs[given]

    return answer
