"""What a gold query and its mutants look at: tables and columns to fill, and values at which they could part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from factory.records import Database, Outcome, Table

Run = Callable[[str], Outcome]

_FLIPPED = {"GT": "LT", "LT": "GT", "GTE": "LTE", "LTE": "GTE"}
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.ILike, exp.NullSafeEQ, exp.NullSafeNEQ)
_COORDINATES = re.compile(r"(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)")
_POINT_MAKERS = ("st_point", "st_makepoint", "st_makeenvelope")


@dataclass(frozen=True, slots=True)
class Limit:
    """A literal that a column is compared with; `op` is EQ, NEQ, GT, GTE, LT, LTE or LIKE, the column on its left."""

    op: str
    text: str
    number: bool


@dataclass(slots=True)
class Aim:
    """Column names are in lower case and not tied to a table: a name that two tables share is aimed at in both.

    `counts` holds the literals that numbers of rows or ranks are compared with; `focus` the columns that the gold
    query and a mutant use differently; `equal` pairs of columns that are compared with each other.
    """

    tables: tuple[Table, ...]
    columns: frozenset[str] | None
    limits: dict[str, list[Limit]] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)
    equal: list[tuple[str, str]] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    distances: list[float] = field(default_factory=list)
    focus: frozenset[str] = frozenset()

    def wants(self, column: str) -> bool:
        return self.columns is None or column.lower() in self.columns


def aim_at(gold: exp.Expr, mutants: Sequence[exp.Expr], database: Database, run: Run) -> Aim:
    """`run` evaluates constants such as DATE '2024-03-01' - INTERVAL 60 DAY."""
    trees = [_folded(tree, run) for tree in (gold, *mutants)]
    nodes = [list(tree.walk()) for tree in trees]
    flat = [node for tree in nodes for node in tree]
    names = {node.name.lower() for node in flat if isinstance(node, exp.Table)}
    used = {node.name.lower() for node in flat if isinstance(node, exp.Identifier)}
    everything = any(isinstance(n, exp.Star) and not isinstance(n.parent, exp.Count) for n in flat)
    aim = Aim(
        tables=tuple(t for t in database.tables if t.name.lower() in names),
        columns=None if everything else frozenset(used),
        focus=_focus(nodes),
    )
    named: dict[str, list[exp.Expr]] = {}
    for node in flat:
        if isinstance(node, exp.Alias):
            expressions = named.setdefault(node.alias.lower(), [])
            if node.this not in expressions:
                expressions.append(node.this)
    for node in flat:
        _read(node, aim, named)
    aim.counts = list(dict.fromkeys(aim.counts))
    return aim


def _folded(tree: exp.Expr, run: Run) -> exp.Expr:
    """The tree with constant arithmetic on moments replaced by its value, since its parts say nothing."""
    if tree.find(exp.Interval) is None:
        return tree
    tree = tree.copy()
    for node in list(tree.find_all(exp.Add, exp.Sub)):
        if not isinstance(node.parent, exp.Predicate) or node.find(exp.Interval) is None:
            continue
        if node.find(exp.Column, exp.Subquery, exp.Select) is None:
            outcome = run(f"SELECT CAST({node.sql(dialect='duckdb')} AS VARCHAR)")
            if outcome.rows:
                node.replace(exp.Literal.string(str(outcome.rows[0][0])))
    return tree


def _focus(nodes: Sequence[list[exp.Expr]]) -> frozenset[str]:
    """Columns that some mutant uses more or less often than the gold query, or beside another parent."""

    def uses(tree: Iterable[exp.Expr]) -> Counter[tuple[str, str]]:
        return Counter(
            (
                node.name.lower(),
                node.parent.sql() if isinstance(node.parent, exp.Predicate) else type(node.parent).__name__,
            )
            for node in tree
            if isinstance(node, exp.Column)
        )

    right = uses(nodes[0])
    found: set[str] = set()
    for tree in nodes[1:]:
        wrong = uses(tree)
        found |= {name for name, _ in ((wrong - right) + (right - wrong))}
    return frozenset(found)


def _place(node: exp.Expr) -> str:
    return node.parent.sql() if isinstance(node.parent, exp.Predicate) else type(node.parent).__name__


def _read(node: exp.Expr, aim: Aim, named: dict[str, list[exp.Expr]]) -> None:
    if isinstance(node, _COMPARISONS):
        op = {"Like": "LIKE", "ILike": "LIKE", "NullSafeEQ": "EQ", "NullSafeNEQ": "NEQ"}.get(
            type(node).__name__, type(node).__name__
        )
        left, right = node.this, node.expression
        _compare(left, op, right, aim, named)
        _compare(right, _FLIPPED.get(op, op), left, aim, named)
        if isinstance(left, exp.Column) and isinstance(right, exp.Column):
            aim.equal.append((left.name.lower(), right.name.lower()))
    elif isinstance(node, exp.Between):
        _compare(node.this, "GTE", node.args["low"], aim, named)
        _compare(node.this, "LTE", node.args["high"], aim, named)
    elif isinstance(node, exp.In):
        for item in node.expressions:
            _compare(node.this, "EQ", item, aim, named)
    elif isinstance(node, exp.Limit) and isinstance(node.expression, exp.Literal):
        _count(node.expression.this, aim)
    elif isinstance(node, exp.Literal) and node.is_string:
        aim.points += [(float(x), float(y)) for x, y in _COORDINATES.findall(node.this)] if "(" in node.this else []
    elif isinstance(node, exp.Func) and _called(node) in _POINT_MAKERS:
        numbers = [float(part.sql()) for part in node.iter_expressions() if _is_number(part)]
        aim.points += list(zip(numbers[::2], numbers[1::2], strict=False))


def _compare(left: exp.Expr, op: str, right: exp.Expr, aim: Aim, named: dict[str, list[exp.Expr]]) -> None:
    literals = list(_literals(right))
    if not literals or any(isinstance(part, exp.Column) for part in right.walk()):
        return
    columns, counting = _sources(left, named, 3)
    for text, number in literals:
        if counting and number:
            _count(text, aim)
        if any(isinstance(part, exp.Func) and _called(part).startswith("st_") for part in left.walk()) and number:
            aim.distances.append(float(text))
        for column in columns:
            limits = aim.limits.setdefault(column, [])
            if (limit := Limit(op, text, number)) not in limits:
                limits.append(limit)


def _sources(node: exp.Expr, named: dict[str, list[exp.Expr]], depth: int) -> tuple[list[str], bool]:
    """The columns that a compared expression is made of, through aliases, and whether it counts or ranks rows."""
    columns: list[str] = []
    counting = False
    for part in node.walk(prune=lambda n: isinstance(n, (exp.Count, exp.Window, exp.Subquery, exp.Select))):
        if isinstance(part, (exp.Count, exp.Window)):
            counting = True
        elif isinstance(part, exp.Column):
            name = part.name.lower()
            columns.append(name)
            for expression in named.get(name, ()) if depth else ():
                inner, counts = _sources(expression, named, depth - 1)
                columns += inner
                counting = counting or counts
    return list(dict.fromkeys(columns)), counting


def _literals(node: exp.Expr) -> Iterator[tuple[str, bool]]:
    """Literals of a compared value; those inside subqueries and intervals are compared with something else."""
    for part in node.walk(prune=lambda n: isinstance(n, (exp.Interval, exp.Subquery, exp.Select))):
        if isinstance(part, exp.Literal) and not isinstance(part.parent, exp.Interval):
            negative = isinstance(part.parent, exp.Neg)
            yield (f"-{part.this}" if negative else part.this), not part.is_string


def _count(text: str, aim: Aim) -> None:
    if text.isdigit():
        aim.counts.append(int(text))


def _called(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return str(node.this).lower()
    return str(node.sql_name()).lower() if isinstance(node, exp.Func) else ""


def _is_number(node: exp.Expr) -> bool:
    inner = node.this if isinstance(node, exp.Neg) else node
    return isinstance(inner, exp.Literal) and not inner.is_string
