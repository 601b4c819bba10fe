"""Measured collections side by side: a table on the terminal, a chart in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

from factory.stats.collection import Measured
from factory.stats.constructs import CONSTRUCTS
from factory.stats.variety import Variety

_TOLD = {
    "skeletons": "distinct skeletons a row",
    "gzip_ratio": "gzip ratio of the questions (less: repeats more)",
    "bigrams": "distinct bigrams",
    "twins": "near twins",
}


def table(measured: Sequence[Measured]) -> None:
    """Prints constructs in percent of the queries, then the variety."""
    shown = Table("construct", *(m.name for m in measured), title="Queries with each construct", title_justify="left")
    for construct in CONSTRUCTS:
        shown.add_row(construct, *(f"{100 * m.shares[construct]:.1f} %" for m in measured))
    told = Table("variety", *(m.name for m in measured), title_justify="left")
    told.add_row("rows", *(f"{m.rows:,}" for m in measured))
    told.add_row("queries that can't be parsed", *(f"{m.unparsed:,}" for m in measured))
    for field in fields(Variety):
        told.add_row(_TOLD[field.name], *(f"{getattr(m.variety, field.name):.3f}" for m in measured))
    for one in (shown, told):
        for column in one.columns[1:]:
            column.justify = "right"
        Console().print(one)


def chart(measured: Sequence[Measured], out: Path) -> Path | None:
    """Bars of the constructs as PNG; None, and no file, without matplotlib."""
    if find_spec("matplotlib") is None:
        return None
    from matplotlib.figure import Figure

    names = list(CONSTRUCTS)
    height = 0.8 / len(measured)
    figure = Figure(figsize=(8, 11), layout="constrained")
    axes = figure.subplots()
    for n, one in enumerate(measured):
        places = [i + n * height for i in range(len(names))]
        axes.barh(places, [100 * one.shares[name] for name in names], height, label=f"{one.name} ({one.rows:,})")
    axes.set_yticks([i + 0.4 - height / 2 for i in range(len(names))], names)
    axes.invert_yaxis()
    axes.set_xlabel("% of queries")
    axes.legend()
    figure.savefig(out, dpi=120, metadata={"Software": None})
    return out
