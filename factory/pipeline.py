"""The way of the data, in the only file that knows the order: propose → dedupe → prove → render → emit."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from factory import plan, recipe
from factory.catalog import Opened, is_file, opened, opened_empty
from factory.certify import LEAST, settle
from factory.dedupe import Dedupe
from factory.emit import Run, Writer
from factory.exceptions import FactoryError, RunIncomplete
from factory.prove import prove
from factory.records import Candidate, Example, Verdict
from factory.second_opinion import recomputed
from factory.split import SHARES, assign, by_split
from factory.tally import Coverage
from factory.wide.name import wide_name

# A database has nothing new to offer when under DRY of its last WINDOW proposals are accepted.
WINDOW = 300
DRY = 0.03
# After these the engine answers nothing more on this database.
BROKEN = ("fatal", "internal")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a run is asked to do. `per_database` bounds the rows from one variant; 0 chooses by the size of the run.
    `max_per_skeleton` 0 means 1 % of the rows, at least 10."""

    recipe: str
    rows: int
    out: Path
    seed: int = 0
    databases: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    shares: tuple[float, ...] = SHARES
    per_database: int = 0
    max_per_skeleton: int = 0
    near: float = 0.85
    min_kill_score: float = LEAST
    instances: int = 5
    timeout: float = 10.0
    force: bool = False
    allow_fewer: bool = False


@dataclass
class Funnel:
    """What became of every proposal."""

    wanted: int
    proposed: int = 0
    accepted: int = 0
    databases: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def counts(self) -> dict[str, int]:
        ranked = sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))
        return {"proposed": self.proposed, **dict(ranked), "accepted": self.accepted}


@dataclass(frozen=True)
class Done:
    """A finished run: where it lies, its funnel, its first accepted example, and what the recipe's tries came to."""

    out: Path
    funnel: Funnel
    example: Example
    splits: Mapping[str, list[str]]
    coverage: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


Progress = Callable[[Funnel], None]


def build(settings: Settings, progress: Progress = lambda *_: None) -> Done:
    """Runs one recipe until `rows` examples are accepted, and writes them.

    Raises RunIncomplete when the databases can't give that many (unless `allow_fewer`), and the errors of
    recipes, databases and the output folder. Whatever is raised, nothing half-written stays.
    """
    maker = recipe.load(settings.recipe, settings.options)
    funnel = Funnel(settings.rows)
    digests: dict[str, str] = {}
    first: Example | None = None
    coverage = Coverage()
    fates = getattr(maker, "coverage", None)  # a recipe may count what it tries
    with Writer(settings.out, force=settings.force) as writer:
        asked = plan.suited(settings.databases, recipe.needed_roles(maker))
        families = plan.families(asked, recipe.domains(maker))
        assigned = assign(families, settings.shares, settings.seed)
        progress(funnel)  # sign of life: opening the first database takes a second or more
        for verdict, examples, family in _proven(settings, maker, asked, funnel, digests):
            if verdict.reason:
                writer.reject(_rejected(verdict))
            if fates:
                coverage.add(fates(verdict))
            for example in examples:
                writer.write(example, assigned[family])
                first = first or example
            progress(funnel)
        if funnel.accepted < settings.rows and not (settings.allow_fewer and funnel.accepted):
            raise RunIncomplete(_shortfall(funnel))
        assert first is not None
        run = _run(settings, maker, funnel, digests, by_split(assigned))
        out = writer.finish(replace(run, coverage=coverage.counts()))
    return Done(out, funnel, first, by_split(assigned), coverage.counts())


