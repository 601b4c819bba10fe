"""Answers in the background: through the cache, in the order of the tasks, never twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory.exceptions import FactoryError, ModelUnavailable
from factory.llm.cache import Cache
from factory.llm.lanes import Lanes
from factory.llm.openai import OpenAICompatible
from factory.llm.overlap import overlapped
from factory.llm.request import More, Request, Response, Sampling


def request(text: str, seed: int = 0) -> Request:
    return Request(({"role": "user", "content": text},), Sampling(seed=seed))


class Echo:
    """A model that counts, and may fail."""

    name, lanes, batch = "echo", 2, 3

    def __init__(self, fail_at: int = 10**9) -> None:
        self.asked: list[str] = []
        self.fail_at = fail_at
        self._lock = threading.Lock()

    def complete(self, requests: Sequence[Request], more: More) -> Iterator[tuple[int, Response]]:
        place = 0
        fresh = list(requests)
        while fresh:
            for one in fresh:
                with self._lock:
                    self.asked.append(one.messages[0]["content"])
                    if len(self.asked) > self.fail_at:
                        raise ModelUnavailable("gone")
                yield place, Response(f"{one.messages[0]['content']}/{one.sampling.seed}")
                place += 1
            fresh = list(more(1))

    def close(self) -> None:
        pass


def test_what_was_answered_is_not_asked_again(tmp_path: Path) -> None:
    model = Echo()
    for _ in range(2):
        lanes = Lanes(model, Cache(tmp_path))
        found = [f.result() for f in lanes.ask([request("a"), request("b"), request("a", seed=1)])]
        lanes.close()
        assert [r.text for r in found] == ["a/0", "b/0", "a/1"]
    assert sorted(model.asked) == ["a", "a", "b"]


def test_every_part_of_a_request_is_part_of_its_key() -> None:
    first = request("a")
    others = [
        request("b"),
        request("a", seed=1),
        Request(first.messages, Sampling(temperature=0.5)),
        Request(first.messages, Sampling(max_tokens=9)),
        Request(first.messages, schema="{}"),
        Request(first.messages, regex="{}"),
        Request(({"role": "system", "content": "a"},)),
    ]
    keys = [one.key("m") for one in (first, *others)] + [first.key("n")]

    assert len(set(keys)) == len(keys)


def test_a_failure_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    lanes = Lanes(Echo(fail_at=4), Cache(tmp_path))
    futures = lanes.ask([request(str(n)) for n in range(20)])
    failed = [f for f in futures if f.exception()]
    assert failed
    assert all(isinstance(f.exception(), ModelUnavailable) for f in failed)
    lanes.close()

    again = Echo()
    lanes = Lanes(again, Cache(tmp_path))
    assert [f.result().text for f in lanes.ask([request(str(n)) for n in range(20)])] == [f"{n}/0" for n in range(20)]
    assert len(again.asked) == len(failed)


def test_a_prompt_that_did_not_fit_is_asked_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("k", Response("", "too_long"))

    assert cache.get("k") is None


def test_the_first_answer_stays(tmp_path: Path) -> None:
    one, other = Cache(tmp_path), Cache(tmp_path)

    assert one.put("k", Response("first")) == Response("first")
    assert other.put("k", Response("second")) == Response("first")
    assert one.put("cut", Response("\ud83d", "length")) == other.get("cut")


def test_a_file_that_is_no_cache_is_a_clear_line(tmp_path: Path) -> None:
    (tmp_path / "answers.sqlite3").write_bytes(b"not a database, whatever it says" * 40)

    with pytest.raises(FactoryError, match="--llm-cache"):
        Cache(tmp_path)


def test_a_server_gets_no_more_requests_at_once_than_allowed(serve: Callable[..., Any], tmp_path: Path) -> None:
    def slowly(*_: Any) -> str:
        time.sleep(0.05)
        return "ok"

    server = serve(slowly)
    lanes = Lanes(OpenAICompatible(server.url, "small", concurrency=4), Cache(tmp_path))
    for future in lanes.ask([request(str(n)) for n in range(24)]):
        future.result()
    lanes.close()

    assert 2 <= server.most_under_way <= 4


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12), st.integers(1, 5))
@settings(max_examples=15, deadline=None)
def test_results_come_in_the_order_of_the_tasks_however_slow_each_is(tasks: list[tuple[int, int]], window: int) -> None:
    under_way = most = 0

    def answer(delay: int) -> Response:
        time.sleep(delay / 1000)
        return Response("ok")

    def task(number: int, rounds: int, delay: int) -> Generator[Sequence[Request], list[Response], int]:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        for _ in range(rounds):
            assert (yield [request("x", seed=delay)] * 2) == [Response("ok")] * 2
        under_way -= 1
        return number

    with ThreadPoolExecutor(4) as pool:

        def ask(requests: Sequence[Request]) -> list[Future[Response]]:
            return [pool.submit(answer, one.sampling.seed) for one in requests]

        found = list(overlapped((task(n, *one) for n, one in enumerate(tasks)), ask, window))
    assert found == list(range(len(tasks)))
    assert most <= window


def test_an_error_of_the_model_reaches_whoever_waits(tmp_path: Path) -> None:
    def task() -> Generator[Sequence[Request], list[Response], None]:
        yield [request("a")]

    lanes = Lanes(Echo(fail_at=0), Cache(tmp_path))
    with pytest.raises(ModelUnavailable, match="gone"):
        list(overlapped((task() for _ in range(3)), lanes.ask, 2))
    lanes.close()
