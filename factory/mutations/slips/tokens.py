"""Slips at the fault's place that leave the text malformed, or mend only a part of it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, apart
from factory.mutations.operators import operator_named
from factory.mutations.slips.slip import Fault, Slip

# Words of other languages, of other clauses and of plain English that get written for a keyword.
_KEYWORDS = {
    "ON": ("USING", "WITH"),
    "USING": ("ON", "BY"),
    "JOIN": ("MERGE", "LINK"),
    "LEFT": ("OUTER",),
    "SELECT": ("SHOW", "GET"),
    "FROM": ("IN", "OF"),
    "WHERE": ("FILTER", "HAVING", "WITH"),
    "GROUP BY": ("GROUP ON", "GROUPED BY", "PARTITION BY"),
    "PARTITION BY": ("GROUP BY", "SPLIT BY"),
    "ORDER BY": ("SORT BY", "SORTED BY", "ORDER ON"),
    "HAVING": ("FILTER", "WITH"),
    "LIMIT": ("TOP", "FETCH", "FIRST"),
    "AND": ("&&", "PLUS", "ALSO"),
    "OR": ("EITHER", "ELSE"),
    "NOT": ("!", "NO"),
    "AS": ("IS", "NAMED"),
    "IS": ("EQUALS",),
    "IN": ("ANY", "WITHIN"),
    "BETWEEN": ("FROM", "WITHIN"),
    "LIKE": ("MATCHES", "CONTAINS"),
    "DESC": ("DESCENDING", "DOWN"),
    "DISTINCT": ("UNIQUE", "DIFFERENT"),
    "CASE": ("IF", "SWITCH"),
    "WHEN": ("IF",),
    "THEN": ("DO", "RETURN"),
    "ELSE": ("OTHERWISE", "DEFAULT"),
    "END": ("END CASE", "END IF"),
    "OVER": ("WITHIN", "WINDOW"),
    "WITH": ("USING", "CTE"),
}
# Things that stand in no right query, and look as if they could stand elsewhere.
_MOVABLE = frozenset({"hash_comment", "nolock_hint", "select_into"})
# Faults that models put into a query while they are busy with another one.
_SECOND = (
    "alias_undefined",
    "aggregate_in_where",
    "argument_missing",
    "column_ambiguous",
    "column_assumed",
    "column_casing",
    "column_label",
    "column_other_table",
    "date_part_call",
    "date_trunc_call",
    "function_habit",
    "geo_function_foreign",
    "group_by_incomplete",
    "group_by_missing",
    "missing_closing_parenthesis",
    "string_double_quoted",
    "table_label",
    "table_name_after_alias",
    "table_number",
)


def other_keyword(fault: Fault, rng: Random) -> Iterator[Slip]:
    words = _KEYWORDS.get(" ".join(fault.right.upper().split()))
    if words and not fault.misspelt:
        yield from fault.instead("other_keyword", fault.view.keyword(rng.choice(words)))


def other_habit(fault: Fault, rng: Random) -> Iterator[Slip]:
    """The same mistake in another form: another engine's word, another value that can't be."""
    name = fault.mutation.operator
    if fault.misspelt:
        return
    where = [(e.start, e.end) for e in fault.mutation.edits]
    for again in operator_named(name).propose(fault.query, fault.query.database, rng):
        wrong = again.edits[0].text
        if [(e.start, e.end) for e in again.edits] == where and wrong != fault.broken:
            yield from fault.instead("other_habit", wrong)


def half_repair(fault: Fault, rng: Random) -> Iterator[Slip]:
    """Only some of the places mended."""
    edits = fault.mutation.edits
    if len(edits) > 1:
        kept = rng.sample(range(len(edits)), rng.randrange(1, len(edits)))
        yield Slip("half_repair", tuple(edits[i] for i in sorted(kept)))


def misplaced_token(fault: Fault, rng: Random) -> Iterator[Slip]:
    """What was missing put back, but a few words off."""
    token = fault.right.strip()
    if len(fault.mutation.edits) != 1 or fault.broken.strip() or not 0 < len(token) <= 16 or "\n" in token:
        return
    near, before = _near(fault), fault.view.tokens[fault.view.index(fault.edit.start) - 1].text
    if near and _quotable(before):
        i = rng.choice(near)
        say = rng.choice(("Put `{}` after `{}`.", "Write `{}` behind `{}`.", "Add `{}` after `{}`."))
        says, counterpart = say.format(token, _text(fault, i)), say.format(token, before)
        if says != counterpart:
            edits = (fault.edit, _insert(fault, i, token))
            yield Slip("misplaced_token", edits, fault.mutation.diagnosis, says, counterpart)


def moved_token(fault: Fault, rng: Random) -> Iterator[Slip]:
    """What is too much moved to another place instead of taken out."""
    token = fault.broken.strip()
    movable = token in (",", "(", ")", ";") or fault.mutation.operator in _MOVABLE
    if len(fault.mutation.edits) != 1 or fault.right.strip() or not movable or "\n" in token:
        return
    if near := _near(fault):
        i = rng.choice(near)
        say = rng.choice(("Move `{}` behind `{}`.", "Put `{}` after `{}`.", "`{}` belongs after `{}`."))
        says = say.format(token, _text(fault, i))
        yield Slip("moved_token", (_insert(fault, i, token),), fault.mutation.diagnosis, says)


def wrong_parenthesis(fault: Fault, rng: Random) -> Iterator[Slip]:
    """One parenthesis too many: another one taken out."""
    token = fault.broken.strip()
    if token not in ("(", ")") or fault.right.strip() or len(fault.mutation.edits) != 1:
        return
    view = fault.view
    kind = TokenType.L_PAREN if token == "(" else TokenType.R_PAREN
    others = [i for i, k in enumerate(view.kinds) if k is kind and i and not _at_fault(fault, i)]
    if others:
        at = view.index(fault.edit.start)
        i = rng.choice(sorted(others, key=lambda j: (abs(j - at), j))[:3])
        after, before = _text(fault, i - 1), _text(fault, at - 1)
        say = rng.choice(("Delete the `{}` after `{}`.", "Remove the `{}` behind `{}`."))
        says, counterpart = say.format(token, after), say.format(token, before)
        edits = (fault.edit, Edit(view.starts[i], view.ends[i], ""))
        if says != counterpart and _quotable(before) and _quotable(after):
            yield Slip("wrong_parenthesis", edits, fault.mutation.diagnosis, says, counterpart)


def wrong_quotes(fault: Fault, rng: Random) -> Iterator[Slip]:
    """A text value in quotes that don't make it one."""
    right = fault.right
    if len(right) > 2 and right[0] == right[-1] == "'" and "'" not in right[1:-1]:
        inner = right[1:-1]
        forms = [form for form in (f'"{inner}"', f"“{inner}”") if form != fault.broken]
        if "single quotes" not in fault.mutation.repair:
            yield from fault.instead("wrong_quotes", rng.choice(forms))


