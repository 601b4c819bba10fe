"""Requests per second of a build that asks a model, against the bare model on the same prompts.

`--llm` and `--llm-model` as of factory build; without them a stand-in answers after `--latency` seconds, so that what
is measured is the factory alone: how much of the model's time is lost while the CPU proves.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import click

from factory.llm.cache import Cache
from factory.llm.lanes import Lanes
from factory.llm.request import Model, More, Request, Response
from factory.llm.settings import Llm, Served, model_of
from factory.shard import Job, Shard, Warm, run


class StandIn:
    """Answers any number of requests at once, each after the same time, as a server with room to spare does."""

    name, batch = "stand-in", 1

    def __init__(self, latency: float, lanes: int) -> None:
        self.lanes = lanes
        self._latency = latency

    def complete(self, requests: Sequence[Request], more: More) -> Iterator[tuple[int, Response]]:  # noqa: ARG002
        for place, request in enumerate(requests):
            time.sleep(self._latency)
            if request.schema:
                question = request.messages[0]["content"].rpartition("Question: ")[2]
                yield place, Response(json.dumps({"question": question.replace("average", "mean")}))
            else:
                yield place, Response("1. Count.\n\n```sql\nSELECT COUNT(*) AS n FROM missing\n```")

    def close(self) -> None:
        pass


class Recorded:
    """A model, what it was asked, and from when to when it was busy."""

    def __init__(self, model: Model) -> None:
        self.name, self.lanes, self.batch = model.name, model.lanes, model.batch
        self.requests: list[Request] = []
        self.first = self.last = 0.0
        self._model = model
        self._lock = Lock()

    def complete(self, requests: Sequence[Request], more: More) -> Iterator[tuple[int, Response]]:
        def noted(fresh: Sequence[Request]) -> Sequence[Request]:
            with self._lock:
                self.requests.extend(fresh)
                self.first = self.first or time.perf_counter()
            return fresh

        for place, response in self._model.complete(noted(requests), lambda most: noted(more(most))):
            self.last = time.perf_counter()
            yield place, response

    def close(self) -> None:
        self._model.close()

    @property
    def seconds(self) -> float:
        return self.last - self.first


@click.command()
@click.option("--llm", "where", default="", help="As of factory build.")
@click.option("--llm-model", "name", default="stand-in")
@click.option("--rows", default=100, show_default=True)
@click.option("--paraphrase", default=4, show_default=True)
@click.option("--on-policy", default=4, show_default=True)
@click.option("--max-tokens", default=128, show_default=True)
@click.option("--latency", default=1.0, show_default=True, help="Of the stand-in, in seconds.")
@click.option("--concurrency", default=32, show_default=True)
def main(
    where: str, name: str, rows: int, paraphrase: int, on_policy: int, max_tokens: int, latency: float, concurrency: int
) -> None:
    with TemporaryDirectory() as folder:
        served = Served(where=where, cache=Path(folder), concurrency=concurrency)
        llm = Llm(model=name, served=served, paraphrase=paraphrase, on_policy=on_policy, max_tokens=max_tokens)
        model = model_of(llm) if where else StandIn(latency, concurrency)
        if where:  # an engine's first answer takes longer
            list(model.complete([Request(({"role": "user", "content": "Hello"},))], lambda _: []))
        recorded = Recorded(model)
        warm = Warm()
        warm.lend(Lanes(recorded, Cache(Path(folder) / "factory")))
        job = Job(recipe="text_to_sql", options={"schema_scope": "gold"}, llm=llm, max_per_skeleton=rows)
        began = time.perf_counter()
        found = run(job, Shard(0, "retail@3", rows), warm)
        whole = time.perf_counter() - began
        accepted = sum(bool(result.examples) for result in found.results)
        asked, busy = list(recorded.requests), recorded.seconds

        bare = Recorded(model)
        lanes = Lanes(bare, Cache(Path(folder) / "bare"))
        for future in lanes.ask(asked):
            future.result()
        lanes.close()
        of_factory, of_bare = len(asked) / busy, len(asked) / bare.seconds
        click.echo(
            f"{len(asked):,} requests for {accepted:,} records in {whole:.1f} s, the database's opening included"
        )
        click.echo(
            f"factory {of_factory:.1f} requests/s, bare {of_bare:.1f} requests/s, ratio {of_factory / of_bare:.2f}"
        )
        click.echo(f"{3600 * accepted / whole:,.0f} accepted records an hour")
        warm.close()


if __name__ == "__main__":
    main()
