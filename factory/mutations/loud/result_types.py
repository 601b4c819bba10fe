"""Columns and values that have to become one type and can't: CASE, COALESCE, join conditions, set "
"operations."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType, exp

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Layout, Span, layout, some
from factory.mutations.layout.wording import Wording
from factory.mutations.query import Query
from factory.records import Database

_TIMES = ("DATE", "TIMESTAMP")

_CASE = Wording(
    (
        "The branches of this CASE have different types: {one} is a number and {other} is text that doesn't "
        "convert to one.",
        "A CASE has one type for all its results. Mixing text with a number makes the engine cast {text} to "
        "a number, which fails.",
        "{other} and {one} can't be results of the same CASE, because the text can't be turned into a number.",
    ),
    ("Use {right} in the ELSE branch.", "Let ELSE return {right}, of the same type as the other branches."),
)
_COALESCE = Wording(
    (
        "`{column}` is {type}, so COALESCE has to convert the replacement {wrong} to that type, and it can't.",
        "COALESCE wants arguments of one type; {wrong} doesn't fit `{column}`, which is {type}.",
        "The fallback {wrong} is of another type than `{column}` ({type}), and the engine can't reconcile the two.",
    ),
    ("Fall back to {right}.", "Replace {wrong} by {right}."),
)
_JOIN = Wording(
    (
        "The join compares `{left}` ({left_type}) with `{wrong}` ({wrong_type}); the values can't be "
        "converted to one type.",
        "`{wrong}` is {wrong_type} and `{left}` is {left_type}: the condition joins a key to something that "
        "is not its counterpart.",
        "`{wrong}` is not the key that `{left}` refers to. It isn't even of the same type, so comparing them fails.",
    ),
    ("Join on `{right}`.", "Compare `{left}` with `{right}` instead."),
)
_UNION = Wording(
    (
        "Column {n} of the two SELECTs doesn't match: one gives {one}, the other {two}, and these have no common type.",
        "A set operation needs the same types on both sides; `{wrong}` is {two} where the other side has {one}.",
        "`{wrong}` ({two}) is put under a column of type {one}, and the engine can't cast between them.",
    ),
    ("Select `{right}` in that place.", "Replace `{wrong}` by `{right}`."),
)


def _copies(at: Layout, offset: int) -> list[int]:
    """Where the literal at `offset` stands in all copies of the CASE around it (one may be in GROUP BY)."""
    i = at.index(offset)
    depth = at.depth[i] - 1
    first = next(k for k in range(i, -1, -1) if at.kinds[k] is TokenType.CASE and at.depth[k] == depth)
    last = next(k for k in range(i, len(at.kinds)) if at.kinds[k] is TokenType.END and at.depth[k] == depth)
    copies = at.repetitions(Span(at.starts[first], at.ends[last]))
    return [copy.start + offset - at.starts[first] for copy in copies]


def case_mixed_types(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for node in query.nodes:
        if not isinstance(node, exp.Case) or not isinstance(node.args.get("default"), exp.Literal):
            continue
        results = [branch.args["true"] for branch in node.args["ifs"]]
        default = node.args["default"]
        if all(isinstance(r, exp.Literal) and r.is_string == default.is_string for r in results):
            places = _copies(at, default.meta["start"])
            if places[0] == default.meta["start"]:
                sites.append((places, default, results[0]))
    for places, default, first in some(rng, sorted(sites, key=lambda site: site[0])):
        length = default.meta["end"] + 1 - default.meta["start"]
        right = at.text[places[0] : places[0] + length]
        wrong = rng.choice(("0", "-1", "1") if default.is_string else ("'none'", "'n/a'", "'no'"))
        other = at.text[first.meta["start"] : first.meta["end"] + 1]
        one, text = (wrong, other) if default.is_string else (other, wrong)
        names = {"one": f"`{one}`", "other": f"`{text}`", "text": f"`{text}`", "right": f"`{right}`"}
        yield _CASE.fault("case_mixed_types", [Edit(i, i + length, wrong) for i in places], rng, **names)


def coalesce_mixed_types(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for call in at.called("COALESCE"):
        arguments = at.arguments(call)
        use = next((u for u in query.column_uses if arguments and u.end == arguments[0].end), None)
        typed = at.typed(use.node) if use else None
        same = [c for c in at.calls if at.text[c.start : c.end] == at.text[call.start : call.end]]
        if len(arguments) != 2 or typed is None or arguments[0].start != typed[0].alias_start or same[0] != call:
            continue
        # A replacement that no row needs is never converted.
        if typed[1].type == "VARCHAR" or typed[1].nulls > 0:
            sites.append((typed, arguments[1], [at.arguments(c)[1] for c in same]))
    for (use, column), second, places in some(rng, sites):
        wrong = "0" if column.type == "VARCHAR" else rng.choice(("'none'", "'unknown'", "'n/a'", "'missing'"))
        names = {"column": at.written(use), "type": column.type, "wrong": f"`{wrong}`"}
        names["right"] = f"`{at.slice(second)}`"
        edits = [Edit(*span, wrong) for span in places]
        yield _COALESCE.fault("coalesce_mixed_types", edits, rng, **names)


def join_on_other_type(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for node in query.nodes:
        if not isinstance(node, exp.EQ) or not isinstance(node.parent, exp.Join):
            continue
        sides = at.typed(node.this), at.typed(node.expression)
        for here, there in (sides, sides[::-1]):
            source = at.source(here[0]) if here else None
            if here is None or there is None or source is None or source.table is None or here[1].role != "key":
                continue
            if not here[1].type.startswith(("INT", "BIGINT")) or not there[1].type.startswith(("INT", "BIGINT")):
                continue
            near = source.table.with_role("name", "code", "timestamp")
            if near:
                sites.append((here[0], there[0], there[1], rng.choice(near)))
    for use, left, left_column, wrong in some(rng, sorted(sites, key=lambda site: site[0].start)):
        prefix = at.text[use.alias_start : use.start]
        names = {"left": at.written(left), "left_type": left_column.type, "wrong_type": wrong.type}
        names |= {"wrong": prefix + wrong.name, "right": at.written(use)}
        yield _JOIN.fault("join_on_other_type", (Edit(use.start, use.end, wrong.name),), rng, **names)


def set_operation_types(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for block in at.blocks:
        for n, item in enumerate(at.items(block) if block.in_set else [], 1):
            use = next((u for u in block.columns if u.end == item.expression_end), None)
            typed = at.typed(use.node) if use and use.alias_start == item.start else None
            source = at.source(use) if use and typed else None
            if typed is None or source is None or source.table is None:
                continue
            near = [c for c in source.table.columns if c.type in _TIMES]
            if near and typed[1].type.startswith(("INT", "BIGINT", "DECIMAL", "DOUBLE")):
                sites.append((typed, n, rng.choice(near)))
    for (use, column), n, wrong in some(rng, sites):
        names = {"n": str(n), "one": column.type, "two": wrong.type, "right": at.written(use)}
        names["wrong"] = at.text[use.alias_start : use.start] + wrong.name
        yield _UNION.fault("set_operation_types", (Edit(use.start, use.end, wrong.name),), rng, **names)


OPERATORS: tuple[Operator, ...] = (
    Operator(case_mixed_types, "type", "result.type", "tree", "CASE with text and number results"),
    Operator(coalesce_mixed_types, "type", "result.type", "tree", "COALESCE with a fallback of another type"),
    Operator(join_on_other_type, "type", "join.type", "tree", "A join of a key with a name or date"),
    Operator(set_operation_types, "set_operation", "set_operation.type", "tree", "UNION of a number and a date"),
)
