"""Measured collections side by side, as tables on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from statistics import mean, quantiles

from rich.console import Console
from rich.table import Table

from factory.intents.difficulty import LEVELS
from factory.stats.collection import Measured
from factory.stats.constructs import CONSTRUCTS
from factory.stats.variety import Variety

_TOLD = {
    "skeletons": "distinct skeletons a row",
    "least_skeletons": "… in the most uniform 1,000 in file order",
    "gzip_ratio": "gzip ratio of the questions (less: repeats more)",
    "bigrams": "distinct bigrams",
    "twins": "near twins",
}
_NONE = "–"
# Databases named one by one.
_NAMED = 8


def table(measured: Sequence[Measured]) -> None:
    """Prints constructs in percent of the queries, then difficulty, variety, kill scores and databases."""
    for one in (_constructs(measured), _difficulty(measured), _variety(measured), _certified(measured)):
        for column in one.columns[1:]:
            column.justify = "right"
        Console().print(one)
    for m in measured:
        Console().print(_databases(m), highlight=False)


def _constructs(measured: Sequence[Measured]) -> Table:
    shown = Table("construct", *(m.name for m in measured), title="Queries with each construct", title_justify="left")
    for construct in CONSTRUCTS:
        shown.add_row(construct, *(_percent(m.shares[construct]) for m in measured))
    shown.add_section()
    present = (sum(share > 0 for share in m.shares.values()) for m in measured)
    shown.add_row("present", *(f"{count} of {len(CONSTRUCTS)}" for count in present))
    return shown


def _difficulty(measured: Sequence[Measured]) -> Table:
    shown = Table("difficulty", *(m.name for m in measured))
    for level in LEVELS:
        shown.add_row(level, *(_percent(m.levels[level]) for m in measured))
    return shown


def _variety(measured: Sequence[Measured]) -> Table:
    shown = Table("variety", *(m.name for m in measured), title="Means over blocks of 1,000 rows", title_justify="left")
    shown.add_row("rows", *(f"{m.rows:,}" for m in measured))
    shown.add_row("queries that can't be parsed", *(f"{m.unparsed:,}" for m in measured))
    for field in fields(Variety):
        shown.add_row(_TOLD[field.name], *(f"{getattr(m.variety, field.name):.3f}" for m in measured))
    shown.add_row("words a question: 10 %, half, 90 %", *(_spread(m.lengths) for m in measured))
    return shown


def _certified(measured: Sequence[Measured]) -> Table:
    shown = Table("certificates", *(m.name for m in measured))
    shown.add_row("certified rows", *(f"{len(m.kill_scores):,}" for m in measured))
    shown.add_row("mean kill score", *(f"{mean(m.kill_scores):.3f}" if m.kill_scores else _NONE for m in measured))
    shown.add_row("least kill score", *(f"{min(m.kill_scores):.3f}" if m.kill_scores else _NONE for m in measured))
    full = (sum(s == 1 for s in m.kill_scores) / len(m.kill_scores) if m.kill_scores else None for m in measured)
    shown.add_row("every near miss killed", *(_NONE if share is None else _percent(share) for share in full))
    return shown


def _databases(m: Measured) -> str:
    named = [f"{name or '(not named)'} {count:,}" for name, count in list(m.databases.items())[:_NAMED]]
    rest = len(m.databases) - len(named)
    more = f", and {rest:,} more, the smallest {min(m.databases.values()):,}" if rest else ""
    return f"{m.name}, rows by database: {', '.join(named)}{more}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _spread(lengths: Sequence[int]) -> str:
    if len(lengths) < 2:
        return " / ".join([str(lengths[0])] * 3)
    cuts = quantiles(lengths, n=10, method="inclusive")
    return " / ".join(f"{cuts[n]:.0f}" for n in (0, 4, 8))
