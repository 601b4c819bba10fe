"""The shape of a query: its tree without names, literals and aliases."""

from __future__ import annotations

import hashlib
import re

from sqlglot import exp

# PERCENTILE_CONT(0.9) WITHIN GROUP stands in a tree as one name.
_ARGUMENTS = re.compile(r"\(.*\)")
_MASKED = (exp.Identifier, exp.Literal, exp.Boolean, exp.TableAlias)


def skeleton(tree: exp.Expr) -> str:
    """A short digest; two queries share it when they differ only in identifiers, literals and aliases."""
    return hashlib.blake2b(_shape(tree).encode(), digest_size=12).hexdigest()


def _shape(node: exp.Expr) -> str:
    inner = "".join(_shape(child) for child in node.iter_expressions() if not isinstance(child, _MASKED))
    kind = type(node).__name__
    if isinstance(node, exp.Anonymous):
        kind += _ARGUMENTS.sub("()", str(node.this))
    elif isinstance(node, exp.Join):
        kind += node.side
    elif isinstance(node, exp.Ordered) and node.args.get("desc"):
        kind += "Desc"
    return f"({kind}{inner})"
