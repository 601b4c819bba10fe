"""The way of the data, in the only file that knows the order: shards (propose → prove → render) → merge → emit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from factory import plan, recipe
from factory.catalog import is_file
from factory.certify import LEAST
from factory.dedupe import Dedupe
from factory.emit import Run, Writer
from factory.exceptions import FactoryError, RunIncomplete
from factory.executors import Where, done
from factory.intents.english import listed
from factory.llm.settings import Llm
from factory.manifest import packages
from factory.merge import Funnel, Merge
from factory.pace import ProgressLog
from factory.records import Example
from factory.shard import Job, shards
from factory.split import SHARES, assign, by_split
from factory.wide.name import wide_name
from factory.workfolder import WorkFolder

__all__ = ["Done", "Funnel", "Settings", "build"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a run is asked to do. `per_database` bounds the rows from one variant; 0 chooses by the size of the run.
    `max_per_skeleton` 0 means 1 % of the rows, at least 10. `work` is where finished shards lie until the run is
    done, a folder or a URL; "" is `<out>.work`."""

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
    executor: Where = "inline"
    workers: int = 1
    ray_address: str = ""
    resume: bool = True
    work: str = ""
    llm: Llm | None = None


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
    recipes, databases and the output folder. What was proven until then stays in the work folder, and the next run
    with the same settings goes on from there.
    """
    maker = recipe.load(settings.recipe, settings.options)
    where = _where(settings, maker)
    own = recipe.domains(maker)
    asked = plan.suited(settings.databases, recipe.needed_roles(maker))
    families = plan.families(asked, own)
    assigned = assign(families, settings.shares, settings.seed, plan.held_out_first(families))
    job = _job(settings, maker)
    dedupe = Dedupe(max_per_skeleton=job.max_per_skeleton, near=job.near, max_per_bucket=job.max_per_bucket)
    merge = Merge(settings.rows, dedupe, asked or plan.families((), own))
    names = _names(settings, maker, asked, assigned)
    todo = shards(names, settings.per_database or _quota(settings, maker, asked))
    place = settings.work or str(settings.out.with_name(f"{settings.out.name}.work"))
    folder = WorkFolder(place, _facts(settings, maker))
    first: Example | None = None
    with Writer(settings.out, force=settings.force) as writer, folder.opened(settings.resume, anew=settings.force):
        kept, log = frozenset(folder.finished()), ProgressLog(folder.log)
        progress(merge.funnel)  # sign of life: opening the first database takes a second or more
        workers, address = settings.workers, settings.ray_address
        with closing(done(where, job, todo, folder, workers=workers, address=address)) as results:
            for shard, found in results:
                for result in merge.take(shard, found):
                    if result.reason:
                        writer.reject({**result.said, "reason": result.reason, "detail": result.detail})
                    for example in result.examples:
                        writer.write(example, assigned[plan.family(shard.database, own)])
                        first = first or example
                    merge.funnel.resumed += shard.index in kept and result.reason is None
                    log.at(merge.funnel)
                    progress(merge.funnel)
                if merge.ended:
                    break
        funnel = merge.funnel
        if funnel.accepted < settings.rows and not (settings.allow_fewer and funnel.accepted):
            raise RunIncomplete(_shortfall(funnel))
        assert first is not None
        out = writer.finish(_run(settings, maker, merge, by_split(assigned)))
    return Done(out, funnel, first, by_split(assigned), merge.coverage.counts())


def _where(settings: Settings, maker: recipe.Recipe) -> Where:
    """Where the shards are run. Raises FactoryError for what a model can't do."""
    llm = settings.llm
    if llm is None:
        return settings.executor
    for flag, asked, able in (
        ("--paraphrase", llm.paraphrase, recipe.Rewords),
        ("--on-policy", llm.on_policy, recipe.Rejects),
        ("--reasoning llm", llm.reasoning, recipe.Reasons),
        ("--propose llm", llm.propose, recipe.States),
    ):
        if asked and not isinstance(maker, able):
            others = [name for name in recipe.names() if isinstance(recipe.load(name), able)]
            only = f"{listed(others)} {'do' if len(others) > 1 else 'does'}"
            raise FactoryError(f"{maker.name} takes no {flag}, only {only}: leave it out")
    if llm.reasoning and isinstance(maker, recipe.Reasons) and maker.answer != "cot":
        raise FactoryError("Answers of SQL alone have no reasoning: leave out --reasoning llm, or --answer sql")
    if llm.in_process and settings.workers > 1:
        raise FactoryError(
            f"Each of {settings.workers} workers would load the model: leave out --workers, or run vllm serve and give "
            "--llm its URL, which all workers share"
        )
    # The engine starts processes of its own, which a worker may not.
    return "inline" if llm.in_process else settings.executor


