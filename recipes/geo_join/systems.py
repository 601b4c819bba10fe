"""Which coordinate systems the columns of a query are stored in, and how that is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from factory.intents.geo.crs import WGS84, stored_in
from factory.reasoning import Context
from factory.records import Column, Database

_SYSTEMS = {"5070": "Conus Albers", "6933": "an equal-area projection of the world", "3857": "Web Mercator"}

Systems = Mapping[str, str]  # column as the query writes it → "EPSG:…"


def geometries(tree: exp.Expr, database: Database) -> dict[str, Column]:
    """Columns with shapes, as the query writes them."""
    called = {table.alias_or_name: table.name for table in tree.find_all(exp.Table)}
    found = {}
    for node in tree.find_all(exp.Column):
        table = database.by_name.get(called.get(node.table, ""))
        column = table.by_name.get(node.name) if table else None
        if column is not None and column.role == "geometry":
            found[node.sql(dialect=database.dialect)] = column
    return found


def projected(tree: exp.Expr, database: Database) -> dict[str, str]:
    """Those in a system of metres, with that system."""
    systems = {text: stored_in(column) for text, column in geometries(tree, database).items()}
    return {text: f"EPSG:{crs.code}" for text, crs in systems.items() if crs is not None and crs != WGS84}


def mixed(stored: Systems, transforms: Sequence[list[exp.Expr]], context: Context) -> Iterator[str]:
    """Which columns are in which system, and which of them are moved."""
    moves = {(context.code(a[0]), *(v.name for v in a[1:3])): a for a in transforms if len(a) > 2}
    taken = [geometry for geometry, source, _ in moves if source == "EPSG:4326"]
    yield from as_stored({c: s for c, s in stored.items() if f"`{c}`" not in taken}, context)
    for geometry, source, target in sorted(moves, key=lambda move: move[1] == "EPSG:4326"):
        if source == "EPSG:4326":
            yield f"{geometry} is in degrees: take it from EPSG:4326 to {system(target)}."
        else:
            yield f"What it is compared with is in degrees, so take {geometry} from {source} to {target}."


def as_stored(stored: Systems, context: Context) -> Iterator[str]:
    for column, code in stored.items():
        yield context.say(
            67,
            f"`{column}` is stored in {system(code)}, in meters.",
            f"The type of `{column}` says {system(code)}: it has eastings and northings in meters.",
        )


def system(target: str) -> str:
    """A system with its name, if it has one."""
    number = target.rpartition(":")[2]
    known = _SYSTEMS.get(number, "")
    if number[:3] in ("326", "327") and len(number) == 5:
        known = f"UTM zone {int(number[3:])}{'N' if number[2] == '6' else 'S'}"
    return f"{target} ({known})" if known else target
