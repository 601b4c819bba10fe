"""Answers on disk, keyed by the whole request: what was answered once is never asked again."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import Lock

from factory.exceptions import FactoryError
from factory.llm.request import Response

_FILE = "answers.sqlite3"


class Cache:
    """One SQLite file for all runs, workers and models. An answer is there whole or not at all, whatever is killed.

    Only digests of requests are stored, and answers; never a key, a URL or a path.
    """

    def __init__(self, folder: Path) -> None:
        """Raises FactoryError when the folder can't be written, or holds a file that is no cache."""
        self.folder = folder
        self._lock = Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(folder / _FILE, timeout=60, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, text TEXT NOT NULL, finish TEXT NOT NULL) "
                "WITHOUT ROWID"
            )
            self._db.execute("SELECT text, finish FROM answers WHERE key = ''")
        except (OSError, sqlite3.Error) as error:
            raise self._failed(error) from None

    def get(self, key: str) -> Response | None:
        try:
            with self._lock:
                row = self._db.execute("SELECT text, finish FROM answers WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            raise self._failed(error) from None
        return Response(*row) if row else None

    def put(self, key: str, response: Response) -> Response:
        """Stores the answer, and gives back the one that is stored: the first, should another worker have been faster.

        A prompt that didn't fit isn't stored: the model may be served with a longer context tomorrow.
        """
        if response.finish == "too_long":
            return response
        row = (key, _storable(response.text), response.finish)
        try:
            with self._lock:
                self._db.execute("INSERT OR IGNORE INTO answers VALUES (?, ?, ?)", row)
        except sqlite3.Error as error:
            raise self._failed(error) from None
        return self.get(key) or response

    def close(self) -> None:
        with self._lock, suppress(sqlite3.Error):
            self._db.close()

    def _failed(self, error: Exception) -> FactoryError:
        return FactoryError(
            f"The cache of answers in {self.folder} can't be used ({error}): choose another --llm-cache, or delete it"
        )


def _storable(text: str) -> str:
    """Half a surrogate pair, which a cut answer may end in, can't be stored."""
    return text.encode("utf-8", "replace").decode("utf-8")
