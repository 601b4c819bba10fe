"""Aimed instances: real rows, changed to lie where a gold query and its mutants could part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from factory.certify.aim import Aim
from factory.certify.boundaries import around, is_number, is_temporal, later, neighbours
from factory.certify.plausible import could_hold, never_repeated
from factory.certify.scratch import Filling, Scratch, Values
from factory.records import Column, Database, Relation, Table

PARENTS, MOST = 10, 64
ALONE = 28

Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """`levels` is how many values a column takes that no literal is about; `untied` lets no number or moment repeat,
    for queries whose answer a tie would make ambiguous; `dense` makes groups as large as the counted literals, of
    rows that mostly pass the conditions; `natural` keeps to values that the column could hold: a category has those it
    is seen with, what is never negative stays so, and codes and areas that never repeat don't."""

    levels: int
    untied: bool
    dense: bool
    natural: bool = False


def shape(n: int, *, natural: bool = False) -> Shape:
    """The n-th of the shapes that are tried: few values and many, loose and dense, each with ties and then without."""
    k, untied = divmod(n, 2)
    return Shape(levels=(3, 1, 2, 4)[k % 4], untied=bool(untied), dense=k % 2 == 1, natural=natural)


def build(aim: Aim, database: Database, scratch: Scratch, shape: Shape, rng: Random) -> list[Filling]:
    """Rows for every table of the aim, parents first: keys are unique, references lead somewhere, NOT NULL holds."""
    done: dict[str, Filling] = {}
    for table in _parents_first(aim, database):
        done[table.name] = _Rows(aim, database, scratch, shape, rng, table, done).fill()
    return list(done.values())


def _parents_first(aim: Aim, database: Database) -> Iterator[Table]:
    waiting = list(aim.tables)
    while waiting:
        names = {table.name for table in waiting}
        ready = [t for t in waiting if not {r.parent for r in database.parents(t.name)} & (names - {t.name})]
        for table in ready or waiting[:1]:
            waiting.remove(table)
            yield table


