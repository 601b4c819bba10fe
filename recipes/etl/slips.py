"""Queries with llm_transform as models get them wrong."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import sqlglot
from sqlglot import exp

from recipes.etl.case import FUNCTION
from recipes.etl.contract import Contract, quoted

_OFFERED = 5
_SUBTLE, _LOUD = 0.7, 0.3
_PLAIN = ("string_function", "raw_column")
MISNAMED = ("llm_complete", "llm", "ai_transform", "llm_query", "llm_classify", "ask_llm", "llm_extract")
# What models write in place of the operator, by what the answers are.
_INSTEAD = {
    "date": ("TRY_STRPTIME({c}, '%d/%m/%Y')", "TRY_STRPTIME({c}, '%m/%d/%Y')", "TRY_STRPTIME({c}, '%Y-%m-%d')"),
    "number": ("REGEXP_REPLACE({c}, '[^0-9.]', '', 'g')", "REGEXP_EXTRACT({c}, '[0-9.,]+')", "REPLACE({c}, ',', '.')"),
    "text": ("TRIM({c})", "UPPER({c})", "SPLIT_PART({c}, ' ', 1)", "REGEXP_EXTRACT({c}, '[A-Z0-9-]+')"),
    "json": ("JSON_OBJECT('value', {c})", "TO_JSON({c})", "STRING_SPLIT({c}, ' ')", "REPLACE({c}, '''', '\"')"),
    "label": ("LOWER({c})", "TRIM({c})"),
}


def slips(tree: exp.Expr, contract: Contract, output: str, rng: Random) -> list[tuple[str, exp.Expr]]:
    """Kind of mistake and query, in random order; whether one is wrong here, the engine says."""
    drawn = [("raw_column", _instead(tree, "{c}"))]
    drawn += [("string_function", _instead(tree, text)) for text in rng.sample(_INSTEAD[output], 2)]
    if len(contract.choices) > 1:
        drawn.append(("keyword_case", _instead(tree, _keywords(contract.choices))))
        drawn.append(("keyword_case_lowered", _instead(tree, _keywords(contract.choices, "LOWER({c})"))))
    labels = [node for node in tree.find_all(exp.Literal) if node.is_string and _compared(node)]
    if labels:
        others = [c for c in contract.choices if c != labels[0].name]
        if others:
            drawn.append(("other_label", _relabelled(tree, rng.choice(others))))
        drawn.append(("label_in_other_case", _relabelled(tree, _recased(labels[0].name))))
        drawn.append(("keyword_match", _like(tree)))
        drawn.append(("negated", _negated(tree)))
    if tree.find(exp.TryCast):
        drawn.append(("cast", _cast(tree)))
    if contract.type and tree.find(exp.TryCast):
        drawn.append(("not_cast", _uncast(tree)))
    if rng.random() < _LOUD:
        misnamed = ("unknown_function", _renamed(tree, rng.choice(MISNAMED)))
        drawn.append(rng.choice((misnamed, ("unknown_column", _misread(tree)))))
    rng.shuffle(drawn)
    # Doing without the operator is the plainest of all mistakes.
    if rng.random() < _SUBTLE:
        drawn.sort(key=lambda pair: _PLAIN.index(pair[0]) if pair[0] in _PLAIN else -1)
    return [(kind, wrong) for kind, wrong in drawn if wrong != tree][:_OFFERED]


def _compared(node: exp.Expr) -> bool:
    parent = node.parent
    if isinstance(parent, exp.If):  # CASE operand WHEN label
        return isinstance(parent.parent, exp.Case) and parent.this is node
    return isinstance(parent, exp.EQ)


def _calls(tree: exp.Expr) -> list[exp.Anonymous]:
    return [node for node in tree.find_all(exp.Anonymous) if node.name.lower() == FUNCTION]


def _replaced(tree: exp.Expr, change: Callable[[exp.Anonymous], exp.Expr]) -> exp.Expr:
    copy = tree.copy()
    for call in _calls(copy):
        call.replace(change(call))
    return copy


def _instead(tree: exp.Expr, template: str) -> exp.Expr:
    """Another expression over the column in place of the operator."""
    return _replaced(
        tree,
        lambda call: sqlglot.parse_one(template.replace("{c}", call.expressions[0].sql("duckdb")), dialect="duckdb"),
    )


def _renamed(tree: exp.Expr, name: str) -> exp.Expr:
    return _replaced(tree, lambda call: exp.Anonymous(this=name, expressions=[e.copy() for e in call.expressions]))


def _misread(tree: exp.Expr) -> exp.Expr:
    """The column under a name that the table doesn't have."""
    copy = tree.copy()
    for call in _calls(copy):
        call.expressions[0].replace(exp.column(f"{call.expressions[0].name}_text"))
    return copy


def _keywords(choices: tuple[str, ...], searched: str = "{c}") -> str:
    """Takes the label whose own word stands in the text, else the last one."""
    whens = " ".join(
        f"WHEN {searched} LIKE {quoted('%' + (c if searched == '{c}' else c.lower()) + '%')} THEN {quoted(c)}"
        for c in choices[:-1]
    )
    return f"CASE {whens} ELSE {quoted(choices[-1])} END"


def _relabelled(tree: exp.Expr, label: str) -> exp.Expr:
    copy = tree.copy()
    for node in [n for n in copy.find_all(exp.Literal) if n.is_string and _compared(n)]:
        node.replace(exp.Literal.string(label))
    return copy


def _recased(label: str) -> str:
    return label.upper() if label != label.upper() else label.lower()


def _like(tree: exp.Expr) -> exp.Expr:
    """Looks for the label's own word in the column instead of asking for its meaning."""
    copy = tree.copy()
    for node in list(copy.find_all(exp.EQ)):
        if node.expression.is_string and isinstance(node.this, exp.Anonymous):
            column = node.this.expressions[0].copy()
            pattern = exp.Literal.string(f"%{node.expression.name}%")
            node.replace(exp.ILike(this=column, expression=pattern))
    return copy


def _negated(tree: exp.Expr) -> exp.Expr:
    copy = tree.copy()
    for node in list(copy.find_all(exp.EQ)):
        if node.expression.is_string and isinstance(node.this, exp.Anonymous):
            node.replace(exp.NEQ(this=node.this.copy(), expression=node.expression.copy()))
    return copy


def _cast(tree: exp.Expr) -> exp.Expr:
    """CAST raises for what TRY_CAST makes NULL."""
    copy = tree.copy()
    for node in list(copy.find_all(exp.TryCast)):
        node.replace(exp.Cast(this=node.this.copy(), to=node.args["to"].copy()))
    return copy


def _uncast(tree: exp.Expr) -> exp.Expr:
    """The answer as text, where it should be a number or a date."""
    copy = tree.copy()
    for node in list(copy.find_all(exp.TryCast)):
        node.replace(node.this.copy())
    return copy
