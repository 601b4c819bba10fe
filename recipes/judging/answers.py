"""The right answer to a judging prompt, and one that errs: in the verdict, or in the reason for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from factory.intents.english import choose
from factory.intents.style import Style
from factory.mutations.silent.propose import operators
from factory.records import Outcome, Witness
from recipes.judging import prompts
from recipes.judging.descriptions import description, fits
from recipes.judging.dressing import NOTES
from recipes.judging.effects import effect, supposed
from recipes.judging.facts import Change, changes, facts
from recipes.judging.faults import Base, Fault, apart
from recipes.judging.plan import Offer, Plan
from recipes.judging.preview import ROWS
from recipes.judging.reasons import fault


@dataclass(frozen=True, slots=True)
class Shown:
    """A proven candidate as it stands in the prompt."""

    offer: Offer
    outcome: Outcome
    witness: Witness | None


def right_answer(plan: Plan, candidates: Sequence[Shown]) -> str:
    labels = [one.offer.right for one in candidates]
    return prompts.reply(plan.shape, _reason(plan, candidates), labels)


def wrong_answer(plan: Plan, candidates: Sequence[Shown]) -> tuple[str, str, int]:
    """The answer, how it errs, and the place of the candidate that it errs about."""
    labels = [one.offer.right for one in candidates]
    if plan.shape == "list":
        place = min(int(plan.flips * len(labels)), len(labels) - 1)
        flipped = [label != (n == place) for n, label in enumerate(labels)]
        return prompts.lines(flipped), "wrong_verdict", place
    place = labels.index(False) if plan.shape == "pair" or not labels[0] else 0
    false = plan.errs == "false_reason"
    reason = _false(plan, candidates, false=false)
    if false and reason in ("", _reason(plan, candidates)):
        false, reason = False, _false(plan, candidates, false=False)
    kept = labels if false else [not label for label in labels]
    return prompts.reply(plan.shape, reason, kept), "false_reason" if false else "wrong_verdict", place


def _false(plan: Plan, candidates: Sequence[Shown], *, false: bool) -> str:
    """A reason that isn't so, `false`: for the right verdict; "" when there is none to be had."""
    accused = next((one for one in candidates if one.offer.right != false), candidates[0])
    other = _other(plan, candidates, accused)
    if other is None and false:
        return ""
    if plan.shape == "single":
        return _false_single(plan, accused, other, false=false)
    return _false_pair(plan, candidates, other, false=false)


def _reason(plan: Plan, candidates: Sequence[Shown]) -> str:
    if plan.shape == "list":
        return ""
    if plan.shape == "single":
        (one,) = candidates
        return _matches(plan, one) if one.offer.right else _errs(plan, one)
    wrong = next(n for n, one in enumerate(candidates) if not one.offer.right)
    return f"Candidate {wrong + 1}: {_errs(plan, candidates[wrong])} {_contrast(plan, 2 - wrong)}"


def _contrast(plan: Plan, number: int) -> str:
    return choose(
        plan.voice // 13,
        f"Candidate {number} does what the question asks there.",
        f"Candidate {number} doesn't have that fault and gives what is asked.",
        f"That part is as asked in candidate {number}, and so is the rest.",
        f"Nothing of that in candidate {number}: its rows are those asked for.",
    )


def _matches(plan: Plan, one: Shown) -> str:
    return _described(plan, one.offer.base, one.offer.base.tree, lower=one.offer.lower)


def _described(plan: Plan, base: Base, tree: exp.Expr, *, lower: bool) -> str:
    told = facts(tree, Style(lower=lower))
    notes = [NOTES[name] for name in base.rewrites if name in NOTES]
    rest = choose(plan.voice // 11, "The rest is as asked.", "Otherwise it does just what the question asks.")
    closing = f"{' '.join(notes)} {rest}" if notes else fits(told, plan.voice)
    return f"{description(told, plan.labels, plan.voice)} {closing}"


def _errs(plan: Plan, one: Shown) -> str:
    found = one.offer.fault
    assert found is not None
    assert one.witness is not None
    rows = one.outcome.rows[:ROWS] if plan.preview else ()
    said = _changes(found, lower=one.offer.lower)
    after = effect(one.witness, one.outcome.columns, rows, found.neighbour.operator, said, plan.voice)
    return f"{_charge(plan, found, lower=one.offer.lower)} {after}"


def _changes(found: Fault, *, lower: bool) -> Sequence[Change]:
    return changes(found.base.tree, found.neighbour.tree, Style(lower=lower)) or ()


def _charge(plan: Plan, found: Fault, *, lower: bool) -> str:
    about = ""
    if found.neighbour.taxonomy.startswith(_TELLING):
        about = next((o.about for o in operators() if o.name == found.neighbour.operator), "")
    return fault(_changes(found, lower=lower), about, plan.labels, plan.voice)


# Types of fault whose SQL doesn't say by itself what is wrong with it.
_TELLING = ("Function.", "Table.Join Type", "Subquery.", "Other.Other")


def _other(plan: Plan, candidates: Sequence[Shown], about: Shown) -> Fault | None:
    """A fault that the candidates don't have, if there is one of the form of the candidate it is said about."""
    made = [one.offer.fault for one in candidates if one.offer.fault]
    fitting = [f for f in plan.others if all(apart(f, own) for own in made)]
    return min(fitting, key=lambda f: f.base.tree is not about.offer.base.tree, default=None)


def _false_single(plan: Plan, one: Shown, other: Fault | None, *, false: bool) -> str:
    """`false`: the right verdict for something that the query doesn't do."""
    if one.offer.right != false:  # the answer calls the query wrong
        return _accused(plan, other, one) if other else _vague(plan)
    lower = one.offer.lower
    if false and other:
        return _described(plan, other.base, other.neighbour.tree, lower=lower)
    own = one.offer.fault
    # Either it reads into the query what the question asks, or it sees the query as it is and finds nothing wrong.
    blind = plan.flips < _READ_INTO or own is None
    base = one.offer.base
    return _described(plan, base, base.tree if blind or own is None else own.neighbour.tree, lower=lower)


_READ_INTO = 0.5


def _false_pair(plan: Plan, candidates: Sequence[Shown], other: Fault | None, *, false: bool) -> str:
    accused = next(n for n, one in enumerate(candidates) if one.offer.right != false)
    charge = _accused(plan, other, candidates[accused]) if other else _vague(plan)
    return f"Candidate {accused + 1}: {charge} {_contrast(plan, 2 - accused)}"


def _accused(plan: Plan, other: Fault, one: Shown) -> str:
    """A charge that isn't so, with the effect that the query's own fault has, or that one like the charged would have.

    What is said of the rows must not tell a false reason from a sound one.
    """
    lower = one.offer.lower
    said = _changes(other, lower=lower)
    rows = one.outcome.rows[:ROWS] if plan.preview else ()
    witness = one.witness or supposed(one.outcome, said, plan.voice)
    after = effect(witness, one.outcome.columns, rows, other.neighbour.operator, said, plan.voice)
    return f"{_charge(plan, other, lower=lower)} {after}"


def _vague(plan: Plan) -> str:
    return choose(
        plan.voice // 3,
        "Rows that should count are left out by a condition that the question doesn't have.",
        "Its joins repeat rows, so that the numbers come out too high.",
        "It returns columns that the question doesn't ask for.",
    )
