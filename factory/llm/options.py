"""The flags of a build that asks a model, and what they mean together."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from factory.llm.settings import Llm

F = TypeVar("F", bound=Callable[..., Any])
_COUNT = click.IntRange(min=0)
_FLAGS = (
    click.option(
        "--llm",
        metavar="vllm:MODEL|URL",
        default=None,
        help="A language model: a folder or Hub name for vLLM in this process, or an OpenAI-compatible server.",
    ),
    click.option(
        "--llm-model",
        metavar="NAME",
        default="",
        help="The model's name at the server; of a vllm: model, the name that the cache keeps it under.",
    ),
    click.option(
        "--llm-cache",
        type=click.Path(path_type=Path, file_okay=False),
        default=None,
        help="Folder of the model's answers, kept for all runs.  [default: the user's cache folder]",
    ),
    click.option("--llm-seed", type=int, default=0, show_default=True, help="Another seed, other answers."),
    click.option(
        "--llm-temperature",
        type=click.FloatRange(0.0, 2.0),
        default=0.8,
        show_default=True,
        help="Of all that it is asked.",
    ),
    click.option(
        "--llm-max-tokens",
        type=click.IntRange(min=16),
        default=512,
        show_default=True,
        help="Length of one answer; a longer one is cut, and of no use.",
    ),
    click.option(
        "--llm-timeout",
        type=click.FloatRange(min=0.1),
        default=120.0,
        show_default=True,
        help="Seconds that a server may take for one answer.",
    ),
    click.option(
        "--llm-concurrency",
        type=click.IntRange(1, 1024),
        default=16,
        show_default=True,
        help="Requests that a server gets at once.",
    ),
    click.option(
        "--llm-retries",
        type=click.IntRange(0, 20),
        default=5,
        show_default=True,
        help="More tries when a server is busy (429), fails (5xx) or breaks the connection.",
    ),
    click.option(
        "--llm-engine",
        multiple=True,
        metavar="NAME=VALUE",
        help="An argument of vllm.LLM, such as max_model_len=8192; repeatable.",
    ),
    click.option(
        "--paraphrase",
        type=_COUNT,
        default=0,
        metavar="K",
        help="Ask the model for K other wordings of each question; the first that is proven faithful is taken.",
    ),
    click.option(
        "--roundtrip",
        type=_COUNT,
        default=0,
        metavar="K",
        help="Take a wording only if one of K answers of the model to it gives the right rows.",
    ),
    click.option(
        "--on-policy",
        type=_COUNT,
        default=0,
        metavar="K",
        help="Let the model answer each prompt K times; its wrong answers become rejected ones.",
    ),
    click.option(
        "--on-policy-share",
        type=click.FloatRange(0.0, 1.0),
        default=1.0,
        show_default=True,
        help="Share of pairs with the model's own mistake, where there is a made one too.",
    ),
    click.option(
        "--reasoning",
        type=click.Choice(["template", "llm"]),
        default="template",
        show_default=True,
        help="Who writes the steps of an answer.",
    ),
    click.option(
        "--propose",
        type=click.Choice(["intents", "llm"]),
        default="intents",
        show_default=True,
        help="Who thinks of questions and queries.",
    ),
    click.option(
        "--seeds",
        multiple=True,
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE",
        help="Texts or queries (.sql) that --propose llm starts from; repeatable.",
    ),
)
_NAMES = (
    "llm", "llm_model", "llm_cache", "llm_seed", "llm_temperature", "llm_max_tokens", "llm_timeout", "llm_concurrency",
    "llm_retries", "llm_engine", "paraphrase", "roundtrip", "on_policy", "on_policy_share", "reasoning", "propose",
    "seeds",
)  # fmt: skip
_LONGEST_SEED = 2_000


def llm_options(command: F) -> F:
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command


def taken(given: dict[str, Any]) -> Llm | None:
    """Takes the flags above out of `given`; None without a model. Raises click's errors for what can't be meant."""
    flags = {name: given.pop(name) for name in _NAMES}
    asks = {
        "--paraphrase": flags["paraphrase"],
        "--on-policy": flags["on_policy"],
        "--reasoning llm": flags["reasoning"] == "llm",
        "--propose llm": flags["propose"] == "llm",
    }
    wanted = [name for name, value in asks.items() if value]
    where = flags["llm"]
    if where is None:
        if wanted:
            raise click.UsageError(f"{wanted[0]} needs a model: name one with --llm")
        return None
    if not wanted:
        raise click.UsageError(f"--llm has nothing to do: add {', '.join(list(asks)[:-1])} or {list(asks)[-1]}")
    if flags["roundtrip"] and not (flags["paraphrase"] or asks["--propose llm"]):
        raise click.UsageError("--roundtrip checks wordings: add --paraphrase or --propose llm")
    if flags["seeds"] and not asks["--propose llm"]:
        raise click.UsageError("--seeds are for --propose llm")
    return _settings(where, flags)


def _settings(where: str, flags: dict[str, Any]) -> Llm:
    from factory.llm.settings import IN_PROCESS, Llm, Served

    in_process = where.startswith(IN_PROCESS)
    model = flags["llm_model"] or (_called(where.removeprefix(IN_PROCESS)) if in_process else "")
    if not model:
        raise click.UsageError("A server may have several models: name one with --llm-model")
    served = Served(
        where=where,
        cache=flags["llm_cache"] or _cache(),
        timeout=flags["llm_timeout"],
        concurrency=flags["llm_concurrency"],
        retries=flags["llm_retries"],
        engine=dict(_argument(text) for text in flags["llm_engine"]),
    )
    return Llm(
        model=model,
        served=served,
        seed=flags["llm_seed"],
        temperature=flags["llm_temperature"],
        max_tokens=flags["llm_max_tokens"],
        paraphrase=flags["paraphrase"],
        roundtrip=flags["roundtrip"],
        on_policy=flags["on_policy"],
        on_policy_share=flags["on_policy_share"],
        reasoning=flags["reasoning"] == "llm",
        propose=flags["propose"] == "llm",
        seeds=tuple(seed for path in flags["seeds"] for seed in _seeds(path)),
    )


def _called(model: str) -> str:
    """A folder by its name alone: where it lies says nothing of what the model answers."""
    return Path(model).resolve().name if Path(model).is_dir() else model


def _cache() -> Path:
    folder = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(folder).expanduser() / "text2sql-factory" / "llm"


def _argument(text: str) -> tuple[str, Any]:
    import json

    name, sign, value = text.partition("=")
    if not (name and sign):
        raise click.BadParameter(f"'{text}' is not NAME=VALUE", param_hint="--llm-engine")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _seeds(path: Path) -> list[str]:
    """Statements of a .sql file, lines of a .jsonl file, else paragraphs; each cut to what a prompt can carry."""
    text = path.read_text(encoding="utf-8", errors="replace")
    between = {".sql": ";", ".jsonl": "\n"}.get(path.suffix, "\n\n")
    found = [part.strip()[:_LONGEST_SEED] for part in text.split(between) if part.strip()]
    if not found:
        raise click.BadParameter(f"{path} holds no text", param_hint="--seeds")
    return found
