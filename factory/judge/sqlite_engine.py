"""SQLite: a user's file that is only read, and small databases in memory, with the same face as the other engine.

SQL in SQLite's dialect runs on SQLite itself. Translating it would judge the translation: what text compares with
numbers, `/` between integers, columns outside GROUP BY and text in double quotes mean something else elsewhere.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote as percent

from factory.engines.duckdb import MAX_ROWS
from factory.engines.watchdog import Watchdog
from factory.exceptions import DatabaseUnavailable
from factory.records import Outcome, SqlError

_HEADER = b"SQLite format 3\x00"
_READS = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
_REFUSED = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"})
LONGEST = 50_000_000

_watchdogs: dict[float, Watchdog] = {}


class SqliteEngine:
    """One connection. `run` refuses all but one reading statement, and can ask for unordered rows backwards."""

    dialect = "sqlite"
    version: str = sqlite3.sqlite_version
    instances = 1

    def __init__(self, connection: sqlite3.Connection, *, timeout: float) -> None:
        self.connection = connection
        self._watchdog = _watchdogs.setdefault(timeout, Watchdog(timeout))
        self._backwards = False
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)

    def run(self, sql: str, instance: int = 0, *, backwards: bool = False) -> Outcome:  # noqa: ARG002
        """Raises nothing that the SQL could cause. At most MAX_ROWS rows are kept."""
        self._turn(backwards)
        connection = self.connection
        connection.set_authorizer(_only_reads)
        try:
            sql.encode()
            with self._watchdog.guard(connection.interrupt):
                cursor = connection.execute(sql)
                rows = cursor.fetchmany(MAX_ROWS + 1)
                cursor.close()
        except (UnicodeError, ValueError, OverflowError, sqlite3.ProgrammingError, sqlite3.Warning) as error:
            return _failed("Programming Error", error)
        except MemoryError:
            return _failed("Out of Memory Error", "the values are too large")
        except sqlite3.Error as error:
            if self._watchdog.fired:
                return _failed("Timeout", f"no answer within {self._watchdog.seconds:g} s")
            if "not authorized" in str(error) or "prohibited" in str(error):
                return _failed("Permission Error", f"only one SELECT may run ({error})")
            return _failed(type(error).__name__.removesuffix("Error") + " Error", error)
        finally:
            connection.set_authorizer(None)
        if cursor.description is None:
            return _failed("Permission Error", "only one SELECT may run")
        columns = tuple(item[0] for item in cursor.description)
        return Outcome(columns, tuple(rows[:MAX_ROWS]), truncated=len(rows) > MAX_ROWS)

    def close(self) -> None:
        self.connection.close()

    def _turn(self, backwards: bool) -> None:
        if backwards != self._backwards:
            self.connection.execute(f"PRAGMA reverse_unordered_selects = {int(backwards)}")
            self._backwards = backwards


def is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    except OSError:
        return False


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Opens the file so that nothing can be written, not even a lock beside it. Raises DatabaseUnavailable."""
    for beside in (path.with_name(path.name + "-wal"), path.with_name(path.name + "-journal")):
        if beside.is_file() and beside.stat().st_size:
            raise DatabaseUnavailable(
                f"{path} has changes that are only in {beside.name}: close the program that writes to it, "
                "or run PRAGMA wal_checkpoint(TRUNCATE) there"
            )
    try:
        uri = f"file:{percent(str(path.resolve()))}?mode=ro&immutable=1"
        connection = _prepared(sqlite3.connect(uri, uri=True, cached_statements=0, isolation_level=None))
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error as error:
        raise DatabaseUnavailable(f"{path} can't be read as a SQLite database ({error})") from None
    return connection


def connect_memory() -> sqlite3.Connection:
    return _prepared(sqlite3.connect(":memory:", cached_statements=0, isolation_level=None))


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    # Bytes that are no UTF-8 must neither stop the judge nor make two texts equal.
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    for setting in ("temp_store = MEMORY", "trusted_schema = OFF", "cell_size_check = ON"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def _only_reads(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:  # noqa: ARG001
    if action not in _READS:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and str(second).lower() in _REFUSED:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _failed(kind: str, message: object) -> Outcome:
    text = str(message).encode("utf-8", "backslashreplace").decode("utf-8")
    return Outcome(error=SqlError(kind, f"{kind}: {text}"))
