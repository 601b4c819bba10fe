"""How hard a query is, by its structure alone.

Components are counted as in the evaluation of Spider (Yu et al., EMNLP 2018, arXiv:1809.08887). What Spider's grammar
doesn't have counts like its nested queries: CTEs, derived tables, windows, lateral joins.
"""

from __future__ import annotations

from sqlglot import exp

LEVELS = ("easy", "medium", "hard", "extra")


def difficulty(tree: exp.Expr) -> str:
    """One of LEVELS. Clauses and outputs are counted in the outermost query; what is nested counts as one each."""
    main = _main(tree)
    clauses = _clauses(main)
    nested = len(list(tree.find_all(exp.Select))) - 1 + bool(main.find(exp.Window, exp.Lateral))
    more = _more(main)
    if clauses <= 1 and more == 0 and nested == 0:
        return "easy"
    if nested == 0 and (clauses <= 1 or (clauses <= 2 and more <= 1)) and more <= 2:
        return "medium"
    if nested == 0 and (clauses <= 2 or (clauses <= 3 and more <= 2)):
        return "hard"
    if nested <= 1 and clauses <= 1 and more == 0:
        return "hard"
    return "extra"


def _main(tree: exp.Expr) -> exp.Expr:
    while isinstance(tree, (exp.Subquery, exp.SetOperation)):
        tree = tree.this
    return tree


def _clauses(select: exp.Expr) -> int:
    count = sum(select.args.get(key) is not None for key in ("where", "group", "order", "limit"))
    count += len(select.args.get("joins") or [])
    where = select.args.get("where")
    return count + (len(list(where.find_all(exp.Or, exp.Like, exp.ILike))) if where is not None else 0)


def _more(select: exp.Expr) -> int:
    """What there is more than one of: aggregates, outputs, conditions, group keys."""
    where, group = select.args.get("where"), select.args.get("group")
    aggregates = [a for e in select.expressions for a in e.find_all(exp.AggFunc)]
    having = select.args.get("having")
    aggregates += list(having.find_all(exp.AggFunc)) if having is not None else []
    conditions = 1 + len(list(where.find_all(exp.And, exp.Or))) if where is not None else 0
    keys = len(group.expressions) if group is not None else 0
    return sum(n > 1 for n in (len(aggregates), len(select.expressions), conditions, keys))
