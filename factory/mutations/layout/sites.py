"""Where things stand in a query's text: blocks, SELECT items, joins, calls and their arguments."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property, lru_cache
from random import Random
from typing import TypeVar

from sqlglot import TokenType, exp

from factory.mutations.edits import Edit
from factory.mutations.layout.blocks import Block as Block
from factory.mutations.layout.blocks import Call as Call
from factory.mutations.layout.blocks import Clause as Clause
from factory.mutations.layout.blocks import Item as Item
from factory.mutations.layout.blocks import Join as Join
from factory.mutations.layout.blocks import Scanner
from factory.mutations.layout.blocks import Span as Span
from factory.mutations.query import ColumnUse, Query, TableUse
from factory.records import Column

_AGGREGATES_TEXT = "SUM COUNT AVG MIN MAX MEDIAN STDDEV STDDEV_POP STDDEV_SAMP VARIANCE ANY_VALUE"
AGGREGATES = frozenset(_AGGREGATES_TEXT.split())
_JOIN_WORDS = frozenset(
    {TokenType.LEFT, TokenType.RIGHT, TokenType.FULL, TokenType.INNER, TokenType.OUTER, TokenType.CROSS}
)
_NO_CALL_TEXT = """
    IN AND OR NOT ON WHERE SELECT FROM JOIN OVER FILTER EXISTS AS USING VALUES WHEN THEN ELSE HAVING
    QUALIFY ANY ALL UNION EXCEPT INTERSECT BETWEEN LIKE ILIKE INTERVAL DISTINCT CASE LATERAL
