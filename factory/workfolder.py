"""What a run has finished so far, on disk or in a bucket: a run that was broken off goes on from there."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import orjson

from factory.exceptions import FactoryError
from factory.result import ShardResult, decode
from factory.staging import PRODUCER

SETTINGS = "settings.json"
PROGRESS = "progress.jsonl"
TRACEBACK = "traceback.txt"
_SHARDS = "shards-"
# Stores that are not a folder of this machine.
_SCHEME = "://"


class Store(Protocol):
    """Named bytes. `write` is atomic: a reader finds the whole or nothing."""

    def read(self, name: str) -> bytes | None: ...

    def write(self, name: str, content: bytes) -> None: ...

    def append(self, name: str, line: bytes) -> None: ...

    def names(self) -> list[str]: ...

    def remove(self) -> None: ...


class Folder:
    """A store in a folder, which appears with the first write."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, name: str) -> bytes | None:
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, name: str, content: bytes) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two writers of one name write the same bytes, but not into one file.
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            partial.write_bytes(content)
            partial.replace(path)
        except BaseException:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise

    def append(self, name: str, line: bytes) -> None:
        with (self.path / name).open("ab") as file:
            file.write(line)

    def names(self) -> list[str]:
        files = (path for path in self.path.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.path).as_posix() for path in files)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


class Bucket:
    """A store at any URL that fsspec knows; object stores put a name in place at once."""

    def __init__(self, url: str) -> None:
        try:
            import fsspec

            self._files, self._root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise FactoryError(f"Can't use {url} as work folder: {error}") from None

    def read(self, name: str) -> bytes | None:
        try:
            content: bytes = self._files.cat_file(f"{self._root}/{name}")
        except FileNotFoundError:
            return None
        return content

    def write(self, name: str, content: bytes) -> None:
        self._files.makedirs(f"{self._root}/{name}".rpartition("/")[0], exist_ok=True)
        self._files.pipe_file(f"{self._root}/{name}", content)

    def append(self, name: str, line: bytes) -> None:
        self.write(name, line)  # object stores can't append: the last line is all there is

    def names(self) -> list[str]:
        with suppress(FileNotFoundError):
            return sorted(path.partition(f"{self._root}/")[2] for path in self._files.find(self._root))
        return []

    def remove(self) -> None:
        with suppress(FileNotFoundError):
            self._files.rm(self._root, recursive=True)


def store(place: str) -> Store:
    return Bucket(place) if _SCHEME in place else Folder(Path(place).absolute())


class WorkFolder:
    """The finished shards of one run. What it is made from is `place` and `settings`, so that any process can open it.

    `settings` are all arguments that change a byte, by the names that a person knows them by.
    """

    def __init__(self, place: str, settings: Mapping[str, Any]) -> None:
        self.place = place
        self.settings = settings
        # In a folder of their own: a worker that outlives its run must not write into the next one.
        self._shards = f"{_SHARDS}{hashlib.sha256(_json(settings)).hexdigest()[:16]}"
        self._store = store(place)

    @contextmanager
    def opened(self, resume: bool, *, anew: bool = False) -> Iterator[None]:
        """`open`, and at the end: nothing stays when all went well, or when there is neither shard nor traceback."""
        self.open(resume=resume, anew=anew)
        try:
            yield
        except BaseException as error:
            with suppress(OSError):
                if kept := len(self.finished()):
                    shards = "1 finished shard is" if kept == 1 else f"{kept:,} finished shards are"
                    error.add_note(f"{shards} kept in {self.place}: the same command goes on from there")
                elif TRACEBACK not in self._store.names():
                    self.remove()
            raise
        self.remove()

    def open(self, *, resume: bool, anew: bool = False) -> None:
        """Takes up what an unfinished run left, or drops it: without `resume`, and with `anew` if settings differ.

        Raises FactoryError when the settings differ and it isn't told to, and when the folder isn't a run's.
        """
        try:
            left = self._store.read(SETTINGS)
            if left is None:
                if self._store.names():
                    raise FactoryError(f"{self.place} is in the way and no build made it. Move it away")
            else:
                changes = _changes(_read(left, self.place), self.settings)
                some = any(name.startswith(_SHARDS) for name in self._store.names())
                if changes and some and resume and not anew:
                    raise FactoryError(
                        f"{self.place} holds an unfinished run with other arguments ({'; '.join(changes)}). Give the "
                        "same ones to go on with it, add --no-resume to start anew, or choose another --out"
                    )
                if changes or not resume:
                    self._store.remove()
            self._store.write(SETTINGS, _json({"producer": PRODUCER, **self.settings}))
        except OSError as error:
            raise self.failed(error) from None

    def read(self, index: int) -> ShardResult | None:
        """None for a shard that isn't there, or whose file a crash of the machine has cut."""
        try:
            content = self._store.read(self._name(index))
            return None if content is None else decode(content)
        except OSError as error:
            raise self.failed(error) from None
        except ValueError:
            return None

    def write(self, index: int, content: bytes) -> None:
        try:
            self._store.write(self._name(index), content)
        except OSError as error:
            raise self.failed(error) from None

    def finished(self) -> list[int]:
        names = [name.partition(f"{self._shards}/")[2] for name in self._store.names()]
        return sorted(int(name) for name in names if name.isdigit())

    def keep(self, name: str, text: str) -> str:
        """Where the text lies from now on."""
        self._store.write(name, text.encode())
        return f"{self.place}/{name}"

    def log(self, line: bytes) -> None:
        """Adds to `progress.jsonl`."""
        try:
            self._store.append(PROGRESS, line)
        except OSError as error:
            raise self.failed(error) from None

    def remove(self) -> None:
        self._store.remove()

    def failed(self, error: OSError) -> FactoryError:
        return FactoryError(f"Can't use {self.place}: {error.strerror or error}. Make room or choose another --out")

    def _name(self, index: int) -> str:
        return f"{self._shards}/{index:06}"


def _json(content: Any) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _read(content: bytes, place: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(content)
        if found.pop("producer") == PRODUCER:
            return found
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise FactoryError(f"{place} is in the way and no build made it. Move it away")


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs, each as a person would say it; nested settings one by one."""
    found = []
    plain = orjson.loads(_json(after))
    for name in sorted(before.keys() | plain.keys()):
        old, new = before.get(name), plain.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            found += [f"{name} {change}" for change in _changes(old, new)]
        elif old != new:
            found.append(f"{name} was {_said(old)}, is {_said(new)}")
    return found


def _said(value: Any) -> str:
    return "not set" if value in (None, "", []) else value if isinstance(value, str) else orjson.dumps(value).decode()
