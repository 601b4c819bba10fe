"""The groups of rows that an ORDER BY leaves in any order: ties may swap, nothing else may."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from factory.compare import same
from factory.judge.agree import Groups, groups_of
from factory.judge.query import Query, top_of
from factory.records import Outcome


def sorted_groups(gold: Query, outcome: Outcome, run: Callable[[str], Outcome]) -> Groups | None:
    """None when the sort keys can't be told, as with a collation: the order can't be judged then.

    Keys that the query doesn't show are asked for in one more run.
    """
    if gold.order is None or gold.tree is None or gold.order.find(exp.Collate) is not None:
        return None
    width = len(outcome.columns)
    names = [name.lower() for name in outcome.columns]
    keys: list[int] = []
    hidden: list[exp.Expr] = []
    for item in gold.order.expressions:
        inner = item.this if isinstance(item, exp.Ordered) else item
        place = _place(inner, names)
        if place is None:
            place = width + len(hidden)
            hidden.append(inner)
        keys.append(place)
    collated = gold.dialect == "sqlite"
    if not hidden:
        return groups_of(outcome, keys, width, collated=collated)
    shown = _showing(gold, hidden)
    more = run(shown) if shown else None
    if more is None or more.error or more.truncated or len(more.columns) != width + len(hidden):
        return None
    found = groups_of(more, keys, width, collated=collated)
    flat = Outcome(outcome.columns, tuple(row for group in found for row in group))
    return found if same(outcome, flat) else None


def _place(key: exp.Expr, names: list[str]) -> int | None:
    if isinstance(key, exp.Literal):
        place = int(key.this) - 1 if key.is_int else -1
        return place if 0 <= place < len(names) else None
    if isinstance(key, exp.Column) and not key.table and names.count(key.name.lower()) == 1:
        return names.index(key.name.lower())
    return None


def _showing(gold: Query, hidden: list[exp.Expr]) -> str | None:
    assert gold.tree is not None
    copy = gold.tree.copy()
    top = top_of(copy)
    if not isinstance(top, exp.Select) or top.args.get("distinct"):
        return None
    named = {part.alias.lower(): part.this for part in top.expressions if isinstance(part, exp.Alias)}
    for i, key in enumerate(hidden):
        whole = exp.Paren(this=key.copy())
        for column in list(whole.find_all(exp.Column)):
            if not column.table and column.name.lower() in named:
                column.replace(exp.Paren(this=named[column.name.lower()].copy()))
        top.append("expressions", exp.alias_(whole, f"_sort_key_{i}"))
    return copy.sql(dialect=gold.dialect)
