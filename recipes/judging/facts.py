"""A query as a list of facts, and what two queries have and haven't in common."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from factory.intents.style import Style, render

_STYLE = Style()
_DERIVED = re.compile(r"^\(…\) (?:AS|as) (?=\w)")
_SETS = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}
_LEAVES = (
    exp.Literal,
    exp.Column,
    exp.Identifier,
    exp.Star,
    exp.Boolean,
    exp.Null,
    exp.Var,
    exp.DataType,
    exp.Order,
    exp.Ordered,
    exp.WindowSpec,
    exp.TableAlias,
)
_QUALIFIER = re.compile(r'(?:\b\w+|"[^"]+")\.(?=[\w"])')


@dataclass(frozen=True, slots=True)
class Fact:
    """`kind` is the clause, `place` the number of the query it stands in (in the order of the text), `within` how a
    person calls that query; `node` is without the queries inside it, whose facts are their own."""

    place: int
    within: str
    kind: str
    text: str
    node: exp.Expr | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """`old` is only in the right query, `new` only in the other; "" where there is no counterpart."""

    within: str
    kind: str
    old: str
    new: str


def facts(tree: exp.Expr, style: Style = _STYLE) -> list[Fact]:
    found: list[Fact] = []
    queries = [q for q in tree.find_all(exp.Query, bfs=False) if isinstance(q, (exp.Select, exp.SetOperation))]
    for place, query in enumerate(queries):
        within = _within(query, tree)
        if isinstance(query, exp.Select):
            found += (Fact(place, within, kind, text, node) for kind, text, node in _clauses(query, style))
        else:
            repeats = " ALL" if query.args.get("distinct") is False else ""
            name = next(word for kind, word in _SETS.items() if isinstance(query, kind))
            found.append(Fact(place, within, "set", f"{name}{repeats}"))
        found += (Fact(place, within, kind, text, node) for kind, text, node in _end(query, style))
    return found


def _within(query: exp.Expr, tree: exp.Expr) -> str:
    """ "" for the outermost query, else the name of the CTE or derived table, or a word for what it is."""
    at, holder = query, query.parent
    side = ""
    while isinstance(holder, exp.SetOperation):
        side = side or ("the first part" if holder.left is at else "the second part")
        at, holder = holder, holder.parent
    if isinstance(holder, (exp.CTE, exp.Subquery)) and holder.alias:
        return f"{side} of `{holder.alias}`" if side else f"`{holder.alias}`"
    if holder is None or query is tree:
        return side
    return f"{side} of the subquery" if side else "the subquery"


def _clauses(select: exp.Select, style: Style) -> Iterator[tuple[str, str, exp.Expr | None]]:
    if start := select.args.get("from_"):
        yield _one("source", start.this, style)
    for join in select.args.get("joins") or []:
        bare = _shallow(join)
        on = bare.args.get("on")
        how = " ".join(word for word in (join.side, join.kind, "JOIN") if word)
        yield "join", f"{how} {_text(bare.this, style)}", None
        for part in conjuncts(on) if on is not None else ():
            yield "on", _text(part, style), part
    for kind in ("where", "having", "qualify"):
        if clause := select.args.get(kind):
            for part in conjuncts(clause.this):
                yield _one(kind, part, style)
    if group := select.args.get("group"):
        for key in group.expressions:
            yield _one("group", _position(select, key), style)
    if distinct := select.args.get("distinct"):
        on = distinct.args.get("on")
        yield (
            "distinct",
            f"DISTINCT ON ({', '.join(_text(e, style) for e in on.expressions)})" if on else "DISTINCT",
            None,
        )
    if not isinstance(select.parent, exp.Exists):
        for output in select.expressions:
            yield _one("output", output.unalias(), style)


def _end(query: exp.Expr, style: Style) -> Iterator[tuple[str, str, exp.Expr | None]]:
    if order := query.args.get("order"):
        yield "order", ", ".join(_text(_key(query, key), style) for key in order.expressions), None
    for kind in ("limit", "offset"):
        if clause := query.args.get(kind):
            yield kind, _text(clause.expression, style), None


def conjuncts(condition: exp.Expr) -> list[exp.Expr]:
    if isinstance(condition, exp.And):
        return [*conjuncts(condition.this), *conjuncts(condition.expression)]
    if isinstance(condition, exp.Paren) and isinstance(condition.this, exp.And):
        return conjuncts(condition.this)
    return [condition]


def _position(select: exp.Select, key: exp.Expr) -> exp.Expr:
    """GROUP BY 1 is the first output."""
    if isinstance(key, exp.Literal) and not key.is_string and int(key.this) <= len(select.expressions):
        output: exp.Expr = select.expressions[int(key.this) - 1]
        return output.unalias()
    return key


def _key(query: exp.Expr, key: exp.Expr) -> exp.Expr:
    """A sort key, an output's number replaced by the output."""
    if not isinstance(query, exp.Select) or not isinstance(key, exp.Ordered):
        return key
    copy = key.copy()
    copy.set("this", _position(query, key.this).copy())
    return copy


def _one(kind: str, node: exp.Expr, style: Style) -> tuple[str, str, exp.Expr]:
    bare = _shallow(node)
    return kind, _text(bare, style), bare


def _shallow(node: exp.Expr) -> exp.Expr:
    """A copy with an ellipsis for every query inside."""

    def cut(inner: exp.Expr) -> exp.Expr:
        if isinstance(inner, (exp.Select, exp.SetOperation)):
            return exp.Column(this=exp.Identifier(this="…", quoted=False))
        return inner

    return node.copy().transform(cut)


