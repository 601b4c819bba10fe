"""Examples → the files of a run: JSONL by recipe, form and split, rejects, a dataset card, the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import jsonschema_rs
import orjson

from factory.card import card
from factory.exceptions import FactoryError
from factory.loading import llamafactory
from factory.manifest import Run, manifest
from factory.record_schema import FORMS, Form, RecordSchema, record_of, schema, shortened
from factory.records import Example
from factory.split import SPLITS
from factory.staging import MANIFEST, REJECTS, Staging
from factory.tally import Tally

__all__ = ["Run", "Writer"]

_BUFFER = 1 << 18
_REJECT = ("recipe", "database", "reason", "detail", "question", "statements", "tags")


class Writer:
    """Writes a run into `<out>.partial`; `finish` renames it to `out`. A context left without it leaves no trace.

    Every method raises FactoryError when the disk is full, and the context then removes what was written.
    """

    def __init__(self, out: Path, *, force: bool = False) -> None:
        """Raises FactoryError when `out` exists; `force` accepts a folder that is empty or holds only a run."""
        self._staging = Staging(out, force=force)
        self._out = out
        self._files: dict[str, IO[bytes]] = {}
        self._schemas: dict[tuple[str, Form], RecordSchema] = {}
        self._tallies: dict[str, Tally] = {}
        self._rejects = jsonschema_rs.Draft202012Validator(schema("reject"))
        self._done = False

    def __enter__(self) -> Self:
        self._staging.open()
        try:
            self._open(REJECTS)
        except BaseException:
            self._staging.discard()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._done:
            for file in self._files.values():
                with suppress(OSError):
                    file.close()
            self._staging.discard()

    def write(self, example: Example, split: str) -> None:
        """Adds the SFT record and, if something was rejected, the DPO record. Raises FactoryError for a bad one."""
        if split not in SPLITS:
            raise ValueError(f"a split is one of {', '.join(SPLITS)}, not '{split}'")
        self._add_recipe(example.recipe)
        for form in FORMS:
            if form == "sft" or example.rejected is not None:
                record = record_of(example, form)
                self._schemas[example.recipe, form].check(record)
                self._append(f"{example.recipe}/{form}/{split}.jsonl", record)
        self._tallies[example.recipe].add(example, split)

    def reject(self, record: Mapping[str, Any]) -> None:
        """Adds a line to rejects.jsonl; its keys are those of schemas/records/reject.schema.json."""
        if not self._rejects.is_valid(record):
            problem = next(iter(self._rejects.iter_errors(record)))
            where = ".".join(map(str, problem.instance_path)) or "record"
            raise FactoryError(f"Bad reject of {record.get('recipe')}: {where}: {shortened(problem.message)}")
        self._append(REJECTS, {key: record[key] for key in _REJECT})

    def finish(self, run: Run) -> Path:
        """Writes card and manifest, puts the folder in place, and returns `out`."""
        for recipe in run.recipes:
            self._add_recipe(recipe)
        self._store("README.md", card(run, self._tallies, self._schemas).encode())
        self._store("dataset_info.json", _pretty(llamafactory(self._tallies)))
        written = {recipe: tally.written() for recipe, tally in self._tallies.items()}
        try:
            for file in self._files.values():
                file.close()
            content = manifest(run, written, self._staging.partial, self._files)
            jsonschema_rs.Draft202012Validator(schema("manifest")).validate(content)
        except OSError as error:
            raise self._failed(error) from None
        self._store(MANIFEST, _pretty(content))
        self._staging.commit()
        self._done = True
        return self._out

    def _add_recipe(self, recipe: str) -> None:
        if recipe in self._tallies:
            return
        self._tallies[recipe] = Tally()
        for form in FORMS:
            self._schemas[recipe, form] = RecordSchema(recipe, form)
            for split in SPLITS:
                self._open(f"{recipe}/{form}/{split}.jsonl")

    def _open(self, name: str) -> IO[bytes]:
        path = self._staging.partial / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._files[name] = path.open("wb", buffering=_BUFFER)
        except OSError as error:
            raise self._failed(error) from None
        return self._files[name]

    def _append(self, name: str, record: Mapping[str, Any]) -> None:
        try:
            self._files[name].write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
        except TypeError as error:
            raise FactoryError(f"Record {record.get('id')!r} can't be written as JSON: {error}") from None
        except OSError as error:
            raise self._failed(error) from None

    def _store(self, name: str, content: bytes) -> None:
        file = self._open(name)
        try:
            file.write(content)
            file.close()
        except OSError as error:
            raise self._failed(error) from None

    def _failed(self, error: OSError) -> FactoryError:
        return FactoryError(f"Can't write {self._out}: {error.strerror}. Make room or choose another --out")


def _pretty(content: Any) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
