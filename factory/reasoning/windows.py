"""Windows: what they look at, and what they take."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents.english import listed
from factory.reasoning.conditions import conditions
from factory.reasoning.context import Context
from factory.reasoning.nodes import own

_BESIDE = {"LAG": "previous", "LEAD": "next"}
_PLACES = frozenset({"RANK", "DENSE_RANK", "ROW_NUMBER"})
_ENDS = {"FIRST_VALUE": "first", "FIRST": "first", "LAST_VALUE": "last", "LAST": "last"}


def windows(select: exp.Select, context: Context) -> Iterator[str]:
    """Each window once, however often it occurs; then what is made of them."""
    outputs = [(o, [w for w in own(o.unalias(), exp.Window) if isinstance(w, exp.Window)]) for o in select.expressions]
    rows = "groups" if select.args.get("group") else "rows"
    names = {found.sql(): o.alias for o, inner in outputs for found in inner if found is o.unalias()}
    said: set[str] = set()
    for _, inner in outputs:
        for found in inner:
            if found.sql() not in said:
                said.add(found.sql())
                yield _window(found, names.get(found.sql(), ""), rows, context)
    made = [_shortened(o, names) for o, inner in outputs if inner and inner[0] is not o.unalias()]
    if made:
        yield f"From that, {listed([context.with_name(o) for o in made])}."
    if qualify := select.args.get("qualify"):
        for below in own(qualify.this, exp.Window):
            if below.sql() not in said and isinstance(below, exp.Window):
                said.add(below.sql())
                yield _window(below, "", rows, context)
        kept = conditions(_shortened(qualify.this, names), context)
        yield context.say(29, f"Then keep {rows} with {kept}: `QUALIFY`.", f"`QUALIFY` keeps {rows} with {kept}.")


def _shortened(node: exp.Expr, names: dict[str, str]) -> exp.Expr:
    """With a window's name, or else its function, in the place of the window."""

    def short(at: exp.Expr) -> exp.Expr:
        if not isinstance(at, exp.Window):
            return at
        name = names.get(at.sql())
        return exp.column(name) if name else at.this

    return node.copy().transform(short)


def _window(node: exp.Window, name: str, rows: str, context: Context) -> str:
    function = node.this
    while isinstance(function, (exp.IgnoreNulls, exp.RespectNulls, exp.Filter, exp.WithinGroup)):
        function = function.this
    called = function.sql_name() if isinstance(function, exp.Func) else ""
    if isinstance(function, exp.Anonymous):
        called = function.name.upper()
    order, frame = node.args.get("order"), node.args.get("spec")
    row, at = rows.removesuffix("s"), context.code(node.this)
    if called in _PLACES:
        ties = {"RANK": "; ties share one, with a gap after them", "DENSE_RANK": "; ties share one, without gaps"}
        said = context.say(
            23, f"{at} gives the place", f"{at} numbers the {rows}", f"each {row} gets its place by {at}"
        )
        end = ties.get(called, "")
    elif called in _BESIDE:
        given = function.expressions if isinstance(function, exp.Anonymous) else list(function.iter_expressions())
        value = f"the {_BESIDE[called]} {row}'s value" if len(given) == 1 else f"the value some {rows} away"
        said, end = context.say(23, f"{at} brings in {value}", f"{at} looks up {value}", f"get {value} by {at}"), ""
    elif called in _ENDS:
        said, end = f"{at} is the value of the {_ENDS[called]} {row}", ""
    elif order and frame is None and isinstance(function, (exp.Sum, exp.Count, exp.Avg, exp.Max, exp.Min)):
        said, end = context.say(23, f"take {at} over the {rows} so far", f"{at} runs up to each {row}"), ""
    else:
        said, end = context.say(23, f"take {at}", f"compute {at}", f"get {at}"), ""
    named = f", as `{name}`" if name else ""
    return f"{_over(node, rows, context)}, {said}{named}{end}."


def _over(node: exp.Window, rows: str, context: Context) -> str:
    """Its groups, its order, its frame."""
    groups, order, frame = node.args.get("partition_by") or [], node.args.get("order"), node.args.get("spec")
    over = f"Within each {context.codes(groups)}" if groups else f"Over all {rows}"
    if groups and order:
        over += f", in the order {context.codes(order.expressions)}"
    elif order:
        over = f"Going through the {rows} in the order {context.codes(order.expressions)}"
    elif named := node.args.get("alias"):
        over = f"Over the window {context.name(named)}"
    if frame is not None:
        over += f", for the frame `{_frame(frame)}`"
    return over


def _frame(frame: exp.Expr) -> str:
    def end(value: object, side: object) -> str:
        text = value.sql(dialect="duckdb") if isinstance(value, exp.Expr) else str(value)
        return f"{text} {side}" if side else text

    kind, start = frame.args.get("kind"), end(frame.args.get("start"), frame.args.get("start_side"))
    stop = end(frame.args.get("end"), frame.args.get("end_side")) if frame.args.get("end") else "CURRENT ROW"
    return f"{kind} BETWEEN {start} AND {stop}"