def second_fault(fault: Fault, rng: Random) -> Iterator[Slip]:
    """The fault mended, and another one made on the way."""
    for name in rng.sample(_SECOND, 4):
        for other in operator_named(name).propose(fault.query, fault.query.database, rng):
            if apart(other, fault.mutation):
                yield Slip("second_fault", other.edits)
                break


def unchanged(fault: Fault, rng: Random) -> Iterator[Slip]:  # noqa: ARG001
    """The query handed back as it was."""
    yield Slip("unchanged", fault.mutation.edits)


def _near(fault: Fault) -> list[int]:
    """Tokens around the fault after which something can be put, and that say where that is."""
    view = fault.view
    at = view.index(fault.edit.start)
    return [
        i
        for i in range(max(0, at - 5), min(len(view.tokens), at + 6))
        if not _at_fault(fault, i)
        and _quotable(_text(fault, i))
        and view.kinds[i] is not TokenType.ALIAS
        and view.kinds[i + 1 : i + 2] != [TokenType.DOT]
    ]


def _text(fault: Fault, i: int) -> str:
    return fault.view.text[fault.view.starts[i] : fault.view.ends[i]]


def _insert(fault: Fault, i: int, token: str) -> Edit:
    end = fault.view.ends[i]
    return Edit(end, end, token if token in (",", ")", ";") else f" {token}")


def _at_fault(fault: Fault, i: int) -> bool:
    start, end = fault.mutation.site
    return fault.view.starts[i] < end + 1 and start - 1 < fault.view.ends[i]


def _quotable(text: str) -> bool:
    """Does a token tell where it is? A parenthesis doesn't, and a backtick can't stand in backticks."""
    return text[:1].isalnum() or text[:1] in ("_", "'")
