"""Conditions and subqueries in words and quoted SQL."""

from __future__ import annotations

from sqlglot import exp

from factory.intents.english import listed
from factory.reasoning.context import Context
from factory.reasoning.nodes import bare, conjuncts, own

_RELATION: dict[type[exp.Expr], str] = {
    exp.GT: "above",
    exp.GTE: "at or above",
    exp.LT: "below",
    exp.LTE: "at or below",
    exp.EQ: "equal to",
    exp.NEQ: "other than",
}
_COMBINED = {
    "union": "what is in {} or in {}",
    "intersect": "what is both in {} and in {}",
    "except": "what is in {} but not in {}",
}
# Which of two shapes is which is what spatial predicates are got wrong by.
_SPATIAL = {
    "ST_CONTAINS": "the second inside the first",
    "ST_COVERS": "the second inside the first or on its edge",
    "ST_WITHIN": "the first inside the second",
    "ST_INTERSECTS": "they share a point",
    "ST_CROSSES": "one runs through the other",
    "ST_TOUCHES": "they meet at their edges only",
    "ST_DWITHIN": "no farther apart than that",
}


def conditions(whole: exp.Expr, context: Context) -> str:
    """A chain of ANDs."""
    return listed([condition(part, context) for part in conjuncts(whole)])


def condition(part: exp.Expr, context: Context) -> str:
    """One condition: the SQL, and what is easily overlooked in it."""
    code = context.code
    inside = part.this if isinstance(part, exp.Paren) else part
    negated = isinstance(inside, exp.Not)
    inner = inside.this if negated else inside
    if isinstance(inner, exp.Exists):
        return f"{'no row' if negated else 'a row'} exists {below(inner.this, context)}"
    if isinstance(inner, exp.In) and isinstance(inner.args.get("query"), exp.Expr):
        there = inner.args["query"]
        return f"{code(inner.this)} is {'not ' if negated else ''}among {below(there, context)}"
    sub = next(own(inside, exp.Subquery), None)
    if sub is not None and isinstance(inside, exp.Binary):
        first, second = (
            below(e, context) if isinstance(e, exp.Subquery) else code(e) for e in (inside.left, inside.right)
        )
        relation = _RELATION.get(type(inside))
        direct = isinstance(inside.left, exp.Subquery) or isinstance(inside.right, exp.Subquery)
        if relation and direct:
            return f"{first} is {relation} {second}"
        return f"{code(part)}, the value in parentheses being {below(sub, context)}"
    if isinstance(inner, exp.Column):
        return f"{code(inner)} is {'false' if negated else 'true'}"
    if isinstance(inner, exp.Between) and not negated:
        return f"{code(part)} (both ends included)"
    if isinstance(inner, exp.Func) and not negated:
        name = inner.name if isinstance(inner, exp.Anonymous) else inner.sql_name()
        if told := _SPATIAL.get(name.upper()):
            return f"{code(part)} ({told})"
    if isinstance(inner, exp.Or):
        return f"{code(part)} (either will do)"
    return code(part)


def below(query: exp.Expr, context: Context) -> str:
    """A subquery in a condition or an output: what it takes, from where, under which conditions."""
    code = context.code
    query = bare(query)
    if isinstance(query, exp.SetOperation) and not query.args.get("with_"):
        first, second = below(query.left, context), below(query.right, context)
        return _COMBINED[query.key].format(f"({first})", f"({second})")
    if not isinstance(query, exp.Select) or query.args.get("with_"):
        return f"what {code(query)} gives"
    taken = [e.unalias() for e in query.expressions]
    in_exists = isinstance(query.parent, exp.Exists)
    of = "of" if all(isinstance(e, exp.Column) for e in taken) else "over"
    start = _source(query, context)
    text = f"in {start}" if in_exists else f"{context.codes(taken)} {of} {start}"
    if query.args.get("distinct") and not in_exists:
        text = f"the distinct {text}"
    for join in query.args.get("joins") or []:
        on, using = join.args.get("on"), join.args.get("using")
        text += f" joined with {_inner(join.this, context)}"
        text += f" on {code(on)}" if on else f" using {context.codes(using)}" if using else ""
    if where := query.args.get("where"):
        text += f" where {conditions(where.this, context)}"
    if query.args.get("group"):
        group = query.args["group"]
        text += f", grouped by {context.codes(group.expressions) if group.expressions else 'the rest'}"
    if having := query.args.get("having"):
        text += f", with {conditions(having.this, context)}"
    if order := query.args.get("order"):
        text += f", sorted by {context.codes(order.expressions)}"
    limit, offset = query.args.get("limit"), query.args.get("offset")
    if offset is not None:
        text += f", skipping the first {offset.expression.sql()}"
    if limit is not None:
        count = limit.expression.sql()
        kept = "row" if count == "1" else f"{count} rows"
        text += f", only the {'next' if offset is not None else 'first'} {kept}"
    return text


def _source(query: exp.Select, context: Context) -> str:
    start = query.args.get("from_")
    return _inner(start.this, context) if start is not None else "nothing"


def _inner(source: exp.Expr, context: Context) -> str:
    """A table as it stands; a derived one by what it takes."""
    if isinstance(source, exp.Subquery) and isinstance(bare(source), (exp.Select, exp.SetOperation)):
        return f"({below(source, context)})"
    return context.code(source)
