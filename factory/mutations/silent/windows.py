"""Windows over other rows, in another order, or with another function."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed
from factory.mutations.silent.neighbour import Operator
from factory.mutations.silent.view import View, scope
from factory.mutations.silent.wording import code, led

Found = Iterator[tuple[exp.Expr, str]]
_RANKINGS = ("RANK", "DENSE_RANK", "ROW_NUMBER")
_TIES = {
    "RANK": "Equal values share a rank, and the ranks after them are skipped: number with `RANK`.",
    "DENSE_RANK": "Number with `DENSE_RANK`, which leaves no gap after equal values.",
    "ROW_NUMBER": "Number the rows one by one with `ROW_NUMBER`.",
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
            yield edit.tree, led(window, view, _TIES[other]) if other != "RANK" else _TIES[other]


def _without(view: View, rng: Random, key: str, sentences: tuple[str, ...]) -> Found:
    for window in _windows(view):
        if not window.args.get(key):
            continue
        if key == "order" and (_name(window.this) in (*_RANKINGS, "LAG", "LEAD") or window.args.get("spec")):
            continue
        edit = view.edit()
        for one in view.same(window):
            edit.twin(one).set(key, None)
        what = code(window.this)
        said = listed([code(e.this) for e in window.args["order"].expressions]) if window.args.get("order") else "them"
        yield edit.tree, rng.choice(sentences).format(what=what, order=said)


def partition_dropped(view: View, rng: Random) -> Found:
    yield from _without(
        view,
        rng,
        "partition_by",
        ("One window over all rows is enough for {what}.", "{what} looks at all rows together."),
    )


def partition_key_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    for window in _windows(view):
        keys = window.args.get("partition_by") or []
        uses = [view.resolve(key) for key in keys]
        if len(keys) < 2 or any(use and use.column.role == "key" for use in uses):
            continue
        kept = keys[: len(keys) - 1]
        edit = view.edit()
        for one in view.same(window):
            edit.twin(one).set("partition_by", [k.copy() for k in kept])
        yield edit.tree, f"Take {code(window.this)} within each {listed([code(k) for k in kept])}."


def frame_dropped(view: View, rng: Random) -> Found:
    yield from _without(
        view,
        rng,
        "spec",
        (
            "{what} goes over all rows up to the current one.",
            "Take {what} over everything so far, in the order of {order}.",
        ),
    )


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
        yield (
            edit.tree,
            f"The window for {code(window.this)} is the current row and the {other} before it."
            if other > 1
            else (f"The window for {code(window.this)} is the current row and the one before it."),
        )


def window_order_dropped(view: View, rng: Random) -> Found:
    """A running total becomes the total."""
    yield from _without(
        view,
        rng,
        "order",
        ("{what} is taken over the whole window.", "The window of {what} needs no order."),
    )


def window_direction_turned(view: View, rng: Random) -> Found:
    for window in _windows(view):
        order = window.args.get("order")
        if order is None:
            continue
        first = order.expressions[0]
        desc = not first.args.get("desc")
        edit = view.edit()
        for one in view.same(window):
            edit.twin(one).args["order"].expressions[0].set("desc", desc or None)
        way = rng.choice(("descending", "in descending order") if desc else ("ascending", "in ascending order"))
        yield edit.tree, f"For {code(window.this)}, order the window by {code(first.this)} {way}."


def neighbour_turned(view: View, rng: Random) -> Found:
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
        row = "next" if name == "LAG" else "previous"
        yield (
            edit.tree,
            rng.choice((f"{code(new)} gives the value to compare with.", f"Compare with the {row} row: {code(new)}.")),
        )


OPERATORS: tuple[Operator, ...] = (
    Operator(other_ranking, "Function.Window", "Another way to number ties"),
    Operator(partition_dropped, "Function.Window", "One window over all groups"),
    Operator(partition_key_dropped, "Function.Window", "Windows over larger groups"),
    Operator(frame_dropped, "Function.Window", "All rows so far instead of the last few"),
    Operator(frame_resized, "Function.Window", "A frame of another size"),
    Operator(window_order_dropped, "Function.Window", "The total instead of the running total"),
    Operator(window_direction_turned, "Function.Window", "Counted from the other end"),
    Operator(neighbour_turned, "Function.Window", "LEAD for LAG, or LAG for LEAD"),
)
