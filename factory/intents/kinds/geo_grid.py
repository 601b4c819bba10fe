"""Points by themselves: in a box, in the cells of a grid, around their mean, within their hull."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from factory.intents.geo import degrees, point_tables
from factory.intents.geo.crs import crosses_antimeridian, for_areas
from factory.intents.geo.draws import KM2, MILES2, Unit, groups, manner
from factory.intents.geo.workflow import GeoIntent
from factory.intents.grouping import slug
from factory.intents.scope import shown
from factory.intents.subject import draw_subject
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class OfPoints(GeoIntent):
    kind = "geo_grid"

    @property
    def count_as(self) -> str:
        return f"{slug(self.subject.table.label)}_count"


@dataclass(frozen=True, kw_only=True)
class Grid(OfPoints):
    """`least` 1 keeps every cell that has a point."""

    workflow = "grid"
    cell: float
    least: int

    def fields(self) -> dict[str, str]:
        having = f"HAVING COUNT(*) >= {self.least}" if self.least > 1 else ""
        return {**super().fields(), "cell": f"{self.cell:g}", "having": having, "count_as": self.count_as}

    def parameters(self) -> Mapping[str, Any]:
        return {"cell": self.cell, "least": self.least}

    def outputs(self) -> list[str]:
        return ["western and southern edge of the cell", "count"]

    def details(self) -> list[str]:
        size = f"{self.cell:g}"
        return [
            self.aside(
                f"Cells begin at multiples of {size}.",
                f"Let the edges of the cells lie at multiples of {size}.",
                f"The grid starts at 0, so every edge is a multiple of {size}.",
            )
        ]

    def wordings(self) -> tuple[str, ...]:
        what, cell = self.what, f"{self.cell:g} degree{'s' if self.cell != 1 else ''}"
        only = f"at least {self.least} of them" if self.least > 1 else "any"
        return (
            f"Bin {what} into a grid with cells of {cell} by {cell} and count them, for cells that have {only}. "
            f"{{show}}",
            f"Lay a grid of {cell} over the {self.at.plural} of {what}: how many in each cell with {only}? {{show}}",
            f"Heat map of {what}: the count for every cell of {cell} in longitude and latitude that has {only}. "
            f"{{show}}",
            f"Where do {what} cluster? Count them per square of {cell}, keeping squares with {only}. {{show}}",
            f"Count {what} per grid cell ({cell} wide and high) and list cells with {only}. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class BoxFilter(OfPoints):
    """`bounds`: west, south, east, north."""

    workflow = "box_filter"
    bounds: tuple[float, float, float, float]
    count: bool

    def fields(self) -> dict[str, str]:
        found = super().fields()
        sides = dict(zip(("west", "south", "east", "north"), map(degrees, self.bounds), strict=True))
        selected = f"COUNT(*) AS {self.count_as}" if self.count else found["m_cols"]
        return {**found, **sides, "selected": selected}

    def parameters(self) -> Mapping[str, Any]:
        return {"bounds": self.bounds, "count": self.count}

    def wordings(self) -> tuple[str, ...]:
        what = self.what
        west, south, east, north = map(degrees, self.bounds)
        box = f"from {west} to {east} in longitude and from {south} to {north} in latitude"
        if self.count:
            return (
                f"How many {what} lie in the box {box}?",
                f"Count {what} in the rectangle {box}.",
                f"What is the number of {what} in the box {box}?",
                f"In the map window {box}, how many {what} are there?",
                f"Number of {what} in the area {box}, by {self.at.label}?",
            )
        return (
            f"Which {what} lie in the box {box}? {{show}}",
            f"List the {self.nouns()} of {what} in the area {box}.",
            f"For the map window {box}, return all {what}. {{show}}",
            f"Find {what} in the rectangle {box}. {{show}}",
            f"I have zoomed to the area {box}: which {what} are in view? {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class MeanCentre(OfPoints):
    workflow = "mean_centre"
    category: Column

    def fields(self) -> dict[str, str]:
        return {**super().fields(), "category": self.mine(self.category.name)}

    def extras(self) -> tuple[str, ...]:
        return (self.category.name,)

    def outputs(self) -> list[str]:
        return [self.category.label, "mean longitude", "mean latitude"]

    def wordings(self) -> tuple[str, ...]:
        what, group = self.what, self.group_noun(self.category)
        return (
            f"Where is the mean center of {what} per {group}: average longitude and average latitude? {{show}}",
            f"Compute the mean center of {what} per {group}, as averages of longitude and latitude. {{show}}",
            f"Average position of {what} by {group}, please: mean longitude and mean latitude. {{show}}",
            f"For each {group}, what are the average longitude and latitude of {what}? {{show}}",
            f"How does the center of {what} differ by {group}? Take plain averages of the coordinates. {{show}}",
        )


@dataclass(frozen=True, kw_only=True)
class ActivitySpace(OfPoints):
    workflow = "activity_space"
    measures = True
    category: Column
    unit: Unit

    def fields(self) -> dict[str, str]:
        return {
            **super().fields(),
            "category": self.mine(self.category.name),
            "unit": self.unit.text,
            "area_as": f"hull_area_{self.unit.short}",
        }

    def extras(self) -> tuple[str, ...]:
        return (self.category.name,)

    def parameters(self) -> Mapping[str, Any]:
        return {"unit": self.unit.size}

    def outputs(self) -> list[str]:
        return [self.category.label, f"area in {self.unit.said}"]

    def details(self) -> list[str]:
        assert self.crs is not None
        return [
            self.aside(
                f"Take hull and area in {self.crs.said}, and skip groups of fewer than 3.",
                f"Groups of fewer than 3 are left out. Project to {self.crs.said} before you take the hull.",
                f"Use {self.crs.said} for hull and area; leave out groups with fewer than 3.",
            )
        ]

    def wordings(self) -> tuple[str, ...]:
        what, group = self.what, self.group_noun(self.category)
        return (
            f"How large is the convex hull around {what} per {group}? {{show}}",
            f"Activity space of {what} per {group}: the area of the convex hull of their {self.at.plural}. {{show}}",
            f"For each {group}, draw the convex hull around {what} and give its area. {{show}}",
            f"What area do {what} span, by {group}, as a convex hull? {{show}}",
            f"Compare how widely {what} are spread by {group}: area of the convex hull. {{show}}",
        )


def _points(database: Database, rng: Random, *, floor: float) -> dict[str, Any] | None:
    options = [(t, c) for t, c in point_tables(database) if shown(t)]
    if not options:
        return None
    table, at = rng.choice(options)
    return {**manner(rng), "subject": draw_subject(database, table, rng, far=0, most=2, floor=floor), "at": at}


def grid(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _points(database, rng, floor=60)
    if drawn is None:
        return None
    west, _, east, _ = drawn["at"].extent
    # Powers of two, so that the edges of cells are exact numbers.
    sizes = (0.25, 0.5, 1) if east - west < 12 else (0.5, 1, 2) if east - west < 60 else (2, 5, 10)
    return Grid(**drawn, cell=rng.choice(sizes), least=rng.choice((1, 2, 3, 5)))


def box_filter(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _points(database, rng, floor=20)
    if drawn is None:
        return None
    at = drawn["at"]
    west, south, east, north = at.extent
    x, y = rng.choice(at.values)
    width, height = (east - west) * rng.uniform(0.05, 0.3), (north - south) * rng.uniform(0.05, 0.3)
    digits = 2 if width < 3 else 1
    bounds = (
        round(max(x - width * rng.uniform(0.2, 0.8), -180), digits),
        round(max(y - height * rng.uniform(0.2, 0.8), -90), digits),
    )
    box = (*bounds, round(min(bounds[0] + width, 180), digits), round(min(bounds[1] + height, 90), digits))
    return BoxFilter(**drawn, bounds=box, count=rng.random() < 0.4) if box[0] < box[2] and box[1] < box[3] else None


def mean_centre(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _points(database, rng, floor=40)
    if drawn is None or _wraps(drawn["at"]):
        return None
    categories = groups(drawn["subject"].table, drawn["subject"].used)
    return MeanCentre(**drawn, category=rng.choice(categories)) if categories else None


def activity_space(database: Database, rng: Random) -> GeoIntent | None:
    drawn = _points(database, rng, floor=40)
    if drawn is None or _wraps(drawn["at"]):
        return None
    categories = groups(drawn["subject"].table, drawn["subject"].used)
    if not categories:
        return None
    crs = for_areas([drawn["at"].extent])
    return ActivitySpace(**drawn, category=rng.choice(categories), unit=rng.choice((KM2, KM2, MILES2)), crs=crs)


def _wraps(column: Column) -> bool:
    """Whether the points reach around the world: then neither their mean longitude nor their hull means anything."""
    assert column.extent
    return crosses_antimeridian(column.extent) or column.extent[2] - column.extent[0] > 180


WORKFLOWS = (grid, box_filter, mean_centre, activity_space)


def draw(database: Database, rng: Random) -> GeoIntent | None:
    return rng.choice(WORKFLOWS)(database, rng) if point_tables(database) else None
