"""DuckDB: sandboxed connections, one per data instance."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import duckdb

from factory.engines.scratch_copy import ScratchCopy
from factory.engines.visible import VisibleTables
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
_LOCKS = (
    # First of all: what a TIMESTAMPTZ shows must not depend on the machine.
    "SET TimeZone = 'UTC'",
    # DuckDB draws a bar on stdout wherever it takes a process, such as a worker, for an interactive one.
    "SET enable_progress_bar = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
_WRITES = frozenset(getattr(duckdb.StatementType, name) for name in ("CREATE", "ALTER", "UPDATE", "INSERT", "DELETE"))
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
        self._copy: ScratchCopy | None = None
        self._visible: dict[int, VisibleTables] = {}

    def run(self, sql: str, instance: int = 0) -> Outcome:
        """Executes one SELECT; at most MAX_ROWS rows are kept. Raises nothing that the SQL could cause.

        Anything but a single SELECT is refused, since what it leaves behind would change the next answer.
        """
        connection = self.connections[instance]
        if self.log is not None:
            self.log.append((sql, instance))
        return self._outcome(connection, sql)

    def run_in_copy(self, script: str, sql: str, instance: int = 0) -> Outcome:
        """Runs statements that write, on a copy of the tables that they name, and then one SELECT on what they left.

        The database itself stays as it is, whatever the script says. Like `run`, it raises nothing; it isn't logged,
        since the log is what can be run again on the database itself.
        """
        if self._copy is None:
            self._copy = ScratchCopy(connect_memory(spatial=True))
        copy, connection = self._copy, self._copy.connection
        try:
            with self._watchdog.guard(connection.interrupt):
                statements = connection.extract_statements(script)
                if not statements or not {s.type for s in statements} <= _WRITES:
                    message = "Permission Error: only CREATE, ALTER, INSERT, UPDATE and DELETE may run"
                    return Outcome(error=SqlError("Permission Error", message))
                copy.fill(self.connections[instance], instance, script)
                for statement in statements:
                    connection.execute(statement)
            return self._outcome(connection, sql)
        except duckdb.Error as error:
            return self._failed(error)
        finally:
            copy.clear()

    def run_visible(self, sql: str, tables: tuple[str, ...], instance: int = 0) -> Outcome:
        """Like `run`, in a session in which no other tables exist than these, as SQL writes their names."""
        if self.log is not None:
            self.log.append((sql, instance))
        if instance not in self._visible:
            self._visible[instance] = VisibleTables(self.connections[instance])
        self._visible[instance].show(tables)
        return self._outcome(self._visible[instance].cursor, sql)

    def explain(self, sql: str, instance: int = 0) -> str:
        """The physical plan of a SELECT as the engine prints it; empty when it has none."""
        connection = self.connections[instance]
        try:
            with self._watchdog.guard(connection.interrupt):
                return "\n".join(row[1] for row in connection.execute(f"EXPLAIN {sql}").fetchall())
        except duckdb.Error:
            return ""

    def _outcome(self, connection: duckdb.DuckDBPyConnection, sql: str) -> Outcome:
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
            return self._failed(error)
        columns = tuple(item[0] for item in cursor.description or ())
        return Outcome(columns, tuple(rows[:MAX_ROWS]), truncated=len(rows) > MAX_ROWS)

    def _failed(self, error: duckdb.Error) -> Outcome:
        if self._watchdog.fired:
            return Outcome(error=SqlError("Timeout", f"Timeout: no answer within {self._watchdog.seconds:g} s"))
        return Outcome(error=_sql_error(error))

    def close(self) -> None:
        for visible in self._visible.values():
            visible.close()
        self._visible = {}
        for connection in self.connections:
            if self._release:
                self._release(connection)
            else:
                connection.close()
        self.connections = []
        if self._copy is not None:
            self._copy.connection.close()
            self._copy = None


_watchdogs: dict[float, Watchdog] = {}
_spatial_checked = False


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


def connect_memory(*, spatial: bool, suggest: bool = True) -> duckdb.DuckDBPyConnection:
    """A fresh database in memory, locked: no files, no network, no configuration from SQL.

    Without `suggest` the error for an unknown table names no similar ones of schemas that the session doesn't see.
    """
    global _spatial_checked
    config = CONFIG if suggest else {**CONFIG, "catalog_error_max_schemas": 0}
    # Checking the signature of the extension takes 0.3 s of the processor: the first load of a process does.
    checked = spatial and _spatial_checked
    connection = duckdb.connect(":memory:", config={**config, "allow_unsigned_extensions": checked})
    if spatial:
        load_spatial(connection)
        _spatial_checked = True
    if checked:
        connection.execute("SET allow_unsigned_extensions = false")
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
