"""What a person sees of the judge: a bar, one line a pair, the summary."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from factory.judge.verdict import Judged, Parting, cell

_STYLES = {"same": "green", "differs": "red", "raises": "red", "undecided": "yellow"}
SILENCE = 20.0
LONG = 60


@contextmanager
def judge_bar(total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Called with the number of pairs done. Lines when not on a terminal, now and then."""
    console = Console(stderr=True)
    if quiet:
        yield lambda _: None
        return
    if not console.is_terminal:
        spoke = [time.monotonic()]

        def say(done: int) -> None:
            if time.monotonic() - spoke[0] > SILENCE:
                spoke[0] = time.monotonic()
                console.print(f"{done:,} of {total:,} pairs judged", highlight=False)

        yield say
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("judged", total=total)
        yield lambda done: bar.update(task, completed=done)


def table(judged: Sequence[Judged]) -> None:
    """A row for each pair: verdict, how sure, and what shows it."""
    console = Console()
    shown = Table("pair", "verdict", "confidence", "own data", "what shows it")
    for one in judged:
        style = _STYLES[one.verdict]
        shown.add_row(
            str(one.pair.place), f"[{style}]{one.verdict}[/]", _sure(one), one.own_data or "-", escape(_why(one))
        )
    console.print(shown)


def summary(judged: Sequence[Judged], database: str) -> None:
    console = Console()
    for line in summary_lines(judged, database):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def summary_lines(judged: Sequence[Judged], database: str) -> list[str]:
    """The counts, execution accuracy on the user's data, and what is left of it on derived data."""
    counts = Counter(one.verdict for one in judged)
    high = sum(one.verdict == "same" and _level(one) == "high" for one in judged)
    total = len(judged)
    own = sum(one.own_data == "same" for one in judged)
    chance = sum(one.own_data == "same" and one.verdict == "differs" for one in judged)
    parts = [f"{counts[kind]} {kind}" for kind in ("same", "differs", "raises", "undecided") if counts[kind]]
    return [
        f"{total:,} {'pair' if total == 1 else 'pairs'} on {database}: {', '.join(parts)}",
        f"Execution accuracy on your data: {own / total:.1%} ({own:,} of {total:,})",
        f"Same on derived data too: {counts['same'] / total:.1%} ({counts['same']:,}, {high:,} with high confidence); "
        f"equal by chance: {chance:,}",
    ]


def _level(one: Judged) -> str:
    return one.confidence.level if one.confidence else ""


def _sure(one: Judged) -> str:
    found = one.confidence
    if found is None or one.verdict != "same":
        return "-"
    return f"{found.level}, {found.killed}/{found.tried}" if found.tried else found.level


def _why(one: Judged) -> str:
    if one.witness:
        return _parting(one.witness)
    if one.message:
        return _short(one.message)
    return ", ".join([*([one.reason] if one.reason else []), *one.notes]).replace("_", " ")


def _parting(found: Parting) -> str:
    where = found.instance
    if found.order_only:
        return f"{where}: same rows, other order"
    parts = []
    if found.gold_rows != found.predicted_rows:
        parts.append(f"{found.gold_rows:,} rows, predicted {found.predicted_rows:,}")
    if found.missing:
        parts.append(f"only gold {_row(found.missing[0])}")
    if found.extra:
        parts.append(f"only predicted {_row(found.extra[0])}")
    return f"{where}: {'; '.join(parts) or 'other columns'}"


def _row(row: tuple[object, ...]) -> str:
    return _short("(" + ", ".join("NULL" if (text := cell(value)) is None else text for value in row) + ")")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONG else f"{line[: LONG - 1]}…"
