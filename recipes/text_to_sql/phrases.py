"""Pieces of a query as words and quoted SQL: the sentences of a reasoning are made of these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlglot import exp

from factory.intents.english import choose, listed

Code = Callable[[exp.Expr], str]
_BESIDE = {"LAG": "previous", "LEAD": "next"}
_PLACES = frozenset({"RANK", "DENSE_RANK", "ROW_NUMBER", "PERCENT_RANK", "NTILE", "CUME_DIST"})


def own(node: exp.Expr, *kinds: type[exp.Expr]) -> Iterator[exp.Expr]:
    """Nodes of these kinds, in the order of the text, that aren't inside a query below `node`."""
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, kinds):
            yield at
        if not (isinstance(at, (exp.Select, exp.SetOperation)) and at is not node):
            stack += reversed(list(at.iter_expressions()))


def conjuncts(condition: exp.Expr) -> list[exp.Expr]:
    """The parts of a chain of ANDs."""
    if isinstance(condition, exp.And):
        return [*conjuncts(condition.this), *conjuncts(condition.expression)]
    if isinstance(condition, exp.Paren) and isinstance(condition.this, exp.And):
        return conjuncts(condition.this)
    return [condition]


def codes(expressions: Sequence[exp.Expr], code: Code) -> str:
    return listed([code(e) for e in expressions])


def condition(part: exp.Expr, code: Code) -> str:
    """One condition: the SQL, and what is easily overlooked in it."""
    bare = part.this if isinstance(part, exp.Paren) else part
    negated = isinstance(bare, exp.Not)
    inner = bare.this if negated else bare
    if isinstance(inner, exp.Exists):
        return f"{'no row' if negated else 'a row'} exists {below(inner.this, code)}"
    if isinstance(inner, exp.In) and isinstance(inner.args.get("query"), exp.Expr):
        there = inner.args["query"]
        return f"{code(inner.this)} is {'not ' if negated else ''}among {below(there, code)}"
    sub = next(iter(own(bare, exp.Subquery)), None)
    if sub is not None and isinstance(bare, exp.Binary):
        first, second = (below(e, code) if isinstance(e, exp.Subquery) else code(e) for e in (bare.left, bare.right))
        if relation := _RELATION.get(type(bare)):
            return f"{first} is {relation} {second}"
        return code(part)
    if isinstance(inner, exp.Column):
        return f"{code(inner)} is {'false' if negated else 'true'}"
    if isinstance(inner, exp.Between) and not negated:
        return f"{code(part)} (both ends included)"
    if isinstance(inner, exp.Or):
        return f"{code(part)} (either will do)"
    return code(part)


_RELATION: dict[type[exp.Expr], str] = {
    exp.GT: "above",
    exp.GTE: "at or above",
    exp.LT: "below",
    exp.LTE: "at or below",
    exp.EQ: "equal to",
    exp.NEQ: "other than",
}


def below(query: exp.Expr, code: Code) -> str:
    """A subquery in a condition or an output: what it takes, from where, under which conditions."""
    while isinstance(query, exp.Subquery):
        query = query.this
    if isinstance(query, exp.SetOperation) and not query.args.get("with_"):
        first, second = below(query.left, code), below(query.right, code)
        return _COMBINED[query.key].format(f"({first})", f"({second})")
    if not isinstance(query, exp.Select) or query.args.get("with_"):
        return f"what {code(query)} gives"
    taken = [e.this if isinstance(e, exp.Alias) else e for e in query.expressions]
    where, joins = query.args.get("where"), query.args.get("joins") or []
    in_exists = isinstance(query.parent, exp.Exists)
    text = f"in {_source(query, code)}" if in_exists else f"{codes(taken, code)} over {_source(query, code)}"
    if query.args.get("distinct") and not in_exists:
        text = f"the distinct {text}"
    for join in joins:
        on = join.args.get("on")
        text += f" joined with {code(join.this)}" + (f" on {code(on)}" if on else "")
    if where is not None:
        text += f" where {listed([condition(part, code) for part in conjuncts(where.this)])}"
    if query.args.get("group"):
        text += f", grouped by {codes(query.args['group'].expressions, code)}"
    if query.args.get("having"):
        text += f", with {codes(conjuncts(query.args['having'].this), code)}"
    if order := query.args.get("order"):
        text += f", sorted by {codes(order.expressions, code)}"
    if limit := query.args.get("limit"):
        text += f", cut at {code(limit.expression)}"
    return text


_COMBINED = {
    "union": "what is in {} or in {}",
    "intersect": "what is both in {} and in {}",
    "except": "what is in {} but not in {}",
}


def _source(query: exp.Select, code: Code) -> str:
    source = query.args["from_"].this if query.args.get("from_") else None
    return code(source) if source is not None else "nothing"


def window(node: exp.Window, name: str, voice: int, code: Code) -> str:
    """What a window looks at: its groups, its order, its frame."""
    function = node.this
    while isinstance(function, (exp.IgnoreNulls, exp.RespectNulls, exp.Filter, exp.WithinGroup)):
        function = function.this
    called = function.sql_name() if isinstance(function, exp.Func) else ""
    if isinstance(function, exp.Anonymous):
        called = function.name.upper()
    groups, order, frame = node.args.get("partition_by") or [], node.args.get("order"), node.args.get("spec")
    within = f"Within each {codes(groups, code)}" if groups else "Over all rows"
    if groups and order:
        within += f", in the order {codes(order.expressions, code)}"
    elif order:
        within = f"Going through the rows in the order {codes(order.expressions, code)}"
    if frame is not None:
        within += f", for the frame `{_frame(frame)}`"
    at = code(node.this)
    if called in _PLACES:
        said = choose(voice, f"{at} gives the place", f"{at} numbers the rows", f"{at} says which place a row has")
    elif called in _BESIDE:
        near = len(function.expressions if isinstance(function, exp.Anonymous) else list(function.iter_expressions()))
        value = f"the {_BESIDE[called]} row's value" if near == 1 else "the value some rows away"
        said = choose(voice, f"{at} brings in {value}", f"{at} looks up {value}", f"{value} is {at}")
    elif order and frame is None and isinstance(function, (exp.Sum, exp.Count)):
        said = choose(voice, f"{at} accumulates", f"{at} adds up so far", f"take {at} so far")
    else:
        said = choose(voice, f"take {at}", f"compute {at}", f"get {at}")
    return f"{within}, {said}{f' as `{name}`' if name else ''}."


def _frame(frame: exp.Expr) -> str:
    def end(value: object, side: object) -> str:
        text = value.sql(dialect="duckdb") if isinstance(value, exp.Expr) else str(value)
        return f"{text} {side}" if side else text

    kind, a = frame.args.get("kind"), end(frame.args.get("start"), frame.args.get("start_side"))
    b = end(frame.args.get("end"), frame.args.get("end_side")) if frame.args.get("end") else "CURRENT ROW"
    return f"{kind} BETWEEN {a} AND {b}"
