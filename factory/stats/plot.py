"""Measured collections side by side, as one PNG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from factory.intents.difficulty import LEVELS
from factory.stats.collection import Measured
from factory.stats.constructs import CONSTRUCTS
from factory.stats.variety import Variety

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Beyond this many databases bars stand for ranks, not for names.
_NAMED = 20
_LABELS = {
    "skeletons": "skeletons",
    "least_skeletons": "fewest skeletons",
    "gzip_ratio": "gzip ratio",
    "bigrams": "bigrams",
    "twins": "near twins",
}


def plot(measured: Sequence[Measured], out: Path) -> Path:
    """Constructs, difficulty, variety, lengths, kill scores and rows by database. Overwrites `out`; no time in it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 11), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(3, 3, width_ratios=(1.3, 1, 1))
    _constructs(figure.add_subplot(grid[:, 0]), measured)
    _bars(figure.add_subplot(grid[0, 1]), measured, LEVELS, lambda m: [100 * m.levels[n] for n in LEVELS], "difficulty")
    names = [field.name for field in fields(Variety)]
    labels = [_LABELS[name] for name in names]
    _bars(figure.add_subplot(grid[0, 2]), measured, labels, lambda m: [getattr(m.variety, n) for n in names], "variety")
    figure.axes[1].set_ylabel("% of queries")
    figure.axes[2].set_ylabel("means over blocks of 1,000 rows")
    _lengths(figure.add_subplot(grid[1, 1:]), measured)
    _kill_scores(figure.add_subplot(grid[2, 1]), measured)
    _databases(figure.add_subplot(grid[2, 2]), measured)
    figure.savefig(out, dpi=110, metadata={"Software": None})
    return out


def _constructs(axes: Axes, measured: Sequence[Measured]) -> None:
    names = list(CONSTRUCTS)
    height = 0.8 / len(measured)
    for n, one in enumerate(measured):
        places = [i + n * height for i in range(len(names))]
        axes.barh(places, [100 * one.shares[name] for name in names], height, label=f"{one.name} ({one.rows:,} rows)")
    axes.set_yticks([i + 0.4 - height / 2 for i in range(len(names))], names)
    axes.invert_yaxis()
    axes.set_xlabel("% of queries")
    axes.set_title("constructs")
    axes.legend()


def _bars(
    axes: Axes,
    measured: Sequence[Measured],
    labels: Sequence[str],
    values: Callable[[Measured], list[float]],
    title: str,
) -> None:
    width = 0.8 / len(measured)
    for n, one in enumerate(measured):
        axes.bar([i + n * width for i in range(len(labels))], values(one), width)
    axes.set_xticks([i + 0.4 - width / 2 for i in range(len(labels))], labels, rotation=20)
    axes.set_title(title)


def _lengths(axes: Axes, measured: Sequence[Measured]) -> None:
    longest = max(max(one.lengths) for one in measured)
    edges = list(range(0, longest + 5, max(1, longest // 40)))
    for one in measured:
        share = [1 / one.rows] * one.rows
        axes.hist(one.lengths, bins=edges, weights=share, histtype="step", linewidth=1.5)
    axes.set_xlabel("words a question")
    axes.set_ylabel("share of rows")
    axes.set_title("question length")


def _kill_scores(axes: Axes, measured: Sequence[Measured]) -> None:
    edges = [n / 20 for n in range(21)]
    for one in measured:
        if one.kill_scores:
            share = [1 / len(one.kill_scores)] * len(one.kill_scores)
            axes.hist(one.kill_scores, bins=edges, weights=share, histtype="step", linewidth=1.5)
        else:
            axes.plot([], [])  # the next one keeps its colour
    if not any(one.kill_scores for one in measured):
        axes.text(0.5, 0.5, "nothing certified", ha="center", transform=axes.transAxes)
    axes.set_xlabel("kill score")
    axes.set_ylabel("share of certified rows")
    axes.set_title("certificates")


def _databases(axes: Axes, measured: Sequence[Measured]) -> None:
    for one in measured:
        counts = list(one.databases.values())
        axes.plot(range(1, len(counts) + 1), counts, marker="." if len(counts) <= _NAMED else "")
    first = measured[0]
    if len(measured) == 1 and len(first.databases) <= _NAMED:
        axes.set_xticks(range(1, len(first.databases) + 1), list(first.databases), rotation=60, ha="right")
    else:
        axes.set_xlabel("databases, the largest first")
    axes.set_ylim(bottom=0)
    axes.set_ylabel("rows")
    axes.set_title("rows by database")
