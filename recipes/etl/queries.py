"""Cases of a question about a table, answered by SQL that uses llm_transform."""

from __future__ import annotations

import re
from random import Random

import sqlglot
from sqlglot import exp

from factory.intents.skeleton import skeleton
from factory.intents.style import Style, draw_style, render
from recipes.etl.case import FUNCTION, Case
from recipes.etl.contract import quoted
from recipes.etl.forms import FORMS, Asking
from recipes.etl.slips import MISNAMED, slips
from recipes.etl.source import Source
from recipes.etl.tables import draw_table
from recipes.etl.task import Task, items

_ROWS = (7, 14)
# A renderer may write functions in capitals; those of models are written as they are named.
_NAMES = re.compile(rf"\b({'|'.join((FUNCTION, *MISNAMED))})(?=\()", re.IGNORECASE)


def sql_case(task: Task, source: Source, rng: Random) -> Case | None:
    """None when this domain has too few such values."""
    brief = task.brief(source, rng)
    found = items(task, brief, source, rng, rng.randint(*_ROWS))
    if len(found) < _ROWS[0]:
        return None
    drawn = draw_table(task, source, [item.value for item in found], rng)
    constraint = f", {quoted(brief.contract.constraint)}" if brief.contract.constraint else ""
    call = f"{FUNCTION}({drawn.column}, {quoted(brief.instruction)}{constraint})"
    answers = [a for a in task.answer if a not in (drawn.column, drawn.key, drawn.extra)]
    asking = Asking(drawn, brief, call, rng.choice(answers), tuple(item.truth for item in found), rng)
    form = rng.choice(FORMS[task.output])
    question, text = form(asking)
    tree = sqlglot.parse_one(text, dialect="duckdb")
    style = draw_style(rng)
    return Case(
        task=task.name,
        shape="sql",
        instruction=brief.instruction,
        contract=brief.contract,
        pairs=tuple((item.value, item.truth) for item in found),
        answer=_written(tree, style),
        wrong=tuple((kind, _written(wrong, style)) for kind, wrong in slips(tree, brief.contract, task.output, rng)),
        question=question,
        table=drawn.table,
        column=drawn.column,
        templates=tuple(item.template for item in found),
        skeleton=f"{task.name}:{skeleton(tree)}",
    )


def _written(tree: exp.Expr, style: Style) -> str:
    return _NAMES.sub(lambda found: found[0].lower(), render(tree, style))
