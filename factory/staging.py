"""A folder that appears whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from factory.exceptions import FactoryError

PRODUCER = "text2sql-factory"
MANIFEST = "manifest.json"
REJECTS = "rejects.jsonl"


class Staging:
    """`<out>.partial`, on the file system of `out`, until `commit` renames it.

    With `force`, a finished run at `out` is moved to a hidden neighbour first and deleted after the rename.
    """

    def __init__(self, out: Path, *, force: bool) -> None:
        """Raises FactoryError when `out` exists, unless `force` and it is empty or nothing but a finished run."""
        self.out = out.expanduser().resolve()
        self.partial = self.out.with_name(f"{self.out.name}.partial")
        self._replaced = self.out.with_name(f".{self.out.name}.replaced")
        self._lock: int | None = None
        self._shown = out
        self._force = force
        self._recover()
        self._may_write()

    def open(self) -> None:
        """Raises FactoryError when another build writes there, or the file system refuses."""
        try:
            self.partial.parent.mkdir(parents=True, exist_ok=True)
            if self.partial.is_dir():
                self._take()
                _remove_own(self.partial)
                self._release()
            self.partial.mkdir()
            # A build that dies leaves a folder that the next one must know for its own.
            (self.partial / REJECTS).touch()
            self._take()
        except FileExistsError as error:
            raise FactoryError(f"Can't write {self._shown}: {error.filename} is a file. Choose another --out") from None
        except OSError as error:
            raise FactoryError(f"Can't write {self._shown}: {error.strerror}. Choose another --out") from None

    def commit(self) -> None:
        """Raises FactoryError when `out` can't be replaced; what was there before is then there again."""
        self._may_write()
        try:
            if self.out.exists():
                self.out.rename(self._replaced)
            self.partial.rename(self.out)
        except BaseException as error:
            if self._replaced.exists() and not self.out.exists():
                self._replaced.rename(self.out)
            if isinstance(error, OSError):
                raise FactoryError(f"Can't put the run at {self._shown}: {error.strerror}") from None
            raise
        self._release()
        shutil.rmtree(self._replaced, ignore_errors=True)

    def discard(self) -> None:
        shutil.rmtree(self.partial, ignore_errors=True)
        self._release()

    def _may_write(self) -> None:
        out, shown = self.out, self._shown
        if not out.exists():
            return
        if not out.is_dir():
            raise FactoryError(f"Output {shown} is a file. Choose another --out")
        if not self._force:
            raise FactoryError(f"Output {shown} exists. Choose another --out, or add --force to replace it")
        other = foreign(out)
        if other:
            raise FactoryError(
                f"Output {shown} holds {other}, which no build wrote, so --force won't delete it. "
                "Move it away or choose another --out"
            )
        if self._replaced.exists():
            raise FactoryError(f"{self._replaced.name} is in the way beside {shown}. Remove it or choose another --out")

    def _recover(self) -> None:
        """A crash between the two renames of `commit` left the old run aside; one after them left it undeleted."""
        if self._replaced.is_dir():
            if not self.out.exists():
                self._replaced.rename(self.out)
            elif foreign(self._replaced) is None:
                shutil.rmtree(self._replaced, ignore_errors=True)

    def _take(self) -> None:
        # Windows can't lock a folder; there, two builds into one folder are the user's to avoid.
        if sys.platform == "win32":
            return
        import fcntl

        lock = os.open(self.partial, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise FactoryError(
                f"Another build is writing {self._shown}. Wait for it, or choose another --out"
            ) from None
        self._lock = lock

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def foreign(folder: Path) -> str | None:
    """A file in the folder that isn't part of a finished run, by its path in there; None when there is none."""
    found = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir() or p.is_symlink())
    own: set[str] = set()
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        if manifest["producer"] == PRODUCER:
            own = {MANIFEST, *manifest["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return next((path for path in found if path not in own), None)


def _remove_own(partial: Path) -> None:
    unfinished = (partial / REJECTS).is_file() and not (partial / MANIFEST).exists()
    if any(partial.iterdir()) and not unfinished:
        raise FactoryError(
            f"{partial.name} is in the way and isn't what a broken-off build left. Move it or choose another --out"
        )
    shutil.rmtree(partial)
