"""DuckDB: sandboxed connections, one per data instance."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import duckdb

from factory.engines.watchdog import Watchdog
from factory.exceptions import DatabaseUnavailable
from factory.records import Outcome, SqlError

MAX_ROWS = 20_000
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": "1GB",
    "temp_directory": "",
    # An extension fetched in the background would make the same statement give different errors on two machines.
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
# The time zone first: what a TIMESTAMPTZ shows must not depend on the machine.
_LOCKS = ("SET TimeZone = 'UTC'", "SET enable_external_access = false", "SET lock_configuration = true")
_CARET = re.compile(r"\n\nLINE (\d+): ([^\n]*)\n( *)\^", re.DOTALL)


class DuckDBEngine:
    """`connections[k]` is instance k. The engine owns them: `close` hands each to `release` or closes it."""

    dialect = "duckdb"
    version: str = duckdb.__version__

    def __init__(
        self,
        connections: Sequence[duckdb.DuckDBPyConnection],
        *,
        timeout: float = 10.0,
        release: Callable[[duckdb.DuckDBPyConnection], None] | None = None,
    ) -> None:
        self.connections = list(connections)
        self.instances = len(self.connections)
        self.log: list[tuple[str, int]] | None = None
        self._watchdog = _watchdog(timeout)
        self._release = release

    def run(self, sql: str, instance: int = 0) -> Outcome:
        """Executes one SELECT; at most MAX_ROWS rows are kept. Raises nothing that the SQL could cause.

        Anything but a single SELECT is refused, since what it leaves behind would change the next answer.
        """
        connection = self.connections[instance]
        if self.log is not None:
            self.log.append((sql, instance))
        try:
            with self._watchdog.guard(connection.interrupt):
                sql.encode()
                statements = connection.extract_statements(sql)
                if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                    return Outcome(error=SqlError("Permission Error", "Permission Error: only one SELECT may run"))
                cursor = connection.execute(statements[0])
                rows = cursor.fetchmany(MAX_ROWS + 1)
        except (UnicodeError, OverflowError, ValueError) as error:  # values that Python can't hold
            return Outcome(error=SqlError("Client Error", f"Client Error: {error}"))
        except duckdb.Error as error:
            if self._watchdog.fired:
                seconds = self._watchdog.seconds
                return Outcome(error=SqlError("Timeout", f"Timeout: no answer within {seconds:g} s"))
            return Outcome(error=_sql_error(error))
        columns = tuple(item[0] for item in cursor.description or ())
        return Outcome(columns, tuple(rows[:MAX_ROWS]), truncated=len(rows) > MAX_ROWS)

    def close(self) -> None:
        for connection in self.connections:
            if self._release:
                self._release(connection)
            else:
                connection.close()
        self.connections = []


_watchdogs: dict[float, Watchdog] = {}


def _watchdog(seconds: float) -> Watchdog:
    return _watchdogs.setdefault(seconds, Watchdog(seconds))


def _sql_error(error: BaseException) -> SqlError:
    message = str(error)
    kind = message.split(":", 1)[0] if ":" in message else type(error).__name__
    caret = _CARET.search(message)
    # The prefix "LINE 1: " is part of the line that the caret is counted on.
    position = len(caret[3]) - len(f"LINE {caret[1]}: ") if caret else None
    return SqlError(kind, message, position)


def load_spatial(connection: duckdb.DuckDBPyConnection) -> None:
    """Loads the spatial extension from its wheel; installs it over the network only when the versions differ."""
    found = find_spec("duckdb_extension_spatial")
    if found and found.origin and metadata.version("duckdb-extension-spatial") == duckdb.__version__:
        folder = Path(found.origin).parent / "extensions" / f"v{duckdb.__version__}"
        connection.execute(f"LOAD '{folder / 'spatial.duckdb_extension'}'")
        return
    try:
        connection.execute("INSTALL spatial")
        connection.execute("LOAD spatial")
    except duckdb.Error as error:
        raise DatabaseUnavailable(
            f"DuckDB {duckdb.__version__} has no spatial extension here: pip install "
            f"duckdb-extension-spatial=={duckdb.__version__}, or allow INSTALL spatial ({error})"
        ) from None


def connect_memory(*, spatial: bool) -> duckdb.DuckDBPyConnection:
    """A fresh database in memory, locked: no files, no network, no configuration from SQL."""
    connection = duckdb.connect(":memory:", config=CONFIG)
    if spatial:
        load_spatial(connection)
    _lock(connection)
    return connection


def connect_file(path: Path) -> duckdb.DuckDBPyConnection:
    """A user's file, read-only and locked. Raises DatabaseUnavailable with the cure in its text."""
    if not path.is_file():
        raise DatabaseUnavailable(f"No database file at {path}: give the path of a DuckDB file")
    try:
        connection = duckdb.connect(str(path), read_only=True, config=CONFIG)
    except (duckdb.Error, RuntimeError) as error:
        raise DatabaseUnavailable(_why_closed(path, str(error))) from None
    load_spatial(connection)
    _lock(connection)
    return connection


def _lock(connection: duckdb.DuckDBPyConnection) -> None:
    # A file that is opened twice in one process shares one database, and its locks.
    if connection.execute("SELECT current_setting('lock_configuration')").fetchone() != (True,):
        for lock in _LOCKS:
            connection.execute(lock)


def _why_closed(path: Path, message: str) -> str:
    first = message.splitlines()[0]
    if "Could not set lock" in message:
        return f"{path} is locked by another process: close it there, or work on a copy ({first})"
    version = re.search(r"version number (\d+).*?(\d+)", message)
    if version and int(version[1]) > int(version[2]):
        return (
            f"{path} was written by a newer DuckDB than {duckdb.__version__}: "
            "in the newer one run EXPORT DATABASE (Parquet), then import that here"
        )
    if "Permission denied" in message:
        return f"{path} can't be read: permission denied"
    return f"{path} is not a DuckDB database that can be opened read-only ({first})"
