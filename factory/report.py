"""What a person sees of a run: progress, funnel, one example, where the files are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from factory.pipeline import Done, Funnel

SILENCE = 20.0
OPENING = "opening the first database"
_console = Console(stderr=True)


@contextmanager
def progress_bar(rows: int, *, quiet: bool) -> Iterator[Callable[[Funnel], None]]:
    """A bar of accepted rows with the top reasons; lines when not on a terminal, the first one at once."""
    if quiet:
        yield lambda *_: None
        return
    if not _console.is_terminal:
        lines = _Lines()
        yield lambda funnel: lines.at(
            funnel.accepted, rows, lambda: f"{funnel.accepted:,} of {rows:,} accepted, {_note(funnel)}"
        )
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=_console) as bar:
        task = bar.add_task("accepted", total=rows, note=OPENING)
        yield lambda funnel: bar.update(task, completed=funnel.accepted, note=_note(funnel))


class _Lines:
    """Progress for logs: a line every tenth of the way, and one whenever SILENCE seconds went by without."""

    def __init__(self) -> None:
        self._tenth = -1
        self._spoke = time.monotonic()

    def say(self, text: str) -> None:
        self._spoke = time.monotonic()
        _console.print(text, highlight=False, soft_wrap=True)

    def at(self, done: int, total: int, text: Callable[[], str]) -> None:
        tenth = 10 * done // max(1, total)
        if tenth > self._tenth or time.monotonic() - self._spoke > SILENCE:
            self._tenth = tenth
            self.say(text())


def _note(funnel: Funnel) -> str:
    if not funnel.databases:
        return OPENING
    top = ", ".join(f"{reason} {count:,}" for reason, count in funnel.reasons.most_common(2))
    return _count(funnel.databases, "schema") + (f", rejected: {top}" if top else "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@contextmanager
def audit_bar(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar of records that hold, or lines when not on a terminal; called with (done, total)."""
    if quiet:
        yield lambda *_: None
        return
    if not _console.is_terminal:
        lines = _Lines()
        yield lambda done, total: lines.at(done, total, lambda: f"{done:,} of {total:,} records hold")
        return
    with Progress(console=_console) as bar:
        task = bar.add_task("proven again", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def counted(what: str) -> Iterator[Callable[[int], None]]:
    """A line that counts, on a terminal; nothing elsewhere."""
    if not _console.is_terminal:
        yield lambda _: None
        return
    with _console.status(what) as status:
        yield lambda count: status.update(f"{count:,} {what}")


def summary(done: Done) -> None:
    """Funnel, one whole example, and where the files are."""
    console = Console()
    table = Table("step", "records", title="Funnel", title_justify="left")
    for name, count in done.funnel.counts().items():
        table.add_row(name, f"{count:,}")
    table.columns[1].justify = "right"
    console.print(table)
    if done.coverage:
        console.print(_coverage(done.coverage))
    console.print("\nOne example:\n", markup=False)
    for message in done.example.messages:
        console.print(f"[{message['role']}]", style="bold", markup=False)
        console.print(message["content"] + "\n", markup=False, highlight=False, soft_wrap=True)
    if done.example.rejected:
        console.print("[rejected in the preference pair]", style="bold", markup=False)
        console.print(done.example.rejected[-1]["content"] + "\n", markup=False, highlight=False, soft_wrap=True)
    domains = ", ".join(f"{len(names)} {split}" for split, names in done.splits.items())
    _say(console, f"Domains: {domains}")
    if not done.splits["validation"] and not done.splits["test"]:
        _say(console, "All records are in train: a domain is in one split only, and there are too few to share out.")
    _say(
        console,
        f"{_count(done.funnel.accepted, 'record')} from {_count(done.funnel.databases, 'schema')} in {done.out}",
    )
    _say(console, f"Start with {done.out / 'README.md'}; prove it again with: factory audit {done.out}")


def _coverage(coverage: Mapping[str, Mapping[str, int]]) -> Table:
    fates = list(next(iter(coverage.values())))
    table = Table(title="Coverage", title_justify="left")
    table.add_column("tried", no_wrap=True)
    for fate in fates:
        table.add_column(fate, justify="right")
    for kind, counts in coverage.items():
        table.add_row(kind, *(f"{counts[fate]:,}" for fate in fates))
    return table


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