"""
_NO_CALL = frozenset(_NO_CALL_TEXT.split())
T = TypeVar("T")


class Layout(Scanner):
    """Lexical structure of one query. All offsets are those of `query.text`, end exclusive."""

    def __init__(self, query: Query) -> None:
        super().__init__(query.tokens)
        self.query = query
        self.text = query.text
        self._items: dict[int, list[Item]] = {}
        self._joins: dict[int, list[Join]] = {}
        self._assign()

    def _assign(self) -> None:
        for use in self.query.table_uses:
            if (block := self.block_at(use.start)) is not None:
                block.tables.append(use)
        for column in self.query.column_uses:
            if (block := self.block_at(column.start)) is not None:
                block.columns.append(column)

    def block_at(self, offset: int) -> Block | None:
        """The innermost block around an offset."""
        found = None
        for block in self.blocks:
            if block.start <= offset < block.end:
                found = block
        return found

    @cached_property
    def ctes(self) -> dict[str, Block]:
        return {block.name: block for block in self.blocks if block.kind == "cte" and block.name}

    def in_step(self, offset: int) -> bool:
        """Whether an offset lies in the part of a recursive CTE that refers to itself."""
        if TokenType.RECURSIVE not in self.kinds:
            return False
        block = self.block_at(offset)
        while block is not None and not (block.in_set and any(use.node.name in self.ctes for use in block.tables)):
            block = block.parent
        return block is not None

    @cached_property
    def calls(self) -> list[Call]:
        found = []
        for i, token in enumerate(self.tokens[:-1]):
            if self.kinds[i + 1] is TokenType.L_PAREN and i + 1 in self.partner:
                name = token.text.upper()
                if name.replace("_", "").isalnum() and not name.isdigit() and name not in _NO_CALL:
                    close = self.partner[i + 1]
                    found.append(Call(name, self.starts[i], self.ends[i], i + 1, close, self.ends[close]))
        return found

    def called(self, *names: str) -> list[Call]:
        return [call for call in self.calls if call.name in names]

    def index(self, offset: int) -> int:
        """The first token that starts at or after an offset."""
        return bisect_left(self.starts, offset)

    def split(self, span: Span, at: TokenType = TokenType.COMMA) -> list[Span]:
        """The parts of a span between the separators that lie at its own depth. Splitting at AND leaves
        BETWEEN … AND alone and gives nothing when an OR lies at that depth."""
        first, last = self.index(span.start), self.index(span.end)
        if first >= last:
            return []
        depth, parts, start, between = self.depth[first], [], first, False
        for i in range(first, last):
            if self.depth[i] != depth:
                continue
            kind = self.kinds[i]
            if kind is TokenType.BETWEEN:
                between = True
            elif kind is TokenType.OR and at is TokenType.AND:
                return []
            elif kind is at:
                if between:
                    between = False
                elif start < i:
                    parts.append(Span(self.starts[start], self.ends[i - 1]))
                    start = i + 1
        if start < last:
            parts.append(Span(self.starts[start], self.ends[last - 1]))
        return parts

    def arguments(self, call: Call) -> list[Span]:
        if call.open + 1 == call.close:
            return []
        return self.split(Span(self.starts[call.open + 1], self.ends[call.close - 1]))

    def items(self, block: Block) -> list[Item]:
        """The SELECT list."""
        if block.first not in self._items:
            clause = block.clauses.get("select")
            spans = self.split(clause.body) if clause else []
            self._items[block.first] = [self._item(span) for span in spans]
        return self._items[block.first]

    def _item(self, span: Span) -> Item:
        last = self.index(span.end) - 1
        first = self.index(span.start)
        text = self.tokens[last].text
        word = self.kinds[last] in (TokenType.VAR, TokenType.IDENTIFIER) or (
            text.isidentifier() and self.kinds[last] is not TokenType.END
        )
        if word and last > first:
            before = self.kinds[last - 1]
            if before is TokenType.ALIAS and last - 2 >= first:
                return Item(span.start, span.end, self.ends[last - 2], text, text)
            if before in (TokenType.R_PAREN, TokenType.END) or (
                self.tokens[last - 1].text.isidentifier() and before in (TokenType.VAR, TokenType.IDENTIFIER)
            ):
                return Item(span.start, span.end, self.ends[last - 1], text, text)
        plain = word and (last == first or (last == first + 2 and self.kinds[first + 1] is TokenType.DOT))
        return Item(span.start, span.end, span.end, "", text if plain else "")

    def joins(self, block: Block) -> list[Join]:
        """The block's joins of named tables, in order (a joined derived table is left out)."""
        if block.first not in self._joins:
            self._joins[block.first] = self._read_joins(block)
        return self._joins[block.first]

    def _read_joins(self, block: Block) -> list[Join]:
        clause = block.clauses.get("from")
        if clause is None:
            return []
        first, last = self.index(clause.start), self.index(clause.end)
        depth = self.depth[first]
        at = [i for i in range(first, last) if self.kinds[i] is TokenType.JOIN and self.depth[i] == depth]
        heads = []
        for i in at:
            while self.kinds[i - 1] in _JOIN_WORDS:
                i -= 1
            heads.append(i)
        found = []
        for head, join, after in zip(heads, at, [*heads, last][1:], strict=True):
            end = self.ends[after - 1]
            table = next((t for t in block.tables if t.start == self.starts[join + 1]), None)
            if table is None:
                continue
            inner = [i for i in range(join, after) if self.depth[i] == depth]
            on = next((i for i in inner if self.kinds[i] is TokenType.ON), None)
            using = any(self.kinds[i] is TokenType.USING for i in inner)
            span = Span(self.starts[on + 1], end) if on is not None else None
            found.append(Join(self.starts[head], end, table, span, using))
        return found

    def before(self, offset: int) -> int:
        """Where the token before the one at `offset` ends."""
        return self.ends[self.index(offset) - 1]

    def is_window(self, call: Call) -> bool:
        after = call.close + 1
        if after < len(self.tokens) and self.kinds[after] is TokenType.FILTER and after + 1 in self.partner:
            after = self.partner[after + 1] + 1
        return after < len(self.tokens) and self.kinds[after] is TokenType.OVER

    def aggregates(self, start: int, end: int) -> list[Call]:
        """Aggregate calls in a range, of the block itself: not windows, and nothing within a subquery."""
        block = self.block_at(start)
        return [
            call
            for call in self.calls
            if start <= call.start < end
            and call.name in AGGREGATES
            and not self.is_window(call)
            and self.block_at(call.start) is block
        ]

    def has_window(self, start: int, end: int) -> bool:
        first, last = self.index(start), self.index(end)
        return TokenType.OVER in self.kinds[first:last]

    def source(self, use: ColumnUse) -> TableUse | None:
        """The FROM item that a written column comes from; None when it isn't surely one base table."""
        block = self.block_at(use.start)
        if use.alias:
            while block is not None:
                for table in block.tables:
                    if table.alias == use.alias:
                        return table if self.is_base(table) else None
                block = block.parent
            return None
        if block is None or not self.only_base_tables(block):
            return None
        name = use.node.name
        owners = [t for t in block.tables if t.table and name in t.table.by_name]
        return owners[0] if len(owners) == 1 else None

    def is_base(self, use: TableUse) -> bool:
        return use.table is not None and use.node.name not in self.ctes

    def only_base_tables(self, block: Block) -> bool:
        return bool(block.tables) and not block.has_derived and all(self.is_base(use) for use in block.tables)

    def repetitions(self, span: Span | Call) -> list[Span]:
        """The span and its copies: what SELECT and GROUP BY both have must stay alike in both."""
        text = self.text[span.start : span.end]
        found = [Span(match.start(), match.end()) for match in re.finditer(re.escape(text), self.text)]
        return [copy for copy in found if copy.start in self.starts]

    def rewritten(self, span: Span | Call, wrong: str) -> list[Edit]:
        """Edits that put the same text in place of a span and of all its copies."""
        return [Edit(copy.start, copy.end, wrong) for copy in self.repetitions(span)]

    def written(self, use: ColumnUse) -> str:
        """A column reference as the query has it, with its qualifier."""
        return self.text[use.alias_start : use.end]

    def use_of(self, span: Span) -> ColumnUse | None:
        """The column reference that a span consists of."""
        uses = self.query.column_uses
        return next((u for u in uses if u.alias_start == span.start and u.end == span.end), None)

    def typed(self, node: exp.Expr | None) -> tuple[ColumnUse, Column] | None:
        """A column reference with its column, when the base table is beyond doubt."""
        use = next((use for use in self.query.column_uses if use.node is node), None)
        source = self.source(use) if use else None
        if use is None or source is None or source.table is None or use.node.name not in source.table.by_name:
            return None
        return use, source.table.column(use.node.name)

    def slice(self, span: Span | Item) -> str:
        return self.text[span.start : span.end]

    @cached_property
    def lower(self) -> bool:
        return bool(self.tokens) and self.text[self.starts[0] : self.ends[0]].islower()

    def keyword(self, words: str) -> str:
        """Keywords in the case that the query is written in."""
        return words.lower() if self.lower else words

    def used_columns(self) -> list[tuple[ColumnUse, TableUse]]:
        """Column references whose base table is beyond doubt and does have the column."""
        return self._used_columns

    @cached_property
    def _used_columns(self) -> list[tuple[ColumnUse, TableUse]]:
        sources = [(use, self.source(use)) for use in self.query.column_uses]
        return [(u, s) for u, s in sources if s is not None and s.table and u.node.name in s.table.by_name]


@lru_cache(maxsize=8)
def layout(query: Query) -> Layout:
    """The layout of a query, remembered for the operators that come next."""
    return Layout(query)


def some(rng: Random, sites: Sequence[T], most: int = 2) -> list[T]:
    """Up to `most` of the sites, in random order."""
    return rng.sample(sites, min(most, len(sites)))
