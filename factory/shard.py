"""A piece of a run: one database, asked until so many candidates are proven. It knows nothing of the other pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import cache
from random import Random

from factory import recipe
from factory.catalog import Opened, opened, opened_empty
from factory.certify import LEAST, Derived, settle
from factory.dedupe import Dedupe, Likeness
from factory.dryness import Dryness
from factory.llm.dealings import Made, dealt
from factory.llm.desk import Desk
from factory.llm.lanes import Lanes
from factory.llm.overlap import Dealings, overlapped
from factory.llm.proposing import proposals
from factory.llm.request import Response
from factory.llm.settings import Llm, opened_lanes
from factory.prove import prove
from factory.records import Candidate, Verdict
from factory.result import ShardResult, result_of
from factory.second_opinion import recomputed

# More rows of one database are asked for in several shards.
MOST = 250
FIRST = 5
# The number of the candidate that is executed when none is.
IDLE = -1
# Records that wait for a model at once: enough to keep a server busy, few enough to be there soon.
_WINDOW = 96
# DuckDB keeps a little of every join that it has run until its database is closed.
_USES = 20
# After these the engine answers nothing more on this database.
_BROKEN = ("fatal", "internal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What all shards of a run have in common, and all that their bytes depend on."""

    recipe: str
    options: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    near: float = 0.85
    max_per_skeleton: int = 0
    max_per_bucket: int = 0
    min_kill_score: float = LEAST
    instances: int = 5
    timeout: float = 10.0
    llm: Llm | None = None


@dataclass(frozen=True, slots=True)
class Shard:
    """`quota` bounds what is accepted within the shard."""

    index: int
    database: str
    quota: int


def shards(databases: Iterable[str], quota: int) -> Iterator[Shard]:
    """The shards of a run, `quota` rows a database, in the order in which they are merged; endless if `databases` is.

    The first ones are small, so that there is something to see soon.
    """
    index = 0
    for name in databases:
        left = quota
        while left > 0:
            size = min(MOST, FIRST << min(index, 10))
            size = left if left <= min(MOST, 2 * size) else size
            yield Shard(index, name, size)
            index, left = index + 1, left - size


class Warm:
    """The database opened last stays open for the shards that ask it next, if not for ever; so does the model."""

    def __init__(self) -> None:
        self._lanes: Lanes | None = None
        self._name = ""
        self._asked = 0
        self._stack = ExitStack()
        self._source: Opened | None = None

    def source(self, maker: recipe.Recipe, name: str, job: Job) -> Opened:
        if self._source is None or name != self._name or self._asked == _USES:
            self.forget()
            self._source = self._stack.enter_context(_opened_for(maker, name, job))
            self._name, self._asked = name, 0
        self._asked += 1
        return self._source

    def lend(self, lanes: Lanes) -> None:
        """A model that is open already."""
        self._lanes = lanes

    def lanes(self, llm: Llm) -> Lanes:
        if self._lanes is None:
            self._lanes = opened_lanes(llm)
        return self._lanes

    def forget(self) -> None:
        """Closes the database."""
        self._source = None
        self._stack.close()

    def close(self) -> None:
        self.forget()
        if self._lanes is not None:
            self._lanes.close()
            self._lanes = None


def _opened_for(maker: recipe.Recipe, name: str, job: Job) -> AbstractContextManager[Opened]:
    """A database as the recipe asks it: one of its own, or a shipped one, or a file."""
    if isinstance(maker, recipe.OwnDatabases):
        return opened_empty(maker.database(name), timeout=job.timeout)
    return opened(name, instances=job.instances, timeout=job.timeout)


@cache
def _maker(name: str, options: tuple[tuple[str, str], ...]) -> recipe.Recipe:
    return recipe.load(name, dict(options))


