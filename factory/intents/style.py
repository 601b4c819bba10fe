"""One tree, many hands: how people lay out the same query.

The tree decides what is asked; the style only decides case, line breaks and small habits. The result is proven to
give the tree's rows like everything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

import sqlglot
from sqlglot import Token, TokenType, exp

_NAME = r'(?:(?:\w+|"[^"]+")\.)?(?:\w+|"[^"]+")'
# sqlglot writes NOT x IN (…) and EXISTS(…); people write x NOT IN (…) and EXISTS (…).
_HABITS = (
    (re.compile(rf"\bNOT ({_NAME}) (IN|LIKE) "), r"\1 NOT \2 "),
    (re.compile(r"\b(EXISTS|FILTER)\("), r"\1 ("),
)
_UNITS = re.compile(r"\bDATE_TRUNC\('([A-Z]+)'")
_KEPT = frozenset({TokenType.VAR, TokenType.IDENTIFIER, TokenType.STRING, TokenType.NUMBER, TokenType.COLUMN})
# Keywords that the tokenizer takes for names.
_WORDS = frozenset(
    ["AT", "CURRENT", "EXCLUDE", "FOLLOWING", "LAMBDA", "PRECEDING", "SAMPLE", "TIES", "UNBOUNDED", "ZONE"]
)


@dataclass(frozen=True, slots=True)
class Style:
    pretty: bool = False
    lower: bool = False
    bare_aliases: bool = False


def draw_style(rng: Random) -> Style:
    return Style(pretty=rng.random() < 0.45, lower=rng.random() < 0.3, bare_aliases=rng.random() < 0.35)


def render(tree: exp.Expr, style: Style) -> str:
    """The tree as DuckDB SQL in the style; without a style it is one line in capitals."""
    # Functions that sqlglot doesn't know keep their spelling: ST_Contains, not ST_CONTAINS.
    text = tree.sql(dialect="duckdb", pretty=style.pretty, normalize_functions=False)
    for pattern, habit in _HABITS:
        text = pattern.sub(habit, text)
    text = _UNITS.sub(lambda m: f"DATE_TRUNC('{m[1].lower()}'", text)
    if style.lower or style.bare_aliases:
        text = _retouch(text, style)
    return text


def _retouch(text: str, style: Style) -> str:
    tokens = sqlglot.tokenize(text, read="duckdb")
    parts: list[str] = []
    at = 0
    for i, token in enumerate(tokens):
        end = token.end + 1
        if style.bare_aliases and _table_alias(tokens, i):
            parts.append(text[at : token.start])
            at = min(end + 1, len(text))
        elif style.lower and text[token.start : end].isupper() and _keyword(tokens, i):
            parts += (text[at : token.start], text[token.start : end].lower())
            at = end
    return "".join((*parts, text[at:]))


def _keyword(tokens: list[Token], i: int) -> bool:
    """Whether token i is a word of the language, a function or a unit of time, rather than a name or a value."""
    token = tokens[i]
    if token.token_type is not TokenType.VAR:
        return token.token_type not in _KEPT
    before = tokens[i - 1].token_type if i else None
    after = tokens[i + 1].token_type if i + 1 < len(tokens) else None
    unit = before is TokenType.STRING or (before is TokenType.L_PAREN and after is TokenType.FROM)
    return token.text in _WORDS or after is TokenType.L_PAREN or unit


def _table_alias(tokens: list[Token], i: int) -> bool:
    """Whether token i is the AS between a table's name and its alias."""
    if tokens[i].token_type is not TokenType.ALIAS or i < 2:
        return False
    return tokens[i - 2].token_type in (TokenType.FROM, TokenType.JOIN)
