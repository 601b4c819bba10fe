"""Sets of tables as answers, and answers as sets of tables."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence

from recipes.text_to_tables.prompts import MISSING

_NUMBERED = re.compile(r"(\d+)\. (.+)")


def answer(
    shape: str, shown: Sequence[str], tables: Collection[str], reasons: Mapping[str, str], missing: str = ""
) -> str:
    """The tables in the order of the prompt; `missing` is said where there are none."""
    picked = [name for name in shown if name in tables]
    if shape == "json":
        lines = [json.dumps(picked, ensure_ascii=False)]
    elif shape == "lines":
        lines = [f"{name}: {int(name in tables)}" for name in shown]
    else:
        lines = [f"{name}: {reasons[name]}" for name in picked]
    return "\n".join([*lines, *([MISSING + missing] if not picked else [])])


def picked(shape: str, text: str, shown: Sequence[str]) -> tuple[str, ...]:
    """The tables of an answer, sorted. Raises ValueError for one that isn't worded so."""
    lines = text.split("\n")
    missing = lines[-1].startswith(MISSING)
    lines = lines[:-1] if missing else lines
    if shape == "json":
        (line,) = lines
        found = json.loads(line)
    elif shape == "lines":
        pairs = [line.rpartition(": ") for line in lines]
        if [name for name, _, _ in pairs] != list(shown) or {label for _, _, label in pairs} - {"0", "1"}:
            raise ValueError("not one line for each table")
        found = [name for name, _, label in pairs if label == "1"]
    else:
        found = [line.partition(": ")[0] for line in lines]
    if not set(found) <= set(shown) or len(set(found)) != len(found) or bool(found) == missing:
        raise ValueError("the answer names what isn't shown, or nothing without saying what is missing")
    return tuple(sorted(found))


def numbered(questions: Sequence[str]) -> str:
    return "\n".join(f"{n}. {text}" for n, text in enumerate(questions, 1))


def questions_in(text: str) -> list[str]:
    """Raises ValueError unless every line is a question with its number."""
    found = []
    for n, line in enumerate(text.split("\n"), 1):
        match = _NUMBERED.fullmatch(line)
        if not match or int(match[1]) != n:
            raise ValueError("not a numbered list")
        found.append(match[2])
    return found
