"""Small instances derived from the user's rows: samples, doubles, NULLs, emptied tables. Keys hold in all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from factory.certify.scratch import Filling, Values
from factory.judge.perturb import Rows, doubled, perturbed
from factory.judge.source import Source
from factory.records import Relation, Table

SAMPLED, MOST, EMPTIED = 16, 60, 4


def derived(source: Source, tables: Sequence[Table]) -> Iterator[tuple[str, list[Filling]]]:
    """Named instances of these tables. The same database and tables give the same ones."""
    inside = {table.name for table in tables}
    relations = [r for r in source.database.relations if r.child in inside and r.parent in inside]
    rng = Random("\n".join((source.database.digest, *sorted(inside))))
    pools = {table.name: source.scratch.pool(table) for table in tables}
    sample = _with_parents(source, relations, {name: _some(rng, rows, SAMPLED) for name, rows in pools.items()})
    family = _with_parents(source, relations, _families(source, relations, pools, rng))
    yield "a sample", _filled(tables, sample)
    yield "a sample of families", _filled(tables, family)
    yield "rows twice", _filled(tables, doubled(source, tables, family))
    yield "other values", _filled(tables, perturbed(source, tables, family, rng))
    yield "other values, too", _filled(tables, perturbed(source, tables, sample, rng))
    yield "NULLs", _filled(tables, _with_nulls(tables, relations, family, rng, 0.4))
    yield "all NULL", _filled(tables, _with_nulls(tables, relations, family, rng, 1.0))
    single = {name: rows[:1] for name, rows in family.items()}
    yield "one row", _filled(tables, _with_parents(source, relations, single))
    for table in tables[:EMPTIED]:
        yield f"no {table.name}", _filled(tables, _without(source, relations, family, table.name))


def _some(rng: Random, rows: Sequence[Values], most: int) -> list[Values]:
    return [rows[i] for i in sorted(rng.sample(range(len(rows)), min(most, len(rows))))]


def _families(source: Source, relations: Sequence[Relation], pools: Mapping[str, list[Values]], rng: Random) -> Rows:
    """A few parents with their children, so that joins meet more than one row."""
    children = {relation.child for relation in relations if relation.child != relation.parent}
    found: Rows = {name: _some(rng, rows, 5) for name, rows in pools.items() if name not in children}
    for relation in relations:
        if relation.parent in found and relation.child not in found:
            keys = _values(found[relation.parent], relation.parent_column)
            found[relation.child] = source.rows(relation.child, relation.child_column, keys)[:24] if keys else []
    for name, rows in pools.items():
        if not found.get(name):
            found[name] = _some(rng, rows, 8)
    return {name: found[name] for name in pools}


def _values(rows: Sequence[Values], column: str) -> list[str]:
    return list(dict.fromkeys(v for row in rows if (v := row.get(column)) is not None))


def _with_parents(source: Source, relations: Sequence[Relation], rows: Rows) -> Rows:
    """The rows and all that they refer to. References that lead nowhere in the user's data stay as they are."""
    rows = {name: list(found) for name, found in rows.items()}
    for _ in range(6):
        grown = False
        for relation in relations:
            have = set(_values(rows[relation.parent], relation.parent_column))
            missing = [v for v in _values(rows[relation.child], relation.child_column) if v not in have][:MOST]
            more = source.rows(relation.parent, relation.parent_column, missing) if missing else []
            fresh = [row for row in more if row not in rows[relation.parent]]
            rows[relation.parent] += fresh
            grown = grown or bool(fresh)
        if not grown:
            break
    return rows


def _with_nulls(tables: Sequence[Table], relations: Sequence[Relation], rows: Rows, rng: Random, share: float) -> Rows:
    held = {(r.parent, r.parent_column) for r in relations}
    found: Rows = {}
    for table in tables:
        free = {
            c.name for c in table.columns if c.nullable and c.name not in table.key and (table.name, c.name) not in held
        }
        found[table.name] = [
            {name: None if name in free and rng.random() < share else value for name, value in row.items()}
            for row in rows[table.name]
        ]
    return found


def _without(source: Source, relations: Sequence[Relation], rows: Rows, emptied: str) -> Rows:
    """One table without rows; what referred to it has no parent now, or is gone where it must have one."""
    found: Rows = {**{name: list(mine) for name, mine in rows.items()}, emptied: []}
    for _ in range(len(rows)):
        for relation in relations:
            have = set(_values(found[relation.parent], relation.parent_column))
            table = source.database.table(relation.child)
            name = relation.child_column
            may = table.column(name).nullable and name not in table.key
            kept = []
            for row in found[relation.child]:
                if row.get(name) is None or row[name] in have:
                    kept.append(row)
                elif may:
                    kept.append({**row, name: None})
            found[relation.child] = kept
    return found


def _filled(tables: Sequence[Table], rows: Rows) -> list[Filling]:
    return [Filling(table.name, tuple(c.name for c in table.columns), rows[table.name][:MOST]) for table in tables]
