"""Maps of a run's examples, because a person checks geography by looking.

    python -m benchmarks.maps RUN [--out recipes/geo_join/maps] [--count 5] [--seed 1]

Drawn from what the oracle reads: the rows asked about and the zones, lines or places beside them. What the answer names
is highlighted, by value where the answer ends in a number. Examples are drawn at random, each of another workflow and
as far as possible of another database; those whose answer names no row of a table, or every row, aren't drawn.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import orjson
import shapely
from matplotlib.colors import PowerNorm
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from shapely.geometry.base import BaseGeometry

from factory.catalog import Opened, opened
from factory.oracle.case import project

_PLAIN, _EDGE, _ANSWER, _OTHER = "#d9dde3", "#8a93a0", "#d1495b", "#1d3557"
Shapes = dict[Any, BaseGeometry]


def records(run: Path, rng: Random) -> Iterator[dict[str, Any]]:
    rows = [orjson.loads(line) for path in sorted(run.glob("geo_join/sft/*.jsonl")) for line in path.open("rb")]
    rng.shuffle(rows)
    yield from rows


def layers(record: Mapping[str, Any], source: Opened) -> dict[str, tuple[str, Shapes]]:
    """Part → name of its key, and shape by key."""
    found = {}
    for part, layer in orjson.loads(record["evidence"]["expectation"])["sources"].items():
        rows = [row for row in source.engine.run(layer["sql"]).rows if row[-1] is not None]
        shapes = shapely.from_wkb([bytes.fromhex(row[-1]) for row in rows])
        found[part] = (
            layer["columns"][0],
            dict(zip((row[0] for row in rows), project(shapes, layer["crs"], 4326), strict=True)),
        )
    return found


def highlighted(record: Mapping[str, Any], source: Opened, known: Mapping[str, tuple[str, Shapes]]) -> Any:
    """The part that the answer names by key, and value by key (None where it gives no number)."""
    outcome = source.engine.run(record["evidence"]["asked_sql"] or record["sql"])
    for part, (key, shapes) in known.items():
        if outcome.columns and outcome.columns[0] == key and outcome.rows and outcome.rows[0][0] in shapes:
            number = isinstance(outcome.rows[0][-1], (int, float)) and len(outcome.columns) > 1
            return part, {row[0]: float(row[-1] or 0) if number else None for row in outcome.rows}
    return None


def draw(shapes: Sequence[BaseGeometry], axes: Any, colours: Sequence[Any], *, above: int) -> None:
    points = [(s, c) for s, c in zip(shapes, colours, strict=True) if s.geom_type == "Point"]
    if points:
        at, marker = shapely.get_coordinates([shape for shape, _ in points]), "x" if above > 2 else "o"
        size = 5 if above == 1 else 14
        colour = [c for _, c in points]
        axes.scatter(at[:, 0], at[:, 1], s=size, c=colour, marker=marker, linewidths=0.8, zorder=above + 2)
    for shape, fill in zip(shapes, colours, strict=True):
        for part in getattr(shape, "geoms", [shape]):
            if part.geom_type == "Polygon":
                rings = [Outline(ring.coords, closed=True) for ring in (part.exterior, *part.interiors)]
                patch = PathPatch(
                    Outline.make_compound_path(*rings), facecolor=fill, edgecolor=_EDGE, linewidth=0.4, zorder=above
                )
                axes.add_patch(patch)
            elif part.geom_type == "LineString":
                axes.plot(*part.xy, color=fill, linewidth=1.2 if above > 1 else 0.8, zorder=above + 1)


def paint(record: Mapping[str, Any], source: Opened, path: Path) -> bool:
    """Whether the example could be drawn."""
    known = layers(record, source)
    answer = highlighted(record, source, known)
    if answer is None:
        return False
    part, values = answer
    if None in values.values() and len(values) == len(known[part][1]):
        return False  # all is highlighted, so nothing is
    figure, axes = plt.subplots(figsize=(6.4, 4.6), dpi=75)
    for name, (_, shapes) in known.items():
        places = all(shape.geom_type == "Point" for shape in shapes.values())
        other = name != part and (places or any("Line" in shape.geom_type for shape in shapes.values()))
        draw(list(shapes.values()), axes, [_OTHER if other else _PLAIN] * len(shapes), above=4 if other else 1)
    named = {key: known[part][1][key] for key in values if key in known[part][1]}
    numbers = [values[key] for key in named]
    if numbers and numbers[0] is not None:
        scale = PowerNorm(0.5, min(numbers), max(numbers) or 1)
        draw(list(named.values()), axes, [plt.cm.YlOrRd(0.1 + 0.9 * scale(n)) for n in numbers], above=2)
        figure.colorbar(plt.cm.ScalarMappable(scale, "YlOrRd"), ax=axes, shrink=0.7)
    else:
        draw(list(named.values()), axes, [_ANSWER] * len(named), above=2)
    # What is asked about, not all of the world around it.
    west, south, east, north = shapely.total_bounds(list(known["rows"][1].values()))
    margin = 0.05 * max(east - west, north - south, 0.1)
    axes.set_xlim(west - margin, east + margin)
    axes.set_ylim(south - margin, north + margin)
    axes.set_aspect(1.25)
    axes.tick_params(labelsize=6)
    axes.set_title("\n".join(textwrap.wrap(record["question"], 88)), fontsize=7)
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None}, pil_kwargs={"optimize": True})
    plt.close(figure)
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--out", type=Path, default=Path("recipes/geo_join/maps"))
    parser.add_argument("--count", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    seen: set[str] = set()
    for record in records(arguments.run, Random(arguments.seed)):
        family, workflow = record["database"].partition("@")[0], record["evidence"]["workflow"]
        if {family, workflow} & seen or len(seen) >= 2 * arguments.count:
            continue
        with opened(record["database"], instances=1) as source:
            if paint(record, source, arguments.out / f"{workflow}.png"):
                seen |= {family, workflow}
                print(f"{workflow}.png: {record['database']}, {record['id']}: {record['question']}")


if __name__ == "__main__":
    main()
