"""One column of a database file: do type, role, phrases, generator and its sources fit each other?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from factory.check_nested import nested_problems
from factory.spec import ColumnSpec, Spec, TableSpec

NUMERIC = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL")
TYPES_OF_ROLE: Mapping[str, tuple[str, ...]] = {
    "measure": NUMERIC,
    "timestamp": ("DATE", "TIMESTAMP", "TIME"),
    "flag": ("BOOLEAN",),
    "geometry": ("GEOMETRY",),
    "name": ("VARCHAR",),
    "place": ("VARCHAR",),
    "text": ("VARCHAR",),
}
TYPES_OF_GEN: Mapping[str, tuple[str, ...]] = {
    "sequence": ("INTEGER", "BIGINT"),
    "pattern": ("VARCHAR",),
    "random": ("VARCHAR",),
    "faker": ("VARCHAR",),
    "text": ("VARCHAR",),
    "lognormal": NUMERIC,
    "normal": NUMERIC,
    "uniform": NUMERIC,
    "integers": NUMERIC,
    "poisson": NUMERIC,
    "bool": ("BOOLEAN",),
    "time": ("DATE", "TIMESTAMP", "TIME"),
    "after": ("DATE", "TIMESTAMP"),
    "point": ("GEOMETRY",),
    "line": ("GEOMETRY",),
    "area": ("GEOMETRY",),
    "track": ("GEOMETRY",),
}
MOMENTS: Mapping[str, Callable[[str], Any]] = {
    "DATE": date.fromisoformat,
    "TIMESTAMP": datetime.fromisoformat,
    "TIME": time.fromisoformat,
}
_IN_DEGREES = ("GEOMETRY", "GEOMETRY('EPSG:4326')")
GENERATORS = (*TYPES_OF_GEN, "choice", "given", "copy", "expr", "property")


def generator(column: ColumnSpec) -> str:
    """The kind of generator of a column; "" for references and for keys that count from 1."""
    return next((kind for kind in GENERATORS if kind in column.gen), "")


@lru_cache(maxsize=512)
def _columns_of(expression: str) -> tuple[str, ...]:
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(expression, read="duckdb")
    return tuple(dict.fromkeys(column.name for column in tree.find_all(exp.Column)))


def sources(column: ColumnSpec) -> tuple[str, ...]:
    """What a column is drawn from: `column` of the same row, or `table.column` of its parent. Base names.

    Raises sqlglot.errors.SqlglotError when an `expr` can't be parsed.
    """
    kind = generator(column)
    if kind == "expr":
        return _columns_of(column.gen["expr"])
    return (column.gen[kind],) if kind in ("given", "after", "copy") else ()


def column_problems(spec: Spec, table: TableSpec, column: ColumnSpec, path: str) -> Iterator[str]:
    """What is wrong with a column, each as `key path: text`."""
    if column.nested:
        yield from nested_problems(column, path)
        for part in column.parts:
            yield from column_problems(spec, table, part, f"{path}.parts.{part.base}")
        return
    yield from _kind_problems(column, path)
    yield from _gen_problems(spec, table, column, f"{path}.gen")


def _kind_problems(column: ColumnSpec, path: str) -> Iterator[str]:
    kind = column.type.split("(")[0]
    allowed = TYPES_OF_ROLE.get(column.role)
    if allowed is not None and kind not in allowed:
        yield f"{path}.type: a {column.role} is {' or '.join(allowed)}, not {column.type}"
    if column.role == "flag" and not (column.yes and column.no):
        yield f'{path}: a flag needs yes = "…" and no = "…"'
    if (kind == "GEOMETRY") != (column.role == "geometry") or (kind == "GEOMETRY") != bool(column.geometry):
        yield f'{path}: type GEOMETRY, role "geometry" and geometry = "POINT|LINESTRING|POLYGON" go together'
    if kind == "GEOMETRY" and "property" in column.gen and column.type not in _IN_DEGREES:
        yield f"{path}.type: the shapes of a layer are in degrees, so the type is {' or '.join(_IN_DEGREES)}"
    if column.missing and not column.null:
        yield f"{path}.missing: the column is never NULL; give it null = <share> or drop missing"
    measure = column.role == "measure"
    for key in ("unit", "additive", "more", "less"):
        if getattr(column, key) and not measure:
            yield f"{path}.{key}: only measures have it; this is a {column.role}"
    if (column.most or column.least) and not (measure or column.role == "timestamp"):
        yield f"{path}.most: only measures and timestamps have most and least; this is a {column.role}"


def _gen_problems(spec: Spec, table: TableSpec, column: ColumnSpec, path: str) -> Iterator[str]:
    kind, gen = generator(column), column.gen
    type_ = column.type.split("(")[0]
    if not kind:
        if column.role == "key" and type_ not in ("INTEGER", "BIGINT"):
            yield f"{path}: a {column.type} key needs a generator; only INTEGER and BIGINT count from 1"
        return
    if type_ not in TYPES_OF_GEN.get(kind, (type_,)):
        yield f"{path}: '{kind}' makes {' or '.join(TYPES_OF_GEN[kind])}, not {column.type}"
    if "weights" in gen and len(gen["weights"]) != len(gen["choice"]):
        yield f"{path}.weights: {len(gen['weights'])} weights for {len(gen['choice'])} choices"
    for value in (*gen.get("choice", ()), *(v for vs in gen.get("choices", {}).values() for v in vs)):
        if not _fits(value, type_):
            yield f"{path}: {value!r} is no {column.type}"
    for low, high in (gen[k] for k in ("uniform", "integers") if k in gen):
        if low >= high:
            yield f"{path}: {low} must be less than {high}"
    if kind == "property" and table.layer is None:
        yield f"{path}.property: '{table.base}' has no layer"
    if kind in ("point", "line", "area", "track"):
        from factory.layers import layer_names

        around = gen[kind]["around"]
        if around not in layer_names():
            yield f"{path}.{kind}.around: no layer '{around}'. Layers: {', '.join(layer_names())}"
    for slot in re.findall(r"\{(.*?)\}", " ".join(gen.get("text", ()))):
        if slot not in gen.get("slots", {}):
            yield f"{path}.text: no slot '{slot}'. Slots: {', '.join(gen.get('slots', {})) or 'none'}"
    yield from _time_problems(spec, gen.get("time", {}), path)
    yield from _source_problems(spec, table, column, path)


def _fits(value: object, type_: str) -> bool:
    if isinstance(value, bool):
        return type_ == "BOOLEAN"
    if isinstance(value, int):
        return type_ in NUMERIC
    if isinstance(value, float):
        return type_ in ("DOUBLE", "DECIMAL")
    try:
        return type_ == "VARCHAR" or (type_ in MOMENTS and bool(MOMENTS[type_](str(value))))
    except ValueError:
        return False


def _time_problems(spec: Spec, gen: Mapping[str, object], path: str) -> Iterator[str]:
    try:
        start = date.fromisoformat(str(gen.get("start", spec.start)))
        end = date.fromisoformat(str(gen.get("end", spec.end)))
    except ValueError as error:
        yield f"{path}.time: {error}"
    else:
        if start > end:
            yield f"{path}.time: start {start} lies after end {end}"


def _source_problems(spec: Spec, table: TableSpec, column: ColumnSpec, path: str) -> Iterator[str]:
    from sqlglot.errors import SqlglotError

    try:
        named = sources(column)
    except SqlglotError as error:
        yield f"{path}.expr: can't be parsed: {str(error).splitlines()[0]}"
        return
    tables = {t.base: t for t in spec.tables}
    for source in named:
        name, _, inner = source.rpartition(".")
        owner = tables.get(name) if name else table
        links = [r for r in spec.relations if (r.child, r.parent) == (table.base, name)]
        found = next((c for c in owner.columns if c.base == inner), None) if owner else None
        if owner is None or found is None:
            yield f"{path}: no column '{source}'"
        elif name and (not links or name == table.base):
            yield f"{path}: '{table.base}' has no relation to '{name}' to follow"
        elif (found.optional or (name and owner.optional)) and not column.optional:
            yield f"{path}: '{source}' is optional, so a column drawn from it must be optional too"
        elif "." in source or generator(column) == "after":
            yield from _inherited_problems(column, found, source, bool(links and links[0].null), path)
        if found and generator(column) == "given":
            yield from _given_problems(column, found, path)


def _inherited_problems(column: ColumnSpec, source: ColumnSpec, name: str, orphans: bool, path: str) -> Iterator[str]:
    if (source.null or orphans) and not column.null:
        yield f"{path}: '{name}' may be NULL or have no row, so the column needs null > 0"
    if generator(column) == "after" and source.type not in ("DATE", "TIMESTAMP"):
        yield f"{path}.after: '{name}' is {source.type}, not DATE or TIMESTAMP"
    if generator(column) == "copy" and _family(source) != _family(column):
        yield f"{path}.copy: '{name}' is {source.type}, the column {column.type}"
    if "noise" in column.gen and _family(column) != "number":
        yield f"{path}.noise: only numbers take noise, not {column.type}"


def _family(column: ColumnSpec) -> str:
    type_ = column.type.split("(")[0]
    return "number" if type_ in NUMERIC else "moment" if type_ in ("DATE", "TIMESTAMP") else type_


def _given_problems(column: ColumnSpec, source: ColumnSpec, path: str) -> Iterator[str]:
    missing = [str(v) for v in source.gen.get("choice", ()) if str(v) not in column.gen["choices"]]
    if missing:
        yield f"{path}.choices: nothing for {source.base} = {', '.join(missing)}"
