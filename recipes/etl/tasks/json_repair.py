"""Broken JSON → valid JSON with the same content."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from recipes.etl.contract import Contract
from recipes.etl.source import Source, faker, listed
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, only

_ASKS = (
    "Repair [this broken JSON|each broken JSON text]",
    "Make valid JSON of [this text|each text]",
    "Fix the JSON [below|on each line] so that a parser accepts it",
    "[This record|Each record] should be JSON but doesn't parse. Correct it",
    "Correct the syntax of [this JSON object|these JSON objects], change no content",
    "Turn the malformed [payload|payloads] into valid JSON",
    "[A log line has|Log lines have] damaged JSON. Write it as it should be",
    "Clean up [this JSON|each JSON] (quotes, commas, brackets, constants)",
    "Rewrite as strict JSON (RFC 8259)",
)
_COMPACT = (
    "On one line, with no blanks outside of strings",
    "Minified",
    "Compact, without any whitespace between tokens",
)
_KEYS = listed(
    "id name city email status total count active note price qty unit code lang level score tags source ref owner kind "
    "colour size weight batch lot shelf rating currency zone shift team",
    " ",
)
_WORDS = [
    "new",
    "open",
    "done",
    "blue",
    "red",
    "green",
    "small",
    "large",
    "north",
    "south",
    "gold",
    "silver",
    "late",
    "early",
    "retail",
    "export",
    "draft",
    "final",
]


class JsonRepair:
    name = "json_repair"
    output = "json"
    columns = ("payload", "json_raw", "event_json", "meta", "attributes_text", "body")
    answer = ("payload_json", "valid_json", "fixed", "event_clean")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        rules = [rng.choice(_COMPACT), "Keep keys, values and their order", only("the JSON", rng)]
        single, many = compose(rng.choice(_ASKS), rules, ("JSON text", "JSON texts"), rng)
        want = "repair the broken JSON in {column} (compact, keys and values in their order)"
        return Brief(single, many, want, Contract(schema='{"type": "object", "minProperties": 1}'))

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:  # noqa: ARG002
        content = _object(rng)
        truth = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        text = json.dumps(content, ensure_ascii=False, separators=rng.choice(((",", ":"), (", ", ": "), (", ", ":"))))
        names = []
        for _ in range(rng.choice((1, 1, 2, 2, 3))):
            name, spoil = rng.choice(_DAMAGE)
            spoiled = spoil(text, rng)
            if spoiled != text and name not in names:
                text = spoiled
                names.append(name)
        if not names or text.startswith(" ") or _loads(text):
            return None
        keys = list(content)
        less = {k: v for k, v in content.items() if k != keys[-1]}
        more = {**content, rng.choice([k for k in _KEYS if k not in content]): None}
        compact = {"ensure_ascii": False, "separators": (",", ":")}
        wrong = (
            ("still_broken", text),
            ("key_lost", json.dumps(less, **compact)),  # type: ignore[arg-type]
            ("key_added", json.dumps(more, **compact)),  # type: ignore[arg-type]
            ("fenced", f"```json\n{truth}\n```"),
            ("numbers_as_strings", re.sub(r":(-?\d+(?:\.\d+)?)", r':"\1"', truth)),
            ("explained", f"{truth}\n\nI fixed: {', '.join(names)}."),
        )
        return Item(text, truth, f"{'+'.join(sorted(names))} {len(content)} {_kinds(content)}", wrong)


def _kinds(content: dict[str, Any]) -> str:
    return "".join(type(value).__name__[0] for value in content.values())


def _object(rng: Random) -> dict[str, Any]:
    people = faker(rng)
    drawn: dict[str, Any] = {}
    for key in rng.sample(_KEYS, rng.randint(2, 6)):
        drawn[key] = rng.choice(
            (
                rng.randint(0, 9999), rng.randint(100, 99999) / 100, people.city(), people.first_name(),
                rng.choice(_WORDS),
                True, False, None, people.ascii_safe_email(), [rng.choice(_WORDS), rng.randint(1, 9)],
                {"x": rng.randint(1, 50)},
            )
        )  # fmt: skip
    return drawn


def _loads(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _single_quotes(text: str, rng: Random) -> str:  # noqa: ARG001
    return text if "'" in text else text.replace('"', "'")


def _bare_keys(text: str, rng: Random) -> str:  # noqa: ARG001
    return re.sub(r"([{,]\s*)[\"'](\w+)[\"'](\s*:)", r"\1\2\3", text)


def _trailing_comma(text: str, rng: Random) -> str:  # noqa: ARG001
    return f"{text[:-1]},}}" if text.endswith("}") else text


def _python_constants(text: str, rng: Random) -> str:  # noqa: ARG001
    for right, wrong in (("true", "True"), ("false", "False"), ("null", "None")):
        text = re.sub(rf"(?<=[:\[, ]){right}(?=[,\]}} ])", wrong, text)
    return text


def _no_end(text: str, rng: Random) -> str:  # noqa: ARG001
    return text[:-1] if text.endswith("}") else text


def _missing_comma(text: str, rng: Random) -> str:
    places = [m.start() for m in re.finditer(r",(?=\s*[\"'])", text)]
    if not places:
        return text
    n = rng.choice(places)
    return text[:n] + " " + text[n + 1 :]


def _equals(text: str, rng: Random) -> str:  # noqa: ARG001
    return re.sub(r"([{,]\s*[\"']?\w+[\"']?)\s*:", r"\1=", text)


def _comment(text: str, rng: Random) -> str:
    return f"{text} // {rng.choice(('todo', 'v2', 'checked', 'from import'))}" if text.endswith("}") else text


def _curly_quotes(text: str, rng: Random) -> str:  # noqa: ARG001
    return re.sub(r'"([^"]*)"', "“\\1”", text)


def _doubled_comma(text: str, rng: Random) -> str:  # noqa: ARG001
    return text.replace(",", ",,", 1)


def _escaped(text: str, rng: Random) -> str:  # noqa: ARG001
    return text.replace('"', '\\"')


def _quoted_whole(text: str, rng: Random) -> str:  # noqa: ARG001
    return text.replace('"', '""') if "'" not in text else text


_DAMAGE = (
    ("single quotes", _single_quotes), ("bare keys", _bare_keys), ("trailing comma", _trailing_comma),
    ("Python constants", _python_constants), ("missing end", _no_end), ("missing comma", _missing_comma),
    ("equals signs", _equals), ("comment", _comment), ("curly quotes", _curly_quotes), ("doubled comma",
    _doubled_comma),
    ("escaped quotes", _escaped), ("doubled quotes", _quoted_whole),
)  # fmt: skip
task = JsonRepair()
