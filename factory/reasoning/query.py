"""A whole query as sentences; a named part of it is one sentence after the other behind its name."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents.english import listed
from factory.reasoning.conditions import condition
from factory.reasoning.context import Context
from factory.reasoning.grouping import grouping
from factory.reasoning.nodes import bare, conjuncts, sources
from factory.reasoning.output import ending, output
from factory.reasoning.sources import joins, tables
from factory.reasoning.windows import windows

_SETS: dict[type[exp.Expr], str] = {
    exp.Union: "put one below the other",
    exp.Intersect: "keep only what is in both",
    exp.Except: "take the second away from the first",
}


def steps(tree: exp.Expr, context: Context) -> list[str]:
    found: list[str] = []
    ctes = tree.args.get("with_")
    for n, cte in enumerate(ctes.expressions if ctes else []):
        found.append(_cte(cte, "First" if n == 0 else "Then", context))
    tree = bare(tree)
    if isinstance(tree, exp.SetOperation):
        return found + list(_set(tree, context))
    if not isinstance(tree, exp.Select):
        return [*found, f"Take {context.code(tree)}."]
    return found + list(_select(tree, context))


def _within(tree: exp.Expr, context: Context) -> str:
    return " ".join(steps(tree, context))


def _cte(cte: exp.Expr, lead: str, context: Context) -> str:
    name, inner = f"`{cte.alias}`", cte.this
    if isinstance(inner, exp.SetOperation) and any(t.name == cte.alias for t in inner.find_all(exp.Table)):
        start, again = _within(inner.left, context), _within(inner.right, context)
        new = "rows" if inner.args.get("distinct") is False else "new rows"
        return f"{lead} {name}, a recursive CTE. It starts so: {start} Then, as long as that gives {new}: {again}"
    about = context.say(3, f"{lead} {name}", f"{lead} build {name}", f"{lead} a CTE {name}")
    return f"{about}: {_within(inner, context)}"


def _set(tree: exp.SetOperation, context: Context) -> Iterator[str]:
    first, second = (_within(side, context) for side in (tree.left, tree.right))
    how = next(text for kind, text in _SETS.items() if isinstance(tree, kind))
    name = f"{tree.key.upper()}{' ALL' if tree.args.get('distinct') is False else ''}"
    repeats = ", repeats included" if name.endswith("ALL") else ", without repeats"
    yield f"One list: {first}"
    yield f"Another: {second}"
    yield f"Then {how}{repeats}: `{name}`."
    yield from ending(tree, context)


def _select(select: exp.Select, context: Context) -> Iterator[str]:
    lead = "First"
    for source in sources(select):
        if isinstance(source, exp.Subquery):
            name = f"`{source.alias}`" if source.alias else "a derived table"
            inside = f"{'Start' if lead == 'First' else 'Go on'} inside, with {name}"
            about = context.say(3, f"{lead} {name}", f"{lead} build {name}", inside)
            yield f"{about}: {_within(source.this, context)}"
            lead = "Then"
    yield from tables(select, context)
    for source in sources(select):
        if isinstance(source, exp.Lateral) and isinstance(bare(source.this), exp.Query):
            yield f"For each row so far, build `{source.alias}`: {_within(source.this, context)}"
    yield from joins(select, context)
    if where := select.args.get("where"):
        optional = {j.this.alias_or_name for j in select.args.get("joins") or [] if j.side == "LEFT"}
        yield _filter(conjuncts(where.this), optional, context)
    yield from grouping(select, context)
    yield from windows(select, context)
    yield from output(select, context)
    yield from ending(select, context)


def _filter(parts: list[exp.Expr], optional: set[str], context: Context) -> str:
    """`optional` are sources of left joins: a NULL there means that there was no match."""
    words = []
    for part in parts:
        lost = isinstance(part, exp.Is) and isinstance(part.expression, exp.Null)
        unmatched = lost and isinstance(part.this, exp.Column) and part.this.table in optional
        words.append(condition(part, context) + (" (no match)" if unmatched else ""))
    said = listed(words)
    return context.say(11, f"Keep rows where {said}.", f"Filter: {said}.", f"Only rows where {said} count.")
