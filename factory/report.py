"""What a person sees of a run: progress, funnel, one example, where the files are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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

_console = Console(stderr=True)


@contextmanager
def progress_bar(rows: int, *, quiet: bool) -> Iterator[Callable[[Funnel], None]]:
    """A bar of accepted rows with rate and top reason; a line every tenth of the way when not on a terminal."""
    if quiet:
        yield lambda *_: None
    elif not _console.is_terminal:
        yield _Lines(rows)
    else:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
        )
        with Progress(*columns, console=_console) as bar:
            task = bar.add_task("accepted", total=rows, note="")

            def advance(funnel: Funnel) -> None:
                bar.update(task, completed=funnel.accepted, note=_note(funnel))

            yield advance


class _Lines:
    """Progress for logs: at most ten lines."""

    def __init__(self, rows: int) -> None:
        self.step = max(1, rows // 10)
        self.next = self.step

    def __call__(self, funnel: Funnel) -> None:
        if funnel.accepted >= self.next:
            self.next += self.step
            _console.print(f"{funnel.accepted:,} of {funnel.wanted:,} accepted, {_note(funnel)}", highlight=False)


def _note(funnel: Funnel) -> str:
    top = ", ".join(f"{reason} {count:,}" for reason, count in funnel.reasons.most_common(2))
    return f"{funnel.databases:,} databases" + (f", rejected: {top}" if top else "")


@contextmanager
def audit_bar(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar of records that hold; called with (done, total)."""
    if quiet or not _console.is_terminal:
        yield lambda *_: None
        return
    with Progress(console=_console) as bar:
        task = bar.add_task("proven again", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def summary(done: Done) -> None:
    """Funnel, one whole example, and where the files are."""
    console = Console()
    table = Table("step", "records", title="Funnel", title_justify="left")
    for name, count in done.funnel.counts().items():
        table.add_row(name, f"{count:,}")
    table.columns[1].justify = "right"
    console.print(table)
    console.print("One example:\n", markup=False)
    for message in done.example.messages:
        console.print(f"[{message['role']}]", style="bold", markup=False)
        console.print(message["content"] + "\n", markup=False, highlight=False, soft_wrap=True)
    if done.example.rejected:
        console.print("[rejected in the preference pair]", style="bold", markup=False)
        console.print(done.example.rejected[-1]["content"] + "\n", markup=False, highlight=False, soft_wrap=True)
    families = {split: len(names) for split, names in done.splits.items()}
    console.print(f"Domains: {', '.join(f'{count} {split}' for split, count in families.items())}", highlight=False)
    if not families["validation"] and not families["test"]:
        console.print("All records are in train: a database is in one split only, and there are too few to share out.")
    console.print(
        f"{done.funnel.accepted:,} records from {done.funnel.databases:,} databases in {done.out}",
        highlight=False,
    )
