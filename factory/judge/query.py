"""A query's text and what can be read from it: the order it asks for, what it leaves to chance."""

from __future__ import annotations

import logging
import re
from functools import cached_property

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from factory.certify.stability import order_matters
from factory.judge.ties import ties_broken

_TEXTS = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_RANDOM = re.compile(
    r"\b(random|rand|uuid|gen_random_uuid|uuidv4|uuidv7|randomblob|nextval)\s*\(|\b(tablesample|using\s+sample)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\b(now|today|get_current_timestamp|get_current_time|transaction_timestamp|current_localtimestamp)\s*\("
    r"|\b(current_date|current_time|current_timestamp|localtime|localtimestamp)\b|'now'",
    re.IGNORECASE,
)


class Query:
    """Read once and asked on many instances. `tree` is None for what sqlglot can't read: the text still runs.

    `backwards` is kept by the source that wrote it: the query over tables that are read in reverse.
    """

    def __init__(self, text: str, dialect: str) -> None:
        self.text = text
        self.dialect = dialect
        self.tree = _parsed(text, dialect)
        self.backwards = ""

    @cached_property
    def positional(self) -> bool:
        """Whether the order of the stored rows could show in which rows it gives; unread queries are suspected."""
        return self.tree is None or order_matters(self.tree)

    @cached_property
    def ordered(self) -> bool:
        """Whether its last word is an ORDER BY."""
        return self.order is not None

    @cached_property
    def order(self) -> exp.Order | None:
        top = top_of(self.tree)
        found = top.args.get("order") if top is not None else None
        return found if isinstance(found, exp.Order) else None

    @cached_property
    def keeps_order(self) -> bool:
        """Whether its rows come in an order at all: its own, or that of a subquery which it only passes on."""
        node = top_of(self.tree)
        while isinstance(node, exp.Select) and not node.args.get("order"):
            source = node.args.get("from_") or node.args.get("from")
            shuffles = any(node.args.get(part) for part in ("joins", "group", "distinct"))
            inner = source.this if source is not None and not shuffles else None
            if isinstance(inner, exp.Table):
                inner = _cte(self.tree, inner.name)
            node = top_of(inner)
        return node is not None and bool(node.args.get("order"))

    @cached_property
    def variants(self) -> tuple[str, ...]:
        """The query with what its ties leave open settled one way and the other; empty when nothing is left open."""
        if self.tree is None:
            return ()
        return tuple(tree.sql(dialect=self.dialect) for tree in ties_broken(self.tree))

    @cached_property
    def random(self) -> bool:
        return bool(_RANDOM.search(_TEXTS.sub("''", self.text)))

    @cached_property
    def clock(self) -> bool:
        bare = _TEXTS.sub(lambda m: m[0] if m[0].lower() == "'now'" else "''", self.text)
        return bool(_CLOCK.search(bare))

    def same_text(self, other: Query) -> bool:
        """Whether both say the same, white space, comments and the case of unquoted words apart."""
        if self.text == other.text:
            return True
        mine, theirs = _tokens(self.text, self.dialect), _tokens(other.text, self.dialect)
        return mine is not None and mine == theirs


def top_of(tree: exp.Expr | None) -> exp.Expr | None:
    """The SELECT or set operation that gives the rows, without brackets around it."""
    while isinstance(tree, (exp.Subquery, exp.Paren)):
        if tree.args.get("order") or tree.args.get("limit"):
            return tree
        tree = tree.this
    return tree if isinstance(tree, (exp.Select, exp.SetOperation)) else None


def _cte(tree: exp.Expr | None, name: str) -> exp.Expr | None:
    for cte in tree.find_all(exp.CTE) if tree is not None else ():
        if cte.alias.lower() == name.lower():
            found: exp.Expr = cte.this
            return found
    return None


def _tokens(text: str, dialect: str) -> list[tuple[str, str]] | None:
    try:
        tokens = sqlglot.tokenize(text, dialect=dialect)
    except SqlglotError:
        return None
    # A quoted identifier or a string is of the same type whatever its letters are.
    exact = ("STRING", "IDENTIFIER")
    found = [(t.token_type.name, t.text if t.token_type.name in exact else t.text.lower()) for t in tokens]
    return found[:-1] if found and found[-1][0] == "SEMICOLON" else found


def _parsed(text: str, dialect: str) -> exp.Expr | None:
    found = statements(text, dialect)
    return found[0] if len(found) == 1 else None


def statements(text: str, dialect: str) -> list[exp.Expr]:
    """Their trees; none at all for a text that sqlglot can't read."""
    log = logging.getLogger("sqlglot")
    before, log.disabled = log.disabled, True  # a strange statement is nothing to tell whoever waits for the rows
    try:
        trees = sqlglot.parse(text, dialect=dialect)
    except (SqlglotError, RecursionError):
        return []
    finally:
        log.disabled = before
    return [tree for tree in trees if tree is not None and not isinstance(tree, exp.Semicolon)]
