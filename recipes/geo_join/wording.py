"""Reasoning and text of an answer, whether it reads or writes."""

from __future__ import annotations

from sqlglot import exp

from factory.intents.style import Style, render
from factory.reasoning import Context, context_of, numbered, steps
from factory.reasoning.conditions import below, conditions
from factory.records import Database
from recipes.geo_join.thoughts import thoughts


def reasoned(tree: exp.Expr, alters: tuple[str, ...], database: Database, style: Style, voice: int) -> str:
    """Numbered steps: what one thinks about the places, then how the query is put together."""
    context = context_of(database, style, voice)
    said = thoughts(tree, context)
    if isinstance(tree, exp.Create):
        said += [*steps(tree.expression, context), f"Write these rows to the new table {_table(tree, context)}."]
    elif isinstance(tree, exp.Update):
        said += _updating(tree, alters, context)
    else:
        said += steps(tree, context)
    return numbered(said)


def written(tree: exp.Expr, alters: tuple[str, ...], style: Style) -> str:
    """The statements of the answer; one that writes ends each with a semicolon."""
    if not isinstance(tree, (exp.Create, exp.Update)):
        return render(tree, style)
    cased = [text.replace("ALTER TABLE", "alter table").replace("ADD COLUMN", "add column") for text in alters]
    return "".join(f"{text};\n" for text in (cased if style.lower else alters)) + f"{render(tree, style)};"


def _table(tree: exp.Expr, context: Context) -> str:
    return context.code(exp.Table(this=tree.this.this.copy()))


def _updating(tree: exp.Update, alters: tuple[str, ...], context: Context) -> list[str]:
    added = [text.partition(" ADD COLUMN ")[2] for text in alters]
    table = _table(tree, context)
    columns = " and ".join(f"`{column}`" for column in added)
    said = [f"{table} has no such column{'s' if len(added) > 1 else ''} yet: add {columns} with `ALTER TABLE`."]
    source, where = tree.args.get("from_"), tree.args.get("where")
    for change in tree.expressions:
        name, value = context.code(change.this), change.expression
        inner = value.find(exp.Subquery)
        if isinstance(value, exp.Subquery):
            said.append(f"For each row set {name} to {below(value, context)}.")
        elif inner is not None:
            said.append(f"For each row set {name} to {context.code(value)}.")
        else:
            said.append(f"Set {name} to {context.code(value)}.")
    if source is not None and where is not None:
        read = context.code(source.this)
        said.append(f"Read that from {read}, for rows with {conditions(where.this, context)}; the others stay NULL.")
    return said
