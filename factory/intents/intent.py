"""An intent says what is asked, once: its SQL and its English come from the same fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from sqlglot import exp

from factory.intents.english import choose
from factory.intents.scope import AliasStyle
from factory.records import Database


@dataclass(frozen=True, kw_only=True)
class Cut:
    """The answer is the first `limit` rows by output column `column` (0-based)."""

    limit: int
    column: int


@dataclass(frozen=True, kw_only=True)
class Intent:
    """`voice` picks the wording, `aliases` the way tables are named; neither changes what is asked."""

    kind: ClassVar[str]
    voice: int = 0
    aliases: AliasStyle = "initials"

    def tree(self) -> exp.Expr:
        """The question as a DuckDB query. A new tree at every call."""
        raise NotImplementedError

    def question(self) -> str:
        """The question in English, one to four sentences."""
        raise NotImplementedError

    @property
    def cut(self) -> Cut | None:
        """Set when the query has a LIMIT whose cut must not run through a tie."""
        return None

    @property
    def in_order(self) -> bool:
        """Whether the question says in which order the rows are to come.

        Where a query sorts only to cut, the question need not say so; DISTINCT ON sorts for itself.
        """
        tree = self.tree()
        own = tree.args.get("distinct")
        return bool(tree.args.get("order")) and not tree.args.get("limit") and not (own and own.args.get("on"))

    def choose(self, *options: str) -> str:
        return choose(self.voice, *options)

    def aside(self, *options: str) -> str:
        """A second choice that is independent of `choose`."""
        return choose(self.voice // 1009, *options)

    def show(self, output: str) -> str:
        """A closing sentence that says which columns are wanted."""
        return self.aside(
            f"Show {output}.",
            f"Return {output}.",
            f"Give {output}.",
            f"I want to see {output}.",
            f"List {output}.",
            f"Output {output}.",
            f"I need {output}.",
            f"Get me {output}.",
        )


Draw = Callable[[Database, Random], Intent | None]


def voice(rng: Random) -> int:
    return rng.randrange(1 << 20)


def alias_style(rng: Random) -> AliasStyle:
    return rng.choices(("initials", "names", "words"), weights=(6, 3, 2))[0]
