"""A server that fails: what is tried again, what ends with a clear line, and what is never told."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from factory.exceptions import FactoryError, ModelUnavailable
from factory.llm.openai import OpenAICompatible
from factory.llm.request import Request, Response, Sampling

Serve = Callable[..., Any]
ASKED = Request(({"role": "user", "content": "How many?"},), Sampling(0.5, 40, 7))
SCHEMA = '{"type": "object"}'


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factory.llm.openai._PAUSE", 0.01)
    monkeypatch.delenv("FACTORY_LLM_KEY", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def ask(url: str, request: Request = ASKED, **given: Any) -> Response:
    client = OpenAICompatible(url, "small", **({"timeout": 5.0, "retries": 3} | given))
    try:
        ((_, response),) = client.complete([request], lambda _: [])
        return response
    finally:
        client.close()


def test_a_request_says_all_that_the_answer_depends_on(serve: Serve) -> None:
    server = serve(lambda *_: "42")

    assert ask(server.url, Request(ASKED.messages, ASKED.sampling, schema=SCHEMA)) == Response("42")
    (body,) = server.asked
    assert body["model"] == "small"
    assert body["messages"] == [{"role": "user", "content": "How many?"}]
    assert (body["temperature"], body["max_tokens"], body["seed"]) == (0.5, 40, 7)
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}


def test_a_pattern_goes_where_vllm_looks_for_it(serve: Serve) -> None:
    server = serve(lambda *_: "yes")
    ask(server.url, Request(ASKED.messages, regex="yes|no"))

    assert server.asked[0]["structured_outputs"] == {"regex": "yes|no"}


@pytest.mark.parametrize("fault", [429, 500, 503, b"cut", b"<html>", b'{"foo": 1}', b'{"choices": []}'], ids=repr)
def test_what_another_try_may_mend_is_tried_again(serve: Serve, fault: int | bytes) -> None:
    server = serve(lambda _, number: fault if number < 3 else "42")

    assert ask(server.url) == Response("42")
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (429, r"says 429 .* after 4 tries\. Lower --llm-concurrency"),
        (500, r"says 500 .* after 4 tries"),
        (b"cut", "No connection"),
        (b"<html>", "no chat completion"),
        (b'{"choices": [{"message": {"content": 3}}]}', "no chat completion"),
    ],
    ids=repr,
)
def test_what_stays_broken_is_one_line_that_says_how_to_go_on(serve: Serve, fault: int | bytes, line: str) -> None:
    server = serve(lambda *_: fault)

    with pytest.raises(ModelUnavailable, match=line) as failed:
        ask(server.url)
    assert len(server.asked) == 4
    assert "\n" not in str(failed.value)
    assert "the same command goes on from there" in str(failed.value)


def test_a_server_that_stalls_is_given_up_after_the_users_timeout(serve: Serve) -> None:
    server = serve(lambda *_: 1.5)

    with pytest.raises(ModelUnavailable, match=r"doesn't answer within 0\.2 s after 2 tries\. Raise --llm-timeout"):
        ask(server.url, timeout=0.2, retries=1)


def test_a_server_that_is_down() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"

    with pytest.raises(ModelUnavailable, match="Start the server"):
        ask(url, retries=1)


def test_a_wrong_model_name_is_told_with_those_that_there_are(serve: Serve) -> None:
    server = serve(lambda *_: 404)

    with pytest.raises(ModelUnavailable, match="no model 'small'; it has small, large"):
        ask(server.url)
    assert len(server.asked) == 1


def test_a_prompt_that_does_not_fit_is_an_answer_of_no_use(serve: Serve) -> None:
    server = serve(lambda *_: (400, "This model's maximum context length is 2048 tokens, you asked for 5000"))

    assert ask(server.url) == Response("", "too_long")


def test_an_answer_without_text_is_of_no_use(serve: Serve) -> None:
    choice = {"message": {"role": "assistant", "content": None}, "finish_reason": "length"}
    server = serve(lambda *_: json.dumps({"choices": [choice]}).encode())

    assert ask(server.url) == Response("", "length")


def test_the_key_comes_from_the_environment_and_goes_nowhere_else(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTORY_LLM_KEY", "sk-very-secret")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-service")
    server = serve(lambda _, number: (401 if number == 1 else 422, "bad key sk-very-secret"))

    for _ in range(2):
        with pytest.raises(ModelUnavailable) as failed:
            ask(server.url)
        assert "secret" not in str(failed.value)
    assert server.keys == ["Bearer sk-very-secret"] * 2


def test_the_key_of_another_service_is_not_sent(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-service")
    server = serve(lambda *_: "42")
    ask(server.url)

    assert server.keys == ["Bearer none"]


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host/v1", "http://", "vllm"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(FactoryError, match="vllm:MODEL or the URL"):
        OpenAICompatible(url, "small")


@pytest.mark.parametrize("url", ["http://user:word@host/v1", "https://host/v1?api_key=1"])
def test_a_key_in_the_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(FactoryError, match="FACTORY_LLM_KEY") as failed:
        OpenAICompatible(url, "small")
    assert "word" not in str(failed.value)
    assert "api_key=1" not in str(failed.value)
