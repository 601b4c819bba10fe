"""What a person sees of a run: progress, funnel, one example, where the files are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from factory.pace import Pace, left
from factory.pipeline import Done, Funnel
from factory.tally import shared

How = Literal["rich", "plain", "none"]

SILENCE = 20.0
OPENING = "opening the first database"
_console = Console(stderr=True)


@contextmanager
def progress_bar(rows: int, *, how: How | None = None) -> Iterator[Callable[[Funnel], None]]:
    """Accepted rows, rate, time left and the top reasons: a bar, or lines, of which the first one comes at once.

    Without `how` a bar on a terminal and lines elsewhere.
    """
    how = how or ("rich" if _console.is_terminal else "plain")
    pace = Pace()
    if how == "none":
        yield lambda *_: None
    elif how == "plain":
        lines = _Lines()

        def line(funnel: Funnel) -> None:
            rate = pace.at(funnel)
            lines.at(funnel.accepted, rows, lambda: f"{funnel.accepted:,} of {rows:,} accepted{_said(funnel, rate)}")

        yield line
    else:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, TextColumn("{task.fields[note]}"), console=_console) as bar:
            task = bar.add_task("accepted", total=rows, note=OPENING)

            def move(funnel: Funnel) -> None:
                note = _said(funnel, pace.at(funnel)).removeprefix(", ")
                bar.update(task, completed=funnel.accepted, note=note)

            yield move


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


def _said(funnel: Funnel, rate: float) -> str:
    """What follows the number of accepted rows."""
    if not funnel.databases:
        return f", {OPENING}"
    parts = [f", {_count(funnel.databases, 'schema')}"]
    if funnel.resumed:
        parts.append(f"{funnel.resumed:,} of them from before")
    remaining = left(funnel, rate)
    if remaining:
        parts.append(f"{rate:,.1f} rows/s, {_duration(remaining)} left")
    if rejected := funnel.reasons.total():
        top = ", ".join(f"{reason} {count:,}" for reason, count in funnel.reasons.most_common(3))
        parts.append(f"{rejected:,} rejected: {top}")
    return "; ".join(parts)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


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
    for title, coverage in zip(("Coverage", "Written by the model"), shared(done.coverage), strict=True):
        if coverage:
            console.print(_coverage(coverage, title))
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


def _coverage(coverage: Mapping[str, Mapping[str, int]], title: str) -> Table:
    fates = list(next(iter(coverage.values())))
    table = Table(title=title, title_justify="left")
    table.add_column("tried", no_wrap=True)
    for fate in fates:
        table.add_column(fate, justify="right")
    for kind, counts in coverage.items():
        table.add_row(kind, *(f"{counts[fate]:,}" for fate in fates))
    return table


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
