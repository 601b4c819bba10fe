"""Which slips a fault invites, in an order that leaves none out."""

from __future__ import annotations

from collections import Counter
from random import Random

from factory.mutations.edits import Mutation
from factory.mutations.layout.sites import layout
from factory.mutations.query import Query
from factory.mutations.slips import elsewhere, names, tokens
from factory.mutations.slips.slip import Fault, Propose, Slip

# At the fault's place; whether they raise or run is for the engine to say.
_EITHER: tuple[Propose, ...] = (
    names.other_qualifier,
    tokens.half_repair,
    names.neighbour_column,
    names.neighbour_table,
)
_RAISING: tuple[Propose, ...] = (
    *_EITHER,
    names.guessed_name,
    names.column_of_other_table,
    names.wrong_name_quoted,
    names.wrong_name_qualified,
    tokens.other_habit,
    tokens.other_keyword,
    tokens.misplaced_token,
    tokens.moved_token,
    tokens.wrong_parenthesis,
    tokens.wrong_quotes,
    tokens.second_fault,
    tokens.unchanged,
)
_RUNNING: tuple[Propose, ...] = (
    *_EITHER,
    elsewhere.drop_condition,
    elsewhere.other_column,
    elsewhere.other_aggregate,
    elsewhere.boundary_off,
    elsewhere.comparison_turned,
    elsewhere.inner_for_left_join,
    elsewhere.drop_distinct,
    elsewhere.drop_not,
    elsewhere.or_for_and,
    elsewhere.sort_turned,
    elsewhere.other_limit,
    elsewhere.other_unit,
    elsewhere.value_in_other_case,
    elsewhere.date_off,
    elsewhere.drop_selected,
)
# Always at hand, and little to be learnt from; so they wait for the others.
_LAST = {"moved_token": 3.0, "second_fault": 4.0, "unchanged": 6.0}


def propose_slips(
    query: Query, mutation: Mutation, rng: Random, uses: Counter[str], *, raising: bool, most: int
) -> list[Slip]:
    """Up to `most` careless repairs, the kinds used least first; those meant to raise, or those meant to run.

    `uses` counts what was proposed first so far and is added to.
    """
    fault = Fault(query, mutation, layout(query))
    kinds = _RAISING if raising else _RUNNING
    ranked = sorted(kinds, key=lambda p: (uses[p.__name__] + _LAST.get(p.__name__, 0) + 3 * rng.random(), p.__name__))
    found: list[Slip] = []
    for propose in ranked:
        slips = [slip for slip in propose(fault, rng) if propose not in _RUNNING or _ends(fault, slip)]
        if slips:
            if not found:
                uses[propose.__name__] += 1
            found.append(rng.choice(slips) if propose is not elsewhere.drop_condition else slips[0])
            if len(found) == most:
                break
    return found


def _ends(fault: Fault, slip: Slip) -> bool:
    """A recursive step with another column or condition may go in circles; nobody keeps a query that never answers."""
    return not any(fault.view.in_step(edit.start) for edit in slip.edits)
