"""What the draws of all workflows share: distances as people say them, units, and how a question is put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from factory.intents.geo import draw_link, point_tables, zone_tables
from factory.intents.geo.crs import WGS84, shared, stored_in
from factory.intents.intent import alias_style, voice
from factory.intents.scope import shown
from factory.intents.subject import draw_subject
from factory.records import Column, Database, SpatialLink, Table

MILE = 1609.344


@dataclass(frozen=True, slots=True)
class Reach:
    """A distance: `said` follows "within", `metres` is what the query compares with."""

    metres: float
    said: str

    @property
    def text(self) -> str:
        return f"{self.metres:.10g}"


REACHES = (
    Reach(400, "a 5-minute walk (400 m)"),
    Reach(500, "500 m"),
    Reach(800, "a 10-minute walk (800 m)"),
    Reach(1000, "1 km"),
    Reach(MILE, "1 mile"),
    Reach(2000, "2 km"),
    Reach(2 * MILE, "2 miles"),
    Reach(2400, "a 30-minute walk (2.4 km)"),
    Reach(5000, "5 km"),
    Reach(5 * MILE, "5 miles"),
    Reach(10000, "10 km"),
    Reach(10 * MILE, "10 miles"),
    Reach(15000, "15 km"),
    Reach(25000, "25 km"),
    Reach(25 * MILE, "25 miles"),
    Reach(50000, "50 km"),
    Reach(50 * MILE, "50 miles"),
    Reach(75000, "75 km"),
    Reach(100000, "100 km"),
    Reach(100 * MILE, "100 miles"),
    Reach(150000, "150 km"),
    Reach(200000, "200 km"),
    Reach(300000, "300 km"),
    Reach(250 * MILE, "250 miles"),
    Reach(500000, "500 km"),
    Reach(500 * MILE, "500 miles"),
    Reach(1000000, "1,000 km"),
)


def draw_reach(rng: Random, least: float, most: float) -> Reach:
    """A distance from `least` to `most` metres; the one nearest to `least` when there is none."""
    fitting = [reach for reach in REACHES if least <= reach.metres <= most]
    return rng.choice(fitting) if fitting else min(REACHES, key=lambda r: abs(r.metres - least))


@dataclass(frozen=True, slots=True)
class Unit:
    """`size` in metres or square metres; `text` is how the query writes it, `short` ends an output name."""

    said: str
    short: str
    size: float

    @property
    def text(self) -> str:
        return f"{self.size:.13g}"


KM, MILES, METRES = Unit("km", "km", 1000), Unit("miles", "miles", MILE), Unit("meters", "m", 1)
KM2, MILES2 = Unit("square km", "km2", 1e6), Unit("square miles", "sq_miles", MILE**2)


def manner(rng: Random) -> dict[str, Any]:
    """The fields of a question that change nothing about what is asked."""
    return {"voice": voice(rng), "aliases": alias_style(rng), "form": rng.randrange(6)}


def over_zones(
    database: Database, rng: Random, *, most: int = 2, floor: float = 20, link: SpatialLink | None = None
) -> dict[str, Any] | None:
    """The fields of a question about points and the zones that they lie in."""
    link = link or draw_link(database, rng, projected=True)
    if link is None:
        return None
    points, zones = database.table(link.point_table), database.table(link.zone_table)
    if not shown(points) or not named(zones):
        return None
    return {
        **manner(rng),
        "subject": draw_subject(database, points, rng, far=0, most=most, floor=floor),
        "at": points.column(link.point_column),
        "other": zones,
        "other_at": zones.column(link.zone_column),
    }


def named(table: Table) -> bool:
    """Whether rows can be called by a name (or code) beside their key."""
    columns = shown(table)
    return len(columns) == 2 and columns[1].role in ("name", "code") and not columns[1].nulls


def draw_name(table: Table, rng: Random) -> str | None:
    """The name of one row, if names tell rows apart."""
    column = shown(table)[-1]
    unique = column.role in ("name", "code") and column.distinct == table.row_count
    return str(rng.choice(column.values)) if unique and column.values else None


def groups(table: Table, used: Iterable[str] = ()) -> list[Column]:
    """Categories and places that the rows can be grouped by."""
    taken = set(used)
    return [
        c
        for c in table.with_role("category", "place")
        if 1 < c.distinct <= 25 and not c.nulls and c.name not in taken and c.type == "VARCHAR"
    ]


def mover_of(database: Database, table: Table) -> tuple[Column, Column, Table] | None:
    """What leaves tracks in `table`: the reference column, the time column, and the table of those that move."""
    times = [c for c in table.with_role("timestamp") if c.type.startswith("TIMESTAMP") and not c.nulls]
    for relation in database.parents(table.name):
        parent, column = database.table(relation.parent), table.column(relation.child_column)
        if times and not column.nulls and parent.name != table.name and table.row_count >= 1.5 * parent.row_count:
            return column, times[0], parent
    return None


def tracks(database: Database) -> list[tuple[Table, Column, Column, Column, Table]]:
    """Tables of positions in time: table, point, mover, time, and the table of what moves."""
    found = []
    for table in database.tables:
        points = [c for c in table.with_role("geometry") if c.geometry == "POINT" and c.label == "position"]
        mover = mover_of(database, table) if points and shown(table) else None
        if mover:
            found.append((table, points[0], *mover))
    return found


def point_pair(database: Database, rng: Random, floor: float = 5) -> dict[str, Any] | None:
    """Points, and other points beside them that have names."""
    points = [(t, c) for t, c in point_tables(database, projected=True) if shown(t)]
    places = [(t, c) for t, c in points if named(t) and t.row_count <= 400]
    pairs = [
        (a, b)
        for a in points
        for b in places
        if a[0].name != b[0].name and a[0].row_count >= b[0].row_count and (_degrees(a[1], b[1]) or shared(a[1], b[1]))
    ]
    if not pairs:
        return None
    (table, at), (other, other_at) = rng.choice(pairs)
    return {
        **manner(rng),
        "subject": draw_subject(database, table, rng, far=0, most=2, floor=floor),
        "at": at,
        "other": other,
        "other_at": other_at,
        "crs": shared(at, other_at),
    }


def _degrees(*columns: Column) -> bool:
    return all(stored_in(column) == WGS84 for column in columns)


def spacing_of(column: Column, rows: float) -> float:
    """About the distance in metres between neighbours, if the rows were spread over a tenth of their extent."""
    assert column.extent
    west, south, east, north = column.extent
    metres = 100_000 if _degrees(column) else 1
    least = 10_000 / metres
    return float((max(east - west, least) * max(north - south, least) * 0.1 / max(rows, 1)) ** 0.5 * metres)


def area_tables(database: Database, *, projected: bool = False) -> list[tuple[Table, Column]]:
    """Valid polygons whose rows can be called by a name."""
    return [(t, c) for t, c in zone_tables(database, projected=projected) if named(t) and t.row_count > 3]


def layer_alone(database: Database, rng: Random, *, floor: float) -> dict[str, Any] | None:
    """The fields of a question about the polygons of a reference layer among themselves."""
    options = [(t, c) for t, c in area_tables(database) if t.kind == "layer"]
    if not options:
        return None
    table, at = rng.choice(options)
    subject = draw_subject(database, table, rng, far=0, most=1, floor=floor)
    return {**manner(rng), "subject": subject, "at": at}
