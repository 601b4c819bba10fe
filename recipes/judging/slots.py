"""What may stand in each place of a prompt, so that right and wrong queries come about in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from sqlglot import exp

from factory.intents.style import Style, draw_style, render
from factory.records import Database
from recipes.judging.balance import drawn as tilted
from recipes.judging.balance import step, weights
from recipes.judging.dressing import dressed
from recipes.judging.faults import Base, Fault
from recipes.judging.plan import Offer

# Wrong queries that the prior offers for a place, and those of them that are tried.
OFFERED, TRIED = 12, 3
_AGAIN = 4
# How often a wrong place of a list has a fault that another one has.
_REPEATED = 0.6


def slots(
    shape: str, labels: Sequence[bool], drawn: Sequence[Fault], database: Database, rng: Random
) -> list[list[Offer]]:
    """For each place the offers, the best first; places that nothing is left for are dropped.

    A right query has the form that a wrong one drawn for its place would have been made from. In lists and pairs both
    may get a turn that changes nothing, and in a list a query may stand twice in another layout: right ones do, so that
    wrong ones, each with a fault of its own, would be those that are unlike all others.
    """
    left = list(drawn)
    made: list[Fault] = []
    seen: set[str] = set()
    found: list[list[Offer]] = []
    style = draw_style(rng)
    for label in labels:
        if shape != "pair" or rng.random() < 0.5:
            style = draw_style(rng)
        if label:
            offers = []
            for _ in range(_AGAIN):
                offer = _right(rng.choice(drawn).base, style, database, rng, shape)
                if offer.text not in seen:
                    offers = [offer]
                    break
                style = draw_style(rng)
        else:
            if made and rng.random() < _REPEATED:
                best = [rng.choice(made)]
                style = draw_style(rng)
            else:
                best = [left[n] for n in tilted([looks(f) for f in left[:OFFERED]], rng, TRIED, weights()[shape])]
                left = [f for f in left if not any(f is one for one in best)]
                made += best[:1]
            offers = [_wrong(one, style, database, rng, shape) for one in best]
            offers = [offer for offer in offers if offer.text not in seen]
        if offers:
            seen.update(offer.text for offer in offers)
            found.append(offers)
    return found


def looks(fault: Fault) -> dict[str, float]:
    return step(*fault.texts)


def _turned(
    rewrites: tuple[str, ...], tree: exp.Expr, database: Database, rng: Random, shape: str
) -> tuple[tuple[str, ...], exp.Expr]:
    """What has a reason must still have what the reason quotes; a single has nothing beside it to look unlike."""
    return (rewrites, tree) if shape == "single" else dressed(rewrites, tree, database, rng, adding=shape == "pair")


def _right(base: Base, style: Style, database: Database, rng: Random, shape: str) -> Offer:
    rewrites, tree = _turned(base.rewrites, base.tree, database, rng, shape)
    return Offer(render(tree, style), Base(rewrites, base.tree, ()), style.lower)


def _wrong(fault: Fault, style: Style, database: Database, rng: Random, shape: str) -> Offer:
    base, wrong = fault.base, fault.neighbour.tree
    rewrites, tree = _turned(base.rewrites, wrong, database, rng, shape)
    return Offer(render(tree, style), Base(rewrites, base.tree, ()), style.lower, fault)
