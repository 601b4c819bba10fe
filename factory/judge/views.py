"""Views of a user's database, so that queries over them can be judged on derived rows too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError


class Views:
    """`creates` holds the CREATE VIEW statement of each view by name; those that can't be read are left out."""

    def __init__(self, creates: Mapping[str, str], dialect: str) -> None:
        self._dialect = dialect
        self._bodies: dict[str, exp.Expr] = {}
        for name, statement in creates.items():
            try:
                body = sqlglot.parse_one(statement, dialect=dialect).args.get("expression")
            except SqlglotError:
                continue
            if isinstance(body, exp.Query):
                self._bodies[name.lower()] = body

    def under(self, trees: Iterable[exp.Expr]) -> dict[str, exp.Expr]:
        """The views that queries use, by name in lower case, and those that these use, the innermost first."""
        found: dict[str, exp.Expr] = {}

        def follow(tree: exp.Expr, above: frozenset[str]) -> None:
            for node in tree.find_all(exp.Table):
                name = node.name.lower()
                if name in self._bodies and name not in found and name not in above:
                    follow(self._bodies[name], above | {name})
                    found[name] = self._bodies[name]

        for tree in trees if self._bodies else ():
            follow(tree, frozenset())
        return found

    def inlined(self, text: str) -> str:
        """The query with the views that it uses as CTEs: a database without views can run it."""
        lowered = text.lower()
        if not any(name in lowered for name in self._bodies):
            return text
        try:
            tree = sqlglot.parse_one(text, dialect=self._dialect)
        except SqlglotError:
            return text
        views = self.under([tree])
        if not views or not isinstance(tree, exp.Query):
            return text
        written = tree.args.get("with_")
        ctes = [
            exp.CTE(this=body.copy(), alias=exp.TableAlias(this=exp.to_identifier(name)))
            for name, body in views.items()
        ]
        whole = exp.With(
            expressions=[*ctes, *(written.expressions if written else [])],
            recursive=bool(written and written.args.get("recursive")),
        )
        tree.set("with_", whole)
        return tree.sql(dialect=self._dialect)
