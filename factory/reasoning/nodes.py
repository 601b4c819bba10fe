"""Finding one's way in the tree of a query."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

# Aggregates that may stand in a tree as functions without a type of their own.
_AGGREGATES = frozenset(
    """
    ANY_VALUE APPROX_COUNT_DISTINCT APPROX_QUANTILE ARG_MAX ARG_MIN ARRAY_AGG BOOL_AND BOOL_OR COUNT_IF FIRST
    GROUP_CONCAT HISTOGRAM LAST LIST MAX_BY MEDIAN MIN_BY MODE PERCENTILE_CONT PERCENTILE_DISC QUANTILE_CONT
    QUANTILE_DISC STDDEV STDDEV_POP STDDEV_SAMP STRING_AGG ST_COLLECT_AGG ST_EXTENT_AGG ST_UNION_AGG VARIANCE
    VAR_POP VAR_SAMP
    """.split()  # noqa: SIM905 - a list of literals takes a page
)


def own(node: exp.Expr, *kinds: type[exp.Expr]) -> Iterator[exp.Expr]:
    """Nodes of these kinds, in the order of the text, that aren't inside a query below `node`."""
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, kinds):
            yield at
        if not (isinstance(at, (exp.Select, exp.SetOperation)) and at is not node):
            stack += reversed(list(at.iter_expressions()))


def holds(node: exp.Expr, *kinds: type[exp.Expr]) -> bool:
    return next(own(node, *kinds), None) is not None


def conjuncts(condition: exp.Expr) -> list[exp.Expr]:
    """The parts of a chain of ANDs."""
    if isinstance(condition, exp.And):
        return [*conjuncts(condition.this), *conjuncts(condition.expression)]
    if isinstance(condition, exp.Paren) and isinstance(condition.this, exp.And):
        return conjuncts(condition.this)
    return [condition]


def bare(query: exp.Expr) -> exp.Expr:
    """A query without its parentheses."""
    while isinstance(query, (exp.Subquery, exp.Paren)) and not query.args.get("with_"):
        query = query.this
    return query


def sources(select: exp.Select) -> list[exp.Expr]:
    """What a query reads: the FROM first, then the joins."""
    start = select.args.get("from_")
    return ([start.this] if start else []) + [join.this for join in select.args.get("joins") or []]


def group_keys(select: exp.Select) -> list[exp.Expr]:
    """What GROUP BY groups by: positions and names of outputs as what stands there; ALL as what it stands for."""
    group = select.args.get("group")
    if group is None:
        return []
    if not group.expressions:
        return [o.unalias() for o in select.expressions if not (aggregate(o) or holds(o, exp.Window))]
    return [output_meant(select, key) for key in group.expressions]


def output_meant(select: exp.Expr, key: exp.Expr) -> exp.Expr:
    """The output that a position, or a name that only an output has, stands for; else the expression itself."""
    if isinstance(key, exp.Literal) and not key.is_string and int(key.this) <= len(select.expressions):
        output: exp.Expr = select.expressions[int(key.this) - 1]
        return output.unalias()
    if isinstance(key, exp.Column) and not key.table:
        for output in select.expressions:
            if isinstance(output, exp.Alias) and output.alias == key.name:
                inner: exp.Expr = output.this
                return key if any(c.name == key.name for c in own(inner, exp.Column)) else inner
    return key


def aggregate(node: exp.Expr) -> bool:
    """Whether there is an aggregate in it, below no other query."""
    if holds(node, exp.AggFunc, exp.WithinGroup, exp.Filter):
        return True
    return any(call.name.upper().partition("(")[0] in _AGGREGATES for call in own(node, exp.Anonymous))


def aggregated(output: exp.Expr) -> bool:
    """Whether an output is made of aggregates, and of no window."""
    return aggregate(output) and not holds(output, exp.Window)
