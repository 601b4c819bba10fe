"""The SQL constructs that are counted, each a test of a query's tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

Test = Callable[[exp.Expr], bool]
_STRINGS = {
    "CONTAINS",
    "LPAD",
    "PREFIX",
    "PRINTF",
    "REGEXP_MATCHES",
    "REVERSE",
    "RPAD",
    "STRPOS",
    "SUFFIX",
}
_STRING_NODES = (
    exp.Concat,
    exp.DPipe,
    exp.Initcap,
    exp.Left,
    exp.Length,
    exp.Lower,
    exp.RegexpLike,
    exp.RegexpReplace,
    exp.Replace,
    exp.Right,
    exp.SplitPart,
    exp.StartsWith,
    exp.StrPosition,
    exp.Substring,
    exp.Trim,
    exp.Upper,
)
_RANKS = {"CUME_DIST", "DENSE_RANK", "NTILE", "PERCENT_RANK", "RANK", "ROW_NUMBER"}
_QUANTILES = {"MEDIAN", "PERCENTILE_CONT", "PERCENTILE_DISC", "QUANTILE_CONT", "QUANTILE_DISC", "QUANTILE"}


def constructs(tree: exp.Expr) -> list[str]:
    """Names of the constructs that occur in the query, in the order of CONSTRUCTS."""
    return [name for name, test in CONSTRUCTS.items() if test(tree)]


def _has(*kinds: type[exp.Expr]) -> Test:
    return lambda tree: tree.find(*kinds) is not None


def _called(names: set[str]) -> Test:
    return lambda tree: any(_name(f) in names for f in tree.find_all(exp.Func))


def _name(function: exp.Func) -> str:
    return function.name.upper() if isinstance(function, exp.Anonymous) else function.sql_name()


def _joins(select: exp.Expr) -> list[exp.Expr]:
    """Joins and further tables of a FROM list; a lateral one or an UNNEST is none."""
    joins = select.args.get("joins") or []
    return [j for j in joins if not isinstance(j.this, (exp.Lateral, exp.Unnest))]


def _tables(select: exp.Expr) -> list[str]:
    start = select.args.get("from_")
    sources = ([start.this] if start else []) + [join.this for join in _joins(select)]
    return [source.name.lower() for source in sources if isinstance(source, exp.Table)]


def _any_select(test: Test) -> Test:
    return lambda tree: any(test(select) for select in tree.find_all(exp.Select))


def _self_join(select: exp.Expr) -> bool:
    names = _tables(select)
    return len(set(names)) < len(names)


def _clause(key: str) -> Test:
    return lambda tree: any(q.args.get(key) is not None for q in tree.find_all(exp.Query))


def _in_subquery(tree: exp.Expr) -> bool:
    return any(found.args.get("query") is not None for found in tree.find_all(exp.In))


def _scalar_subquery(tree: exp.Expr) -> bool:
    """A subquery in the place of a value."""
    elsewhere = (exp.From, exp.Join, exp.In, exp.SetOperation, exp.CTE, exp.Lateral, exp.Subquery, exp.Exists)
    return any(
        isinstance(sub.this, exp.Query) and sub.parent is not None and not isinstance(sub.parent, elsewhere)
        for sub in tree.find_all(exp.Subquery)
    )


def _correlated(tree: exp.Expr) -> bool:
    """A nested query that names a source of a query around it, by its qualifier."""
    for select in tree.find_all(exp.Select):
        if select.parent is None or select.find_ancestor(exp.Select) is None:
            continue
        own = {s.alias_or_name.lower() for s in select.find_all(exp.Table, exp.Subquery, exp.CTE)}
        outer: set[str] = set()
        around = select.find_ancestor(exp.Select)
        while around is not None:
            start = around.args.get("from_")
            sources = ([start.this] if start else []) + [j.this for j in around.args.get("joins") or []]
            outer |= {s.alias_or_name.lower() for s in sources}
            around = around.find_ancestor(exp.Select)
        if any(c.table and c.table.lower() in outer - own for c in select.find_all(exp.Column)):
            return True
    return False


def _spatial(tree: exp.Expr) -> bool:
    return any(
        _name(f).startswith("ST_") or isinstance(f, (exp.StPoint, exp.StDistance)) for f in tree.find_all(exp.Func)
    )


def _string(tree: exp.Expr) -> bool:
    return _has(*_STRING_NODES)(tree) or _called(_STRINGS)(tree)


# DuckDB's ROUND(100.0 * a / b) is arithmetic; a bare negative number is not.
CONSTRUCTS: Mapping[str, Test] = {
    "join": _any_select(lambda s: bool(_joins(s))),
    "left join": _any_select(lambda s: any(j.args.get("side") == "LEFT" for j in _joins(s))),
    "three joins": _any_select(lambda s: len(_joins(s)) >= 3),
    "self-join": _any_select(_self_join),
    "group": _clause("group"),
    "having": _clause("having"),
    "order": _clause("order"),
    "limit": _clause("limit"),
    "distinct": lambda tree: any(not isinstance(d.parent, exp.SetOperation) for d in tree.find_all(exp.Distinct)),
    "union": _has(exp.Union),
    "intersect": _has(exp.Intersect),
    "except": _has(exp.Except),
    "in subquery": _in_subquery,
    "exists": _has(exp.Exists),
    "scalar subquery": _scalar_subquery,
    "correlated subquery": _correlated,
    "cte": _has(exp.CTE),
    "window": _has(exp.Window),
    "rank": _called(_RANKS),
    "lag or lead": _has(exp.Lag, exp.Lead),
    "qualify": _clause("qualify"),
    "case": _has(exp.Case, exp.If),
    "between": _has(exp.Between),
    "like": _has(exp.Like, exp.ILike),
    "is null": lambda tree: any(found.find(exp.Null) is not None for found in tree.find_all(exp.Is)),
    "coalesce": _has(exp.Coalesce),
    "cast": _has(exp.Cast, exp.TryCast),
    "date_trunc": _has(exp.TimestampTrunc, exp.DateTrunc),
    "extract": _has(exp.Extract, exp.Year, exp.Month, exp.Day, exp.Quarter, exp.DayOfWeek, exp.Hour),
    "interval": _has(exp.Interval),
    "aggregate filter": _has(exp.Filter),
    "median or percentile": lambda tree: (
        _has(exp.Median, exp.PercentileCont, exp.PercentileDisc, exp.Quantile)(tree) or _called(_QUANTILES)(tree)
    ),
    "string function": _string,
    "lateral": _has(exp.Lateral),
    "spatial": _spatial,
    "or": _has(exp.Or),
    "arithmetic": _has(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.IntDiv),
}
