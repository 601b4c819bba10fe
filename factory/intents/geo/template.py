"""SQL from templates: one file for each workflow and engine, so that another engine joins as another folder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import sqlglot
from sqlglot import exp

_FOLDER = Path(__file__).parent / "templates"
_OR = "\n-- or\n"


@lru_cache
def forms(engine: str, workflow: str) -> tuple[str, ...]:
    """The ways in which the workflow is written for the engine, at least one."""
    text = (_FOLDER / engine / f"{workflow}.sql").read_text(encoding="utf-8")
    return tuple(form.strip() for form in text.split(_OR))


def fill(engine: str, workflow: str, form: int, fields: Mapping[str, str]) -> exp.Expr:
    """The query as a tree; spatial functions keep the spelling of the template."""
    written = forms(engine, workflow)
    tree = sqlglot.parse_one(written[form % len(written)].format_map(fields), dialect=engine)
    for node in list(tree.find_all(exp.Div)):
        if isinstance(node.expression, exp.Literal) and node.expression.name == "1":
            node.replace(node.this)
    return as_spelt(tree)


def as_spelt(tree: exp.Expr) -> exp.Expr:
    """The same tree with the few spatial functions that sqlglot knows, and would write in capitals, as people do."""
    for node in reversed(list(tree.find_all(*_KNOWN))):  # the inner ones first
        node.replace(exp.Anonymous(this=_KNOWN[type(node)], expressions=[node.this, node.expression]))
    return tree


_KNOWN: dict[type[exp.Expr], str] = {exp.StDistance: "ST_Distance", exp.StPoint: "ST_Point"}
