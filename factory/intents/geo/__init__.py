"""What questions about places share: which tables hold points, lines and zones, and how they join."""

from __future__ import annotations

from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.geo.crs import WGS84, stored_in
from factory.intents.scope import Scope
from factory.records import Column, Database, SpatialLink, Table


def point_tables(database: Database, *, projected: bool = False) -> list[tuple[Table, Column]]:
    """Tables with points, and the column that holds them; those in metres only if asked for."""
    return [
        (table, column)
        for table, column in _placed(database, projected=projected)
        if column.geometry == "POINT" and column.values and table.row_count > 10
    ]


def _placed(database: Database, *, projected: bool = False) -> list[tuple[Table, Column]]:
    """Columns with shapes whose coordinate system is known."""
    return [
        (table, column)
        for table in database.tables
        for column in table.with_role("geometry")
        if column.extent and _usable(column, projected=projected)
    ]


def _usable(column: Column, *, projected: bool) -> bool:
    stored = stored_in(column)
    return stored is not None and (projected or stored == WGS84)


def contains(link: SpatialLink, points: Scope, zones: str) -> exp.Expr:
    """ST_Contains(zone, point), with the zone's table called `zones`."""
    return sql.call(
        "ST_Contains",
        sql.column(link.zone_column, zones),
        sql.column(link.point_column, points.called[link.point_table]),
    )


def zone_alias(link: SpatialLink, points: Scope) -> str:
    """A qualifier for the zones that no table of the scope has."""
    taken = {name.lower() for name in points.called.values()}
    short = link.zone_table[:1].lower()
    return next(name for name in (short, "z", "zone", link.zone_table) if name not in taken)


def with_zones(query: exp.Select, link: SpatialLink, points: Scope) -> exp.Select:
    zones = zone_alias(link, points)
    table = exp.Table(this=sql.name(link.zone_table), alias=sql.called(zones))
    return query.join(table, on=contains(link, points, zones), copy=False)


def draw_link(database: Database, rng: Random, *, projected: bool = False) -> SpatialLink | None:
    links = [
        link for link in links_of(database, projected=projected) if database.table(link.point_table).row_count > 10
    ]
    return rng.choice(links) if links else None


def links_of(database: Database, *, projected: bool = False) -> list[SpatialLink]:
    """What lies in what; with `projected` also where points and zones have different coordinate systems."""
    return [
        link
        for link in database.spatial
        if _usable(database.table(link.point_table).column(link.point_column), projected=projected)
        and _usable(database.table(link.zone_table).column(link.zone_column), projected=projected)
    ]


def degrees(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def line_tables(database: Database) -> list[tuple[Table, Column]]:
    """Tables with lines, and the column that holds them."""
    return [(t, c) for t, c in _placed(database) if c.geometry == "LINESTRING"]


def zone_tables(database: Database, *, projected: bool = False) -> list[tuple[Table, Column]]:
    """Tables whose polygons are known to be valid: those that points are joined to."""
    links = links_of(database, projected=True)
    found = {(link.zone_table, link.zone_column): None for link in links}
    zones = [(database.table(table), database.table(table).column(column)) for table, column in found]
    return [(t, c) for t, c in zones if _usable(c, projected=projected)]


def polygon_tables(database: Database) -> list[tuple[Table, Column]]:
    """Tables with polygons of any quality, and the column that holds them."""
    return [(t, c) for t, c in _placed(database) if c.geometry in ("POLYGON", "MULTIPOLYGON")]