class _Rows:
    def __init__(
        self,
        aim: Aim,
        database: Database,
        scratch: Scratch,
        shape: Shape,
        rng: Random,
        table: Table,
        done: dict[str, Filling],
    ) -> None:
        self.aim, self.shape, self.rng, self.table = aim, shape, rng, table
        self.pool = scratch.pool(table)
        self.unique = scratch.unique(table)
        if shape.natural:
            self.unique += [one for one in never_repeated(table, self.pool) if aim.wants(one[0])]
        self.parents = {
            r.child_column: r for r in database.parents(table.name) if r.parent in done or r.parent == table.name
        }
        self.done = done
        held = {*table.key, *self.parents, *(r.parent_column for r in database.children(table.name))}
        held |= {name for group in self.unique for name in group}
        self.columns = tuple(c for c in table.columns if c.name in held or aim.wants(c.name))
        self.bounds = {c.name: self._bounds(c) for c in self.columns}
        self.points = {
            link.point_column: scratch.points(link)
            for link in database.spatial
            if link.point_table == table.name
            and link.zone_table in {t.name for t in aim.tables}
            # A place of the zones means nothing in another coordinate system.
            and table.column(link.point_column).type == database.table(link.zone_table).column(link.zone_column).type
        }
        self.levels = {c.name: self._levels(c) for c in self.columns}
        self.rows: list[Values] = []
        self.taken: dict[tuple[str, ...], set[Key]] = {group: set() for group in self.unique}
        self.seen: dict[str, set[str]] = {c.name: set() for c in self.columns}

    def fill(self) -> Filling:
        if self.pool:
            plan = self._references()
            for i in range(self._size(plan)):
                row = self._row({name: values[i % len(values)] for name, values in plan.items()})
                if self._keyed(row):
                    self.rows.append(row)
                    for group, taken in self.taken.items():
                        taken.add(_key(group, row))
        return Filling(self.table.name, tuple(c.name for c in self.columns), self.rows)

    def _bounds(self, column: Column) -> tuple[list[str], list[str]]:
        passing, failing = around(column.type, self.aim.limits.get(column.name.lower(), ()))
        if not self.shape.natural:
            return passing, failing
        return [v for v in passing if could_hold(column, v)], [v for v in failing if could_hold(column, v)]

    # --- how many rows, and whose children --------------------------------------------------------------------------

    def _size(self, plan: dict[str, list[str | None]]) -> int:
        if plan:
            return min(MOST, max(len(values) for values in plan.values()))
        large = max((c for c in self.aim.counts if c <= MOST - 4), default=0)
        alone = len(self.aim.tables) == 1
        return max(ALONE if alone else PARENTS, large + 3 if self.shape.dense or self.shape.untied else 0)

    def _references(self) -> dict[str, list[str | None]]:
        """For each reference, the parents in the order of the rows. The first one decides how many rows there are."""
        plan: dict[str, list[str | None]] = {}
        for name, relation in self.parents.items():
            if relation.parent == self.table.name:
                continue
            known = self._known(relation)
            if not known:
                plan[name] = [None]
            elif not plan:
                plan[name] = self._fan_out(known)
            else:
                few = known[: max(1, len(known) - 2)]
                plan[name] = [self.rng.choice(few[: self.rng.choice((2, len(few)))]) for _ in range(MOST)]
        first = next(iter(plan.values()), None)
        if first is not None:
            for name, values in plan.items():
                plan[name] = values[: len(first)]
        return plan

    def _known(self, relation: Relation) -> list[str]:
        rows = self.done[relation.parent].rows
        return list(dict.fromkeys(v for row in rows if (v := row.get(relation.parent_column)) is not None))

    def _fan_out(self, known: list[str]) -> list[str | None]:
        """No child, one, two, and around every number that rows are counted against."""
        if self.shape.untied:
            sizes = list(range(len(known)))
        else:
            counts = [c for c in self.aim.counts if c <= (MOST // 2 if self.shape.dense else 6)]
            sizes = [0, *(n for c in counts for n in (c + 1, c, c - 1) if n > 0), 1, 2, 3, 1, 2, 2]
        found: list[str | None] = []
        for parent, size in zip(known, [*sizes, *([2] * len(known))], strict=False):
            found += [parent] * min(size, MOST - len(found))
        return found or [known[0]]

    # --- one row ----------------------------------------------------------------------------------------------------

    def _row(self, references: dict[str, str | None]) -> Values:
        rng = self.rng
        copied = bool(self.rows) and rng.random() < 0.35 and not self.shape.untied
        source = rng.choice(self.rows) if copied else rng.choice(self.pool)
        row: Values = {c.name: source.get(c.name) for c in self.columns}
        free = [c for c in self.columns if c.name not in references and c.name not in self.parents]
        changed = free if not copied else [c for c in free if c.name.lower() in self.aim.focus]
        if copied and changed:
            changed = [rng.choice(changed)]
        for column in changed:
            row[column.name] = self._value(column, row[column.name])
        for name, parent in references.items():
            row[name] = None if self._may_be_null(self.table.column(name)) and rng.random() < 0.15 else parent
        for name, relation in self.parents.items():
            if name not in references:
                row[name] = self._earlier(relation, row)
        self._equalise(row)
        return row

    def _value(self, column: Column, value: str | None) -> str | None:
        rng = self.rng
        focused = column.name.lower() in self.aim.focus
        passing, failing = self.bounds[column.name]
        if self._may_be_null(column) and rng.random() < (0.22 if focused else 0.12):
            return None
        if column.type.startswith("GEOMETRY"):
            return self._place(column, value)
        if column.type == "BOOLEAN":
            return rng.choice(("true", "true", "false"))
        draw = rng.random()
        if passing and draw < (0.86 if self.shape.dense else 0.62):
            value = rng.choice(passing)
        elif failing and draw < 0.94:
            value = rng.choice(failing)
        elif not (passing or failing) and (levels := self.levels[column.name]):
            value = rng.choice(levels)
        return self._apart(column, value)

    def _apart(self, column: Column, value: str | None) -> str | None:
        """The value or, in an untied instance, the next one that the column doesn't hold yet."""
        if value is None and not self._may_be_null(column):
            value = next((v for v in (row.get(column.name) for row in self.pool) if v is not None), None)
        if self.shape.untied:
            seen = self.seen[column.name]
            while value is not None and value in seen and (more := later(column.type, value)) is not None:
                value = more
            if value is not None:
                seen.add(value)
        return value

    def _levels(self, column: Column) -> list[str]:
        """A few values to choose from; moments come with those that a coarser grouping would confuse them with."""
        values = list(dict.fromkeys(v for row in self.pool if (v := row.get(column.name)) is not None))
        self.rng.shuffle(values)
        if self.shape.untied and (is_number(column.type) or is_temporal(column.type)):
            return values
        few = values[: self.shape.levels]
        if is_temporal(column.type) and few:
            few += self.rng.sample(near := neighbours(column.type, few[0]), min(4, len(near)))
        return few

    def _place(self, column: Column, value: str | None) -> str | None:
        if column.geometry != "POINT":
            return value
        if (inside := self.points.get(column.name)) and self.rng.random() < 0.7:
            return self.rng.choice(inside)
        if self.aim.points and self.rng.random() < 0.8:
            x, y = self.rng.choice(self.aim.points)
            other_x, other_y = self.rng.choice(self.aim.points)
            moved = self.rng.choice(self.aim.distances or [0.0]) * self.rng.choice((0.0, 0.99, 1.0, 1.01))
            # A distance is in degrees or in metres; a large one can only be metres.
            moved = moved / 111_195 if moved > 90 else moved
            x, y = self.rng.choice(((x, y), (x, other_y), ((x + other_x) / 2, (y + other_y) / 2)))
            return f"POINT ({x} {max(-90.0, min(90.0, y + moved))})"
        return value

    def _earlier(self, relation: Relation, row: Values) -> str | None:
        """A reference within the table: to an earlier row, so that there is no circle."""
        column = self.table.column(relation.child_column)
        earlier = [v for other in self.rows[:6] if (v := other.get(relation.parent_column)) is not None]
        if not earlier or (column.nullable and self.rng.random() < 0.25):
            return None if column.nullable else row.get(relation.parent_column)
        return self.rng.choice(earlier)

    def _equalise(self, row: Values) -> None:
        """Two columns that are compared with each other are now and then equal."""
        for left, right in self.aim.equal:
            pair = [c for c in self.columns if c.name.lower() in (left, right) and c.name not in self.parents]
            if len(pair) == 2 and pair[0].type == pair[1].type and self.rng.random() < 0.35:
                value = row[pair[0].name]
                if value is not None and pair[1].name not in self.table.key:
                    row[pair[1].name] = value

    def _may_be_null(self, column: Column) -> bool:
        return column.nullable and column.name not in self.table.key

    # --- keys -------------------------------------------------------------------------------------------------------

    def _keyed(self, row: Values) -> bool:
        """Gives the row a key that no other has; False when it can't have one."""
        for group in self.unique:
            if self._taken(group, row):
                own = next((n for n in reversed(group) if n not in self.parents and self._renewed(n, group, row)), None)
                if own is None:
                    return False
        return True

    def _taken(self, group: tuple[str, ...], row: Values) -> bool:
        mine = _key(group, row)
        return None not in mine and mine in self.taken[group]

    def _renewed(self, name: str, group: tuple[str, ...], row: Values) -> bool:
        column = self.table.column(name)
        value = row[name]
        for _ in range(len(self.rows) + 1):
            if column.type == "VARCHAR":
                row[name] = f"{value}-{len(self.rows)}"
            elif value is not None and (more := later(column.type, row[name] or value)) is not None:
                row[name] = more
            else:
                return False
            if not self._taken(group, row):
                return True
        return False


def _key(group: tuple[str, ...], row: Values) -> Key:
    return tuple(row.get(name) for name in group)