def _job(settings: Settings, maker: recipe.Recipe) -> Job:
    return Job(
        recipe=settings.recipe,
        options=settings.options,
        seed=settings.seed,
        near=settings.near,
        max_per_skeleton=settings.max_per_skeleton or max(10, settings.rows // 100),
        max_per_bucket=_most(recipe.bucket_share(maker), settings.rows),
        min_kill_score=settings.min_kill_score,
        instances=settings.instances,
        timeout=settings.timeout,
        llm=settings.llm,
    )


def _names(
    settings: Settings, maker: recipe.Recipe, asked: Sequence[str], assigned: Mapping[str, str]
) -> Iterator[str]:
    """Names of the databases to open."""
    if isinstance(maker, recipe.Merges):
        return plan.catalogs(asked, settings.seed, assigned, maker.merged)
    if merged := [name for name in asked if wide_name(name)]:
        raise FactoryError(f"{merged[0]} is a wide catalog, and {maker.name} asks single databases: name one of those")
    return plan.databases(asked, settings.seed, recipe.domains(maker))


def _quota(settings: Settings, maker: recipe.Recipe, asked: Sequence[str]) -> int:
    """Rows per variant: enough to pay for making its rows, few enough for a hundred schemas in 5,000 rows."""
    if any(is_file(name) or "@" in name for name in settings.databases):
        return max(40, -(-settings.rows // len(asked)))
    if isinstance(maker, recipe.Merges):  # many schemas in one
        return max(4, min(200, settings.rows // 8))
    few = min(20, max(2, settings.rows // 10))  # a first look at 20 rows should show ten domains, not one
    return max(few, min(200, settings.rows // 110))


def _most(share: float, rows: int) -> int:
    """Rows of one bucket; a look at a few rows takes what comes."""
    return max(3, int(share * rows)) if share else 0


def _shortfall(funnel: Funnel) -> str:
    eaten = ", ".join(f"{reason} {count:,}" for reason, count in funnel.reasons.most_common(6))
    return (
        f"Only {funnel.accepted:,} of {funnel.wanted:,} rows could be proven from {funnel.proposed:,} proposals over "
        f"{funnel.databases:,} databases; the rest went to: {eaten or 'nothing, no question applies'}. "
        f"Nothing was written. Ask for fewer --rows, add --allow-fewer to keep what was proven, "
        f"raise --max-per-skeleton or --near, or add databases"
    )


def _run(settings: Settings, maker: recipe.Recipe, merge: Merge, splits: dict[str, list[str]]) -> Run:
    import duckdb

    return Run(
        recipes={maker.name: maker.version},
        options={maker.name: recipe.options(maker)},
        seed=settings.seed,
        rows=settings.rows,
        arguments=_arguments(settings),
        engine="duckdb",
        engine_version=duckdb.__version__,
        databases=dict(sorted(merge.digests.items())),
        families=splits,
        funnel=merge.funnel.counts(),
        coverage=merge.coverage.counts(),
    )


def _arguments(settings: Settings) -> dict[str, Any]:
    return {
        "databases": [plan.family(n) if is_file(n) else n for n in settings.databases],
        "shares": list(settings.shares),
        "per_database": settings.per_database,
        "max_per_skeleton": settings.max_per_skeleton,
        "near": settings.near,
        "min_kill_score": settings.min_kill_score,
        "instances": settings.instances,
        "timeout": settings.timeout,
        **({"llm": settings.llm.identity()} if settings.llm else {}),
    }


def _facts(settings: Settings, maker: recipe.Recipe) -> dict[str, Any]:
    """All that a run's bytes depend on, for the run that goes on with it."""
    return {
        "recipe": f"{maker.name} {maker.version}",
        "options": recipe.options(maker),
        "rows": settings.rows,
        "seed": settings.seed,
        **_arguments(settings),
        "packages": packages(),
    }
