"""Another column than the one that is meant, one too many, or one too few."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.clauses import in_where_query
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import Edit, Use, View, scope, sibling, within
from factory.mutations.silent.wording import code, instead, named, placed
from factory.records import Column

_GROUPS = (("name", "code"), ("category", "place", "flag"), ("measure",), ("timestamp",))


def _near(use: Use, *, same_type: bool = False) -> list[Column]:
    """Columns of the table that could be taken for this one."""
    roles = next((g for g in _GROUPS if use.column.role in g), ())
    found = [c for c in use.table.with_role(*roles) if c is not use.column and c.distinct > 1]
    return [c for c in found if c.type == use.column.type] if same_type else found


def _returned(view: View) -> Iterator[tuple[exp.Select, exp.Column, Use]]:
    """Plain columns of base tables that a SELECT puts out, with what they are."""
    for select in view.selects:
        if in_where_query(select) or isinstance(select.parent, exp.SetOperation):
            continue
        for output in select.expressions:
            inner = output.unalias()
            use = view.resolve(inner)
            if isinstance(inner, exp.Column) and use is not None and use.select is select and use.column.role != "key":
                yield select, inner, use


def _read_by_name(view: View, select: exp.Select, name: str) -> list[exp.Column]:
    """References in outer queries to an output that has no alias."""
    if select is view.tree:
        return []
    return [
        c
        for c in view.all(exp.Column)
        if c.name == name and scope(c) is not select and (u := view.resolve(c)) and u.select is select
    ]


def _swap(view: View, select: exp.Select, at: exp.Column, new: exp.Column) -> Edit | None:
    """Another output column, also where it is grouped and, with groups or DISTINCT, sorted by."""
    aliased = isinstance(at.parent, exp.Alias)
    if not aliased and any(e.alias_or_name == new.name for e in select.expressions):
        return None
    edit = view.edit()
    tied = select.args.get("group") is not None or select.args.get("distinct") is not None
    keys = [k for k in ("group", *(("order",) if tied else ())) if select.args.get(k) is not None]
    found = [c for c in view.same(at) if within(c, exp.Where, exp.Join, exp.AggFunc, exp.Window) is None]
    clauses = [select.args[k] for k in keys]
    for column in found:
        inside = within(column, exp.Group, exp.Order)
        if inside is None or any(inside is clause for clause in clauses):
            edit.put(column, new.copy())
    if tied:
        for column in view.same(at):
            if within(column, exp.Window) is not None:
                edit.put(column, new.copy())
    if not aliased:
        for column in _read_by_name(view, select, at.name):
            edit.put(column, sql.column(new.name, column.table or None))
    return edit


def other_output(view: View, rng: Random) -> Found:
    """Another column of the same table and role is returned or grouped by."""
    for select, at, use in _returned(view):
        near = _near(use)
        if not near:
            continue
        other = rng.choice(near)
        edit = _swap(view, select, at, sibling(at, other))
        if edit is not None:
            verb = "Groups by" if select.args.get("group") is not None else "Returns"
            says = f"{verb} {named(other.name)} of {named(use.table.name)} where {named(at.name)} is asked for."
            yield edit.tree, placed(select, view, says)


def output_of_other_table(view: View, rng: Random) -> Found:
    """The column of the same role in another table that is joined already."""
    for select, at, use in _returned(view):
        others = [
            (name, c)
            for name, table in view.tables(select).items()
            if name != use.source and table is not use.table
            for c in table.with_role(use.column.role)
            if c.type == use.column.type
        ]
        if not others or use.column.role in ("reference", "text"):
            continue
        name, column = rng.choice(others)
        edit = _swap(view, select, at, sql.column(column.name, name))
        if edit is not None:
            table = view.tables(select)[name].name
            right = f"{named(at.name)} of {named(use.table.name)}"
            says = f"Returns {named(column.name)} of {named(table)} where {right} is asked for."
            yield edit.tree, placed(select, view, says)


def other_filter_column(view: View, rng: Random) -> Found:
    """The same test of another column of the same type."""
    for node in view.all(exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between):
        use = view.resolve(node.this)
        if use is None or use.select is not scope(node) or not isinstance(node.this, exp.Column):
            continue
        where = within(node, exp.Where)
        if where is None or node.find(exp.Subquery) is not None:
            continue
        near = _near(use, same_type=use.column.role == "timestamp")
        if near:
            other = sibling(node.this, rng.choice(near))
            edit = view.edit()
            for same in view.same(node.this):
                if within(same, exp.Where) is where:
                    edit.put(same, other.copy())
            yield edit.tree, instead(node, edit.twin(node), view)


def _outputs(view: View) -> exp.Select | None:
    return view.outermost if view.outermost is not None and view.outermost.expressions else None


def _by_position(select: exp.Select) -> bool:
    """GROUP BY 1 or ORDER BY 2, which another output list would give another meaning."""
    clauses = (select.args[key] for key in ("group", "order") if select.args.get(key) is not None)
    return any(e.is_int or (isinstance(e, exp.Ordered) and e.this.is_int) for c in clauses for e in c.expressions)


def output_dropped(view: View, rng: Random) -> Found:
    """One of the columns that are asked for."""
    select = _outputs(view)
    if select is None or len(select.expressions) < 2 or _by_position(select):
        return
    clauses = (select.args.get(key) for key in ("group", "having", "qualify", "order"))
    needed = {c.name for clause in clauses if clause is not None for c in clause.find_all(exp.Column)}
    options = [e for e in select.expressions if not (e.alias and e.alias in needed) and e.find(exp.Window) is None]
    if options:
        gone = rng.choice(options)
        edit = view.edit()
        edit.twin(gone).pop()
        yield edit.tree, f"Leaves out {named(gone.alias_or_name)}, which is asked for."


def output_added(view: View, rng: Random) -> Found:
    """A column that nobody asked for."""
    select = _outputs(view)
    if select is None or any(select.args.get(k) for k in ("group", "distinct")):
        return
    if not any(isinstance(e.unalias(), exp.Column) for e in select.expressions):
        return
    have = {e.alias_or_name for e in select.expressions}
    options = [
        (name, c)
        for name, table in view.tables(select).items()
        for c in table.with_role("name", "code", "category", "measure", "timestamp", "place")
        if c.name not in have
    ]
    if options:
        name, column = rng.choice(options)
        at = sql.column(column.name, view.qualifier(select, name))
        edit = view.edit()
        edit.twin(select).append("expressions", at)
        yield edit.tree, f"Returns {code(at)} too, which nobody asked for."


OPERATORS: tuple[Operator, ...] = (
    Operator(other_output, "Attribute.Mismatch", "Another column is returned"),
    Operator(output_of_other_table, "Table.Mismatch", "A column of another table is returned"),
    Operator(other_filter_column, "Condition.Explicit Mismatch", "Another column is tested"),
    Operator(output_dropped, "Attribute.Missing", "A column that is asked for isn't returned"),
    Operator(output_added, "Attribute.Redundancy", "A column that isn't asked for is returned"),
)
