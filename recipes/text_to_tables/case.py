"""A case: what a record is about, and how it is proven. Made by a proposal, and again from an emitted record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from factory.intents.style import Style, render
from factory.records import Claim, Option
from factory.wide.alternatives import alternatives
from factory.wide.catalog import WideDatabase
from factory.wide.fewer import reductions, without_part
from factory.wide.queries import Alternative, parsed
from factory.wide.text import Form

_STYLE = Style()
# How an answer errs.
MISSES, USELESS, LOOKALIKE, REFUSES, ANSWERS = "misses_table", "useless_table", "lookalike", "refuses", "answers_anyway"
BEYOND, FEWER = "question_beyond", "question_needs_fewer"


@dataclass(frozen=True, slots=True)
class Wrong:
    """An answer to reject: the tables that it picks, or in the shape `questions` a question with its query. `error` is
    what the engine is known to say."""

    kind: str
    tables: tuple[str, ...]
    question: str = ""
    query: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """`needed` is empty where the catalog that is shown has no answer.

    `whole` is a query that has to give the same rows: over all parts of a table where `queries` reads some, over the
    table where it reads totals of it. `named` is the copy that the question asks for; `cuts` are the output column and
    size of each query's LIMIT, None without one or where the proposal isn't known.
    """

    shape: str
    form: Form
    shown: tuple[str, ...]
    needed: tuple[str, ...]
    queries: tuple[str, ...]
    questions: tuple[str, ...]
    cuts: tuple[tuple[int, int] | None, ...]
    whole: str = ""
    named: str = ""
    wrong: tuple[Wrong, ...] = ()


@dataclass(slots=True)
class Proof:
    """`others` are the alternatives by the name of their slot."""

    statements: dict[str, str] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    slots: dict[str, tuple[Option, ...]] = field(default_factory=dict)
    required: dict[str, str] = field(default_factory=dict)
    visible: dict[str, tuple[str, ...]] = field(default_factory=dict)
    others: dict[str, Alternative] = field(default_factory=dict)


def proof(case: Case, database: WideDatabase, *, keep: bool) -> Proof:
    """What has to hold of the answer. With `keep`, another set of tables may give the same rows."""
    found = Proof()
    for n, query in enumerate(case.queries):
        _runs(found, f"gold{n}", query, case.cuts[n])
    if not case.needed:
        _no_answer(found, case, database)
    else:
        for n in range(len(case.queries)):
            _needs(found, n, case)
        if case.shape != "questions":
            _alone(found, case, database, keep=keep)
    return found


def against(found: Proof, case: Case, *, audited: bool = False) -> Proof:
    """The proof with what has to hold of the answers to reject; one that is `audited` must hold."""
    options = [_rejected(found, n, wrong, case) for n, wrong in enumerate(case.wrong)]
    if options:
        found.slots["rejected"] = tuple(options)
        if audited:
            found.required["rejected"] = "rejected_not_wrong"
    return found


def proven_on(query: str) -> tuple[int, ...] | None:
    """Below a LIMIT only instance 0 is known to have no tie at the cut; None stands for all instances."""
    return (0,) if parsed(query).args.get("limit") else None


def _runs(found: Proof, name: str, query: str, cut: tuple[int, int] | None) -> None:
    found.statements[name] = query
    found.claims += [Claim("not_empty", name), Claim("succeeds", name)]
    if cut is not None:
        column, limit = cut
        found.statements[f"wide_{name}"] = render(parsed(query).limit(limit + 1), _STYLE)  # type: ignore[attr-defined]
        found.claims.append(Claim("untied", f"wide_{name}", limit=limit, column=column))


def _needs(found: Proof, n: int, case: Case) -> None:
    """With the needed tables alone it gives its rows; without any one of them it raises, or the rows are others."""
    query = case.queries[n]
    on = proven_on(query)
    seen = f"seen{n}"
    found.statements[seen], found.visible[seen] = query, case.needed
    found.claims.append(Claim("same_rows", f"gold{n}", seen, instances=on))
    for at, gone in enumerate(case.needed):
        name = f"without{n}_{at}"
        found.statements[name] = query
        found.visible[name] = tuple(table for table in case.needed if table != gone)
        found.claims.append(Claim("fails", name))
    fewer = [*reductions(query), *(without_part(query, table) for table in case.needed)]
    for at, less in enumerate(alternative for alternative in fewer if alternative):
        name = f"less{n}_{at}"
        found.statements[name] = less.query
        _other_rows(found, name, f"gold{n}", on, "not_minimal")


def _alone(found: Proof, case: Case, database: WideDatabase, *, keep: bool) -> None:
    """No other tables that are shown give the same rows; or if they may, they do with these alone."""
    on = proven_on(case.queries[0])
    if case.whole:
        found.statements["whole"] = case.whole
        found.claims.append(Claim("same_rows", "whole", "gold0", instances=on))
    shown = frozenset(case.shown)
    tried = [a for a in alternatives(case.queries[0], database, shown) if shown.issuperset(a.tables)]
    for at, other in enumerate(tried):
        name = f"other{at}"
        found.others[name] = other
        found.statements[name] = other.query
        # Who asks for a copy doesn't want the table that it was made from; of other tables two could still be meant.
        allowed = keep or (bool(case.named) and case.named not in other.tables)
        _other_rows(found, name, "gold0", on, "ambiguous_tables", allowed=allowed, tables=other.tables)


def _other_rows(
    found: Proof,
    name: str,
    gold: str,
    on: tuple[int, ...] | None,
    reason: str,
    *,
    allowed: bool = False,
    tables: tuple[str, ...] = (),
) -> None:
    options = [
        Option("differs", (Claim("differs", gold, name, instances=on),)),
        Option("raises", (Claim("fails", name),)),
    ]
    if allowed:
        found.statements[f"seen_{name}"] = found.statements[name]
        found.visible[f"seen_{name}"] = tables
        options.append(Option("same", (Claim("same_rows", gold, f"seen_{name}", instances=on),)))
    found.slots[name] = tuple(options)
    found.required[name] = reason


def _no_answer(found: Proof, case: Case, database: WideDatabase) -> None:
    """With all that is shown the query raises, and nothing that is shown stands in for what is missing."""
    found.statements["seen0"], found.visible["seen0"] = case.queries[0], case.shown
    found.claims.append(Claim("fails", "seen0"))
    shown = frozenset(case.shown)
    query = case.queries[0]
    tried = [*alternatives(query, database, shown), *reductions(query)]
    for at, other in enumerate(a for a in tried if shown.issuperset(a.tables)):
        found.statements[f"other{at}"] = other.query
        _other_rows(found, f"other{at}", "gold0", proven_on(query), "answered_after_all")


def _rejected(found: Proof, n: int, wrong: Wrong, case: Case) -> Option:
    name, on = f"rejected{n}", proven_on(case.queries[0])
    claims: tuple[Claim, ...]
    found.statements[name] = wrong.query or case.queries[0]
    if wrong.kind in (BEYOND, FEWER):
        fewer = f"fewer{n}"
        found.visible[name] = case.needed
        claims = (Claim("fails", name),)
        if wrong.kind == FEWER:
            found.statements[fewer], found.visible[fewer] = wrong.query, wrong.tables
            claims = (Claim("not_empty", name), Claim("succeeds", fewer))
    elif wrong.kind == LOOKALIKE:
        other = next((a.query for a in found.others.values() if set(a.tables) == set(wrong.tables)), "")
        found.statements[name] = other or "SELECT"
        claims = (Claim("differs", "gold0", name, instances=on),)
    else:
        found.visible[name] = wrong.tables
        if wrong.kind == USELESS:
            claims = (Claim("same_rows", "gold0", name, instances=on),)
        else:
            claims = (Claim("fails", name),)
    if wrong.error:
        claims = (Claim("raises", name, message=wrong.error),)
    return Option(f"{n}:{wrong.kind}", claims)


def minimal_sets(case: Case, others: Mapping[str, Alternative], same: Sequence[str]) -> list[tuple[str, ...]]:
    """The answer first, then every other set that gives the same rows and holds no smaller one."""
    sets = [tuple(case.needed), *dict.fromkeys(others[name].tables for name in same)]
    kept = [s for s in sets if not any(set(other) < set(s) for other in sets)]
    return list(dict.fromkeys(kept))