def _text(node: exp.Expr, style: Style) -> str:
    # A derived table is named by its alias: what is in it is said apart.
    return _DERIVED.sub("", render(node, style).strip())


def changes(right: exp.Expr, wrong: exp.Expr, style: Style = _STYLE) -> list[Change] | None:
    """What sets `wrong` apart, clause by clause; None when they aren't built alike enough to say it in few words."""
    return parted(facts(right, style), facts(unrenamed(wrong, right), style), style)


def parted(first: Sequence[Fact], second: Sequence[Fact], style: Style = _STYLE) -> list[Change] | None:
    """The same of facts that were read before."""
    if {f.place for f in first} != {f.place for f in second}:
        return _set_lost(first, second)
    found: dict[tuple[str, str, str], Change] = {}
    for place in sorted({f.place for f in first}):
        mine, theirs = ([f for f in side if f.place == place] for side in (first, second))
        # With one table columns stand bare: a join too many or too few qualifies them all.
        joined = [any(f.kind == "join" for f in side) for side in (mine, theirs)]
        for kind in dict.fromkeys(f.kind for f in (*mine, *theirs)):
            old, new = ([f for f in side if f.kind == kind] for side in (mine, theirs))
            for change in _compared(old, new, style, bare=joined[0] != joined[1]):
                # A group key is an output too, and a fault in it is one fault.
                found[change.within, change.old, change.new] = change
    return list(found.values())


def _set_lost(first: Sequence[Fact], second: Sequence[Fact]) -> list[Change] | None:
    lost = next((f for f in first if f.kind == "set"), None)
    if lost is None or any(f.kind == "set" for f in second):
        return None
    return [Change(lost.within, "set", lost.text, "")]


def _compared(old: list[Fact], new: list[Fact], style: Style, *, bare: bool) -> Iterator[Change]:
    gone, come = _without(old, new, bare=bare), _without(new, old, bare=bare)
    if not gone and not come:
        return
    within, kind = (gone or come)[0].within, (gone or come)[0].kind
    if len(gone) == len(come):
        for a, b in zip(gone, come, strict=True):
            yield Change(within, kind, *_narrowed(a, b, style))
    elif gone and come and kind in ("where", "having", "on", "qualify"):
        yield Change(within, kind, *(" AND ".join(f.text for f in side) for side in (gone, come)))
    else:
        for fact in gone:
            yield Change(within, kind, _straight(fact, style), "")
        for fact in come:
            yield Change(within, kind, "", fact.text)


_OPPOSITE = {exp.GT: exp.LTE, exp.GTE: exp.LT, exp.LT: exp.GTE, exp.LTE: exp.GT, exp.EQ: exp.NEQ, exp.NEQ: exp.EQ}


def _straight(fact: Fact, style: Style) -> str:
    """What is missing as one would ask for it, not as the query that has it turns it: `a = 1`, not `NOT a <> 1`."""
    node = fact.node
    inner = node.this.unnest() if isinstance(node, exp.Not) else None
    if inner is not None and type(inner) in _OPPOSITE:
        return _text(_OPPOSITE[type(inner)](this=inner.this.copy(), expression=inner.expression.copy()), style)
    if isinstance(node, exp.In) and len(node.expressions) == 1:
        return _text(exp.EQ(this=node.this.copy(), expression=node.expressions[0].copy()), style)
    return fact.text


def _without(some: list[Fact], others: list[Fact], *, bare: bool) -> list[Fact]:
    def key(fact: Fact) -> str:
        return _QUALIFIER.sub("", fact.text) if bare else fact.text

    left = [key(f) for f in others]
    kept = []
    for fact in some:
        if key(fact) in left:
            left.remove(key(fact))
        else:
            kept.append(fact)
    return kept


def _narrowed(a: Fact, b: Fact, style: Style) -> tuple[str, str]:
    """The smallest parts that differ and still say something."""
    old, new = a.node, b.node
    if old is None or new is None:
        return a.text, b.text
    while type(old) is type(new) and not isinstance(old, exp.AggFunc):
        pairs = _children(old, new)
        if pairs is None or len(pairs) != 1 or any(isinstance(n, _LEAVES) for n in pairs[0]):
            break
        old, new = pairs[0]
    return _text(old, style), _text(new, style)


def _children(old: exp.Expr, new: exp.Expr) -> list[tuple[exp.Expr, exp.Expr]] | None:
    """Children that differ, or None when more than children do."""
    mine, theirs = list(old.iter_expressions()), list(new.iter_expressions())
    plain = [{k: v for k, v in n.args.items() if v and not isinstance(v, (exp.Expr, list))} for n in (old, new)]
    if len(mine) != len(theirs) or plain[0] != plain[1]:
        return None
    return [(x, y) for x, y in zip(mine, theirs, strict=True) if x != y]


def unrenamed(wrong: exp.Expr, right: exp.Expr) -> exp.Expr:
    """A copy with the output names of the right query, where a fault renamed them after itself."""
    names, known = _aliases(wrong), _aliases(right)
    fresh, lost = [n for n in names if n not in known], [n for n in known if n not in names]
    copy = wrong.copy()
    if not fresh or len(fresh) != len(lost):
        return copy
    back = dict(zip(fresh, lost, strict=True))
    for identifier in copy.find_all(exp.Identifier):
        if identifier.name in back:
            identifier.set("this", back[identifier.name])
    return copy


def _aliases(tree: exp.Expr) -> list[str]:
    """Names given in the query, each once, in the order of the text."""
    given = (n.alias for n in tree.find_all(exp.Alias, exp.CTE, exp.Subquery, bfs=False) if n.alias)
    return list(dict.fromkeys(given))
