"""What a JSON Schema can't say of a database: names that exist and don't clash, no circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from factory.check_column import column_problems, generator, sources
from factory.exceptions import BadSpec
from factory.identifiers import RESERVED
from factory.spec import RelationSpec, Spec, TableSpec

__all__ = ["RESERVED", "check_spec", "generator", "sources"]


def check_spec(spec: Spec, where: str) -> None:
    """Raise BadSpec, `where` first and then the key, at the first thing that is wrong."""
    for problem in _problems(spec):
        raise BadSpec(f"{where}: {problem}")


def _problems(spec: Spec) -> Iterator[str]:
    if spec.start >= spec.end:
        yield "period: the first day must lie before the last"
    names = [(f"table[{at}]", name) for at, t in enumerate(spec.tables) for name in (t.base, *t.synonyms)]
    yield from _clashes(names)
    yield from _twice((f"table[{at}].label", t.label) for at, t in enumerate(spec.tables))
    for at, table in enumerate(spec.tables):
        yield from _table_problems(spec, table, f"table[{at}]")
    yield from _relation_problems(spec)
    yield from _spatial_problems(spec)


def _clashes(names: Iterable[tuple[str, str]]) -> Iterator[str]:
    names = list(names)
    for path, name in names:
        if name in RESERVED:
            yield f"{path}: '{name}' is a reserved word of DuckDB; choose another name or synonym"
    yield from _twice(names)


def _twice(named: Iterable[tuple[str, str]]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for path, name in named:
        if name in seen:
            yield f"{path}: '{name}' is already taken by {seen[name]}; each must be unique"
        seen[name] = path


def _table_problems(spec: Spec, table: TableSpec, path: str) -> Iterator[str]:
    columns = {column.base: column for column in table.columns}
    yield from _clashes((f"{path}.columns.{c.base}", n) for c in table.columns for n in (c.base, *c.synonyms))
    yield from _twice((f"{path}.columns.{c.base}.label", c.label) for c in table.columns)
    for name in table.key:
        if name not in columns:
            yield f"{path}.key: no column '{name}'. Columns: {', '.join(columns)}"
        elif columns[name].null or columns[name].optional:
            yield f"{path}.columns.{name}: part of the key, so neither null nor optional"
    if table.layer is not None:
        from factory.layers import layer_names

        if table.layer["name"] not in layer_names():
            yield f"{path}.layer.name: no layer '{table.layer['name']}'. Layers: {', '.join(layer_names())}"
    for column in table.columns:
        at = f"{path}.columns.{column.base}"
        yield from column_problems(spec, table, column, at)
    try:
        graph = {c.base: [s for s in sources(c) if "." not in s] for c in table.columns}
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield f"{path}.columns: drawn from each other in a circle: {' → '.join(error.args[1])}"


def _relation_problems(spec: Spec) -> Iterator[str]:
    tables = {t.base: t for t in spec.tables}
    for at, link in enumerate(spec.relations):
        yield from _link_problems(tables, link, f"relation[{at}]")
    linked = [(f"relation[{at}].child", f"{r.child}.{r.child_column}") for at, r in enumerate(spec.relations)]
    yield from _twice(linked)
    known = {name for _, name in linked}
    for at, table in enumerate(spec.tables):
        for column in table.columns:
            if column.role == "reference" and f"{table.base}.{column.base}" not in known:
                yield f"table[{at}].columns.{column.base}: a reference without a [[relation]]"
    graph = {t.base: [r.parent for r in spec.relations if r.child == t.base != r.parent] for t in spec.tables}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield f"relation: tables refer to each other in a circle: {' → '.join(error.args[1])}"


def _link_problems(tables: Mapping[str, TableSpec], link: RelationSpec, path: str) -> Iterator[str]:
    child, parent = tables.get(link.child), tables[link.parent]
    column = next((c for c in child.columns if c.base == link.child_column), None) if child else None
    if child is None or column is None:
        yield f"{path}.child: no column '{link.child}.{link.child_column}'"
        return
    if column.role != "reference":
        yield f"{path}.child: '{column.base}' has role {column.role}; give it role = \"reference\""
    key = next((c for c in parent.columns if c.base == link.parent_column), None)
    if key is not None and column.type != key.type:
        yield f"{path}: {child.base}.{column.base} is {column.type}, {parent.base}.{key.base} {key.type}"
    if link.child == link.parent and not link.null:
        yield f"{path}.null: a self reference needs null > 0, the share of rows at the top"
    if column.base in child.key and parent.optional and not child.optional:
        yield f"{path}: '{parent.base}' is optional, but the key of '{child.base}' refers to it"


def _spatial_problems(spec: Spec) -> Iterator[str]:
    shapes = {(t.base, c.base): c.geometry for t in spec.tables for c in t.columns}
    for at, link in enumerate(spec.spatial):
        if shapes.get((link.point_table, link.point_column)) != "POINT":
            yield f"spatial[{at}].point: '{link.point_table}.{link.point_column}' is no column of points"
        if shapes.get((link.zone_table, link.zone_column)) != "POLYGON":
            yield f"spatial[{at}].zone: '{link.zone_table}.{link.zone_column}' is no column of polygons"