def _proven(
    settings: Settings, maker: recipe.Recipe, asked: Sequence[str], funnel: Funnel, digests: dict[str, str]
) -> Iterator[tuple[Verdict, list[Example], str]]:
    """Verdicts with the examples they gave, until enough are accepted or the databases give nothing new."""
    dedupe = Dedupe(
        max_per_skeleton=settings.max_per_skeleton or max(10, settings.rows // 100),
        near=settings.near,
        max_per_bucket=_most(recipe.bucket_share(maker), settings.rows),
    )
    quota = settings.per_database or _quota(settings, maker)
    barren = 0
    own = recipe.domains(maker)
    for name in _names(settings, maker, asked):
        family = plan.family(name, own)
        before = funnel.accepted
        with opened_for(maker, name, instances=settings.instances, timeout=settings.timeout) as source:
            database = source.database
            digests[database.name] = database.digest
            funnel.databases += 1
            target = recipe.Target(database, source.engine.dialect, source.engine.version)
            rng = Random(f"{settings.seed}:{maker.name}:{name}:{funnel.databases}")
            dry = False
            recent: deque[bool] = deque(maxlen=WINDOW)
            for candidate in maker.propose(database, rng):
                funnel.proposed += 1
                repeated = dedupe.reason(candidate)
                verdict = _unproven(candidate, repeated) if repeated else prove(candidate, source.engine)
                verdict = recomputed(verdict, source.engine)
                verdict = settle(verdict, database, source.engine, least=settings.min_kill_score)
                examples: list[Example] = []
                if verdict.reason:
                    funnel.reasons[verdict.reason] += 1
                else:
                    dedupe.accept(candidate)
                    funnel.accepted += 1
                    examples = list(maker.render(verdict, target))
                recent.append(bool(examples))
                yield verdict, examples, family
                if funnel.accepted >= settings.rows:
                    return
                dry = len(recent) == WINDOW and sum(recent) < DRY * WINDOW
                if dry or funnel.accepted - before >= quota or verdict.reason in BROKEN:
                    break
            else:
                dry = True  # the recipe has nothing to propose here
        # A whole round of databases that ran dry at once: asking again would not end.
        barren = barren + 1 if dry and funnel.accepted - before < WINDOW else 0
        if barren >= max(1, len(asked) or len(plan.families((), own))):
            return


def opened_for(maker: recipe.Recipe, name: str, *, instances: int, timeout: float) -> AbstractContextManager[Opened]:
    """A database as the recipe asks it: one of its own, or a shipped one, or a file."""
    if isinstance(maker, recipe.OwnDatabases):
        return opened_empty(maker.database(name), timeout=timeout)
    return opened(name, instances=instances, timeout=timeout)


def _names(settings: Settings, maker: recipe.Recipe, asked: Sequence[str]) -> Iterator[str]:
    """Names of the databases to open."""
    if isinstance(maker, recipe.Merges):
        assigned = assign(plan.families(asked), settings.shares, settings.seed)
        return plan.catalogs(asked, settings.seed, assigned, maker.merged)
    if merged := [name for name in asked if wide_name(name)]:
        raise FactoryError(f"{merged[0]} is a wide catalog, and {maker.name} asks single databases: name one of those")
    return plan.databases(asked, settings.seed, recipe.domains(maker))


def _quota(settings: Settings, maker: recipe.Recipe) -> int:
    """Rows per variant: enough to pay for making its rows, few enough for a hundred schemas in 5,000 rows."""
    if any(is_file(name) or "@" in name for name in settings.databases):
        return max(40, settings.rows)
    if isinstance(maker, recipe.Merges):  # many schemas in one
        return max(4, min(200, settings.rows // 8))
    few = min(20, max(2, settings.rows // 10))  # a first look at 20 rows should show ten domains, not one
    return max(few, min(200, settings.rows // 110))


def _most(share: float, rows: int) -> int:
    """Rows of one bucket; a look at a few rows takes what comes."""
    return max(3, int(share * rows)) if share else 0


def _unproven(candidate: Candidate, reason: str) -> Verdict:
    return Verdict(candidate, {}, {}, {}, reason)


def _rejected(verdict: Verdict) -> dict[str, Any]:
    candidate = verdict.candidate
    return {
        "recipe": candidate.recipe,
        "database": candidate.database,
        "reason": verdict.reason,
        "detail": verdict.detail,
        "question": candidate.question,
        "statements": {name: candidate.statements[name] for name in candidate.subject},
        "tags": list(candidate.tags),
    }


def _shortfall(funnel: Funnel) -> str:
    eaten = ", ".join(f"{reason} {count:,}" for reason, count in funnel.reasons.most_common(6))
    return (
        f"Only {funnel.accepted:,} of {funnel.wanted:,} rows could be proven from {funnel.proposed:,} proposals over "
        f"{funnel.databases:,} databases; the rest went to: {eaten or 'nothing, no question applies'}. "
        f"Nothing was written. Ask for fewer --rows, add --allow-fewer to keep what was proven, "
        f"raise --max-per-skeleton or --near, or add databases"
    )


def _run(
    settings: Settings,
    maker: recipe.Recipe,
    funnel: Funnel,
    digests: dict[str, str],
    splits: dict[str, list[str]],
) -> Run:
    import duckdb

    return Run(
        recipes={maker.name: maker.version},
        options={maker.name: recipe.options(maker)},
        seed=settings.seed,
        rows=settings.rows,
        arguments={
            "databases": [plan.family(n) if is_file(n) else n for n in settings.databases],
            "shares": list(settings.shares),
            "per_database": settings.per_database,
            "max_per_skeleton": settings.max_per_skeleton,
            "near": settings.near,
            "min_kill_score": settings.min_kill_score,
            "instances": settings.instances,
            "timeout": settings.timeout,
        },
        engine="duckdb",
        engine_version=duckdb.__version__,
        databases=dict(sorted(digests.items())),
        families=splits,
        funnel=funnel.counts(),
    )
