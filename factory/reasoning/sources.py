"""Which tables hold what is asked, and how they join."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlglot import exp

from factory.intents.english import capped, listed
from factory.reasoning.conditions import conditions
from factory.reasoning.context import Context
from factory.reasoning.nodes import own, sources


def tables(select: exp.Select, context: Context) -> Iterator[str]:
    """Each table with the columns that are needed of it, those of the joins apart."""
    every = sources(select)
    named = [s for s in every if isinstance(s, exp.Table) and isinstance(s.this, exp.Identifier)]
    for made in every:
        if made not in named and isinstance(made, (exp.Table, exp.Values)):
            yield f"Make rows: {context.code(made)}."
    if not named:
        return
    used = _used(select, named, len(every), context)
    if len(every) == 1:
        name, has = _named(named[0], context), listed(used[named[0].alias_or_name])
        if not has:
            yield context.say(5, f"The rows are in {name}.", f"This is about the rows of {name}.", f"Start at {name}.")
            return
        yield context.say(
            5,
            f"{name} has {has}.",
            f"All of it is in {name}: {has}.",
            f"Only {name} is needed, with {has}.",
            f"Read {name}; it holds {has}.",
        )
        return
    if len(named) == 1:
        name, has = _named(named[0], context), listed(used[named[0].alias_or_name]) or "its rows"
        start = f"Start at {name}, for {has}." if named[0] is every[0] else f"From {name} comes {has}."
        yield context.say(5, f"Take {has} from {name}.", start, f"{name} is needed for {has}.")
        return
    parts = []
    for table in named:
        columns = used[table.alias_or_name]
        name = _named(table, context)
        parts.append(f"{name} for {listed(columns)}" if columns else f"{name} {_link(select, table)}")
    yield f"{context.say(5, 'Tables', 'What is needed', 'Where it lies')}: {'; '.join(parts)}."


def _used(select: exp.Select, named: list[exp.Table], sources: int, context: Context) -> dict[str, list[str]]:
    """Alias → columns of it, quoted and, where the name doesn't say it, explained."""
    on = [join.args["on"] for join in select.args.get("joins") or [] if join.args.get("on")]
    keys = {id(c) for one in on for c in own(one, exp.Column)}
    by_alias = {t.alias_or_name: t for t in named}
    used: dict[str, dict[str, str]] = {alias: {} for alias in by_alias}
    for column in own(select, exp.Column):
        assert isinstance(column, exp.Column)
        owner, name = column.table, column.this
        if owner not in used:
            only = named[0].alias_or_name if sources == 1 else ""
            # A field of a struct, `address.city`, looks like a column of a table.
            holders = [alias for alias, t in by_alias.items() if owner in _columns(t, context)] if owner else []
            owner, name = (holders or [only])[0], column.args["table"] if holders else name
        if owner not in used or id(column) in keys or name.name in used[owner]:
            continue
        table = by_alias[owner].name
        if sources == 1 and (known := _columns(by_alias[owner], context)) and name.name not in known:
            continue  # a bare name may be an output's
        label = context.column_label(table, name.name)
        used[owner][name.name] = context.name(name) + (f" ({label})" if label else "")
    return {alias: list(columns.values()) for alias, columns in used.items()}


def _columns(table: exp.Table, context: Context) -> Collection[str]:
    known = context.database.by_name.get(table.name)
    return known.by_name if known is not None else ()


def _link(select: exp.Select, table: exp.Table) -> str:
    """Why a table is there of which no column is shown or filtered."""
    name = table.alias_or_name
    joined = select.args.get("joins") or []
    shared = any(join.args.get("using") for join in joined) and len(joined) > 1
    others = sum(any(c.table == name for c in own(join, exp.Column) if isinstance(c, exp.Column)) for join in joined)
    return "to get from one to the other" if others > 1 or shared else "for its rows"


def _named(table: exp.Table, context: Context) -> str:
    alias, label = table.alias, context.table_label(table.name)
    notes = [label] if label else []
    notes += [f"`{alias}`"] if alias and alias != table.name else []
    said = context.code(exp.Table(this=table.this.copy())) + (f" ({', '.join(notes)})" if notes else "")
    return said + "".join(f" with {context.code(pivot)}" for pivot in table.args.get("pivots") or [])


def joins(select: exp.Select, context: Context) -> Iterator[str]:
    parts = []
    for join in select.args.get("joins") or []:
        joined = join.this
        name = f"`{joined.alias_or_name}`" if joined.alias_or_name else context.code(joined)
        side = " ".join(filter(None, (join.args.get("method"), join.side, join.kind, "join"))).lower()
        side = side.replace("asof", "ASOF")
        on, using = join.args.get("on"), join.args.get("using")
        if isinstance(joined, exp.Lateral):
            fate = "keeps" if join.side == "LEFT" else "drops"
            how = f"put its rows of {name} beside each row, which {fate} rows that have none"
        elif isinstance(joined, exp.Unnest):
            how = f"unfold {context.codes(joined.expressions)} into one row per element, {_element(joined, context)}"
        elif on is not None:
            how = f"{side} {name} on {conditions(on, context)}"
        elif using:
            how = f"{side} {name} using {context.codes(using)}"
        else:
            how = f"{side if join.kind else 'cross join'} {name}"
            how += ", every row with every row" if side == "cross join" or not join.kind else ""
        if join.args.get("method") == "ASOF":
            how += ", of the matching rows only the nearest"
        if join.side == "LEFT" and not isinstance(joined, exp.Lateral):
            how += context.say(7, ", which keeps rows without a match", ", so that no row gets lost")
        parts.append(how)
    if parts:
        yield f"{capped(', then '.join(parts))}."


def _element(unnest: exp.Expr, context: Context) -> str:
    alias = unnest.args.get("alias")
    names = (alias.args.get("columns") or [alias.this]) if alias is not None else []
    return f"called {listed([context.name(name) for name in names if name is not None])}" if names else "`UNNEST`"
