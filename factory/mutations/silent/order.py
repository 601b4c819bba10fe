"""The order of the rows and how many of them are kept."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.clauses import in_where_query, keep, not_null_test, parts
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import placed, quoted


def _orders(view: View) -> Iterator[exp.Order]:
    """ORDER BY clauses of queries, not of windows or aggregates."""
    for order in view.all(exp.Order):
        if isinstance(order.parent, exp.Query):
            yield order


def direction_turned(view: View, rng: Random) -> Found:  # noqa: ARG001
    for order in _orders(view):
        for one in order.expressions:
            desc = not one.args.get("desc")
            edit = view.edit()
            edit.put(one, sql.ordered(one.this.copy(), desc=desc))
            way = "descending instead of ascending" if desc else "ascending instead of descending"
            yield edit.tree, placed(order, view, f"Sorts by {quoted(one.this, 'the same value')} {way}.")


def other_sort_column(view: View, rng: Random) -> Found:
    """Another output column."""
    for order in _orders(view):
        query = order.parent
        if not isinstance(query, exp.Select) or len(query.expressions) < 2:
            continue
        used = {e for one in order.expressions for e in (one.this, sql.column(one.this.name)) if e}
        outputs = [e for e in query.expressions if e.unalias() not in used and sql.column(e.alias_or_name) not in used]
        outputs = [e for e in outputs if not isinstance(e.unalias(), (exp.Star, exp.Literal))]
        if not outputs:
            continue
        output = rng.choice(outputs)
        at: exp.Expr = sql.column(output.alias) if isinstance(output, exp.Alias) else output.copy()
        desc = bool(order.expressions[0].args.get("desc"))
        edit = view.edit()
        edit.put(order.expressions[0], sql.ordered(at, desc=desc))
        meant = quoted(order.expressions[0].this, "what is asked for")
        yield edit.tree, placed(order, view, f"Sorts by {quoted(at, 'another output')} instead of {meant}.")


def _limits(view: View) -> Iterator[tuple[exp.Limit, int]]:
    for limit in view.all(exp.Limit):
        query = limit.parent
        if isinstance(query, exp.Select) and in_where_query(query) and limit.expression.name == "1":
            continue  # More than one row would be an error.
        if isinstance(limit.expression, exp.Literal) and limit.expression.name.isdigit():
            yield limit, int(limit.expression.name)


def other_limit(view: View, rng: Random) -> Found:
    for limit, count in _limits(view):
        others = [n for n in (1, count - 1, count + 1, 2 * count) if n > 0 and n != count]
        for n in rng.sample(others, min(2, len(others))):
            edit = view.edit()
            edit.twin(limit).set("expression", sql.literal(n))
            what = "one row" if n == 1 else f"{n} rows"
            yield (
                edit.tree,
                placed(limit, view, f"Keeps {what} where {count} {'is' if count == 1 else 'are'} asked for."),
            )


def limit_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    for limit, count in _limits(view):
        edit = view.edit()
        edit.twin(limit).pop()
        first = "the first row is" if count == 1 else f"the first {count} are"
        yield edit.tree, placed(limit, view, f"Returns all rows where only {first} asked for.")


def limit_added(view: View, rng: Random) -> Found:
    """A cut that nobody asked for."""
    tree = view.tree
    if isinstance(tree, exp.Query) and tree.args.get("order") is not None and tree.args.get("limit") is None:
        count = rng.choice((1, 3, 5, 10))
        edit = view.edit()
        edit.tree.set("limit", exp.Limit(expression=sql.literal(count)))
        kept = "the first row" if count == 1 else f"the first {count} rows"
        yield edit.tree, f"Cuts the answer off after {kept}, though all are asked for."


def other_offset(view: View, rng: Random) -> Found:
    """A row too early or too late."""
    for offset in view.all(exp.Offset):
        if not offset.expression.is_int:
            continue
        count = int(offset.expression.name)
        other = count + 1 if count < 1 or rng.random() < 0.6 else count - 1
        edit = view.edit()
        edit.twin(offset).set("expression", sql.literal(other))
        said = [f"{n} row{'' if n == 1 else 's'}" for n in (other, count)]
        yield edit.tree, placed(offset, view, f"Skips {said[0]} where {said[1]} must be skipped.")


def nulls_first(view: View, rng: Random) -> Found:  # noqa: ARG001
    """NULLs before all values, as other engines sort them, and no test that keeps them out."""
    for order in _orders(view):
        for one in order.expressions:
            use = view.resolve(one.this)
            query = order.parent
            if use is None or not use.column.nulls or not isinstance(query, exp.Select):
                continue
            where = query.args.get("where")
            conjuncts = parts(where.this) if where is not None else []
            about = [p for p in conjuncts if any(view.resolve(c) == use for c in p.find_all(exp.Column))]
            tests = [p for p in about if not_null_test(p) is not None]
            if about != tests:
                continue  # a comparison lets no NULL in
            edit = view.edit()
            edit.twin(one).set("nulls_first", True)
            if where is not None and tests:
                keep(edit, where, [p for p in conjuncts if p not in tests])
            yield edit.tree, placed(order, view, f"Puts the rows without {quoted(one.this, 'a value')} first.")


OPERATORS: tuple[Operator, ...] = (
    Operator(direction_turned, "Other.ASC/DESC", "The other end first"),
    Operator(other_sort_column, "Attribute.Mismatch", "Rows sorted by another output"),
    Operator(other_limit, "Value.Mismatch", "Another number of rows"),
    Operator(limit_dropped, "Clause.Missing", "All rows instead of the first"),
    Operator(limit_added, "Clause.Redundancy", "Only the first rows of all"),
    Operator(other_offset, "Value.Mismatch", "A row too early or too late"),
    Operator(nulls_first, "Other.ASC/DESC", "NULLs at the other end"),
)
