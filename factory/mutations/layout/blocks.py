"""SELECT blocks and their clauses, read off a query's tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlglot import Token, TokenType

from factory.mutations.query import ColumnUse, TableUse

_CLAUSES = {
    TokenType.FROM: "from",
    TokenType.WHERE: "where",
    TokenType.GROUP_BY: "group",
    TokenType.HAVING: "having",
    TokenType.QUALIFY: "qualify",
    TokenType.ORDER_BY: "order",
    TokenType.LIMIT: "limit",
    TokenType.OFFSET: "limit",
}
_SET_OPERATIONS = frozenset({TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT})
_SOURCE_STARTS = frozenset({TokenType.FROM, TokenType.JOIN, TokenType.COMMA})


class Span(NamedTuple):
    start: int
    end: int


class Clause(NamedTuple):
    """`keyword` is where the clause's keyword starts; `start` and `end` hold its body."""

    keyword: int
    start: int
    end: int

    @property
    def body(self) -> Span:
        return Span(self.start, self.end)


class Item(NamedTuple):
    """One item of a SELECT list. `name` is what it is called outside ("" when it has no plain name)."""

    start: int
    end: int
    expression_end: int
    alias: str
    name: str


@dataclass(slots=True, eq=False)
class Block:
    """One SELECT … with its own scope. `name` is that of the CTE or derived table that it defines, or ""."""

    start: int
    end: int = 0
    kind: str = "main"
    name: str = ""
    first: int = 0
    last: int = 0
    parent: Block | None = None
    in_set: bool = False
    has_derived: bool = False
    clauses: dict[str, Clause] = field(default_factory=dict)
    tables: list[TableUse] = field(default_factory=list)
    columns: list[ColumnUse] = field(default_factory=list)


class Join(NamedTuple):
    """One JOIN of a block, from its first keyword to the end of its condition. `on` is ON's condition."""

    start: int
    end: int
    table: TableUse
    on: Span | None
    using: bool


class Call(NamedTuple):
    """`start:name_end` is the function's name; `open` and `close` are token indices of the parentheses."""

    name: str
    start: int
    name_end: int
    open: int
    close: int
    end: int


class Scanner:
    """One pass over the tokens: blocks, pairs of parentheses, and how deep each token lies (CASE counts)."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.kinds = [token.token_type for token in tokens]
        self.starts = [token.start for token in tokens]
        self.ends = [token.end + 1 for token in tokens]
        self.partner: dict[int, int] = {}
        self.depth: list[int] = []
        self.blocks: list[Block] = []
        self._scan()

    def _scan(self) -> None:
        opened: list[int] = []
        current: list[Block | None] = [None]
        clause: list[tuple[str, int]] = [("", 0)]
        cases = 0
        for i, kind in enumerate(self.kinds):
            if kind is TokenType.R_PAREN:
                self._close(current[-1], clause[-1], i)
                if opened:
                    start = opened.pop()
                    self.partner[start] = i
                    self.partner[i] = start
                    current.pop()
                    clause.pop()
            elif kind is TokenType.END:
                cases -= 1
            self.depth.append(len(opened) + cases)
            if kind is TokenType.L_PAREN:
                opened.append(i)
                current.append(None)
                clause.append(("", 0))
            elif kind is TokenType.CASE:
                cases += 1
            elif kind is TokenType.SELECT:
                block = self._open(i, next((b for b in reversed(current[:-1]) if b), None))
                if (before := current[-1]) is not None:
                    # The next SELECT of a UNION, EXCEPT or INTERSECT; the first one has the name.
                    block.in_set, block.kind = True, before.kind
                current[-1] = block
                clause[-1] = ("select", i)
            elif (owner := current[-1]) is not None:
                if kind in _SET_OPERATIONS:
                    self._close(owner, clause[-1], i)
                    owner.in_set = True
                    clause[-1] = ("", i)
                elif (name := _CLAUSES.get(kind)) and name not in owner.clauses and clause[-1][0] not in ("", name):
                    self._end_clause(owner, clause[-1], i)
                    clause[-1] = (name, i)
        size = len(self.tokens)
        if size and self.kinds[-1] is TokenType.SEMICOLON:
            size -= 1
        self._close(current[0], clause[0], size)

    def _open(self, i: int, parent: Block | None) -> Block:
        block = Block(self.starts[i], first=i, parent=parent)
        before = self.kinds[i - 1] if i else None
        if before is TokenType.L_PAREN:
            ahead = self.kinds[i - 2] if i > 1 else None
            if ahead is TokenType.ALIAS and i > 2:
                block.kind, block.name = "cte", self.tokens[i - 3].text
            elif ahead in _SOURCE_STARTS and parent is not None and "select" in parent.clauses:
                block.kind, parent.has_derived = "derived", True
            else:
                block.kind = "subquery"
        self.blocks.append(block)
        return block

    def _end_clause(self, block: Block, clause: tuple[str, int], i: int) -> None:
        name, first = clause
        if name and first + 1 < i:
            skip = 2 if name == "select" and self.kinds[first + 1] is TokenType.DISTINCT else 1
            block.clauses[name] = Clause(self.starts[first], self.starts[first + skip], self.ends[i - 1])

    def _close(self, block: Block | None, clause: tuple[str, int], i: int) -> None:
        if block is None or not clause[0]:
            return
        self._end_clause(block, clause, i)
        block.end, block.last = self.ends[i - 1], i
        if block.kind == "derived" and i + 1 < len(self.tokens) and self.kinds[i] is TokenType.R_PAREN:
            j = i + 2 if self.kinds[i + 1] is TokenType.ALIAS else i + 1
            block.name = self.tokens[j].text if j < len(self.tokens) else ""
