"""Candidate queries → which of them answer the question, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

import sqlglot
from sqlglot import exp

from factory.intents.draw import intents
from factory.intents.registers import speak
from factory.intents.rewrites.optimizer import optimized
from factory.intents.rewrites.realise import realisations
from factory.intents.skeleton import skeleton
from factory.intents.style import Style, render
from factory.mutations.silent.taxonomy import PRIORS
from factory.recipe import Target
from factory.records import Candidate, Claim, Database, Example, Message, Option, Verdict
from factory.rendering import assistant, content_id, told, user
from recipes.judging import prompts
from recipes.judging.answers import Shown, right_answer, wrong_answer
from recipes.judging.dressing import dressed
from recipes.judging.faults import ASKED, Base, Fault, faults, inapplicable, with_neighbours
from recipes.judging.order import sort_keys
from recipes.judging.plan import Offer, Plan
from recipes.judging.preview import preview
from recipes.judging.restating import restated
from recipes.judging.shapes import draw_labels, mix
from recipes.judging.slots import OFFERED, TRIED, slots

_PLAIN = Style()
_FORMS = 4
# How often what a query optimizer makes of one of these forms is a form, too.
_OPTIMIZED = 0.5
# Instances made for a wrong query that the ordinary ones don't tell from the right one.
_DERIVED = tuple(f"aimed {n}" for n in range(1, 7))
# Right queries that faults are made from.
_BASES = {"list": 3, "single": 2, "pair": 2}


@dataclass(frozen=True)
class Judging:
    """`shapes` is the mix of list, single and pair; `right` the share of right candidates in lists and singles;
    `preview` the share of prompts with results; `fault_prior` "nl2sql-bugs" or "uniform"; `false_reason` the share of
    rejected answers with the right verdict for a false reason, where there is a reason."""

    name: ClassVar[str] = "judging"
    version: ClassVar[str] = "2"
    summary: ClassVar[str] = "candidate queries → which of them answer the question, and why"

    shapes: str = "list=0.4,single=0.4,pair=0.2"
    right: float = 0.5
    preview: float = 0.5
    fault_prior: str = "nl2sql-bugs"
    false_reason: float = 0.5

    def __post_init__(self) -> None:
        mix(self.shapes)
        if self.fault_prior not in PRIORS:
            raise ValueError(f"fault_prior is one of {', '.join(PRIORS)}, not '{self.fault_prior}'")
        for name in ("right", "preview", "false_reason"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a share from 0 to 1")

    def propose(self, database: Database, rng: Random) -> Iterator[Candidate]:
        shares = mix(self.shapes)
        for n, asked in enumerate(intents(database, rng)):
            shape = rng.choices(list(shares), weights=list(shares.values()))[0]
            intent, said = speak(asked, database, rng)
            tree = intent.tree()
            bases, drawn = self.wrong(shape, tree, database, rng)
            if not drawn:
                continue  # a question that can only be shown right would tell its verdict
            # As many right ones as wrong ones may stand in a list: else simple queries, which have few forms, would
            # mostly be wrong and intricate ones right.
            labels = draw_labels(shape, rng, self.right, min(2 * len(bases), len(drawn)))
            places = slots(shape, labels, drawn, database, rng)
            if len(places) < (1 if shape == "single" else 2):
                continue
            offers = {f"candidate{n}_{k}": offer for n, slot in enumerate(places) for k, offer in enumerate(slot)}
            statements = {"original": render(tree, _PLAIN)}
            keys = sort_keys(statements["original"]) if intent.in_order and not (intent.cut and said.earlier) else ()
            claims = [Claim("not_empty", "original"), Claim("succeeds", "original")]
            # Below a LIMIT only instance 0 is known to have no tie at the cut.
            proven_on = (0,) if intent.cut else None
            if cut := intent.cut:
                statements["wide"] = render(tree.limit(cut.limit + 1), _PLAIN)  # type: ignore[attr-defined]
                claims.append(Claim("untied", "wide", limit=cut.limit, column=cut.column))
            statements |= {name: offer.text for name, offer in offers.items()}
            question = prompts.asked(said.earlier, said.question)
            plan = Plan(
                shape=shape,
                offers=offers,
                order=tuple(rng.sample(range(len(places)), len(places))),
                preview=rng.random() < self.preview,
                register=said.register,
                instances=1 if intent.cut else database.instances,
                ordered=bool(keys),
                others=tuple(drawn) if shape != "list" else (),
                inapplicable=() if n % ASKED else inapplicable(tree, database),
                voice=rng.randrange(1 << 40),
                labels=_labels(database),
                errs="false_reason" if rng.random() < self.false_reason else "wrong_verdict",
                flips=rng.random(),
            )
            yield Candidate(
                recipe=self.name,
                database=database.name,
                question=question,
                statements=statements,
                claims=tuple(claims),
                slots={
                    f"candidate{n}": tuple(_option(f"candidate{n}_{k}", o, proven_on, keys) for k, o in enumerate(slot))
                    for n, slot in enumerate(places)
                },
                required={
                    f"candidate{n}": "not_equivalent" if places[n][0].right else "indistinguishable"
                    for n in range(1 if shape == "single" else 2)
                },
                key=f"{question}\n{statements['original']}",
                skeleton=skeleton(tree),
                subject=("original",),
                tags=(f"kind:{intent.kind}", f"shape:{shape}", f"register:{said.register}"),
                payload=plan,
            )

    def wrong(self, shape: str, tree: exp.Expr, database: Database, rng: Random) -> tuple[list[Base], list[Fault]]:
        """Some forms of the right query, and faults of theirs in the order in which the prior offers them."""
        forms: list[tuple[tuple[str, ...], exp.Expr]] = [((), tree), *realisations(tree, database, rng, _FORMS)]
        if rng.random() < _OPTIMIZED:
            used, form = rng.choice(forms)
            if (found := optimized(form, database, rng)) is not None:
                forms.append(((*used, found[0]), found[1]))
        forms = [dressed(*form, database, rng) for form in forms]
        picked = rng.sample(forms, min(_BASES[shape], len(forms)))
        most = OFFERED + (5 * TRIED if shape == "list" else 0)
        # Half of those of one form may be another form's too, or have no reason that could be given.
        each = 2 * most // len(picked)
        prior = next(p for p in PRIORS if p == self.fault_prior)
        bases = [with_neighbours(*form, database, rng, prior, each) for form in picked]
        return bases, faults(bases, most, said=shape != "list")

    def render(self, verdict: Verdict, target: Target) -> Iterator[Example]:
        candidate, plan = verdict.candidate, verdict.candidate.payload
        assert isinstance(plan, Plan)
        shown: list[Shown] = []
        for n in plan.order:
            option = verdict.chosen.get(f"candidate{n}")
            if option is not None:
                outcome = verdict.outcomes[option.name, 0]
                shown.append(Shown(plan.offers[option.name], outcome, verdict.witnesses.get(option.name)))
        offers = [one.offer for one in shown]
        labels = [offer.right for offer in offers]
        texts = [offer.text for offer in offers]
        previews = [preview(one.outcome) for one in shown] if plan.preview else []
        database = target.database
        asked = user(
            prompts.first(database.dialect, database.schema_text, candidate.question, plan.shape, texts, previews)
        )
        answer = assistant(right_answer(plan, shown))
        wrong, errs, place = wrong_answer(plan, shown)
        rejected = assistant(wrong)
        made = [offer.fault.neighbour for offer in offers if offer.fault]
        evidence = {
            "engine": target.engine,
            "engine_version": target.engine_version,
            "row_count": len(verdict.outcomes["original", 0].rows),
            "instances": plan.instances,
            "ordered": plan.ordered,
            "shape": plan.shape,
            "register": plan.register,
            "candidates": texts,
            "labels": [str(int(label)) for label in labels],
            "rewrites": ["+".join(offer.base.rewrites) for offer in offers],
            "faults": [offer.fault.neighbour.operator if offer.fault else "" for offer in offers],
            "fault_types": [neighbour.taxonomy for neighbour in made],
            "witnesses": [told(one.witness) if one.witness else "" for one in shown],
            "previews": previews,
        }
        yield Example(
            id=content_id([asked, answer], rejected),
            recipe=self.name,
            database=database.name,
            dialect=database.dialect,
            question=candidate.question,
            sql=candidate.statements["original"],
            messages=(asked, answer),
            evidence=evidence,
            tags=(*candidate.tags, *dict.fromkeys(f"fault:{neighbour.operator}" for neighbour in made)),
            prompt=(asked,),
            chosen=(answer,),
            rejected=(rejected,),
            rejected_sql=texts[place],
            rejected_evidence={**evidence, "rejected_kind": errs},
        )

    def coverage(self, verdict: Verdict) -> Iterator[tuple[str, str]]:
        """(type of fault, what became of it) for every wrong query that was tried, and for what couldn't be."""
        plan = verdict.candidate.payload
        assert isinstance(plan, Plan)
        chosen = {option.name for option in verdict.chosen.values()}
        for name, offer in plan.offers.items():
            outcome = verdict.outcomes.get((name, 0))
            if offer.fault and outcome is not None:
                fate = "proven wrong" if name in chosen else "raises" if outcome.error else "indistinguishable"
                yield offer.fault.neighbour.taxonomy, fate
        if verdict.outcomes:
            yield from ((kind, "not applicable") for kind in plan.inapplicable)

    def restate(self, record: Mapping[str, Any], database: Database) -> Candidate:
        """Proves every label of an emitted record again."""
        return restated(record, self.name, database)

    def described(self, database: Database, record: Mapping[str, Any]) -> Database:  # noqa: ARG002
        return database

    def prompt(self, database: Database, question: str, sql: str, error: str) -> tuple[Message, ...]:  # noqa: ARG002
        """The user message of an inference call: `sql` is one query, or a list of them with semicolons between.

        Without a query there is nothing to judge, and no message.
        """
        queries = _split(sql)
        if not queries:
            return ()
        shape = "single" if len(queries) == 1 else "list"
        return (user(prompts.first(database.dialect, database.schema_text, question, shape, queries)),)


def _labels(database: Database) -> Mapping[str, str]:
    """What people call each column; without those whose name stands for different things in different tables."""
    said: dict[str, set[str]] = {}
    for table in database.tables:
        for column in table.columns:
            said.setdefault(column.name, set()).add(column.label)
    return {name: next(iter(labels)) for name, labels in said.items() if len(labels) == 1}


def _option(name: str, offer: Offer, instances: tuple[int, ...] | None, keys: tuple[int, ...]) -> Option:
    """`keys`: the question says how to sort."""
    own = sort_keys(offer.text) if keys else ()
    if offer.right:
        return Option(name, (Claim("same_rows", "original", name, instances=instances, keys=keys, own_keys=own),))
    claim = Claim("differs", "original", name, instances=instances, derived=_DERIVED, keys=keys, own_keys=own)
    return Option(name, (claim,))


def _split(sql: str) -> list[str]:
    """The queries of a text, as they are written."""
    ends = [t.start for t in sqlglot.tokenize(sql, read="duckdb") if t.token_type is sqlglot.TokenType.SEMICOLON]
    parts = [sql[a:b] for a, b in zip([0, *(end + 1 for end in ends)], [*ends, len(sql)], strict=True)]
    return [part.strip() for part in parts if part.strip()]
