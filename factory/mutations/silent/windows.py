"""Windows over other rows, in another order, or with another function."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View, scope
from factory.mutations.silent.wording import code, codes, placed

_RANKINGS = ("RANK", "DENSE_RANK", "ROW_NUMBER")
_TIES = {
    "RANK": "Skips ranks after equal values, with `RANK`.",
    "DENSE_RANK": "Leaves no gap in the ranks after equal values, with `DENSE_RANK`.",
    "ROW_NUMBER": "Gives equal values different numbers, with `ROW_NUMBER`.",
}


def _name(function: exp.Expr) -> str:
    return (
        function.name.upper() if isinstance(function, exp.Anonymous) else getattr(function, "sql_name", str)().upper()
    )


def _windows(view: View) -> Iterator[exp.Window]:
    """Each window once."""
    for window in view.all(exp.Window):
        if window is view.same(window)[0]:
            yield window


def _first_only(view: View, window: exp.Window) -> bool:
    """Whether only rank 1 is kept, where RANK and DENSE_RANK are the same."""
    names = {window.parent.alias} if isinstance(window.parent, exp.Alias) else set()
    for test in view.all(exp.EQ):
        if test.expression == sql.literal(1) and (test.this == window or test.this.name in names):
            return True
    return False


def other_ranking(view: View, rng: Random) -> Found:  # noqa: ARG001
    for window in _windows(view):
        name = _name(window.this)
        keys = window.args.get("order")
        if name not in _RANKINGS or keys is None:
            continue
        use = view.resolve(keys.expressions[0].this)
        if use is not None and use.column.distinct == use.table.row_count:
            continue
        first = _first_only(view, window)
        for other in _RANKINGS:
            if other == name or (first and {other, name} == {"RANK", "DENSE_RANK"}):
                continue
            edit = view.edit()
            for one in view.same(window):
                edit.twin(one).set("this", sql.call(other))
            shared = "Lets equal values share a number, with `RANK`."
            says = shared if other == "RANK" and name == "ROW_NUMBER" else _TIES[other]
            yield edit.tree, placed(window, view, says)


def _without(view: View, key: str, says: str) -> Found:
    for window in _windows(view):
        if not window.args.get(key):
            continue
        if key == "order" and (_name(window.this) in (*_RANKINGS, "LAG", "LEAD") or window.args.get("spec")):
            continue
        edit = view.edit()
        for one in view.same(window):
            edit.twin(one).set(key, None)
        keys = codes(window.args["partition_by"]) if window.args.get("partition_by") else ""
        yield edit.tree, placed(window, view, says.format(what=code(window.this), keys=keys))


def partition_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    yield from _without(view, "partition_by", "Takes {what} over all rows together instead of within each {keys}.")


def partition_key_added(view: View, rng: Random) -> Found:
    """Windows cut finer than the question says."""
    for window in _windows(view):
        keys = window.args.get("partition_by") or []
        select = scope(window)
        if select is None or not keys or select.args.get("group") is not None:
            continue
        have = {key.name for key in keys}
        options = [
            (name, c)
            for name, table in view.tables(select).items()
            for c in table.with_role("category", "flag", "reference")
            if c.name not in have and c.distinct > 1
        ]
        if not options:
            continue
        name, column = rng.choice(options)
        at = sql.column(column.name, view.qualifier(select, name))
        edit = view.edit()
        for one in view.same(window):
            edit.twin(one).append("partition_by", at.copy())
        says = f"Splits the window of {code(window.this)} by {code(at)} too, which nobody asked for."
        yield edit.tree, placed(window, view, says)


def frame_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    yield from _without(view, "spec", "Takes {what} over everything so far instead of the last few rows.")


def frame_resized(view: View, rng: Random) -> Found:
    """A row more or less than the question says."""
    for window in _windows(view):
        spec = window.args.get("spec")
        start = spec.args.get("start") if spec is not None else None
        count = start.name if isinstance(start, exp.Literal) else str(start)
        if spec is None or not count.isdigit() or str(spec.args.get("start_side")).upper() != "PRECEDING":
            continue
        other = int(count) + (1 if rng.random() < 0.6 or int(count) < 2 else -1)
        edit = view.edit()
        for one in view.same(window):
            edit.twin(one).args["spec"].set("start", sql.literal(other))
        says = f"Takes {code(window.this)} over {other + 1} rows where {int(count) + 1} are asked for."
        yield edit.tree, placed(window, view, says)


def window_order_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A running total becomes the total."""
    yield from _without(view, "order", "Takes {what} over the whole window instead of up to the current row.")


def window_direction_turned(view: View, rng: Random) -> Found:  # noqa: ARG001
    for window in _windows(view):
        order = window.args.get("order")
        if order is None:
            continue
        first = order.expressions[0]
        desc = not first.args.get("desc")
        edit = view.edit()
        for one in view.same(window):
            edit.twin(one).args["order"].expressions[0].set("desc", desc or None)
        way = "descending instead of ascending" if desc else "ascending instead of descending"
        says = f"Orders the window of {code(window.this)} by {code(first.this)} {way}."
        yield edit.tree, placed(window, view, says)


def neighbour_turned(view: View, rng: Random) -> Found:  # noqa: ARG001
    """The next row for the one before, or the other way round."""
    for window in _windows(view):
        name = _name(window.this)
        if name not in ("LAG", "LEAD") or scope(window) is None:
            continue
        arguments = window.this.expressions if isinstance(window.this, exp.Anonymous) else [window.this.this]
        new = sql.call("LEAD" if name == "LAG" else "LAG", *(a.copy() for a in arguments))
        edit = view.edit()
        for one in view.same(window):
            edit.twin(one).set("this", new.copy())
        row, meant = ("next", "previous") if name == "LAG" else ("previous", "next")
        yield edit.tree, placed(window, view, f"Looks at the {row} row where the {meant} one is meant.")


OPERATORS: tuple[Operator, ...] = (
    Operator(other_ranking, "Function.Window", "Another way to number ties"),
    Operator(partition_dropped, "Function.Window", "One window over all groups"),
    Operator(partition_key_added, "Function.Window", "Windows over smaller groups"),
    Operator(frame_dropped, "Function.Window", "All rows so far instead of the last few"),
    Operator(frame_resized, "Function.Window", "A frame of another size"),
    Operator(window_order_dropped, "Function.Window", "The total instead of the running total"),
    Operator(window_direction_turned, "Function.Window", "Counted from the other end"),
    Operator(neighbour_turned, "Function.Window", "LEAD for LAG, or LAG for LEAD"),
)