def run(
    job: Job,
    shard: Shard,
    warm: Warm,
    *,
    begun: Callable[[int], None] = lambda _: None,
    lost: Mapping[int, str] = {},
) -> ShardResult:
    """Proposes, proves and renders until the quota is met, or the database has nothing new to offer.

    `begun` hears the number of each candidate before anything is executed for it, and IDLE after that. Those that are
    `lost` (number → reason) took the process down when they were; they are not executed again.
    """
    maker = _maker(job.recipe, tuple(sorted(job.options.items())))
    source = warm.source(maker, shard.database, job)
    database = source.database
    target = recipe.Target(database, source.engine.dialect, source.engine.version)
    fates = getattr(maker, "coverage", None)  # a recipe may count what it tries
    dedupe = Dedupe(max_per_skeleton=job.max_per_skeleton, near=job.near, max_per_bucket=job.max_per_bucket)
    rng = Random(f"{job.seed}:{maker.name}:{database.name}:{shard.index}")

    candidates = maker.propose(database, rng)
    desk, lanes = None, None
    if job.llm is not None:
        lanes = warm.lanes(job.llm)
        desk = Desk(llm=job.llm, maker=maker, target=target, engine=source.engine, least=job.min_kill_score)
        if job.llm.propose:
            candidates = proposals(desk, lanes.ask, rng)
    verdicts = _new(candidates, dedupe)
    verdicts = _proven(verdicts, source, begun, lost)
    verdicts = (recomputed(verdict, source.engine) for verdict in verdicts)
    verdicts = (settle(verdict, database, source.engine, least=job.min_kill_score) for verdict in verdicts)

    end = _End(Dryness(), shard.quota)
    made = end.enough((Made.of(verdict, maker, target) for verdict in verdicts), dedupe, begun)
    if desk is not None and lanes is not None:
        tasks = (_named(dealt(one, desk), number, begun) for number, one in enumerate(made))
        made = overlapped(tasks, lanes.ask, _WINDOW)
    found = [
        result_of(one.verdict, (*(fates(one.verdict) if fates else ()), *one.fates.elements()), one.examples)
        for one in made
    ]
    if end.broken:
        warm.forget()
    return ShardResult(database.name, database.digest, end.dry, found)


@dataclass
class _End:
    """Where a shard stops: `dry` also when the recipe has nothing more to propose, `broken` when the engine is."""

    dryness: Dryness
    quota: int
    dry: bool = True
    broken: bool = False

    def enough(self, made: Iterable[Made], dedupe: Dedupe, begun: Callable[[int], None]) -> Iterator[Made]:
        """As many as the quota accepts. What is accepted here stays so, whatever a model says of it later."""
        accepted = 0
        for one in made:
            if one.verdict.reason is None:
                dedupe.accept(Likeness.of(one.verdict.candidate))
                accepted += 1
            self.dryness.add(bool(one.examples))
            self.broken = one.verdict.reason in _BROKEN
            self.dry = self.dryness.dry
            begun(IDLE)
            yield one
            if self.dry or accepted >= self.quota or self.broken:
                return
        self.dry = True


def _named(dealings: Dealings[Made], number: int, begun: Callable[[int], None]) -> Dealings[Made]:
    """What the model wrote is executed too: whatever dies of it, dies of this candidate."""
    answers: list[Response] | None = None
    while True:
        begun(number)
        try:
            wanted = next(dealings) if answers is None else dealings.send(answers)
        except StopIteration as done:
            made: Made = done.value
            return made
        finally:
            begun(IDLE)
        answers = yield wanted


def _new(candidates: Iterable[Candidate], dedupe: Dedupe) -> Iterator[Verdict]:
    """Verdicts that are still open, except on what repeats something of this shard."""
    for candidate in candidates:
        yield Verdict(candidate, {}, {}, {}, dedupe.reason(Likeness.of(candidate)))


def _proven(
    verdicts: Iterable[Verdict], source: Opened, begun: Callable[[int], None], lost: Mapping[int, str]
) -> Iterator[Verdict]:
    derive = Derived(source.database, source.engine)
    for number, verdict in enumerate(verdicts):
        if verdict.reason is None and number in lost:
            yield Verdict(verdict.candidate, {}, {}, {}, lost[number])
        elif verdict.reason is None:
            begun(number)
            yield prove(verdict.candidate, source.engine, derive)
        else:
            yield verdict
