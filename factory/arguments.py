"""What stands after a flag, read and checked: each is a callback of click."""

from __future__ import annotations

import math
import os
from pathlib import Path

import click


def pairs(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    split = [text.partition("=") for text in given]
    for text, (key, sign, _value) in zip(given, split, strict=True):
        if not (key and sign):
            raise click.BadParameter(f"'{text}' is not NAME=VALUE")
    return {key: value for key, _, value in split}


def shares_of(_: click.Context, __: click.Parameter, text: str) -> tuple[float, ...]:
    try:
        shares = tuple(float(part) for part in text.split("/"))
    except ValueError:
        shares = ()
    if len(shares) != 3 or not all(map(math.isfinite, shares)) or min(shares) < 0 or shares[0] <= 0:
        raise click.BadParameter(f"'{text}' is not TRAIN/VALIDATION/TEST, such as 90/5/5")
    return shares


def distinct(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Records name a user's file by its stem, so two files with one stem could not be told apart."""
    if len(given) < 2:
        return given
    from factory.catalog import is_file

    seen: dict[str, str] = {}
    for name in dict.fromkeys(given):
        stem = Path(name).stem if is_file(name) else name
        if stem in seen:
            raise click.BadParameter(f"'{seen[stem]}' and '{name}' would both be called '{stem}': rename one")
        seen[stem] = name
    return given


def workers_of(_: click.Context, __: click.Parameter, count: int) -> int:
    """0 stands for the cores that this process may use."""
    if count:
        return count
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
