"""Queries that leave ties open, with the ties broken one way and the other.

Where a LIMIT cuts through rows that tie, sorting the tied rows by all they show keeps the smallest of them, and sorting
them backwards the largest. Both give the same rows only if the cut changes nothing, so two runs decide it, whatever
order the engine happens to produce.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

_NUMBERED = (exp.RowNumber, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.Ntile)


def ties_broken(tree: exp.Expr) -> tuple[exp.Expr, ...]:
    """Two trees, or none when no LIMIT, DISTINCT ON or numbering window leaves a tie open that can be named."""
    found = []
    for descending in (False, True):
        copy = tree.copy()
        changed = [_settle(node, descending) for node in list(copy.walk())]
        if not any(changed):
            return ()
        found.append(copy)
    return tuple(found)


def _settle(node: exp.Expr, descending: bool) -> bool:
    if isinstance(node, (exp.Select, exp.SetOperation)) and _cuts(node):
        width = _width(node)
        return _append(node, [exp.Literal.number(i + 1) for i in range(width)], descending)
    if isinstance(node, exp.Window) and _depends_on_ties(node):
        return _append(node, list(_identity(node)), descending)
    return False


def _cuts(node: exp.Expr) -> bool:
    distinct = node.args.get("distinct")
    on = isinstance(distinct, exp.Distinct) and distinct.args.get("on")
    return bool(node.args.get("limit") or node.args.get("offset") or on)


def _width(node: exp.Expr) -> int:
    """How many columns a query has; 0 when a star hides it."""
    while isinstance(node, (exp.SetOperation, exp.Subquery)):
        node = node.this
    parts = node.expressions if isinstance(node, exp.Select) else []
    hidden = any(part.find(exp.Star, exp.Columns) and not isinstance(part.unalias(), exp.Count) for part in parts)
    return 0 if hidden else len(parts)


def _depends_on_ties(window: exp.Window) -> bool:
    called = window.this.this if isinstance(window.this, (exp.IgnoreNulls, exp.RespectNulls)) else window.this
    frame = window.args.get("spec")
    return isinstance(called, _NUMBERED) or (frame is not None and str(frame.args.get("kind")).upper() == "ROWS")


def _identity(window: exp.Window) -> Iterator[exp.Expr]:
    """What tells the rows apart that a window orders: the keys of the groups, or the rows of the tables."""
    select = window.find_ancestor(exp.Select)
    if select is None:
        return
    group = select.args.get("group")
    if group is not None:
        for key in group.expressions:
            if isinstance(key, exp.Literal):
                place = int(key.this) - 1 if key.is_int else -1
                if 0 <= place < len(select.expressions):
                    yield select.expressions[place].unalias().copy()
            else:
                yield key.copy()
        return
    source = select.args.get("from_") or select.args.get("from")
    joined = [join.this for join in select.args.get("joins") or ()]
    tables = [part for part in ([source.this] if source is not None else []) + joined if isinstance(part, exp.Table)]
    root = select.root()
    inner = {cte.alias.lower() for cte in root.find_all(exp.CTE)}
    for table in tables:
        if table.name.lower() not in inner:
            yield exp.column("rowid", table=table.alias_or_name, quoted=False)


def _append(node: exp.Expr, keys: list[exp.Expr], descending: bool) -> bool:
    if not keys:
        return False
    # NULLs at opposite ends, or one order would not be the other one backwards.
    more = [exp.Ordered(this=key, desc=descending, nulls_first=not descending) for key in keys]
    order = node.args.get("order")
    node.set("order", exp.Order(expressions=[*(order.expressions if order is not None else []), *more]))
    return True
