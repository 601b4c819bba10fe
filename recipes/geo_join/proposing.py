"""A question about places as a candidate: statements, claims, and wrong answers to choose from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents.geo.enrich import Enrichment, enrichment
from factory.intents.geo.workflow import GeoIntent
from factory.intents.skeleton import skeleton
from factory.intents.style import Style, draw_style, render
from factory.records import Candidate, Claim, Database, Option
from recipes.geo_join.plan import Plan, Wrong
from recipes.geo_join.wording import reasoned, written
from recipes.geo_join.wrongs import HABIT, Slip, loud, silent

_PLAIN = Style()
# Wrong answers proposed for each question; the first that is proven wrong is taken.
_WRONG = 4


@dataclass(frozen=True)
class Proposer:
    """`enrichment` and `loud` are shares; what was proposed so far steers which wrong answers come first."""

    recipe: str
    database: Database
    enrichment: float
    loud: float
    _used: Counter[str] = field(default_factory=Counter)

    def candidate(self, intent: GeoIntent, rng: Random) -> Candidate:
        made = enrichment(intent, self.database, rng) if rng.random() < self.enrichment else None
        intent = made.intent if made else intent
        tree, alters = (made.write, made.alters) if made else (intent.tree(), ())
        style, voice = draw_style(rng), rng.randrange(1 << 40)
        gold = written(tree, alters, style)
        steps = reasoned(tree, alters, self.database, style, voice)
        statements, after, claims = _right(gold, made)
        judged = "asked" if made else "gold"
        wrong: dict[str, Wrong] = {}
        options: list[Option] = []
        for slip in self._slips(tree, rng, writes=made is not None)[:_WRONG]:
            thought = reasoned(slip.tree, alters, self.database, style, voice)
            if thought == steps:
                continue  # the reasoning would not show the mistake
            name = f"wrong{len(wrong)}"
            statements[name] = written(slip.tree, alters, style)
            kind: Literal["silent", "loud"] = "loud" if slip.way == HABIT else "silent"
            wrong[name] = Wrong(kind, slip.operator, slip.type, slip.way, slip.mistake, thought)
            differs = Claim("differs", "gold", name)
            if made:
                statements[f"left_{name}"], after[f"left_{name}"] = statements["left"], name
                differs = Claim("differs", "left", f"left_{name}")
            options.append(Option(name, (Claim("fails", name) if kind == "loud" else differs,)))
        if wrong:
            first = wrong["wrong0"]
            self._used[first.operator if first.kind == "loud" else first.way] += 1
        task = made.form if made else "query"
        question = made.question if made else intent.question()
        expected = intent.expected()
        return Candidate(
            recipe=self.recipe,
            database=self.database.name,
            question=question,
            statements=statements,
            claims=claims,
            slots={"rejected": tuple(options)},
            key=f"{question}\n{gold}",
            skeleton=skeleton(tree),
            subject=(judged, "gold") if made else (judged,),
            tags=(f"workflow:{intent.workflow}", f"task:{task}"),
            after=after,
            explained=(judged,),
            expected=expected,
            bucket=intent.workflow,
            payload=Plan(
                task=task,
                gold=gold,
                steps=steps,
                workflow=intent.workflow,
                crs=f"EPSG:{intent.crs.code}" if intent.crs and intent.measures else "EPSG:4326",
                expectation=expected.told(),
                after=statements["left"] if made else "",
                asked=statements["asked"] if made else "",
                wrong=wrong,
                joined=by_containment(made.reference if made else tree),
                intent=None if made else intent,
            ),
        )

    def _slips(self, tree: exp.Expr, rng: Random, *, writes: bool) -> list[Slip]:
        # What a script raises would quote the scratch copy that it ran in.
        habits = [] if writes or rng.random() >= self.loud else loud(tree, rng, self._used)
        return [*habits, *silent(tree, self.database, rng, self._used)]


def _right(gold: str, made: Enrichment | None) -> tuple[dict[str, str], dict[str, str], tuple[Claim, ...]]:
    """Statements of the right answer, which of them follows which script, and what must hold about them."""
    if made is None:
        return {"gold": gold}, {}, (Claim("not_empty", "gold"), Claim("succeeds", "gold"))
    statements = {"gold": gold, "asked": render(made.reference, _PLAIN), "left": render(made.after, _PLAIN)}
    claims = (Claim("not_empty", "asked"), Claim("succeeds", "asked"), Claim("same_rows", "asked", "left"))
    return statements, {"left": "gold"}, claims


def by_containment(tree: exp.Expr) -> bool:
    """Whether a table is joined by what contains what."""
    predicates = ("ST_CONTAINS", "ST_WITHIN")
    return any(
        isinstance(node, exp.Anonymous) and node.name.upper() in predicates
        for join in tree.find_all(exp.Join)
        for node in (join.args.get("on") or exp.true()).walk()
    )
