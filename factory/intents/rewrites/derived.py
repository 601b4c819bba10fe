"""Queries in FROM, as a derived table or a CTE that is used once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from factory.intents.rewrites.place import aggregates, has
from factory.intents.rewrites.sources import named, outputs


@dataclass(frozen=True, slots=True)
class Layer:
    """`outer` does no more than pick columns of `inner`, filter and sort; nodes are those of the tree itself."""

    outer: exp.Select
    inner: exp.Select
    name: str
    cte: exp.CTE | None

    def value(self, column: exp.Column) -> exp.Expr | None:
        """The inner expression behind a column of the outer query."""
        if column.table and column.table.lower() != self.name.lower():
            return None
        return next((e.unalias() for e in self.inner.expressions if e.alias_or_name == column.name), None)

    def merged(self) -> exp.Select | None:
        """`inner` with the outer outputs and ORDER BY, and the CTE taken from the tree; None when outputs are none."""
        inner = self.inner.copy()
        picked: list[exp.Expr] = []
        for output in self.outer.expressions:
            value = self.value(output.unalias()) if isinstance(output.unalias(), exp.Column) else None
            if value is None:
                return None
            plain = isinstance(value, exp.Column) and value.name == output.alias_or_name
            picked.append(value.copy() if plain else exp.alias_(value.copy(), output.alias_or_name))
        order = self.outer.args.get("order")
        if order is not None:
            order = order.copy()
            for column in list(order.find_all(exp.Column)):
                value = self.value(column)
                if value is None:
                    return None
                if column.name not in outputs(self.outer) or isinstance(value, exp.Column):
                    column.replace(value.copy())
                else:
                    column.set("table", None)
        inner.set("expressions", picked)
        inner.set("order", order)
        inner.set("limit", self.outer.args.get("limit"))
        drop(self.cte)
        inner.set("with_", self.outer.args.get("with_"))
        return inner


def layer(outer: exp.Select) -> Layer | None:
    """None when `outer` joins, groups or computes, or when `inner` is cut, sorted or distinct."""
    start = outer.args.get("from_")
    if start is None or has(outer, "joins", "group", "having", "qualify", "distinct", "offset") or aggregates(outer):
        return None
    found, cte = body(start.this)
    if found is None or has(found, "order", "limit", "offset", "distinct", "with_", "qualify") or not named(found):
        return None
    if not named(outer) or any(e.find(exp.Query) for e in outer.expressions):
        return None
    return Layer(outer, found, start.this.alias_or_name, cte)


def body(source: exp.Expr) -> tuple[exp.Select | None, exp.CTE | None]:
    """The SELECT behind a derived table, or behind a CTE that nothing else uses."""
    if isinstance(source, exp.Subquery) and isinstance(source.this, exp.Select) and not source.args.get("pivots"):
        return source.this, None
    if isinstance(source, exp.Table):
        root = source.root()
        cte = next((c for c in root.find_all(exp.CTE) if c.alias == source.name), None)
        uses = sum(t.name == source.name for t in root.find_all(exp.Table))
        plain = cte is not None and not cte.args["alias"].args.get("columns") and isinstance(cte.this, exp.Select)
        if cte is not None and plain and uses == 1 and not cte.parent.args.get("recursive"):  # type: ignore[union-attr]
            return cte.this, cte
    return None, None


def drop(cte: exp.CTE | None) -> None:
    """Takes a CTE from the WITH that holds it."""
    if cte is None or cte.parent is None:
        return
    clause = cte.parent
    kept = [c for c in clause.expressions if c is not cte]
    if kept:
        clause.set("expressions", kept)
    elif clause.parent is not None:
        clause.parent.set("with_", None)
