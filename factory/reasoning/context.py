"""What every sentence of a reasoning needs: the names, the voice, and what was explained already."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from factory.intents.english import choose, listed
from factory.records import Database

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True)
class Context:
    """`code` quotes a node as SQL. A table or column is explained once, when it is first named."""

    database: Database
    voice: int
    code: Callable[[exp.Expr], str]
    _explained: set[str] = field(default_factory=set)

    def say(self, salt: int, *options: str) -> str:
        """One of the wordings, the same for the same salt."""
        return choose(self.voice // salt, *options)

    def codes(self, expressions: Sequence[exp.Expr]) -> str:
        return listed([self.code(e) for e in expressions])

    def name(self, identifier: exp.Expr) -> str:
        return self.code(exp.Column(this=identifier.copy()))

    def with_name(self, output: exp.Expr) -> str:
        """An output: its SQL, and what it is called."""
        if isinstance(output, exp.Alias):
            return f"{self.code(output.this)} as {self.name(output.args['alias'])}"
        return self.code(output)

    def table_label(self, table: str) -> str:
        """What people call a table's rows, or "" when the name says it or it was said."""
        found = self.database.by_name.get(table)
        return self._once(table, table, found.plural, found.label) if found else ""

    def column_label(self, table: str, column: str) -> str:
        """What people call a column, or "" when the name says it or it was said."""
        found = self.database.by_name.get(table)
        known = found.by_name.get(column) if found else None
        if known is None or known.role == "key":
            return ""
        return self._once(f"{table}.{column}", column, known.label, known.label)

    def _once(self, key: str, name: str, said: str, label: str) -> str:
        if key in self._explained:
            return ""
        self._explained.add(key)
        return "" if _parts(label) <= _parts(name) else said


def _parts(text: str) -> frozenset[str]:
    """The words of a name or label in small letters and in the singular."""
    words = (word.lower() for word in _WORDS.findall(text))
    return frozenset(w.removesuffix("ies") + "y" if w.endswith("ies") else w.removesuffix("s") for w in words)
